"""What of a machine each of several trainings at once has for itself: cores, or a GPU."""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """What one training has.

    Attributes:
        cores: by number; empty where the system does not say which there are.
        threads: how many it computes with.
        gpu: its name, as CUDA_VISIBLE_DEVICES takes it; None: whichever there are.
    """

    cores: tuple[int, ...]
    threads: int
    gpu: str | None = None

    def environment(self) -> dict[str, str]:
        """Return the variables of a process that keeps to this share."""
        threads = {name: str(self.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        return dict(os.environ) | threads | ({} if self.gpu is None else {"CUDA_VISIBLE_DEVICES": self.gpu})


def shares(parallel: int, cores: Sequence[int], gpus: Sequence[str]) -> list[Share]:
    """Share a machine out evenly.

    Args:
        parallel: how many trainings are made at once.
        cores: that there are.
        gpus: that there are and are to be used.

    Returns:
        A share for each. Where there are fewer cores or GPUs than trainings, some have the same.
    """
    found = []
    for number in range(parallel):
        if len(cores) >= parallel:
            mine = tuple(cores[number * len(cores) // parallel : (number + 1) * len(cores) // parallel])
        else:
            mine = tuple(cores[number % len(cores) :][:1]) if cores else ()
        threads = len(mine) or max(1, (os.cpu_count() or 1) // parallel)
        found.append(Share(mine, threads, gpus[number % len(gpus)] if gpus else None))
    return found


def cores_here() -> list[int]:
    """Return the numbers of the cores that this process may use; where the system does not say, none."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
