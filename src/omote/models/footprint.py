"""How much memory the training of a network takes, told before it is tried."""

from collections.abc import Iterable

import torch
from torch import Tensor, UntypedStorage
from torch.autograd.graph import saved_tensors_hooks

from omote.models.base import SwapNetwork

_COPIES = 4  # a weight, its gradient and Adam's two moments


def memory(network: SwapNetwork, batch: int) -> int:
    """Estimate the bytes that a step of training with Adam takes, in the precision of the weights.

    Weights count four times (their gradients, Adam's two moments), frozen ones and statistics once; to it comes what
    the forward pass keeps, see `kept`. Not in it: the batch's targets, the losses, gradients of maps, workspaces of
    libraries, and what the allocator cannot use.

    Args:
        network: on the meta device (built inside `with torch.device("meta")`), where a pass takes no memory.
        batch: faces of each person.

    Raises:
        ValueError: the network is on another device.
    """
    weights = sum(weight.nbytes * (_COPIES if weight.requires_grad else 1) for weight in network.parameters())
    return weights + sum(buffer.nbytes for buffer in network.buffers()) + kept(network, batch)


def kept(network: SwapNetwork, batch: int) -> int:
    """Return the bytes of faces and maps that one pass of both people keeps until their gradients are made.

    Args:
        network: on the meta device.
        batch: faces of each person.

    Raises:
        ValueError: the network is on another device.
    """
    own = _pieces([*network.parameters(), *network.buffers()])
    if any(piece.device.type != "meta" for piece in own):
        raise ValueError("a network's memory is told on the meta device")
    saved: list[Tensor] = []

    def keep(tensor: Tensor) -> Tensor:
        saved.append(tensor)
        return tensor

    learning = network.training
    network.train()
    with saved_tensors_hooks(keep, lambda tensor: tensor), torch.device("meta"):
        code = network.encode(torch.empty(2 * batch, 3, network.input_size, network.input_size))
        code_a, code_b = code.chunk(2)
        network.decode(code_a, "a")
        network.decode(code_b, "b")
    network.train(learning)
    return sum(piece.nbytes() for piece in _pieces(saved) - own)


def _pieces(tensors: Iterable[Tensor]) -> set[UntypedStorage]:
    # Views share their memory, and several layers may keep one map: each piece of memory counts once.
    return {tensor.untyped_storage() for tensor in tensors}
