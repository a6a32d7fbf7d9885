import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import inverse, scale_of, warp
from omote.imaging.masks import eroded, face_mask, feathered
from omote.swapping.composite import composite
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.swap import Swapped

PLAIN = CompositeConfig(colour="none", erode=1.5, feather=8)


@pytest.fixture
def place(landmarks: Floats) -> Placement:
    return Placement(landmarks, crop_matrix(landmarks, 64, "face"), 64)


def flat(value: float, side: int = 64, mask: Floats | None = None) -> Swapped:
    return Swapped(np.full((side, side, 3), value, np.float32), mask)


def test_only_the_region_s_face_changes(picture: Picture, place: Placement) -> None:
    out = picture.copy()
    region = composite(out, place, flat(1.0), PLAIN)
    outside = np.ones(picture.shape[:2], bool)
    region.of(outside)[...] = False
    assert np.array_equal(out[outside], picture[outside])
    mask = face_mask(place.landmarks, 240, 220)
    assert np.array_equal(out[mask == 0], picture[mask == 0])
    assert (out[125:135, 105:115] == 255).all()


def test_the_frame_is_what_a_slow_full_frame_version_makes(picture: Picture, place: Placement) -> None:
    rng = np.random.default_rng(1)
    small = np.clip(rng.normal(0.5, 0.2, (8, 8, 3)), 0, 1).astype(np.float32)
    made = np.clip(warp(small, np.array([[8.0, 0, 0], [0, 8.0, 0]]), 64, 64), 0, 1)
    out = picture.copy()
    composite(out, place, Swapped(made, None), PLAIN)
    side = 64 / scale_of(place.matrix)
    face = np.clip(warp(made, inverse(place.matrix), 240, 220), 0, 1)
    mask = feathered(
        eroded(face_mask(place.landmarks, 240, 220), PLAIN.erode / 100 * side), PLAIN.feather / 100 * side
    )[..., None]
    slow = picture * (1 - mask) + face * 255 * mask
    np.testing.assert_allclose(out, slow, atol=1.5)


def test_a_face_of_another_size_lands_in_the_same_place(picture: Picture, place: Placement) -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32)
    small = np.repeat(np.repeat(ramp[None, :, None], 64, 0), 3, 2)
    large = warp(small, np.array([[2.0, 0, 0], [0, 2.0, 0]]), 128, 128)
    first, second = picture.copy(), picture.copy()
    composite(first, place, Swapped(small, None), PLAIN)
    composite(second, place, Swapped(np.clip(large, 0, 1), None), PLAIN)
    np.testing.assert_allclose(first.astype(int), second, atol=3)


def test_colours_follow_the_plate(picture: Picture, place: Placement) -> None:
    grey = picture.copy()
    grey[...] = 60
    out = grey.copy()
    composite(out, place, flat(0.9), CompositeConfig(colour="lab"))
    np.testing.assert_allclose(out.astype(int), grey, atol=2)


def test_a_face_does_not_fade_at_the_frame_s_edge(picture: Picture, place: Placement) -> None:
    whole = picture.copy()
    composite(whole, place, flat(1.0), PLAIN)
    left = 105  # through the middle of the face
    marks = (place.landmarks - np.array([left, 0])).astype(np.float32)
    cut = picture[:, left:].copy()
    composite(cut, Placement(marks, crop_matrix(marks, 64, "face"), 64), flat(1.0), PLAIN)
    np.testing.assert_allclose(cut.astype(int), whole[:, left:], atol=1)


def test_a_face_at_the_border_is_cut_and_one_outside_is_left(picture: Picture, landmarks: Floats) -> None:
    for shift, changed in ((-100, True), (-300, False), (120, True), (900, False)):
        moved = (landmarks + np.array([shift, 0])).astype(np.float32)
        place = Placement(moved, crop_matrix(moved, 64, "face"), 64)
        out = picture.copy()
        composite(out, place, flat(1.0), PLAIN)
        assert (not np.array_equal(out, picture)) == changed


def test_the_learnt_mask_is_used_where_there_is_one(picture: Picture, place: Placement) -> None:
    learned = CompositeConfig(colour="none", mask="learned", erode=0, feather=0)
    nothing = picture.copy()
    composite(nothing, place, flat(1.0, mask=np.zeros((64, 64), np.float32)), learned)
    assert np.array_equal(nothing, picture)
    all_of_it = picture.copy()
    region = composite(all_of_it, place, flat(1.0, mask=np.ones((64, 64), np.float32)), learned)
    assert (region.of(all_of_it)[8:-8, 8:-8] == 255).all()
    with pytest.raises(ValueError, match="made without a mask"):
        composite(picture.copy(), place, flat(1.0), learned)
