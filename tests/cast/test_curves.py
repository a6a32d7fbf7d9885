import numpy as np
import pytest

from omote.cast.curves import bump, dome, rise, through


def test_a_curve_goes_through_its_knots_and_stays_flat_beyond() -> None:
    knots = ((-1.0, 2.0), (0.0, 5.0), (1.5, -1.0), (4.0, 0.5))
    x, y = np.array(knots).T
    assert through(knots, x) == pytest.approx(y, abs=1e-6)
    assert through(knots, np.array([-9.0, 9.0])) == pytest.approx([2.0, 0.5])


def test_a_curve_through_a_line_is_the_line() -> None:
    x = np.linspace(0, 3, 31)
    assert through(((0, 1), (1, 3), (3, 7)), x) == pytest.approx(1 + 2 * x, abs=1e-5)


def test_a_curve_has_no_corners() -> None:
    y = through(((0, 0), (1, 1), (2, 0), (3, 2)), np.linspace(0, 3, 3001)).astype(np.float64)
    bend = np.abs(np.diff(y, 2)) / 0.001**2
    assert bend.max() < 20


def test_a_rise_goes_from_0_to_1_either_way() -> None:
    assert rise(1, 3, np.array([0.0, 1.0, 2.0, 3.0, 4.0])) == pytest.approx([0, 0, 0.5, 1, 1])
    assert rise(3, 1, np.array([0.0, 2.0, 4.0])) == pytest.approx([1, 0.5, 0])


def test_a_bump_is_a_round_hill() -> None:
    x, y = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 41))
    hill = bump(x, y)
    assert hill[20, 20] == hill.max()
    assert hill == pytest.approx(hill.T)
    assert hill.dtype == np.float32


def test_a_dome_ends_at_1() -> None:
    assert dome(np.array([-1.5, -1.0, 0.0, 0.6, 1.0])) == pytest.approx([0, 0, 1, 0.8, 0])
