from pathlib import Path

import numpy as np
import pytest

from omote.core.types import FaceMask, Floats, Picture
from omote.imaging.geometry import inverse, warp
from omote.imaging.masks import face_mask
from omote.perception.registry import segmenter

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def painted(landmarks: Floats, colour: tuple[int, int, int]) -> tuple[Picture, Floats]:
    """A face of one colour on black, and its outline."""
    truth = face_mask(landmarks, 240, 220)
    picture: Picture = (truth[..., None] * np.array(colour, np.float32)).astype(np.uint8)
    return picture, truth


def in_frame(mask: FaceMask) -> Floats:
    whole: Floats = warp((mask.pixels / np.float32(255)).astype(np.float32), inverse(mask.matrix), 240, 220, border=0)
    return whole


@pytest.mark.parametrize("name", ["bisenet", "xseg"])
def test_the_mask_lies_on_the_face_in_the_frame(tiny_weights: Path, landmarks: Floats, name: str) -> None:
    picture, truth = painted(landmarks, RED)
    (mask,) = segmenter(name).masks(picture, [landmarks])
    assert mask.pixels.shape == (256, 256)
    assert np.abs(in_frame(mask) - truth).mean() < 0.005
    # A shift of half a pixel would leave a sum of signed differences along one side.
    rise = np.gradient(truth, axis=1)
    assert abs(float(((in_frame(mask) - truth) * rise).sum() / (rise**2).sum())) < 0.1


def test_bisenet_takes_skin_and_nose_and_leaves_hair(tiny_weights: Path, landmarks: Floats) -> None:
    for colour, full in ((RED, True), (GREEN, True), (BLUE, False)):
        picture, _ = painted(landmarks, colour)
        (mask,) = segmenter("bisenet").masks(picture, [landmarks])
        assert mask.centering == "head"
        assert (mask.pixels.max() == 255) == full


def test_xseg_is_shown_the_face_with_blue_first(tiny_weights: Path, landmarks: Floats) -> None:
    for colour, most in (((128, 0, 0), 128), (GREEN, 0), (BLUE, 0)):
        (mask,) = segmenter("xseg").masks(painted(landmarks, colour)[0], [landmarks])
        assert mask.centering == "face"
        assert abs(int(mask.pixels[128, 128]) - most) <= 1
