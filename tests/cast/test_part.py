import numpy as np
import pytest

from omote.cast.grid import sheet
from omote.cast.part import Paint, Sheet, Solid, linear, normals, solid, spread, texels

X, Y = np.meshgrid(np.arange(5.0), -np.arange(4.0))
FLAT = np.stack([X, Y, np.zeros_like(X)], axis=2).astype(np.float32)
PAPER = texels(np.zeros((8, 9, 3), np.float32), 0.5, 0.25)


def test_a_sheet_faces_the_viewer() -> None:
    assert normals(FLAT) == pytest.approx(np.broadcast_to([0, 0, 1], FLAT.shape), abs=1e-5)


def test_normals_of_a_ball_point_outwards() -> None:
    across, up = np.meshgrid(np.linspace(-1, 1, 30), np.linspace(1, -1, 30))
    ball = np.stack([np.sin(across) * np.cos(up), np.sin(up), np.cos(across) * np.cos(up)], axis=2)
    assert (normals(ball.astype(np.float32)) * ball).sum(axis=2).min() > 0.99


def test_texels_hold_colour_density_and_face() -> None:
    assert PAPER.shape == (8, 9, 5)
    assert PAPER[3, 3] == pytest.approx([0, 0, 0, 0.5, 0.25])
    with pytest.raises(ValueError, match="texels"):
        Paint(PAPER[..., :4], np.zeros((3, 2), np.float32))


def test_paper_is_spread_from_edge_to_edge() -> None:
    uv = spread(PAPER, 4, 5)
    assert uv.shape == (20, 2)
    assert uv[[0, 4, 15, 19]] == pytest.approx(np.array([[0, 0], [8, 0], [0, 7], [8, 7]]))


def test_a_solid_has_one_openness_for_each_point() -> None:
    form = solid(FLAT, PAPER, 0.5)
    assert form.open_.shape == (4, 5)
    assert form.sheet.faces.max() == 19
    with pytest.raises(ValueError, match="belong together"):
        Solid(Sheet(sheet(4, 5), form.sheet.paint), FLAT, np.ones((4, 4), np.float32))


def test_light_is_linear() -> None:
    assert linear((0.0, 0.5, 1.0)) == pytest.approx([0, 0.2176, 1], abs=1e-3)
