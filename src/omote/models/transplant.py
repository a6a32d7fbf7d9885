"""A network takes over what fits of another's weights: a start from a model with other settings, or another network."""

from collections.abc import Mapping

from torch import Tensor, nn

from omote.core.errors import ModelError
from omote.models.weights import Comparison, compare


def transplant(network: nn.Module, weights: Mapping[str, Tensor]) -> Comparison:
    """Copy into a network every tensor that fits it by name and shape; the rest of the network stays as it is.

    Args:
        network: is changed.
        weights: of any network, by name of the parameter or buffer, in any type of numbers and on any device.

    Returns:
        What fitted and what did not; its `summary()` tells a user.

    Raises:
        ModelError: nothing fits.
    """
    found = compare(network, weights)
    if not found.fitted:
        raise ModelError(
            f"nothing of these weights fits this network ({found.in_short()})",
            do="take a model of the same network, or train this one from fresh weights",
        )
    here = network.state_dict()
    for name in found.fitted:
        here[name].copy_(weights[name])
    return found
