"""Held-out faces beside what a network makes of them as the other person: for the eye, not for figures."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from omote.core.types import Picture
from omote.faceset.batch import Batch
from omote.models.base import Side, SwapNetwork


@torch.inference_mode()
def as_other(
    network: SwapNetwork, held: Sequence[Batch], places: Sequence[int], side: Side
) -> list[tuple[Picture, Picture]]:
    """Make faces with a person's decoder; return each true face and what was made of it, both of the true one's size.

    Args:
        network: in use mode.
        held: faces as they are.
        places: which of all these faces.
        side: whose decoder.
    """
    feed, true = (torch.cat([getattr(batch, name) for batch in held])[list(places)] for name in ("feed", "target"))
    made = network(feed, side).face.float()
    made = functional.interpolate(made, true.shape[-2:], mode="bicubic", antialias=True)
    return list(zip(_pictures(true), _pictures(made), strict=True))


def _pictures(faces: Tensor) -> list[Picture]:
    whole = (faces.float().clamp(0, 1).permute(0, 2, 3, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return [np.ascontiguousarray(face) for face in whole]
