import numpy as np
import pytest

from omote.stages.extracting.looking import Wanted, _Plan


def test_wanted_frames_are_those_of_the_range_one_of_so_many() -> None:
    wanted = Wanted(5, 20, 4)
    assert [index for index in range(30) if index in wanted] == [5, 9, 13, 17]
    assert (wanted.over(19), wanted.over(20)) == (False, True)
    assert 10**9 in Wanted(0, None, 1)


def slow_passes(done: set[int], wanted: Wanted, step: int, index: int, total: int) -> bool:
    """A frame is passed over when every stretch from one multiple of the step to the next that has it is done."""
    stretches = [range(first, first + step + 1) for first in range(-step, total + step, step)]
    mine = [stretch for stretch in stretches if index in stretch]
    return all(frame in done or frame not in wanted for stretch in mine for frame in stretch)


@pytest.mark.parametrize("seed", range(20))
def test_stretches_are_passed_over_whole_or_not_at_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    step, total = int(random.integers(1, 7)), 40
    wanted = Wanted(int(random.integers(0, 5)), total if seed % 2 else None, 1)
    done = {index for index in range(total) if random.random() < 0.9}
    plan = _Plan(wanted, done, step)
    for index in range(wanted.first, total - step):
        assert plan.passes(index) == slow_passes(done, wanted, step, index, total)


def test_reading_begins_some_frames_before_the_stretch_that_is_not_done() -> None:
    plan = _Plan(Wanted(0, None, 1), set(range(50)), 12)
    assert plan.begin(10) == 48 - 10
    assert _Plan(Wanted(40, None, 1), set(range(50)), 12).begin(10) == 40
    assert _Plan(Wanted(0, None, 1), set(), 12).begin(10) == 0
    assert _Plan(Wanted(0, 10, 1), set(range(10)), 12).begin(0) == 0
