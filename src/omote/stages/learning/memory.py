"""What is said when a device's memory is too small for a run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.training.run import Run


@contextmanager
def memory_explained(run: Run) -> Iterator[None]:
    """Turn an allocator's error into one line that says which batch size would fit.

    Raises:
        SettingError: the memory was too small; on a GPU with a size that was found by trial steps.
    """
    from omote.runtime.memory import is_out_of_memory, out_of_memory
    from omote.training.fitting import fitting

    try:
        yield
    except Exception as fault:
        if not is_out_of_memory(fault):
            raise
        broken = fault.with_traceback(None)  # its frames hold the tensors that filled the memory
    else:
        return
    raise out_of_memory(run.config.batch_size, fitting(run)) from broken


@contextmanager
def faces_explained() -> Iterator[None]:
    """Turn an allocator's error while faces and network are put on the device into one line.

    Raises:
        SettingError: the memory was too small.
    """
    from omote.core.errors import SettingError
    from omote.runtime.memory import is_out_of_memory

    try:
        yield
    except Exception as fault:
        if not is_out_of_memory(fault):
            raise
        what = "out of memory: the faces and the network do not fit on the device"
        raise SettingError(what, do="--set learn.data.keep=memory, or a smaller network") from fault
