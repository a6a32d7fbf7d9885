from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.perception.registry import detector

NAMES = ["retinaface", "scrfd", "yolov8-face"]
FIVE = np.array([[-5, -4], [5, -4], [0, 1], [-4, 6], [4, 6]], np.float32)
RED, BLUE = (255, 0, 0), (0, 0, 255)


def painted(height: int, width: int, *patches: tuple[int, int, int, tuple[int, int, int]]) -> Picture:
    """Grey with patches: left, top, side and colour of each."""
    picture: Picture = np.full((height, width, 3), 90, np.uint8)
    for left, top, side, colour in patches:
        picture[top : top + side, left : left + side] = colour
    return picture


def middle(box: Floats) -> Floats:
    centre: Floats = ((box[:2] + box[2:]) / 2).astype(np.float32)
    return centre


@pytest.mark.usefixtures("tiny_weights")
@pytest.mark.parametrize("name", NAMES)
class TestUnifaceDetectors:
    def test_box_and_points_come_back_in_the_pixels_of_the_picture(self, name: str) -> None:
        # Twice as large as what the network sees: a cell of 8 px is 16 px here.
        (faces,) = detector(name, 0.5).detect([painted(720, 1280, (320, 160, 16, RED))])
        (face,) = faces
        assert face.box == pytest.approx([312, 152, 344, 184], abs=0.01)
        assert face.points == pytest.approx((328, 168) + FIVE * 2, abs=0.01)
        assert face.score > 0.99

    def test_a_small_picture_is_enlarged(self, name: str) -> None:
        (faces,) = detector(name, 0.5).detect([painted(160, 80, (40, 100, 2, RED))])
        (face,) = faces
        assert middle(face.box) == pytest.approx([41, 101], abs=0.01)

    def test_a_side_that_does_not_divide_is_not_shifted(self, name: str) -> None:
        """The network sees 640 × 166 px of 1277 × 331: 8 px cells, whose middles are known in the picture."""
        for at in ((32, 32), (1200, 300)):
            (faces,) = detector(name, 0.2).detect([painted(331, 1277, (*at, 16, RED))])
            cell = np.floor((np.array(at) + 8) * (640 / 1277, 166 / 331) / 8) * 8 + 4
            assert middle(faces[0].box) == pytest.approx(cell * (1277 / 640, 331 / 166), abs=0.01)

    def test_colours_are_not_swapped(self, name: str) -> None:
        assert detector(name, 0.5).detect([painted(640, 640, (320, 160, 8, BLUE))]) == [[]]

    def test_less_red_is_less_certain_and_the_threshold_counts(self, name: str) -> None:
        picture = painted(640, 640, (320, 160, 8, (200, 20, 20)), (80, 400, 8, RED))
        (both,) = detector(name, 0.05).detect([picture])
        assert [tuple(middle(face.box)) for face in both] == [
            pytest.approx((84, 404), abs=0.01),
            pytest.approx((324, 164), abs=0.01),
        ]
        assert len(detector(name, 0.95).detect([picture])[0]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_answered_one_by_one(name: str, tiny_weights: Path) -> None:
    one, two = painted(640, 640, (0, 0, 8, RED)), painted(640, 640)
    first, second, third = detector(name, 0.5).detect([one, two, one])
    assert (len(first), len(second), len(third)) == (1, 0, 1)
