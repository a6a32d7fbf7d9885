from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.comb import comb, unit
from omote.cast.grid import CROWN
from omote.cast.styles import STYLES, Hair
from omote.cast.surface import skull

B = np.linspace(CROWN, -6, 30)
ANGLES = np.linspace(-np.pi, np.pi, 41, dtype=np.float32)


@pytest.mark.parametrize("hair", STYLES)
def test_directions_are_unit_vectors(man: Actor, hair: Hair) -> None:
    combed = comb(replace(man, hair=hair), skull(man, B, ANGLES))
    assert np.linalg.norm(combed.along, axis=2) == pytest.approx(np.ones((30, 41)), abs=1e-3)
    assert combed.strand.shape == combed.way.shape == (30, 41)


def test_falling_hair_falls(woman: Actor) -> None:
    scalp = skull(woman, B, ANGLES)
    combed = comb(replace(woman, hair="long"), scalp)
    assert combed.along[-1, :, 1].max() < -0.3
    sides = np.abs(scalp[..., 0]) > 6
    assert (np.sign(combed.along[..., 0]) == np.sign(scalp[..., 0]))[sides].all()


def test_hair_combed_back_runs_backwards(man: Actor) -> None:
    combed = comb(replace(man, hair="short"), skull(man, B, ANGLES))
    assert (combed.along[..., 2] < -0.9).all()


def test_the_way_grows_along_strands(woman: Actor) -> None:
    scalp = skull(woman, B, ANGLES)
    combed = comb(replace(woman, hair="long"), scalp)
    side = 29
    assert (np.diff(combed.way[5:, side]) > 0).all()


def test_unit() -> None:
    assert unit(np.array([[3.0, 0, 4.0]])) == pytest.approx(np.array([[0.6, 0, 0.8]]), abs=1e-5)
