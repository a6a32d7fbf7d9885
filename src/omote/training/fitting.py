"""Which batch size a run's device has room for, found by trial steps after one did not fit."""

from omote.runtime.memory import cuda_peak, cuda_room, find_fitting_batch
from omote.training.phases import Limits
from omote.training.run import Run


def fitting(run: Run) -> int | None:
    """Return the largest batch that would fit; 0: not even one face, None: the device does not tell its memory.

    The run takes steps meanwhile and is of no use afterwards.
    """
    device, failed = run.team.device, run.config.batch_size
    if device.type != "cuda" or run.team.world > 1:
        return None
    limits = Limits(run.now.iteration + 1)

    def peak(batch: int) -> int:
        return cuda_peak(lambda: run.of_batch(batch).step(limits), device)

    return find_fitting_batch(peak, failed, cuda_room(device))
