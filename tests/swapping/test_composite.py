from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from omote.core.errors import SettingError
from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import inverse, scale_of, warp
from omote.imaging.linear import from_light, to_light
from omote.imaging.masks import eroded, face_mask, feathered
from omote.swapping.composite import composite, fitted, layer
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.steady import Memory
from omote.swapping.swap import Swapped

PLAIN = CompositeConfig(colour="none", erode=1.5, feather=8)
SHARP = CompositeConfig(colour="none", feather=0)


def flat(value: float, side: int = 64, mask: Floats | None = None) -> Swapped:
    return Swapped(np.full((side, side, 3), value, np.float32), mask)


def rough(seed: int = 1) -> Swapped:
    small = np.clip(np.random.default_rng(seed).normal(0.5, 0.2, (8, 8, 3)), 0, 1).astype(np.float32)
    return Swapped(np.clip(warp(small, np.array([[8.0, 0, 0], [0, 8.0, 0]]), 64, 64), 0, 1), None)


def test_only_the_region_s_face_changes(picture: Picture, place: Placement) -> None:
    out = picture.copy()
    region = composite(out, place, flat(1.0), PLAIN)
    outside = np.ones(picture.shape[:2], bool)
    region.of(outside)[...] = False
    assert np.array_equal(out[outside], picture[outside])
    mask = face_mask(place.landmarks, 240, 220)
    assert np.array_equal(out[mask == 0], picture[mask == 0])
    assert (out[125:135, 105:115] == 255).all()
    assert region.width * region.height < 0.5 * 200**2  # of the crop's pixels in the frame


@pytest.mark.parametrize("light", ["no", "srgb"])
@pytest.mark.parametrize("deep", [False, True])
def test_the_frame_is_what_a_slow_full_frame_version_makes(
    picture: Picture, place: Placement, light: str, deep: bool
) -> None:
    # A feather by whose half the mask is drawn in by whole pixels, here and in the crop's square.
    config = CompositeConfig.checked({"colour": "none", "feather": 12, "light": light})
    frame: npt.NDArray[Any] = picture.astype(np.uint16) * 257 if deep else picture.copy()
    made = rough()
    composite(frame, place, made, config)
    side = 64 / scale_of(place.matrix)
    face = np.clip(warp(made.face, inverse(place.matrix), 240, 220), 0, 1)
    mask = feathered(eroded(face_mask(place.landmarks, 240, 220), 0), 0.12 * side)[..., None]
    plate = picture.astype(np.float32) / np.float32(255)
    if light == "no":
        slow = plate * (1 - mask) + face * mask
    else:
        slow = from_light(to_light(plate, "srgb") * (1 - mask) + to_light(face, "srgb") * mask, "srgb")
    away = np.abs(frame / np.float32(65535 if deep else 255) - slow)
    assert away.max() < 0.02
    assert away.mean() < 0.001


def test_the_mask_is_applied_once(picture: Picture, place: Placement) -> None:
    """Half a mask shows half of the face; applied twice it would be a quarter."""
    black, half = np.zeros_like(picture), flat(1.0, mask=np.full((64, 64), 0.5, np.float32))
    composite(black, place, half, CompositeConfig(colour="none", mask="learned", feather=0))
    assert np.isin(black[100:140, 90:130], (127, 128)).all()


def test_a_face_of_another_size_lands_in_the_same_place(picture: Picture, place: Placement) -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32)
    small = np.repeat(np.repeat(ramp[None, :, None], 64, 0), 3, 2)
    large = warp(small, np.array([[2.0, 0, 0], [0, 2.0, 0]]), 128, 128)
    first, second = picture.copy(), picture.copy()
    composite(first, place, Swapped(small, None), PLAIN)
    composite(second, place, Swapped(np.clip(large, 0, 1), None), PLAIN)
    np.testing.assert_allclose(first.astype(int), second, atol=3)


@pytest.mark.parametrize("colour", ["mean", "lab", "mkl", "histogram", "seamless"])
def test_colours_follow_the_plate(picture: Picture, place: Placement, colour: str) -> None:
    grey = picture.copy()
    grey[...] = 60
    out = grey.copy()
    composite(out, place, flat(0.9), CompositeConfig.checked({"colour": colour}))
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
        region = composite(out, place, flat(1.0), PLAIN)
        assert (not np.array_equal(out, picture)) == changed == bool(region.width)


def test_the_learnt_mask_is_used_where_there_is_one(picture: Picture, place: Placement) -> None:
    learned = CompositeConfig(colour="none", mask="learned", erode=0, feather=0)
    nothing = picture.copy()
    assert composite(nothing, place, flat(1.0, mask=np.zeros((64, 64), np.float32)), learned).width == 0
    assert np.array_equal(nothing, picture)
    all_of_it = picture.copy()
    region = composite(all_of_it, place, flat(1.0, mask=np.ones((64, 64), np.float32)), learned)
    assert (region.of(all_of_it)[8:-8, 8:-8] == 255).all()
    with pytest.raises(SettingError, match="made without a mask"):
        composite(picture.copy(), place, flat(1.0), learned)


def test_a_layer_is_what_lies_over_the_frame_and_a_fitted_face_is_in_its_crop(
    picture: Picture, place: Placement
) -> None:
    config, out = CompositeConfig(), picture.copy()
    composite(out, place, rough(), config)
    over = layer(picture, place, rough(), config)
    alpha, plate = over.mask[..., None], over.region.of(picture)
    np.testing.assert_allclose(over.region.of(out), plate * (1 - alpha) + over.face * alpha * 255, atol=0.51)
    square = fitted(picture, place, rough(), config)
    assert square.face.shape == (64, 64, 3)
    in_frame = warp(square.face, inverse(place.matrix), 240, 220).clip(0, 1)
    np.testing.assert_allclose(over.region.of(in_frame), over.face, atol=1e-3)


def test_the_mask_is_steady_over_the_frames_of_a_track(picture: Picture, place: Placement) -> None:
    """A learnt mask that flickers between frames flickers less in them, but not where nothing is remembered."""
    config = CompositeConfig(colour="none", mask="learned", feather=0, steady_mask=4)
    masks = [np.full((64, 64), 0.4 + 0.2 * (frame % 2), np.float32) for frame in range(12)]

    def shown(memory: Memory | None) -> list[int]:
        levels = []
        for frame, mask in enumerate(masks):
            black = np.zeros_like(picture)
            composite(black, replace(place, frame=frame), flat(1.0, mask=mask), config, memory)
            levels.append(int(black[120, 110, 0]))
        return levels

    still, free = shown(Memory()), shown(None)
    assert np.abs(np.diff(free)).min() > 45
    assert np.abs(np.diff(still[4:])).max() < 0.35 * 51
