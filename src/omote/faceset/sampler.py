"""Which faces come next: every face once in a random order, then anew."""

import torch
from torch import Tensor


class Sampler:
    """Draws batches of indices; a batch larger than the set repeats faces.

    Its state is the generator's and `order`, so that a stopped run goes on with the very same batches.

    Attributes:
        order: (K,) indices of the current round that were not drawn yet.
    """

    def __init__(self, count: int, generator: torch.Generator, order: Tensor | None = None) -> None:
        self._count, self._generator = count, generator
        self.order = torch.empty(0, dtype=torch.int64) if order is None else order

    def draw(self, batch: int) -> Tensor:
        """Return (batch,) indices."""
        while len(self.order) < batch:
            self.order = torch.cat([self.order, torch.randperm(self._count, generator=self._generator)])
        drawn, self.order = self.order[:batch], self.order[batch:]
        return drawn
