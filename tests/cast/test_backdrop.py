import numpy as np
import pytest

from omote.cast.backdrop import behind
from omote.cast.scene import Backdrop


def test_a_backdrop_is_always_the_same_picture() -> None:
    picture = behind(Backdrop(3), 64, 48)
    assert picture.shape == (48, 64, 3)
    assert picture.dtype == np.float32
    assert 0 < picture.min() < picture.max() <= 1
    behind.cache_clear()
    assert (behind(Backdrop(3), 64, 48) == picture).all()


def test_backdrops_differ() -> None:
    assert np.abs(behind(Backdrop(3), 64, 48) - behind(Backdrop(4), 64, 48)).mean() > 0.02


def test_backdrops_are_out_of_focus() -> None:
    picture = behind(Backdrop(5), 480, 360)
    assert np.abs(np.diff(picture, axis=0)).mean() < 0.01


def test_nobody_may_change_a_backdrop() -> None:
    with pytest.raises(ValueError, match="read-only"):
        behind(Backdrop(3), 64, 48)[0, 0] = 0
