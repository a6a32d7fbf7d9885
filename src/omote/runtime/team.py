"""The processes of one training: each has a device and a part of every batch, and all take the same steps.

Started plainly, a training is a team of one and none of this costs anything. Under torchrun there is a process for each
GPU of a machine, or on CPUs as many as are asked for: `torchrun --nproc-per-node 4 -m omote train …`. For several
machines the same command runs on each, with torchrun's own flags: `torchrun --nnodes 2 --node-rank 0 --nproc-per-node 4
--master-addr HOST --master-port 29500 -m omote train …`, where --node-rank tells the machines apart. The model folder
and the faces must be readable on all of them; only the main process writes.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import torch
import torch.distributed as dist
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.runtime.device import DeviceName, pick_device

if TYPE_CHECKING:
    from lightning_fabric import Fabric


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """A process among those of one training.

    Attributes:
        rank: which one this is, from 0.
        world: how many there are, on all machines.
        device: the one of this process.
    """

    rank: int
    world: int
    device: torch.device
    _fabric: "Fabric | None" = field(default=None, repr=False)
    _talk: "dist.ProcessGroup | None" = field(default=None, repr=False)

    @classmethod
    def join(cls, device_name: DeviceName) -> Self:
        """Meet the other processes that torchrun has started; without torchrun, or with one process, be alone.

        Raises:
            SettingError: that device is not there, or a machine has fewer GPUs than processes.
        """
        device = pick_device(device_name)
        world = int(os.environ["WORLD_SIZE"]) if dist.is_torchelastic_launched() else 1
        if world == 1:
            return cls(0, 1, device)
        here = int(os.environ["LOCAL_WORLD_SIZE"])
        _check_devices(device, here)
        from lightning_fabric import Fabric  # here, since it takes seconds to import and one process needs none of it

        with _quiet("lightning_fabric"):
            fabric = Fabric(accelerator=device.type, strategy="ddp", devices=here, num_nodes=world // here)
            fabric.launch()
        # A group of its own for words between processes: over NCCL each would wait for all that its GPU has yet to do.
        return cls(fabric.global_rank, world, fabric.device, fabric, dist.new_group(backend="gloo"))

    @property
    def main(self) -> bool:
        """Whether this process is the one that writes, reports and answers for all."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """Return a module that computes what `module` does, and whose gradients `backward` makes the mean of all's.

        Only calls of the returned module itself count, not of its methods or parts, and every trained parameter takes
        part in each. The weights of `module` become those of the main process.
        """
        return module if self._fabric is None else self._fabric.setup_module(module, move_to_device=False)

    def backward(self, loss: Tensor) -> None:
        """Compute the gradients of a loss; of several processes, the mean of theirs."""
        if self._fabric is None:
            loss.backward()  # type: ignore[no-untyped-call]
        else:
            self._fabric.backward(loss)

    def no_sync(self, module: nn.Module, enabled: bool = True) -> AbstractContextManager[object]:
        """Return a context in which gradients of a wrapped module add up in each process, not yet made one.

        For all but the last of the batches whose gradients make one step; forward and backward both belong inside.
        """
        if self._fabric is None:
            return nullcontext()
        return self._fabric.no_backward_sync(module, enabled)  # type: ignore[arg-type]

    def mean(self, tensor: Tensor) -> Tensor:
        """Return the mean of a tensor over all processes, of the same shape, without gradient; nothing waits for it."""
        mean = tensor.detach().clone()
        if self.world > 1:
            dist.all_reduce(mean)
            mean /= self.world
        return mean

    def agree(self, flag: bool) -> bool:
        """Say whether any process says so: all get the same answer at the same call. Costs no wait for a GPU."""
        if self.world == 1:
            return flag
        votes = torch.tensor(int(flag))
        dist.all_reduce(votes, group=self._talk)
        return bool(votes)

    def share(self, text: str) -> str:
        """Return what the main process says, such as the precision it picked; the others' own text is dropped."""
        if self.world == 1:
            return text
        said = [text]
        dist.broadcast_object_list(said, group=self._talk)
        return said[0]

    def barrier(self) -> None:
        """Wait until every process is here, such as while the main one writes what all will read."""
        self.agree(False)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Let only warnings of a library through, and not what it tells of its progress."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _check_devices(device: torch.device, here: int) -> None:
    if device.type == "mps":
        raise SettingError("several processes cannot share the device mps", do="start one, or choose --device cpu")
    if device.type == "cuda" and (there := torch.cuda.device_count()) < here:
        raise SettingError(f"{here} processes for {there} GPUs here", do=f"--nproc-per-node {there}")
