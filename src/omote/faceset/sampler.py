"""Which faces come next: every face once in a random order, then anew; or rare poses as often as common ones."""

import torch
from torch import Tensor

CELL = 10
"""Degrees of yaw and pitch within which faces count as one pose; the middle cell looks straight ahead."""

_MOST = 8  # times a face may be drawn in a round, the mean being 1
_HALVINGS = 60  # of an interval until its ends are neighbours in float64


class Sampler:
    """Draws batches of indices, a round of as many as there are faces after the other.

    Attributes:
        generator: all its chance. Who adds more chance to a batch takes it from here, so that one state has all.
    """

    def __init__(self, count: int, generator: torch.Generator, weights: Tensor | None = None) -> None:
        """Begin a first round.

        Args:
            count: of faces, 1 or more.
            generator: on the CPU, and no one else's.
            weights: (count,) how often each comes, in any unit; None: all come once a round.

        Raises:
            ValueError: there are no faces, or the weights are not positive numbers, one for each.
        """
        if count < 1 or (weights is not None and (weights.shape != (count,) or not bool((weights > 0).all()))):
            raise ValueError(f"{count} faces want 1 or more, and as many positive weights")
        self.generator, self._count = generator, count
        self._steps = None if weights is None else (weights.double() / weights.double().sum()).cumsum(0)
        self._order = torch.empty(0, dtype=torch.int64)

    def draw(self, batch: int) -> Tensor:
        """Return (batch,) int64 indices; a batch larger than the set repeats faces."""
        while len(self._order) < batch:
            self._order = torch.cat([self._order, self._round()])
        drawn, self._order = self._order[:batch], self._order[batch:]
        return drawn

    def state(self) -> dict[str, Tensor]:
        """Return all that the coming draws depend on: `order`, what is left of the round, and `generator`, bytes."""
        return {"order": self._order.clone(), "generator": self.generator.get_state()}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on as the sampler went on whose state this is.

        Raises:
            ValueError: it is the state of a sampler of more faces.
        """
        order = state["order"]
        if len(order) and int(order.max()) >= self._count:
            raise ValueError(f"the state of a sampler of more than {self._count} faces")
        self._order = order.clone()
        self.generator.set_state(state["generator"])

    def _round(self) -> Tensor:
        order = torch.randperm(self._count, generator=self.generator)
        if self._steps is None:
            return order
        # Systematic sampling (Madow 1949): in each round a face comes as often as its weight says, to within one.
        start = torch.rand(1, generator=self.generator, dtype=torch.float64)
        places = (torch.arange(self._count, dtype=torch.float64) + start) / self._count
        return torch.searchsorted(self._steps, places).clamp_(max=self._count - 1)[order]


def balanced(poses: Tensor) -> Tensor:
    """Return weights by which every pose is drawn as often as any other, however few faces show it.

    Each cell of 10° of yaw by 10° of pitch counts the same, shared among its faces. But no face is drawn more than 8
    times as often as the mean: a single odd face, misjudged perhaps, would else be learnt by heart. What such faces
    may not take goes to all the others in proportion.

    Args:
        poses: (N, 2) yaw and pitch in degrees; what is not a number counts as 0.

    Returns:
        (N,) float64 with a sum of 1 and no more than 8 / N each.
    """
    cells = (torch.nan_to_num(poses, 0.0, 0.0, 0.0) / CELL).round().to(torch.int64)
    _, cell, counts = torch.unique(cells, dim=0, return_inverse=True, return_counts=True)
    share = 1 / counts[cell].double()
    # The cut is where a face at it has its most; the higher the cut, the more such a face has.
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        cut = (low + high) / 2
        if cut * len(share) > _MOST * float(share.clamp(max=cut).sum()):
            high = cut
        else:
            low = cut
    weights: Tensor = share.clamp(max=low)
    weights /= weights.sum()
    return weights
