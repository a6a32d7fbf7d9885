import numpy as np
import pytest

from omote.core.types import Floats
from omote.evaluation.identity import FLOOR_B, PLACE, TAKEN_A, TAKEN_B, Vectors, identity, places


def person(axis: int, count: int, seed: int) -> Floats:
    """Vectors of one person: near one axis, a distance of 1 from every other person's."""
    spread = np.random.default_rng(seed).normal(0, 0.02, (count, 16))
    return np.asarray(np.eye(16)[axis] / np.sqrt(2) + spread, np.float32)


A, B = person(0, 20, 1), person(1, 20, 2)


def told(result: Floats) -> dict[str, float]:
    return {
        f"{each.name}{'|' if each.group else ''}{each.group}": each.value
        for each in identity(Vectors(result, A, B, one_person=0.6))
    }


def test_a_face_of_b_is_at_1_and_one_of_a_that_nobody_changed_leaks() -> None:
    swapped, unchanged = told(person(1, 10, 3)), told(A)
    assert swapped[PLACE] == pytest.approx(1, abs=0.03)
    assert (swapped[TAKEN_B], swapped[TAKEN_A]) == (100, 0)
    assert unchanged[PLACE] == pytest.approx(0, abs=1e-5)
    assert (unchanged[TAKEN_B], unchanged[TAKEN_A]) == (0, 100)
    assert swapped["distance to B"] < 0.3 < 1.5 < unchanged["distance to B"]
    assert swapped["distance to A"] > 1.5


def test_what_is_between_them_is_between_and_a_stranger_is_nobody() -> None:
    assert told(np.asarray((A + B) / 2, np.float32))[PLACE] == pytest.approx(0.5, abs=1e-5)
    stranger = told(person(2, 10, 4))
    assert (stranger[TAKEN_B], stranger[TAKEN_A]) == (0, 0)
    assert stranger["distance to B"] > 1.5


def test_the_floor_is_how_far_bs_faces_are_from_their_fellows() -> None:
    found = told(person(1, 10, 5))
    away = [np.linalg.norm(each - np.delete(B, place, 0).mean(0)) / 0.6 for place, each in enumerate(B)]
    assert found[f"distance to B|{FLOOR_B}"] == pytest.approx(np.mean(away), rel=1e-4)


def test_vectors_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match="each need a vector"):
        Vectors(A, A[:0], B, 0.6)
    with pytest.raises(ValueError, match="of one recogniser"):
        Vectors(A[:, :8], A, B, 0.6)
    with pytest.raises(ValueError, match="the same vector"):
        places(A, A, A)
