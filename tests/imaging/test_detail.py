import cv2
import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.colour import grey
from omote.imaging.detail import find_detail, match_detail

ALL = np.ones((160, 160), np.float32)


def textured(seed: int, contrast: float = 1.0) -> Floats:
    """Detail of all sizes, as real pictures have: the power falls with the square of the frequency."""
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(np.fft.fftfreq(160), np.fft.fftfreq(160), indexing="ij")
    waves = np.fft.fft2(rng.normal(size=(160, 160))) / np.maximum(np.hypot(x, y), 0.01)
    grain = np.real(np.fft.ifft2(waves))
    plane = 0.5 + 0.1 * contrast * grain / grain.std()
    return np.repeat(plane[..., None], 3, 2).clip(0, 1).astype(np.float32)


def blurred(picture: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


@pytest.mark.parametrize("sigma", [0.7, 1.2, 2.5])
def test_a_sharp_face_is_blurred_as_the_plate_is(sigma: float) -> None:
    face, plate = textured(1), blurred(textured(2, 0.6), sigma)
    found = find_detail(grey(face), grey(plate), ALL)
    assert found[1] == 0
    assert found[0] == pytest.approx(sigma, abs=0.2)
    matched = match_detail(face, found)
    np.testing.assert_allclose(matched[8:-8, 8:-8], blurred(face, sigma)[8:-8, 8:-8], atol=0.02)


def test_a_soft_face_is_sharpened_until_the_finest_detail_is_as_strong() -> None:
    face, plate = blurred(textured(1), 0.5), textured(2)
    found = find_detail(grey(face), grey(plate), ALL)
    assert found[0] == 0
    assert 0.2 < found[1] <= 1
    before, after = (
        find_detail(grey(face), grey(plate), ALL),
        find_detail(grey(match_detail(face, found)), grey(plate), ALL),
    )
    assert after[1] < 0.1 * before[1]


def test_noise_is_no_sharpness() -> None:
    face, plate = textured(1), blurred(textured(2), 1.5)
    noisy = plate + np.random.default_rng(3).normal(0, 0.015, (160, 160, 1)).astype(np.float32)
    fooled, right = (find_detail(grey(face), grey(noisy), ALL, noise) for noise in (0.0, 0.015**2))
    assert fooled[0] < 1
    assert right[0] == pytest.approx(1.5, abs=0.35)


def test_equal_sharpness_and_nothing_to_see_change_nothing() -> None:
    face, plate = textured(1), textured(2)
    assert np.abs(match_detail(face, find_detail(grey(face), grey(plate), ALL)) - face).max() < 0.03
    assert not find_detail(grey(face), grey(plate), ALL * 0).any()
    assert not find_detail(grey(face), np.full((160, 160), 0.5, np.float32), ALL).any()
    assert match_detail(face, np.zeros(2, np.float32)) is face
