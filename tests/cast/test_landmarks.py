import numpy as np
import numpy.typing as npt
import pytest

from omote.cast.actor import Actor
from omote.cast.expression import Rig, rig
from omote.cast.grid import net
from omote.cast.landmarks import Marks, marks
from omote.cast.scene import Expression
from omote.core.types import Floats
from omote.imaging.landmarks import MEAN_FACE

_BACKWARDS = ((16, -1), (26, 16), (35, 30), (54, 47), (59, 54), (64, 59), (67, 64))
_JAW, _BROWS, _NOSTRILS, _UPPER, _LOWER, _INNER, _TEETH = ([*range(a, b, -1)] for a, b in _BACKWARDS)
_EYES = [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
MIRRORED = np.array([*_JAW, *_BROWS, *range(27, 31), *_NOSTRILS, *_EYES, *_UPPER, *_LOWER, *_INNER, *_TEETH])


def aligned(points: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> Floats:
    """Lay points on others by the best similarity transform."""
    one, other = points - points.mean(axis=0), target - target.mean(axis=0)
    u, size, v = np.linalg.svd(one.T @ other)
    return np.asarray(size.sum() / (one**2).sum() * one @ (u @ v) + target.mean(axis=0), np.float32)


def test_a_symmetric_face_has_symmetric_points(body: Rig, spots: Marks) -> None:
    points = spots.on(body.posed(Expression()))
    assert points[MIRRORED] * (-1, 1, 1) == pytest.approx(points, abs=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_faces_have_the_proportions_of_people(seed: int) -> None:
    actor = Actor.from_seed(seed)
    body = rig(actor)
    points = marks(actor, body.canvas).on(body.posed(Expression()))[:, :2] * np.array([1, -1], np.float32)
    away = np.linalg.norm(aligned(points[17:], MEAN_FACE) - MEAN_FACE, axis=1)
    assert away.mean() / np.linalg.norm(MEAN_FACE[19] - MEAN_FACE[28]) < 0.06
    outer = np.linalg.norm(points[36] - points[45])
    assert 1.35 < np.ptp(points[:17, 0]) / outer < 1.85


def test_points_come_in_the_ibug_order(body: Rig, spots: Marks) -> None:
    x, y, _ = spots.on(body.posed(Expression(jaw_open=0.4))).T
    assert (np.diff(y[:9]) < 0).all()
    assert (np.diff(y[8:17]) > 0).all()
    assert (x[:8] < x[8]).all()
    assert (x[9:17] > x[8]).all()
    assert (np.diff(x[17:27]) > 0).all()
    assert (np.diff(y[27:31]) < 0).all()
    assert (np.diff(x[31:36]) > 0).all()
    assert (np.diff(x[48:55]) > 0).all()
    assert (np.diff(x[54:60]) < 0).all()
    assert (np.diff(x[60:65]) > 0).all()
    for upper, lower in ((37, 41), (38, 40), (43, 47), (44, 46), (51, 57), (62, 66), (19, 37), (33, 51)):
        assert y[upper] > y[lower]


def test_points_lie_on_the_net(body: Rig, spots: Marks) -> None:
    rows, columns = net().shape
    assert spots.row.shape == spots.column.shape == (68,)
    assert (spots.row >= 0).all()
    assert (spots.row <= rows - 1).all()
    assert (spots.column > 0).all()
    assert (spots.column < columns - 1).all()
    assert (body.canvas.front[np.round(spots.row).astype(int), np.round(spots.column).astype(int)] > 0.3).all()
