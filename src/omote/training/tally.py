"""Losses summed up on the device, so that the host can ask for their mean now and then."""

import torch
from torch import Tensor

from omote.runtime.team import Team


class Tally:
    """Sums the losses of steps; those that are not finite are left out.

    Attributes:
        total: (2, terms) sums.
        count: () number of steps in them.
    """

    def __init__(self, terms: int, device: torch.device) -> None:
        self.total = torch.zeros(2, terms, dtype=torch.float32, device=device)
        self.count = torch.zeros((), dtype=torch.float32, device=device)

    def add(self, losses: Tensor) -> None:
        """Add a step's (2, terms) losses."""
        finite = torch.isfinite(losses).all()
        self.total += torch.where(finite, losses, 0)
        self.count += finite

    def mean(self, team: Team | None = None) -> list[list[float]] | None:
        """Return the means of A and B, term by term, and begin anew; None where nothing was added. Reads the device.

        Args:
            team: of processes whose losses are all counted in; each of them has to ask.
        """
        sums = torch.cat([self.total.flatten(), self.count[None]])
        *flat, count = (team.mean(sums) if team else sums).tolist()
        self.clear()
        half = len(flat) // 2
        return [[value / count for value in side] for side in (flat[:half], flat[half:])] if count else None

    def clear(self) -> None:
        """Forget all sums."""
        self.total.zero_()
        self.count.zero_()
