from pathlib import Path

from omote.core.errors import SettingError
from omote.stages.converting.failing import MOST, failure, runs


def test_numbers_are_told_as_runs() -> None:
    assert runs([3]) == "3"
    assert runs([3, 7, 8, 9, 12]) == "3, 7-9, 12"
    assert runs([]) == ""


def test_the_first_fault_is_told_with_all_frames() -> None:
    faults = [(4, SettingError("no mask", do="make one")), (5, ValueError("other")), (9, ValueError("other"))]
    told = str(failure(faults, Path("clip.mp4")))
    assert told == "3 frames cannot be swapped: 4-5, 9; the first since no mask: clip.mp4 (make one)"
    assert str(failure(faults[1:2], Path("c"))) == "1 frame cannot be swapped: 5; the first since ValueError: other: c"


def test_where_too_many_fail_it_says_that_it_looked_no_further() -> None:
    assert "0-99, and no more were tried;" in str(failure([(n, ValueError("x")) for n in range(MOST)], Path("c")))
