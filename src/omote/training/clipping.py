"""How large gradients are cut, without waiting for the device."""

from collections.abc import Iterable, Mapping
from typing import Final

import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from omote.training.config import OptimizerConfig

_PERCENT: Final = 10  # of an autoclip percentile, for each 1 of `clip_at`
_TINY: Final = 1e-6


class Clipper:
    """Cuts gradients in place, as `OptimizerConfig.clipping` says.

    norm: all gradients are scaled as one vector, so that its length is `clip_at` at most.
    value: each number is held within ±`clip_at`.
    autoclip: as norm, the limit being a percentile (10 · `clip_at`) of the norms so far, this one counted in, so that
    the first step is never cut (Seetharaman et al. 2020, arXiv:2007.14469).

    Args:
        config: which way, and its limit.
    """

    def __init__(self, config: OptimizerConfig) -> None:
        self._way, self._limit = config.clipping, config.clip_at
        length = config.clip_history if config.clipping == "autoclip" else 0
        self._history = torch.full((length,), torch.nan)  # a ring; NaN where nothing is remembered yet
        self._count = torch.zeros((), dtype=torch.int64)

    @torch.no_grad()
    def clip(self, parameters: Iterable[Tensor]) -> Tensor:
        """Cut the gradients of parameters; those without are passed over.

        Returns:
            () float32 on the device: the length of all gradients as one vector, before the cut. It is finite only where
            all of them are; where it is not, the step is not to be taken.
        """
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        norm = get_total_norm(gradients).to(torch.float32)
        match self._way:
            case "norm":
                _shorten(gradients, norm, torch.full_like(norm, self._limit))
            case "value":
                torch._foreach_clamp_min_(gradients, -self._limit)
                torch._foreach_clamp_max_(gradients, self._limit)
            case "autoclip":
                self._remember(norm)
                _shorten(gradients, norm, self._percentile())
        return norm

    def state(self) -> dict[str, Tensor]:
        """Return what is remembered: `history` (clip_history,) float32, and `count` () int64 of norms ever seen."""
        return {"history": self._history, "count": self._count} if self._way == "autoclip" else {}

    def restore(self, tensors: Mapping[str, Tensor]) -> bool:
        """Take up a state; returns False, with nothing changed, where it is of another way or length."""
        mine = self.state()
        if _shapes(tensors) != _shapes(mine):
            return False
        for key, tensor in mine.items():
            tensor.copy_(tensors[key])
        return True

    def _remember(self, norm: Tensor) -> None:
        # To where the gradients are: once, at the first of them.
        self._history, self._count = self._history.to(norm.device), self._count.to(norm.device)
        at = (self._count % len(self._history)).unsqueeze(0)
        finite = norm.isfinite()
        new = torch.where(finite, norm.unsqueeze(0), self._history.gather(0, at))
        self._history.scatter_(0, at, new)
        self._count += finite

    def _percentile(self) -> Tensor:
        return torch.nanquantile(self._history, min(1.0, self._limit * _PERCENT / 100))


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {key: tensor.shape for key, tensor in tensors.items()}


def _shorten(gradients: list[Tensor], norm: Tensor, limit: Tensor) -> None:
    torch._foreach_mul_(gradients, (limit / norm.clamp_min(_TINY)).clamp_max(1.0))
