from collections.abc import Callable

import pytest
import torch

from omote.runtime.memory import Peak, find_fitting_batch, fitting_batch, is_out_of_memory, out_of_memory

MIB = 1 << 20


def device(room: int, rest: int, each: int, workspace: Callable[[int], int] = lambda _: 0) -> Callable[[int], int]:
    """Return what tells the peak of a step on a device that raises where its room is not enough."""

    def peak(batch: int) -> int:
        needed = rest + each * batch + workspace(batch)
        if needed > room:
            raise torch.OutOfMemoryError(f"CUDA out of memory. Tried to allocate {needed} bytes")
        return needed

    return peak


def test_what_torch_says_when_memory_is_not_enough_is_understood() -> None:
    with pytest.raises(RuntimeError) as true:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(true.value)
    for message in (
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
        "HIP out of memory. Tried to allocate 2.00 GiB",
        "MPS backend out of memory (MPS allocated: 9.06 GB, other allocations: 12 MB, max allowed: 9.07 GB)",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.",
    ):
        assert is_out_of_memory(RuntimeError(message))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))
    assert is_out_of_memory(MemoryError())


def test_other_faults_are_not_taken_for_it() -> None:
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied (4x3 and 4x3)"))
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(KeyboardInterrupt())


@pytest.mark.parametrize("room", [1000, 5000, 20_000])
@pytest.mark.parametrize("each", [7, 90, 1500])
@pytest.mark.parametrize("batches", [(0, 3), (1, 2), (8, 16)])
def test_the_largest_batch_on_the_line_fits_and_the_next_does_not(
    room: int, each: int, batches: tuple[int, int]
) -> None:
    rest = 600
    small, large = (Peak(batch, (rest + each * batch) * MIB) for batch in batches)
    fits = fitting_batch(small, large, room * MIB)
    assert fits == 0 or rest + each * fits <= 0.95 * room
    assert rest + each * (fits + 1) > 0.95 * room


def test_peaks_of_shrinking_batches_are_refused() -> None:
    with pytest.raises(ValueError, match="larger batch"):
        fitting_batch(Peak(4, 10), Peak(4, 20), 100)


@pytest.mark.parametrize(("rest", "each"), [(600, 100), (600, 300), (2000, 11), (3000, 900)])
@pytest.mark.parametrize("failed", [3, 8, 64, 500])
def test_what_is_found_by_trial_fits_and_uses_most_of_the_room(rest: int, each: int, failed: int) -> None:
    room = 4000
    fits = find_fitting_batch(device(room, rest, each), failed, room)
    best = min(failed - 1, (room - rest) // each)
    assert fits <= best
    assert fits >= min(best, (0.95 * room - rest) // each)


def test_workspaces_that_end_growing_make_the_answer_safe() -> None:
    peak = device(8000, 500, 100, workspace=lambda batch: min(50 * batch, 400))
    fits = find_fitting_batch(peak, 80, 8000)
    assert peak(fits) <= 8000
    assert fits >= 50


def test_where_little_fits_the_little_is_found() -> None:
    assert find_fitting_batch(device(1000, 900, 90), 64, 1000) == 1
    assert find_fitting_batch(device(1000, 900, 200), 64, 1000) == 0
    assert find_fitting_batch(device(1000, 900, 90), 2, 1000) == 1


def test_another_fault_of_the_trial_goes_through() -> None:
    def broken(batch: int) -> int:
        raise RuntimeError("shapes")

    with pytest.raises(RuntimeError, match="shapes"):
        find_fitting_batch(broken, 64, 1000)


def test_the_advice_is_one_line() -> None:
    assert str(out_of_memory(64, 24)) == "out of memory at batch 64: about 24 would fit (--batch-size 24)"
    assert str(out_of_memory(64, None)) == "out of memory at batch 64 (--batch-size 32, say)"
    for batch, fits in ((64, 0), (1, None)):
        line = f"out of memory at batch {batch}, and not even 1 would fit (choose a smaller network)"
        assert str(out_of_memory(batch, fits)) == line
