import numpy as np
import pytest

from omote.cast.canvas import FINE, Canvas
from omote.cast.expression import Rig


def test_texels_lie_evenly_between_nodes(body: Rig) -> None:
    canvas, fine = body.canvas, body.canvas.fine()
    assert fine.x[::FINE, ::FINE] == pytest.approx(canvas.x, abs=1e-5)
    assert fine.b.shape == tuple((size - 1) * FINE + 1 for size in canvas.b.shape)
    middle = fine.x[0, FINE * 10 : FINE * 11 + 1]
    assert np.diff(middle) == pytest.approx(np.full(FINE, np.diff(middle).mean()), abs=1e-5)


def test_texels_can_begin_at_a_row(body: Rig) -> None:
    assert body.canvas.fine(30).b[0] == pytest.approx(body.canvas.b[30].repeat(FINE)[: body.canvas.fine(30).b.shape[1]])


def test_the_middle_is_nobodys_side(body: Rig) -> None:
    middle = body.canvas.x.shape[1] // 2
    assert body.canvas.side[:, middle] == pytest.approx(0)
    assert body.canvas.around[:, middle] == pytest.approx(0)
    assert (body.canvas.around[:, middle + 1] > 0).all()


def test_all_places_have_the_same_shape() -> None:
    with pytest.raises(ValueError, match="each node"):
        Canvas(*(np.zeros((3, 4 + k), np.float32) for k in range(4)))
