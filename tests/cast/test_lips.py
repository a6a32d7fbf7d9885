from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.grid import LIPS
from omote.cast.lips import Lips, lips


def test_the_red_ends_at_the_corners(man: Actor) -> None:
    shape = Lips.of(man)
    corners = np.array([-shape.half, shape.half], np.float32)
    assert shape.top(corners) == pytest.approx([0, 0], abs=1e-3)
    assert shape.bottom(corners) == pytest.approx([0, 0], abs=1e-3)


def test_cupids_bow_has_two_peaks(man: Actor) -> None:
    shape = Lips.of(man)
    peak, middle = shape.top(np.array([0.22 * shape.half, 0.0], np.float32))
    assert peak > middle > 0.5 * peak


def test_fuller_lips_are_higher_and_stand_out_more(man: Actor) -> None:
    x = np.zeros((60, 1), np.float32)
    b = np.linspace(LIPS + 2, LIPS - 2, 60, dtype=np.float32)[:, None]
    thin, full = replace(man, upper_lip=0.6, lower_lip=0.7), replace(man, upper_lip=1.4, lower_lip=1.4)
    assert Lips.of(full).upper > Lips.of(thin).upper
    assert lips(full, x, b)[..., 2].max() > lips(thin, x, b)[..., 2].max() + 0.2


def test_the_margins_are_tucked_in_between_the_lips(man: Actor) -> None:
    b = np.array([LIPS + 0.35, LIPS, LIPS - 0.4], np.float32)[:, None]
    upper, margin, lower = lips(man, np.zeros_like(b), b)[:, 0, 2]
    assert margin < upper - 0.2
    assert margin < lower - 0.2


def test_a_wide_mouth_reaches_further(man: Actor) -> None:
    assert Lips.of(replace(man, mouth_width=1.1)).half > Lips.of(replace(man, mouth_width=0.9)).half
