import numpy as np
import pytest
from scipy.ndimage import minimum_filter, shift

from omote.core.types import Floats, Picture
from omote.evaluation.flicker import flicker


def clip(frames: int = 5) -> tuple[list[Picture], list[Floats], list[Floats]]:
    """A smooth picture that glides over the frame by parts of a pixel, its motion, and a mask that goes along."""
    y, x = np.mgrid[0:60, 0:80]
    still = np.stack([128 + 60 * np.sin(x / 5) * np.cos(y / 6)] * 3, -1)
    moved = [shift(still, (0.5 * n, 1.25 * n, 0), order=3, mode="nearest") for n in range(frames)]
    masks = [(np.hypot(x - 35 - 1.25 * n, y - 25 - 0.5 * n) < 15).astype(np.float32) for n in range(frames)]
    motion = np.tile(np.array([1.25, 0.5], np.float32), (60, 80, 1))
    return [np.rint(each).clip(0, 255).astype(np.uint8) for each in moved], [motion] * (frames - 1), masks


def test_what_only_moves_does_not_flicker() -> None:
    frames, motions, masks = clip()
    assert flicker(frames, motions, masks) < 0.5  # what rounding to whole levels makes
    assert flicker(frames, [each * 0 for each in motions], masks) > 5


def test_flicker_is_found_in_its_size_and_only_inside_the_face() -> None:
    frames, motions, masks = clip()
    brighter = [frame + np.uint8(6 * (n % 2)) for n, frame in enumerate(frames)]
    assert flicker(brighter, motions, masks) == pytest.approx(6, abs=0.3)
    inside = [mask[..., None] > 0 for mask in masks]
    around = [np.where(face, frame, 255 * (n % 2)).astype(np.uint8)
              for n, (frame, face) in enumerate(zip(frames, inside, strict=True))]  # fmt: skip
    core = [minimum_filter(mask, 7) for mask in masks]  # bicubic resampling looks two pixels around
    assert flicker(around, motions, core) < 0.5


def test_without_a_face_in_two_frames_nothing_is_measured() -> None:
    frames, motions, masks = clip(3)
    with pytest.raises(ValueError, match="no face in two frames"):
        flicker(frames, motions, [mask * 0 for mask in masks])
    with pytest.raises(ValueError, match="no face in two frames"):
        flicker(frames[:1], [], masks[:1])
