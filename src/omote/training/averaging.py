"""A running mean of a network's weights: calmer than the weights, and it makes better faces."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_UPDATES = "updates"


class Average:
    """The exponential mean of all weights of a network; what is no parameter (a norm's statistics) is copied.

    After update n, counted from 0, `mean = d · mean + (1 - d) · weights` with `d = min(decay, (1 + n) / (10 + n))`, so
    that a young mean forgets the first, random weights.

    Args:
        network: whose weights are followed; a mean begins as they are now.
        decay: 0 to 1; 0.999 looks back over about a thousand updates.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._network, self._decay, self._updates = network, decay, 0
        self._means = {name: value.clone() for name, value in network.state_dict().items()}
        self._learnt = {name for name, _ in network.named_parameters(remove_duplicate=False)}

    @torch.no_grad()
    def update(self) -> None:
        """Count the network's weights in; one call a step."""
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        self._updates += 1
        now = self._network.state_dict()
        learnt = [name for name in now if name in self._learnt]
        others = [name for name in now if name not in self._learnt]
        torch._foreach_lerp_([self._means[name] for name in learnt], [now[name] for name in learnt], 1 - decay)
        for name in others:
            self._means[name].copy_(now[name])

    def weights(self) -> dict[str, Tensor]:
        """Return the means by the names of `network.state_dict()`; the live ones, not copies."""
        return dict(self._means)

    @contextmanager
    def swapped(self) -> Iterator[None]:
        """Let the network have the means inside, and its own weights again after; costs a copy of them meanwhile."""
        own = {name: value.clone() for name, value in self._network.state_dict().items()}
        _copy(self._means, self._network)
        try:
            yield
        finally:
            _copy(own, self._network)

    def state(self) -> dict[str, Tensor]:
        """Return the means by name, and the number of `updates`, () int64."""
        return {**self._means, _UPDATES: torch.tensor(self._updates)}

    def restore(self, tensors: Mapping[str, Tensor]) -> bool:
        """Take up a state; returns False, with nothing changed, where it is of another network."""
        shapes = {name: tensor.shape for name, tensor in tensors.items()}
        if shapes != {name: tensor.shape for name, tensor in self.state().items()}:
            return False
        self._updates = int(tensors[_UPDATES])
        for name, mean in self._means.items():
            mean.copy_(tensors[name])
        return True


@torch.no_grad()
def _copy(weights: Mapping[str, Tensor], network: nn.Module) -> None:
    for name, value in network.state_dict().items():
        value.copy_(weights[name])
