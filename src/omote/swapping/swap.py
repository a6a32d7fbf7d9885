"""Faces through the network, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from omote.core.types import Floats, Picture
from omote.models.base import Side, SwapNetwork


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
def swap_faces(network: SwapNetwork, crops: Sequence[Picture], side: Side, batch: int) -> list[Swapped]:
    """Make each face anew as person `side`.

    Args:
        network: trained, on its device.
        crops: (I, I, 3) pictures of the size that the network reads.
        side: whose face is made.
        batch: faces at a time.
    """
    network.eval()
    made: list[Swapped] = []
    device = next(network.parameters()).device
    for first in range(0, len(crops), batch):
        feed = torch.from_numpy(np.stack(crops[first : first + batch])).to(device).permute(0, 3, 1, 2).float() / 255
        decoded = network(feed, side)
        faces = decoded.face.permute(0, 2, 3, 1).cpu().numpy()
        masks = [None] * len(faces) if decoded.mask is None else list(decoded.mask[:, 0].cpu().numpy())
        made += [Swapped(np.ascontiguousarray(face), mask) for face, mask in zip(faces, masks, strict=True)]
    return made
