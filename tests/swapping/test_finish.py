from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.colour import grey
from omote.imaging.grain import drawn_grain, grain_of
from omote.imaging.linear import from_light, to_light
from omote.imaging.motion import motion_blurred
from omote.imaging.sharpening import sharpened
from omote.swapping.composite import layer
from omote.swapping.config import CompositeConfig
from omote.swapping.finish import reach
from omote.swapping.plan import Placement
from omote.swapping.swap import Swapped

STILL = Swapped(np.full((64, 64, 3), 0.5, np.float32), None)


def settings(**those: Any) -> CompositeConfig:
    return CompositeConfig.checked({"colour": "none", **those})


def textured(seed: int) -> Swapped:
    noise = np.random.default_rng(seed).normal(0, 1, (256, 256))
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return Swapped(np.repeat((0.5 + 0.5 * soft)[..., None], 3, 2).clip(0, 1).astype(np.float32), None)


def around(picture: Picture, place: Placement, made: Swapped, config: CompositeConfig) -> tuple[Floats, Floats]:
    """The face without touches, and with those of the settings."""
    return layer(picture, place, made, settings()).face, layer(picture, place, made, config).face


def test_nothing_asked_for_looks_at_nothing_around(place: Placement) -> None:
    assert reach(place, settings()) == 0
    assert reach(replace(place, motion=np.array([9, -21], np.float32)), settings(motion_blur=50)) == 6


def test_the_radius_of_sharpening_is_a_share_of_the_crop_s_side(picture: Picture, place: Placement) -> None:
    config = settings(sharpen={"kind": "gaussian", "amount": 80, "radius": 0.6})
    before, after = around(picture, place, textured(1), config)
    inner = (slice(8, -8), slice(8, -8))
    np.testing.assert_allclose(after[inner], sharpened(before, "gaussian", 0.006 * 200, 0.8)[inner], atol=1e-4)


def test_sharpness_is_matched_to_the_plate_s(picture: Picture, place: Placement) -> None:
    """The plate is smooth and the face is not: it is blurred, half of the way when so asked."""
    plate = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, picture.shape).astype(np.uint8), (0, 0), 3)
    frame = np.asarray(plate, np.uint8)
    before, after = around(frame, place, textured(1), settings(match_sharpness=100))
    _, half = around(frame, place, textured(1), settings(match_sharpness=50))
    detail = [float(cv2.Laplacian(grey(face), cv2.CV_32F).std()) for face in (before, half, after)]
    assert detail[0] > 1.3 * detail[1] > 1.6 * detail[2]


@pytest.mark.parametrize("light", ["no", "bt709"])
def test_what_moves_is_blurred_along_its_way(picture: Picture, place: Placement, light: str) -> None:
    moving = replace(place, motion=np.array([12, -6], np.float32))
    before, after = around(picture, moving, textured(1), settings(motion_blur=50, light=light))
    way = np.array([6, -3], np.float32)
    if light == "no":
        slow = motion_blurred(before, way)
    else:
        slow = from_light(motion_blurred(to_light(before, "bt709"), way), "bt709")
    np.testing.assert_allclose(after[4:-4, 4:-4], slow[4:-4, 4:-4], atol=1e-3)
    # What moves out of the region comes from around it, not from its edge.
    assert np.abs(after - slow)[:, :2].max() > 0.01


def test_the_face_gets_the_grain_that_the_plate_has_and_it_lacks(place: Placement) -> None:
    smooth = np.full((220, 240, 3), 130.0)
    grain = drawn_grain(np.array([4e-4, 4e-4], np.float32), 240, 220, (9,))
    frame = np.rint(smooth + 255 * grain[..., None]).clip(0, 255).astype(np.uint8)
    over = layer(frame, place, STILL, settings(grain=100))
    inside = np.ones_like(over.mask)
    found, goal = grain_of(grey(over.face), inside), grain_of(grain + np.float32(0.5), np.ones_like(grain))
    np.testing.assert_allclose(np.sqrt(found), np.sqrt(goal), rtol=0.25)
    clean = layer(smooth.astype(np.uint8), place, STILL, settings(grain=100)).face
    assert np.abs(clean - 0.5).max() < 1e-3
    noise = drawn_grain(np.array([9e-4, 0], np.float32), 256, 256, (3,))
    grainy = Swapped(np.repeat((np.float32(0.5) + noise)[..., None], 3, 2).clip(0, 1), None)
    without, with_ = around(frame, place, grainy, settings(grain=100))
    assert (with_ - without).std() < 0.7 * (over.face - 0.5).std()


def test_grain_is_drawn_anew_in_each_frame_and_again_the_same(picture: Picture, place: Placement) -> None:
    frame = np.random.default_rng(0).integers(90, 170, picture.shape).astype(np.uint8)
    places = [place, place, replace(place, frame=1), replace(place, track=7)]
    first, again, later, other = (layer(frame, each, STILL, settings(grain=100)).face for each in places)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)
    assert not np.array_equal(first, other)
