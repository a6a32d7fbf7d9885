import numpy as np
import pytest

from omote.cast.grid import CHIN, CROWN, LIPS, Net, net, sheet


def test_the_net_spans_the_head() -> None:
    grid = net()
    assert grid.heights[[0, -1]] == pytest.approx([CROWN, CHIN])
    assert grid.heights[grid.eye] == 0
    assert grid.heights[grid.mouth] == pytest.approx(LIPS)
    assert (np.diff(grid.heights) <= 0).all()
    assert grid.angles == pytest.approx(-grid.angles[::-1])
    assert grid.angles[[0, -1]] == pytest.approx([-np.pi, np.pi])


def test_nothing_is_spanned_across_lids_and_lips() -> None:
    grid = net()
    rows = grid.faces // grid.shape[1]
    crossing = {int(row) for row in rows.min(axis=1)[rows.max(axis=1) > rows.min(axis=1)]}
    assert crossing == set(range(grid.shape[0] - 1)) - {grid.eye, grid.mouth}
    assert grid.faces.max() == grid.shape[0] * grid.shape[1] - 1


def test_slits_must_be_pairs_of_rows() -> None:
    grid = net()
    with pytest.raises(ValueError, match="pairs"):
        Net(grid.heights, grid.angles, grid.eye + 3, grid.mouth, grid.faces)


def test_a_sheet_is_covered_once_and_faces_the_viewer() -> None:
    x, y = np.meshgrid(np.arange(4.0), -np.arange(3.0))
    corners = np.stack([x.ravel(), y.ravel()], axis=1)[sheet(3, 4)]
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]) / 2
    assert (area == 0.5).all()
    assert area.sum() == 6
