import numpy as np
import pytest

from omote.evaluation.drawing import DPI, WIDTH, panelled, png
from omote.imaging.pictures import decode


def test_a_figure_is_a_picture_of_its_size() -> None:
    figure, (axes,) = panelled(1, 1, 2.0)
    axes.axhspan(0, 1, color="#123456")
    picture = decode(png(figure))
    assert picture is not None
    assert picture.shape == (2 * DPI, WIDTH * DPI, 3)
    assert (picture[0, 0] == 255).all()
    assert (picture == (0x12, 0x34, 0x56)).all(2).mean() > 0.5


@pytest.mark.parametrize(("rows", "columns", "shared"), [(2, 1, "x"), (1, 2, "y")])
def test_panels_in_a_line_share_the_axis_along_which_they_are_compared(rows: int, columns: int, shared: str) -> None:
    _, (one, other) = panelled(rows, columns, 3.0)
    one.set(xlim=(0, 7), ylim=(0, 7))
    other_limits = {"x": other.get_xlim(), "y": other.get_ylim()}
    assert {name for name, limits in other_limits.items() if np.allclose(limits, (0, 7))} == {shared}
