import numpy as np
import pytest

from omote.core.types import Floats, Picture, Region
from omote.evaluation.truth import likeness
from omote.imaging.geometry import inverse, warp
from omote.marking.pattern import PERIOD, to_square, window
from omote.marking.watermark import Watermark

ALL = Region(0, 0, 240, 220)


def put(
    rgb: Picture, points: Floats, seconds: float = 0.0, region: Region = ALL, mask: Floats | None = None
) -> Picture:
    out = rgb.copy()
    Watermark().put(out, region, points, seconds, mask)
    return out


def test_only_the_face_is_changed_and_hardly(picture: Picture, landmarks: Floats) -> None:
    marked = put(picture, landmarks)
    change = marked.astype(int) - picture
    inside = warp(window(), inverse(to_square(landmarks)), 240, 220, border=0) > 0.01
    assert (change[~inside] == 0).all()
    assert 0.3 < np.abs(change[inside]).mean() < 1.5
    assert np.abs(change).max() <= 6
    assert likeness(marked, picture, np.ones((220, 240), np.float32)).ssim > 0.998


def test_it_stays_in_the_region_and_under_the_mask(picture: Picture, landmarks: Floats) -> None:
    region = Region(80, 70, 150, 400)
    inside = region.within(240, 220)
    whole, cut = put(picture, landmarks), put(picture, landmarks, region=region)
    assert np.abs(inside.of(cut).astype(int) - inside.of(whole)).max() <= 1
    cut[inside.top : inside.bottom, inside.left : inside.right] = inside.of(picture)
    assert (cut == picture).all()
    mask = np.zeros((220, 240), np.float32)
    mask[:, :110] = 1
    half = put(picture, landmarks, mask=mask)
    assert (half[:, :110] == whole[:, :110]).all()
    assert (half[:, 110:] == picture[:, 110:]).all()


def test_a_face_outside_the_frame_or_region_is_left(picture: Picture, landmarks: Floats) -> None:
    assert (put(picture, landmarks + np.float32(5000)) == picture).all()
    assert (put(picture, landmarks, region=Region(0, 0, 0, 0)) == picture).all()


def test_it_turns_with_time(picture: Picture, landmarks: Floats) -> None:
    grey = [put(picture, landmarks, share * PERIOD).astype(np.float64).mean(2) for share in (0, 0.25, 0.5, 1)]
    still = (grey[0] + grey[2]) / 2  # what does not turn
    begin, quarter, half, again = (each - still for each in grey)
    assert np.corrcoef(begin.ravel(), half.ravel())[0, 1] < -0.9
    assert abs(np.corrcoef(begin.ravel(), quarter.ravel())[0, 1]) < 0.2
    assert (begin == again).all()


def test_deep_frames_have_the_same_mark(picture: Picture, landmarks: Floats) -> None:
    deep = picture.astype(np.uint16) * 257
    marked = deep.copy()
    Watermark().put(marked, ALL, landmarks, 0.3)
    shallow = put(picture, landmarks, 0.3)
    assert np.abs(marked / 257 - shallow).max() <= 0.6


@pytest.mark.parametrize("extreme", [0, 255])
def test_black_and_white_do_not_wrap_around(landmarks: Floats, extreme: int) -> None:
    flat = np.full((220, 240, 3), extreme, np.uint8)
    assert np.abs(put(flat, landmarks).astype(int) - extreme).max() <= 6
