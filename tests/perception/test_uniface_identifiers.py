from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.landmarks import five_points
from omote.perception.registry import identifier

# In the chip of 112 px the eyes fall in these of 7 × 7 cells, (row, column).
RIGHT_EYE, LEFT_EYE = (3, 2), (3, 4)


def dotted(landmarks: Floats, channel: int) -> Picture:
    """Black, with the eyes dotted in one colour."""
    picture: Picture = np.zeros((220, 240, 3), np.uint8)
    for x, y in five_points(landmarks)[:2].astype(int):
        picture[y - 3 : y + 4, x - 3 : x + 4, channel] = 255
    return picture


@pytest.mark.parametrize(("name", "red"), [("arcface", 0), ("adaface", 2)])
def test_the_network_is_shown_the_face_in_its_place_and_its_colours(
    tiny_weights: Path, landmarks: Floats, name: str, red: int
) -> None:
    """ArcFace learnt with red first, AdaFace with blue first."""
    (vector,) = identifier(name).vectors(dotted(landmarks, 0), [landmarks])
    cells = vector[:147].reshape(3, 7, 7)
    lit = np.argwhere(cells > cells.min() + 0.3 * (cells.max() - cells.min()))
    assert {tuple(place) for place in lit} == {(red, *RIGHT_EYE), (red, *LEFT_EYE)}


@pytest.mark.parametrize("name", ["arcface", "adaface"])
def test_vectors_have_length_one(tiny_weights: Path, picture: Picture, landmarks: Floats, name: str) -> None:
    (vector,) = identifier(name).vectors(picture, [landmarks])
    assert vector.shape == (512,)
    assert np.linalg.norm(vector) == pytest.approx(1)
