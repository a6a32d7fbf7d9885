"""What a network is made of: its parts, layers, shapes and counts, told without its weights."""

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from omote.models.base import SwapNetwork
from omote.models.registry import build


class Layer(NamedTuple):
    """A module that does something by itself.

    Attributes:
        name: where it stands in the network.
        kind: its class.
        shape: what it makes of one face, without the batch.
        parameters: its own, not those of layers in it that are listed.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


def blueprint(name: str, options: Mapping[str, Any]) -> SwapNetwork:
    """Build a network on the meta device: it has all shapes and no weights, and takes neither memory nor time.

    Raises:
        SettingError: there is no such network or setting, or a value is out of range.
    """
    with torch.device("meta"):
        return build(name, options)


def parameters(module: nn.Module) -> int:
    """Count what can learn; weights that two layers share count once."""
    return sum(parameter.numel() for parameter in module.parameters())


def statistics(module: nn.Module) -> int:
    """Count what is kept with the weights but does not learn: running means and variances of norms, constants."""
    kept = module.state_dict(keep_vars=True).values()
    return sum(t.numel() for t in kept if not isinstance(t, nn.Parameter) and t.is_floating_point())


def layers(network: SwapNetwork) -> list[Layer]:
    """Return the layers in the order in which they work: of the encoder, then of A's side, then of B's.

    What a network computes outside its layers, as a sigmoid at the end, is not among them. A layer that is used twice
    stands where it is used first; inner ones that it does not call, as attention's, count as its own.

    Args:
        network: on any device; on that of `blueprint` it costs nothing.
    """
    seen = _seen(network)
    own: Counter[str] = Counter()
    for name, parameter in network.named_parameters():
        own[_owner(name, seen)] += parameter.numel()
    return [Layer(name, kind, shape, own[name]) for name, (kind, shape) in seen.items()]


def _seen(network: SwapNetwork) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return class and shape of what works when both people's faces are made, by name."""
    seen: dict[str, tuple[str, tuple[int, ...]]] = {}
    names = {module: name for name, module in network.named_modules() if _works_itself(module)}

    def see(module: nn.Module, _: object, made: Tensor | tuple[Tensor, ...]) -> None:
        first = made if isinstance(made, Tensor) else made[0]
        seen.setdefault(names[module], (type(module).__name__, tuple(first.shape[1:])))

    hooks = [module.register_forward_hook(see) for module in names]
    learning = network.training
    try:
        with torch.no_grad():
            code = network.eval().encode(_face(network))
            network.decode(code, "a")
            network.decode(code, "b")
    finally:
        network.train(learning)
        for hook in hooks:
            hook.remove()
    return seen


def _owner(parameter: str, seen: Container[str]) -> str:
    while parameter and parameter not in seen:
        parameter = parameter.rpartition(".")[0]
    return parameter


def _works_itself(module: nn.Module) -> bool:
    bare = next(module.children(), None) is None
    return bare or next(module.parameters(recurse=False), None) is not None


def _face(network: SwapNetwork) -> Tensor:
    side = network.input_size
    return torch.empty(1, 3, side, side, device=next(network.parameters()).device)
