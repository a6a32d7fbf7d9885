"""Faces through the network, many at a time."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from omote.core.types import Floats
from omote.models.base import Decoded, Side, SwapNetwork
from omote.runtime.precision import Precision


@dataclass(frozen=True, slots=True, eq=False)
class Swapped:
    """A face that the network made.

    Attributes:
        face: (S, S, 3) RGB, 0 to 1.
        mask: (S, S) 0 to 1 where the network learns it, else None.
    """

    face: Floats
    mask: Floats | None


@torch.inference_mode()
def swap_faces(
    network: SwapNetwork,
    crops: Sequence[npt.NDArray[Any]],
    side: Side,
    batch: int,
    *,
    precision: Precision | None = None,
    flip_average: bool = False,
) -> list[Swapped]:
    """Make each face anew as person `side`.

    Args:
        network: trained, on its device, in use mode.
        crops: (I, I, 3) pictures of the size that the network reads, uint8 or uint16.
        side: whose face is made.
        batch: faces at a time.
        precision: how the network computes; fp32 by default.
        flip_average: take the mean of what it makes of each face and of its mirror image.
    """
    made: list[Swapped] = []
    device = next(network.parameters()).device
    for first in range(0, len(crops), batch):
        together = np.stack(crops[first : first + batch])
        feed = torch.from_numpy(together).to(device).permute(0, 3, 1, 2).float() / np.iinfo(together.dtype).max
        with nullcontext() if precision is None else precision.autocast():
            decoded = network(feed, side)
            if flip_average:
                decoded = _mean(decoded, network(feed.flip(3), side))
        faces = decoded.face.float().permute(0, 2, 3, 1).cpu().numpy()
        masks = [None] * len(faces) if decoded.mask is None else list(decoded.mask[:, 0].float().cpu().numpy())
        made += [Swapped(np.ascontiguousarray(face), mask) for face, mask in zip(faces, masks, strict=True)]
    return made


def _mean(plain: Decoded, mirrored: Decoded) -> Decoded:
    face = (plain.face.float() + mirrored.face.float().flip(3)) / 2
    if plain.mask is None or mirrored.mask is None:
        return Decoded(face, None)
    return Decoded(face, (plain.mask.float() + mirrored.mask.float().flip(3)) / 2)
