"""Parts of a network by name: to keep them as they are, or to let them begin anew."""

from collections.abc import Collection

from torch import nn

from omote.core.errors import SettingError
from omote.models.base import SwapNetwork


def freeze(network: SwapNetwork, names: Collection[str]) -> None:
    """Let no step change these parts: no gradients for their weights, and no new statistics for their norms.

    The second lasts, since `SwapNetwork.train` keeps in use mode what has nothing left to learn. Optimizers still
    have to be given only what requires a gradient, or weight decay would move frozen weights.

    Raises:
        SettingError: the network has no such part, or nothing is left to train.
    """
    for part in _picked(network, names):
        part.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in network.parameters()):
        raise SettingError("all parts of the network are frozen", "freeze", "leave one out")
    network.train(network.training)


def reset(network: SwapNetwork, names: Collection[str], fresh: SwapNetwork) -> tuple[str, ...]:
    """Give these parts the weights of a freshly drawn twin.

    Args:
        network: is changed.
        names: of its parts.
        fresh: the same network with the same settings; stays as it is.

    Returns:
        Names of the parameters that are new: what an optimizer remembers of them is of no use any more.

    Raises:
        SettingError: the network has no such part.
    """
    changed: set[nn.Parameter] = set()
    for part, twin in zip(_picked(network, names), _picked(fresh, names), strict=True):
        part.load_state_dict(twin.state_dict())
        changed.update(part.parameters())
    return tuple(name for name, parameter in network.named_parameters() if parameter in changed)


def _picked(network: SwapNetwork, names: Collection[str]) -> list[nn.Module]:
    parts = network.parts()
    unknown = [name for name in names if name not in parts]
    if unknown:
        raise SettingError(f"the network has no part {', '.join(unknown)}", do=f"known: {', '.join(parts)}")
    return [parts[name] for name in names]
