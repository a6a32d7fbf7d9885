"""All chance of augmentation, drawn on the CPU before the device does anything: what follows is a pure function.

Every face takes the same count of random numbers whatever the settings are, so that another strength of one thing
leaves all others as they were.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, Self

import torch
from torch import Tensor

from omote.faceset.bending import NODES, Bend
from omote.faceset.colour import Tint
from omote.faceset.config import AugmentConfig
from omote.faceset.contrast import Contrast
from omote.faceset.degrade import Wear
from omote.faceset.occlusion import PATCHES, Occluder
from omote.faceset.placing import Place

_LANDMARKS = 68
_LAB_HALF_RANGE = 128.0
_JITTER = 2 / 256  # of landmarks, a share of what is seen
_BLUR = (0.005, 0.025)
_COARSE = (1.5, 4.0)
_QUALITY = (20.0, 85.0)
_KINDS = 3
_AREA = (0.03, 0.15)  # of what is seen: up to about a quarter of the face in it
_ASPECT = (1.0, 2.5)
_EDGE = (0.03, 0.15)
_REACH = 0.7  # of the half side: how far from the middle an occluder's middle may be


_Source = Callable[..., Tensor]
"""Draws a number a face, or numbers of the given shape a face."""


class Draws(NamedTuple):
    """What happens to each of B faces; every tensor is float32 and has the faces as its first dimension."""

    place: Place
    bend: Bend
    tint: Tint
    contrast: Contrast
    wear: Wear
    occluder: Occluder

    def part(self, rank: int, world: int) -> Self:
        """Return the rank's share of the faces, all shares being equal.

        Raises:
            ValueError: the faces cannot be shared out equally, or there is no such rank.
        """
        count = len(self.place.angle)
        if count % world or not 0 <= rank < world:
            raise ValueError(f"{count} faces have no part {rank} of {world}")
        each = count // world
        return self._made(tensor[rank * each : (rank + 1) * each] for tensor in self._tensors())

    def to(self, device: torch.device) -> Self:
        """Return the same on a device, brought there in one piece that nothing waits for."""
        if self.place.angle.device == device:
            return self
        parts = self._tensors()
        packed = torch.cat([part.reshape(len(part), -1) for part in parts], 1)
        if device.type == "cuda":  # from pageable memory a copy would first wait for all that the device has to do
            packed = packed.pin_memory()
        pieces = torch.split(packed.to(device, non_blocking=True), [part[0].numel() for part in parts], 1)
        return self._made(piece.reshape(part.shape) for piece, part in zip(pieces, parts, strict=True))

    def _tensors(self) -> list[Tensor]:
        return [*self.place, *self.bend, *self.tint, *self.contrast, *self.wear, *self.occluder]

    def _made(self, tensors: Iterable[Tensor]) -> Self:
        rest = iter(tensors)

        def taken(count: int) -> list[Tensor]:
            return [next(rest) for _ in range(count)]

        return self._replace(
            place=Place(*taken(len(self.place))),
            bend=Bend(*taken(len(self.bend))),
            tint=Tint(*taken(len(self.tint))),
            contrast=Contrast(*taken(len(self.contrast))),
            wear=Wear(*taken(len(self.wear))),
            occluder=Occluder(*taken(len(self.occluder))),
        )


def draw(count: int, config: AugmentConfig, generator: torch.Generator, *, warp: bool, flip: bool) -> Draws:
    """Draw what happens to a batch.

    Args:
        count: of faces.
        config: how much of what.
        generator: source of chance, on the CPU; its state makes a run repeatable on every device.
        warp: bend faces at all.
        flip: mirror faces at all.
    """

    def even(*shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=generator)

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator)

    return Draws(
        place=_place(even, config, flip=flip),
        bend=Bend(
            nodes=normal(2, NODES, NODES) * (config.warp / 100 * warp),
            jitter=normal(_LANDMARKS, 2) * (_JITTER * warp),
            follow=torch.full((count,), float(warp and config.warp_to_landmarks)),
        ),
        tint=Tint(
            light=_between(even(), -config.lightness / 100, config.lightness / 100),
            shift=_between(even(2), -1, 1) * (config.colour / 100 * _LAB_HALF_RANGE),
        ),
        contrast=Contrast(_chosen(even(), config.clahe), _whole(even(), config.clahe_grid + 1)),
        wear=Wear(
            blur=_chosen(even(), config.blur) * _between(even(), *_BLUR),
            coarse=1 + _chosen(even(), config.downscale) * (_between(even(), *_COARSE) - 1),
            quality=_chosen(even(), config.jpeg) * _between(even(), *_QUALITY),
        ),
        occluder=_occluder(even, config),
    )


def _place(even: _Source, config: AugmentConfig, *, flip: bool) -> Place:
    return Place(
        angle=_between(even(), -1, 1) * math.radians(config.rotation),
        zoom=1 + _between(even(), -1, 1) * (config.zoom / 100),
        shift=_between(even(2), -1, 1) * (config.shift / 100),
        mirror=1 - 2 * _chosen(even(), config.flip * flip),
    )


def _occluder(even: _Source, config: AugmentConfig) -> Occluder:
    return Occluder(
        chosen=_chosen(even(), config.occlude),
        kind=_whole(even(), _KINDS),
        middle=_between(even(2), -_REACH, _REACH),
        area=_between(even(), *_AREA),
        aspect=_between(even(), *_ASPECT),
        turn=_between(even(), -math.pi, math.pi),
        edge=_between(even(), *_EDGE),
        paint=even(3),
        texture=_between(even(3, PATCHES, PATCHES), -1, 1),
    )


def _between(even: Tensor, least: float, most: float) -> Tensor:
    return least + even * (most - least)


def _chosen(even: Tensor, percent: float) -> Tensor:
    """Return 1 for that many percent of faces, else 0."""
    return (even * 100 < percent).float()


def _whole(even: Tensor, count: int) -> Tensor:
    """Return whole numbers below a count, as floats; the product of the largest draw may round up to it."""
    return (even * count).floor().clamp(max=count - 1)
