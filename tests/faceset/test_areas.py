import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.faceset.areas import areas
from omote.imaging.landmarks import LEFT_EYE, MOUTH, RIGHT_EYE
from omote.imaging.masks import MaskName, face_mask


def at(mask: Picture, points: Floats) -> Picture:
    x, y = np.floor(points).astype(int).T
    values: Picture = mask[y, x]
    return values


@pytest.mark.parametrize("name", ["components", "extended"])
def test_the_face_is_its_mask_in_bytes(landmarks: Floats, name: MaskName) -> None:
    drawn = areas(landmarks, 240, 200, name)
    assert drawn.shape == (3, 240, 240)
    assert np.abs(drawn[0] - face_mask(landmarks, 240, 240, name) * 255).max() <= 0.5


def test_eyes_and_mouth_hold_their_points_and_not_each_other_s(landmarks: Floats) -> None:
    _, eyes, mouth = areas(landmarks, 240, 200, "extended")
    for eye in (RIGHT_EYE, LEFT_EYE):
        assert at(eyes, landmarks[eye].mean(0, keepdims=True)).min() > 250
        assert at(eyes, landmarks[eye]).min() > 140
        assert at(mouth, landmarks[eye]).max() == 0
    assert at(mouth, landmarks[MOUTH]).min() > 140
    assert at(eyes, landmarks[MOUTH]).max() == 0
    assert at(eyes, landmarks[[27]]).max() == 0


def test_they_grow_with_what_is_seen_by_a_fortieth_of_it(landmarks: Floats) -> None:
    own = float(np.ptp(landmarks[MOUTH][:, 1]))
    middle = int(landmarks[51, 0])
    for size in (80, 160, 240):
        mouth = areas(landmarks, 240, size, "extended")[2]
        assert mouth[:, middle].sum() / 255 == pytest.approx(own + 0.025 * size, abs=0.5)


def test_a_crop_of_half_the_pixels_has_the_same_areas(landmarks: Floats) -> None:
    large = areas(landmarks * 2, 480, 400, "extended").reshape(3, 240, 2, 240, 2).mean((2, 4))
    small = areas(landmarks, 240, 200, "extended")
    assert np.abs(large - small).mean() < 0.5
