"""Giving a network the weights of a checkpoint."""

from collections.abc import Mapping

from torch import Tensor

from omote.core.errors import ModelError
from omote.models.base import SwapNetwork


def load_weights(network: SwapNetwork, weights: Mapping[str, Tensor]) -> None:
    """Give a network its weights.

    Raises:
        ModelError: they are of another network; says what the first difference is.
    """
    try:
        network.load_state_dict(weights)
    except RuntimeError as fault:
        first = str(fault).splitlines()[1].strip()
        raise ModelError(f"these weights are of another network ({first})") from fault
