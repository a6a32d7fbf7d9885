"""How well a network makes faces that it never learnt from."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from omote.faceset.batch import Batch
from omote.models.base import Side, SwapNetwork
from omote.training.both import SIDES
from omote.training.losses.structure import ssim
from omote.training.losses.swap import SwapLoss


class Measured(NamedTuple):
    """Of either person's held-out faces.

    Attributes:
        loss_a: the training loss on A's faces as they are.
        loss_b: on B's.
        ssim_a: mean SSIM of A's made faces inside their masks, -1 to 1.
        ssim_b: of B's.
    """

    loss_a: float
    loss_b: float
    ssim_a: float
    ssim_b: float

    @property
    def loss(self) -> float:
        """What is best when it is lowest."""
        return self.loss_a + self.loss_b


@torch.no_grad()
def measure(network: SwapNetwork, loss: SwapLoss, held: Mapping[Side, Sequence[Batch]]) -> Measured | None:
    """Measure a network; None where a person has no held-out faces, or what comes out is not finite."""
    if not all(held[side] for side in SIDES):
        return None
    network.eval()
    loss_a, ssim_a, loss_b, ssim_b = torch.cat([_of(network, loss, held[side], side) for side in SIDES]).tolist()
    network.train()
    measured = Measured(loss_a, loss_b, ssim_a, ssim_b)
    return measured if all(map(math.isfinite, measured)) else None


def _of(network: SwapNetwork, loss: SwapLoss, held: Sequence[Batch], side: Side) -> Tensor:
    """Return (2,): loss and SSIM of a person, the mean over all faces."""
    sums = []
    for true in held:
        made = network(true.feed, side)
        alike = (ssim(made.face.float(), true.target).mean(1, keepdim=True) * true.mask).sum((1, 2, 3))
        inside = (alike / true.mask.sum((1, 2, 3)).clamp(min=1)).mean()
        sums.append(len(true.feed) * torch.stack([loss(made, true).sum(), inside]))
    return torch.stack(sums).sum(0) / sum(len(true.feed) for true in held)
