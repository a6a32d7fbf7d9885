import numpy as np
import pytest

from omote.core.types import Detection, Picture
from omote.perception.views import View, tiles, whole


def seen(*box: float) -> Detection:
    corners = np.array(box, np.float32).reshape(2, 2)
    points = np.concatenate([corners, corners.mean(0)[None], corners[::-1]])
    return Detection(corners.reshape(4), 0.7, points)


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_place_in_a_view_goes_back_to_the_same_pixel(picture: Picture, quarter: int) -> None:
    view = View(picture, (30, 40, 110, 190), quarter)
    shown = view.picture()
    face = view.back(seen(20, 35, 21, 36))
    assert face.box[2:] - face.box[:2] == pytest.approx([1, 1])
    x, y = np.floor(face.points[2]).astype(int)
    assert np.array_equal(shown[35, 20], picture[y, x])
    assert face.score == pytest.approx(0.7)


def test_what_lies_outside_is_the_mirror_image(picture: Picture) -> None:
    shown = View(picture, (-7, 200, 20, 230)).picture()
    assert shown.shape == (30, 27, 3)
    assert np.array_equal(shown[:20, 7:], picture[200:, :20])
    assert np.array_equal(shown[:20, :7], picture[200:, 6::-1])
    assert np.array_equal(shown[20:, 7:], picture[:209:-1, :20])
    height, width = picture.shape[:2]
    assert whole(picture, 0.1).picture().shape == (height + 48, width + 48, 3)


def test_a_face_at_an_edge_inside_the_picture_is_cut_and_at_the_border_is_not(picture: Picture) -> None:
    view = View(picture, (0, 0, 120, 220))
    assert view.has_all(seen(0, 0, 50, 60))
    assert view.has_all(seen(-5, 180, 50, 230))
    assert not view.has_all(seen(80, 50, 119, 100))
    assert not View(picture, (120, 0, 240, 220)).has_all(seen(118, 50, 150, 100))


@pytest.mark.parametrize(("width", "height"), [(1000, 300), (257, 999), (200, 200), (201, 40)])
def test_tiles_cover_every_place_and_share_enough(width: int, height: int) -> None:
    count = np.zeros((height, width), int)
    views = list(tiles(np.zeros((height, width, 3), np.uint8), 200, 0.25))
    for view in views:
        left, top, right, bottom = view.box
        assert max(right - left, bottom - top) <= 200
        count[top:bottom, left:right] += 1
    assert count.min() == 1
    # A face of a quarter of a tile is whole in one of them, wherever it is.
    for left in range(0, width - 50, 7):
        for top in range(0, max(height - 50, 1), 7):
            box = (left, top, left + 50, min(top + 50, height))
            assert any(
                view.box[0] <= box[0] and view.box[1] <= box[1] and view.box[2] >= box[2] and view.box[3] >= box[3]
                for view in views
            )
