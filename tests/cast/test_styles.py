from typing import get_args

import numpy as np
import pytest

from omote.cast.styles import STYLES, Hair


def test_every_hair_has_a_style() -> None:
    assert set(STYLES) == set(get_args(Hair))


@pytest.mark.parametrize("hair", get_args(Hair))
def test_hairlines_go_half_around_the_head(hair: Hair) -> None:
    angles = np.array([angle for angle, _ in STYLES[hair].edge])
    assert (np.diff(angles) > 0).all()
    assert angles[0] == 0
    assert angles[-1] >= np.pi


def test_hanging_hair_covers_the_ears() -> None:
    assert STYLES["long"].over_ears
    assert STYLES["long"].framing
    assert not STYLES["short"].over_ears
    assert STYLES["short"].corners
    assert not STYLES["receding"].corners
