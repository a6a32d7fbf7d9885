import numpy as np
import pytest

from omote.alignments.foreign.points68 import as_68


def test_68_stay_and_98_lie_where_their_twins_are() -> None:
    points = np.arange(136.0).reshape(68, 2)
    assert as_68(points) is points
    found = as_68(np.stack([np.arange(98.0), np.zeros(98)], 1))[:, 0].astype(int)
    assert (found[0], found[8], found[16]) == (0, 16, 32)  # jaw: ends and chin
    assert (found[30], found[33]) == (54, 57)  # tip and base of the nose
    assert [found[at] for at in (36, 39, 42, 45)] == [60, 64, 68, 72]  # corners of the eyes
    assert [found[at] for at in (48, 54, 60, 64)] == [76, 82, 88, 92]  # corners of the mouth
    assert len(set(found)) == 68


@pytest.mark.parametrize(("count", "why"), [(4, "no face can be placed"), (51, "lack the jaw"), (0, "0 points")])
def test_others_are_refused(count: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        as_68(np.zeros((count, 2)))
