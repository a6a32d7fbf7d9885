"""A running mean of a network's weights: calmer than the weights, and it makes better faces."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_UPDATES = "updates"


class Average:
    """The exponential mean of all parameters of a network; what is no parameter (a norm's statistics) is copied.

    At update n, counted from 0, `mean = d · mean + (1 - d) · weights` with `d = min(decay, (1 + n) / (10 + n))`, so
    that a young mean forgets the first, random weights.

    Args:
        network: a mean begins as its weights are now.
        decay: 0 to 1; 0.999 looks back over about a thousand updates.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self.begin(network)

    def begin(self, network: nn.Module) -> None:
        """Forget all, and begin anew with a network's weights."""
        self._updates = 0
        self._means: dict[str, Tensor] = {name: value.clone() for name, value in network.state_dict().items()}
        self._learnt = {name for name, _ in network.named_parameters(remove_duplicate=False)}

    def renew(self, network: nn.Module, names: Collection[str]) -> None:
        """Begin some of the means anew with a network's weights; the others go on."""
        for name, value in network.state_dict().items():
            if name in names:
                self._means[name].copy_(value)

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Count a network's weights in; one call a step."""
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        self._updates += 1
        now = network.state_dict()
        learnt = [name for name in now if name in self._learnt]
        torch._foreach_lerp_([self._means[name] for name in learnt], [now[name] for name in learnt], 1 - decay)
        for name in now.keys() - self._learnt:
            self._means[name].copy_(now[name])

    def weights(self) -> dict[str, Tensor]:
        """Return the means by the names of the network's `state_dict`; the live ones, not copies."""
        return dict(self._means)

    @contextmanager
    def swapped(self, network: nn.Module) -> Iterator[None]:
        """Let a network have the means inside, and its own weights again after; costs a copy of them meanwhile."""
        own = {name: value.clone() for name, value in network.state_dict().items()}
        _put(self._means, network)
        try:
            yield
        finally:
            _put(own, network)

    def state(self) -> dict[str, Tensor]:
        """Return the means by name, and the number of `updates`, () int64."""
        return {**self._means, _UPDATES: torch.tensor(self._updates)}

    def restore(self, tensors: Mapping[str, Tensor]) -> bool:
        """Take up a state, to the bit; returns False, with nothing changed, where it is of another network."""
        shapes = {name: tensor.shape for name, tensor in tensors.items()}
        if shapes != {name: tensor.shape for name, tensor in self.state().items()}:
            return False
        self._updates = int(tensors[_UPDATES])
        for name, mean in self._means.items():
            mean.copy_(tensors[name])
        return True


@torch.no_grad()
def _put(weights: Mapping[str, Tensor], network: nn.Module) -> None:
    for name, value in network.state_dict().items():
        value.copy_(weights[name])
