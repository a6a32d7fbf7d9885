from dataclasses import replace

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.core.errors import SettingError
from omote.core.types import Floats
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import scale_of, transform, warp
from omote.imaging.masks import eroded, face_mask, feathered
from omote.swapping.config import CompositeConfig, SidesConfig
from omote.swapping.matte import SIDE, matte
from omote.swapping.plan import Placement


def made(place: Placement, learned: Floats | None = None, **settings: object) -> Floats:
    return matte(place, learned, CompositeConfig.checked({"feather": 0, **settings}))


@pytest.fixture
def stored(place: Placement) -> Placement:
    """The face with a mask that covers the upper half of its crop, kept at another size and turned."""
    turn = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 64.0]])
    matrix = turn @ np.vstack([place.matrix, (0, 0, 1)]) * 2
    pixels = np.zeros((128, 128), np.uint8)
    pixels[:, :64] = 255  # the upper half, turned by a quarter
    return replace(place, masks={"half": MaskRecord.pack(pixels, matrix, "face")})


def test_a_hull_s_mask_is_that_of_the_frame_seen_in_the_crop(place: Placement) -> None:
    in_frame = face_mask(place.landmarks, 240, 220, "components")
    seen = warp(in_frame, place.matrix * (SIDE / 64), SIDE, SIDE)
    assert np.abs(made(place, mask="components") - seen).mean() < 0.003


def test_percentages_are_of_the_crop_s_side(place: Placement) -> None:
    """As they are in the frame: drawn there by hand and brought into the crop it is the same mask."""
    side = 64 / scale_of(place.matrix)
    in_frame = feathered(eroded(face_mask(place.landmarks, 240, 220), 0.02 * side), 0.125 * side)
    seen = warp(in_frame, place.matrix * (SIDE / 64), SIDE, SIDE)
    assert np.abs(made(place, erode=2, feather=12.5) - seen).max() < 0.04


def test_masks_are_multiplied(stored: Placement) -> None:
    learned = np.full((64, 64), 0.5, np.float32)
    hull, both = made(stored, mask="extended"), made(stored, learned, mask="extended * learned*half")
    np.testing.assert_allclose(both[: SIDE // 2 - 2], hull[: SIDE // 2 - 2] * 0.5, atol=1e-6)
    assert both[SIDE // 2 + 2 :].max() == 0
    assert (made(stored, mask="crop") == 1).all()
    np.testing.assert_allclose(made(stored, mask="crop*half"), made(stored, mask="half"))


def test_where_nothing_is_said_a_learnt_mask_has_a_say(place: Placement) -> None:
    learned = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(64, 0)
    np.testing.assert_array_equal(made(place), made(place, mask="extended"))
    np.testing.assert_array_equal(made(place, learned), made(place, learned, mask="extended*learned"))
    assert (made(place, learned) < made(place)).any()


def test_a_mask_that_the_face_lacks_is_named(stored: Placement) -> None:
    with pytest.raises(SettingError, match="made without a mask"):
        made(stored, mask="extended*learned")
    with pytest.raises(SettingError, match=r"has bisenet, which the face in frame 0 lacks; .*components, .*half"):
        made(stored, mask="bisenet")


@pytest.mark.parametrize("mask", ["", "extended*", "extended*extended"])
def test_names_are_joined_by_a_star(mask: str) -> None:
    with pytest.raises(SettingError, match="should be names of masks joined by"):
        CompositeConfig.checked({"mask": mask})


def test_the_threshold_comes_before_the_edge_is_drawn_in(place: Placement) -> None:
    learned = np.zeros((64, 64), np.float32)
    learned[16:48, 16:48] = 0.4
    learned[20:44, 20:44] = 0.85
    firm = made(place, learned, mask="learned", threshold=20)
    assert (firm[84:172, 84:172] == 1).all()
    assert firm[72, 128] == pytest.approx((0.4 - 0.2) / 0.6, abs=0.02)
    assert made(place, learned, mask="learned", threshold=45)[72, 128] == 0
    in_by_5 = made(place, learned, mask="learned", threshold=45, erode=5)
    assert np.flatnonzero(in_by_5[128] > 0.5)[[0, -1]].tolist() == pytest.approx([80 + 13, 175 - 13], abs=1)


def test_sides_are_those_of_the_face_not_of_the_frame(landmarks: Floats) -> None:
    """A face that lies on its side loses its chin when the lower edge is drawn in."""
    lying = np.stack([220 - landmarks[:, 1], landmarks[:, 0]], 1).astype(np.float32)
    places = [Placement(points, crop_matrix(points, 64, "face"), 64) for points in (landmarks, lying)]
    config = CompositeConfig(feather=0, sides=SidesConfig(bottom=10))
    upright, turned = (matte(place, None, config) for place in places)
    assert np.abs(upright - turned).mean() < 0.003
    whole = made(places[0])
    rows = [np.flatnonzero(mask.any(1)) for mask in (whole, upright)]
    assert rows[0][-1] - rows[1][-1] == pytest.approx(0.10 * SIDE, abs=1)
    assert rows[0][0] == rows[1][0]
    x, y = transform(places[1].landmarks[8:9], places[1].matrix * (SIDE / 64))[0].astype(int)
    assert turned[min(y, SIDE - 1) - 4, x] == 0
