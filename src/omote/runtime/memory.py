"""When a device's memory is not enough: to know that it was that, and to say which batch size would fit."""

import gc
from collections.abc import Callable
from typing import NamedTuple

import torch

from omote.core.errors import SettingError

_SIGNS = (
    "out of memory",  # CUDA's driver, HIP and MPS
    "can't allocate memory",  # torch's allocator on CPUs, and on Windows:
    "not enough memory",
    "ALLOC_FAILED",  # cuBLAS and cuDNN
)
_MARGIN = 0.95
"""Share of the memory to count on: fragments, and kernels that take a larger workspace at another size."""


class Peak(NamedTuple):
    """The most memory that a step took.

    Attributes:
        batch: faces of either person in it.
        bytes: at the worst moment, weights and all else included.
    """

    batch: int
    bytes: int


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error means that a device's memory was not enough.

    On a CPU that often never gets this far: Linux gives out more than it has, and kills a process that uses it.
    """
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def fitting_batch(small: Peak, large: Peak, room: int) -> int:
    """Return the largest batch that fits, by the straight line through two peaks; 0 when none does.

    A step takes so much for weights and optimizer and so much for each face, so that the line is nearly right; from
    two small batches it is rather too steep, and then the answer is on the safe side.

    Args:
        small: of one batch size; of 0, say, what weights, gradients and optimizer take by themselves.
        large: of a larger one.
        room: bytes of the device that training may have in all.

    Raises:
        ValueError: the batches are not of growing size.
    """
    if small.batch >= large.batch:
        raise ValueError(f"{large} is to be of a larger batch than {small}")
    each = max(1.0, (large.bytes - small.bytes) / (large.batch - small.batch))
    return max(0, int(small.batch + (_MARGIN * room - small.bytes) // each))


def find_fitting_batch(peak: Callable[[int], int], failed: int, room: int) -> int:
    """Try two small batches, and return the largest below `failed` that would fit; 0 when not even one face does.

    Args:
        peak: takes a trial step of so many faces of either person, and returns the most bytes that it took; it leaves
            the run as it was. It may run out of memory, and then a smaller step is tried.
        failed: the batch that did not fit.
        room: bytes of the device that training may have in all.
    """
    measured: list[Peak] = []
    batch = min(failed - 1, max(2, failed // 4))
    while batch >= 1 and len(measured) < 2:
        try:
            measured.append(Peak(batch, peak(batch)))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        batch //= 2
    if not measured:
        return 0
    if len(measured) == 1:  # of one face: nothing can be smaller, so nothing tells what another would take
        return measured[0].batch
    large, small = measured
    return max(large.batch, min(failed - 1, fitting_batch(small, large, room)))


def cuda_peak(step: Callable[[], object], device: torch.device) -> int:
    """Take a step and return the most bytes that torch held on a CUDA device meanwhile; waits for the device."""
    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    step()
    torch.cuda.synchronize(device)
    return torch.cuda.max_memory_reserved(device)


def cuda_room(device: torch.device) -> int:
    """Return the bytes of a CUDA device that this process may have: what it holds and what nobody does."""
    free, _ = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device)


def out_of_memory(batch: int, fits: int | None) -> SettingError:
    """Return the error that says what to do.

    Args:
        batch: the size that did not fit.
        fits: one that would; 0 when none would, None when it could not be found out.
    """
    if fits == 0 or batch == 1:
        return SettingError(f"out of memory at batch {batch}, and not even 1 would fit", do="choose a smaller network")
    if fits is None:
        return SettingError(f"out of memory at batch {batch}", do=f"--batch-size {batch // 2}, say")
    return SettingError(f"out of memory at batch {batch}: about {fits} would fit", do=f"--batch-size {fits}")
