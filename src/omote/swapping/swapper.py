"""Frames with the faces that were planned for them: made in batches over frames, people and models, then set in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy.typing as npt
import torch

from omote.core.types import Floats, Frame, Region
from omote.imaging.geometry import warp
from omote.models.base import SwapNetwork
from omote.runtime.precision import Precision, pick_precision
from omote.swapping.composite import Fitted, fitted, lay, layer
from omote.swapping.config import CompositeConfig, MakingConfig
from omote.swapping.laying import Layers
from omote.swapping.plan import Planned
from omote.swapping.routes import Route
from omote.swapping.steady import Memory, reach
from omote.swapping.swap import Swapped, swap_faces
from omote.swapping.trained import Trained

Rgb = npt.NDArray[Any]
Finish = Callable[[Rgb, Region, Floats, int], None]
"""What is done to a face that was set in: the frame, the region that changed, (68, 2) landmarks, pts; in place."""
Note = Callable[[Rgb], Region]
"""What is painted into a frame with a swapped face: the frame, in place; returns where."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A planned face with what the network made of it."""

    planned: Planned
    swapped: Swapped


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A face by itself, fitted to its frame's colours."""

    planned: Planned
    fitted: Fitted


class Swapper:
    """Swaps the faces of frame after frame. What is steadied over time is remembered for each track and model.

    Args:
        models: trained networks, on one device; routes count them.
        composite: how faces are set into frames.
        making: how networks make them.
        finish: done to each face that was set in.
        note: painted into each frame in which a face was swapped.

    Raises:
        SettingError: the device does not have that precision.
    """

    def __init__(
        self,
        models: Sequence[Trained],
        composite: CompositeConfig,
        making: MakingConfig | None = None,
        *,
        finish: Finish | None = None,
        note: Note | None = None,
    ) -> None:
        self._making, self._config = making or MakingConfig(), composite
        self._networks = [_compiled(each.network, self._making) for each in models]
        self._sizes = [each.network.input_size for each in models]
        device = next(models[0].network.parameters()).device
        self.precision: Precision = pick_precision(self._making.precision, device)
        self._finish, self._note = finish, note
        self._memories: dict[tuple[str, Route], _Remembered] = {}

    def make(self, frames: Sequence[Frame], plans: Sequence[Sequence[Planned]]) -> list[list[Made]]:
        """Make the faces of some frames: those of one model go through it together.

        Args:
            frames: as they are.
            plans: of each frame.
        """
        routes = {each.route for plan in plans for each in plan}
        made: dict[Route, Iterator[Swapped]] = {
            route: iter(self._made(route, frames, plans)) for route in sorted(routes, key=lambda r: (r.model, r.side))
        }
        return [[Made(each, next(made[each.route])) for each in plan] for plan in plans]

    def frame(self, frame: Frame, faces: Sequence[Made]) -> Frame:
        """Return a frame with its faces set in, the given one stays as it is; frames come in their order.

        Raises:
            SettingError: a mask is asked for that a face does not have.
        """
        if not faces:
            return replace(frame, changed=())
        rgb, changed = frame.rgb.copy(), []  # what it holds may be the decoder's own
        for made in faces:
            placed = made.planned.placed
            # Measured on the frame as it was, where no other new face lies yet.
            over = layer(frame.rgb, placed, made.swapped, self._config, self._memory(made))
            lay(rgb, over, self._config)
            if self._finish is not None:
                self._finish(rgb, over.region, placed.landmarks, frame.pts)
            changed.append(over.region)
        if self._note is not None:
            changed.append(self._note(rgb))
        return replace(frame, rgb=rgb, changed=tuple(changed))

    def layer(self, frame: Frame, faces: Sequence[Made]) -> Frame:
        """Return what lies over a frame: its new faces, transparent elsewhere.

        Raises:
            SettingError: a mask is asked for that a face does not have.
        """
        layers = Layers(frame.rgb.shape[0], frame.rgb.shape[1], frame.rgb.dtype)
        for made in faces:
            layers.add(layer(frame.rgb, made.planned.placed, made.swapped, self._config, self._memory(made)))
        return replace(frame, rgb=layers.rgb, alpha=layers.alpha, origin=None, changed=None)

    def patches(self, frame: Frame, faces: Sequence[Made]) -> list[Patch]:
        """Return the new faces of a frame one by one, each in the square of its crop.

        Raises:
            SettingError: a mask is asked for that a face does not have.
        """
        return [
            Patch(
                made.planned,
                fitted(frame.rgb, made.planned.placed, made.swapped, self._config, self._memory(made)),
            )
            for made in faces
        ]

    @property
    def reach(self) -> int:
        """How many frames before one have a say in it, besides the plan's."""
        return reach(self._config)

    def _made(self, route: Route, frames: Sequence[Frame], plans: Sequence[Sequence[Planned]]) -> list[Swapped]:
        size = self._sizes[route.model]
        crops = [
            warp(frame.rgb, each.seen.matrix, size, size)
            for frame, plan in zip(frames, plans, strict=True)
            for each in plan
            if each.route == route
        ]
        return swap_faces(
            self._networks[route.model], crops, route.side, self._making.batch_size,
            precision=self.precision, flip_average=self._making.flip_average,
        )  # fmt: skip

    def _memory(self, made: Made) -> Memory:
        """Return what is remembered of a face's track as this model makes it."""
        frame, kept = made.planned.placed.frame, self._memories
        for key in [key for key, each in kept.items() if frame - each.frame > self.reach]:
            del kept[key]
        key = (made.planned.track, made.planned.route)
        remembered = kept.setdefault(key, _Remembered(Memory(), frame))
        remembered.frame = frame
        return remembered.memory


@dataclass(slots=True, eq=False)
class _Remembered:
    memory: Memory
    frame: int


def _compiled(network: SwapNetwork, making: MakingConfig) -> SwapNetwork:
    return cast(SwapNetwork, torch.compile(network)) if making.compile else network
