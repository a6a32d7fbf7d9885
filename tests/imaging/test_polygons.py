import numpy as np

from omote.imaging.polygons import painted

SQUARE = np.array([[2, 2], [6, 2], [6, 6], [2, 6]], np.float32)


def test_a_square_covers_its_pixels_and_a_later_one_takes_away() -> None:
    mask = painted(8, [(SQUARE, True)]) > 127
    assert mask[2:6, 2:6].all()
    assert mask.sum() == 16
    holed = painted(8, [(SQUARE, True), (SQUARE - np.array([2, 0], np.float32), False)]) > 127
    assert holed[2:6, 5].all()
    assert not holed[:, :4].any()


def test_nothing_painted_is_nothing_and_corners_may_lie_far_outside() -> None:
    assert not painted(8, []).any()
    assert painted(8, [((SQUARE - 4) * 1e5, True)]).all()
