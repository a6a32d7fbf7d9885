from itertools import pairwise

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Scene
from omote.core.types import Picture, Pose
from omote.imaging.geometry import resize
from omote.imaging.quality import quality, sharpness


@pytest.fixture(scope="module")
def shot() -> Shot:
    """An actor who looks straight into the camera."""
    return render(Actor.from_seed(1), Scene())


def lit(picture: Picture, gain: float) -> Picture:
    brighter: Picture = np.clip(picture.astype(np.float64) * gain, 0, 255).astype(np.uint8)
    return brighter


def resized(picture: Picture, share: float) -> Picture:
    height, width = picture.shape[:2]
    return resize(picture, round(width * share), round(height * share))


def test_blur_lowers_sharpness_step_by_step() -> None:
    sharp = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    blurred = [resize(resize(sharp, side, side), 256, 256) for side in (256, 128, 64, 32)]
    figures = [sharpness(face) for face in blurred]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 4 * figures[-1]


def falls(figures: list[float]) -> bool:
    return all(0 <= later < earlier <= 1 for earlier, later in pairwise(figures))


def test_a_blurred_face_is_worse_than_a_sharp_one(shot: Shot) -> None:
    height, width = shot.rgb.shape[:2]
    blurred = [resize(resized(shot.rgb, share), width, height) for share in (1, 1 / 4, 1 / 16)]
    assert falls([quality(picture, shot.landmarks) for picture in blurred])


def test_a_small_face_is_worse_than_a_large_one(shot: Shot) -> None:
    sizes = [(resized(shot.rgb, share), shot.landmarks * np.float32(share)) for share in (1, 1 / 2, 1 / 4)]
    assert falls([quality(*face) for face in sizes])


def test_darkness_and_glare_are_worse_than_light(shot: Shot) -> None:
    assert falls([quality(lit(shot.rgb, gain), shot.landmarks) for gain in (1, 0.3, 0.1)])
    assert falls([quality(lit(shot.rgb, gain), shot.landmarks) for gain in (1, 3, 9)])
    assert quality(np.zeros_like(shot.rgb), shot.landmarks) == 0


def test_a_face_turned_away_is_worse_than_one_that_looks_here() -> None:
    shots = [render(Actor.from_seed(1), Scene(pose=Pose(yaw, 0, 0))) for yaw in (0, 35, 70)]
    assert falls([quality(shot.rgb, shot.landmarks) for shot in shots])
