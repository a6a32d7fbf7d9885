from pathlib import Path

import numpy as np
import pytest

from omote.alignments.foreign.checked import (
    affine,
    file_name,
    number,
    numbers,
    octets,
    row,
    rows,
    table,
    text,
    told,
    whole,
)
from omote.alignments.foreign.inert_numpy import InertArray
from omote.core.errors import AlignmentsError


def array(values: object) -> InertArray:
    made = InertArray()
    made.value = np.array(values)
    return made


def test_good_values_come_through() -> None:
    assert (number(3), number(-2.5), whole(7), text("a b"), file_name("a.png")) == (3.0, -2.5, 7, "a b", "a.png")
    assert numbers([1, 2.5], 4).tolist() == numbers(array([1, 2.5]), 4).tolist() == [1, 2.5]
    assert rows(((1, 2), [3, 4]), 9, 2).tolist() == rows(array([[1, 2], [3, 4]]), 9, 2).tolist() == [[1, 2], [3, 4]]
    assert affine(np.eye(3).tolist()).tolist() == affine(array(np.eye(3)[:2])).tolist() == np.eye(3)[:2].tolist()
    assert octets(array(np.frombuffer(b"ab", np.uint8)), 2) == b"ab"


@pytest.mark.parametrize(
    "bad", [None, True, "1", float("nan"), float("inf"), 1e7, 10**400, [], InertArray(), array([1, 2])]
)
def test_numbers_that_are_none_are_refused(bad: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        number(bad)
    with pytest.raises((ValueError, TypeError)):
        rows([[1, bad]], 4, 2)


@pytest.mark.parametrize("bad", ["", "a/b", "..", "a\\b", "a\nb", "a\0", 3, "x" * 2000])
def test_names_that_lead_elsewhere_are_refused(bad: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        file_name(bad)


def test_other_kinds_and_too_many_are_refused() -> None:
    for look in (
        lambda: table([]), lambda: row({}), lambda: numbers([1] * 9, 8), lambda: rows([[1, 2]] * 9, 8, 2),
        lambda: rows([[1]], 8, 2), lambda: rows(array([[np.nan, 1]]), 8, 2), lambda: affine([[1, 0, 0], [2, 0, 0]]),
        lambda: octets("a", 9), lambda: octets(b"ab", 1), lambda: whole(2**70), lambda: whole(True),
    ):  # fmt: skip
        with pytest.raises((ValueError, TypeError)):
            look()


@pytest.mark.parametrize(
    "fault", [KeyError("x"), ValueError("line\nbreak"), RecursionError(), FileNotFoundError(2, "no")]
)
def test_faults_are_one_line_with_the_file(fault: Exception) -> None:
    with pytest.raises(AlignmentsError, match=r"a\.fsa") as raised, told(Path("a.fsa"), "such a file"):
        raise fault
    assert "\n" not in str(raised.value)
