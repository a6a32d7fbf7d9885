from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from omote.core.errors import Stopped
from omote.core.types import Picture
from omote.curation.faces import faces_in
from omote.curation.looks import detail, look, looks


@pytest.fixture
def noise() -> Picture:
    return np.random.default_rng(1).integers(60, 190, (256, 256, 3)).astype(np.uint8)


def test_detail_falls_with_blur_and_not_with_light(noise: Picture) -> None:
    soft = [cv2.GaussianBlur(noise, (0, 0), sigma) for sigma in (0.5, 1, 2, 4)]
    measured = [detail(np.asarray(each, np.uint8)) for each in (noise, *soft)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] == pytest.approx(10 * np.log10(1 - np.pi / 64), abs=0.1)  # white: by the area of its spectrum
    assert detail((soft[1] // 2).astype(np.uint8)) == pytest.approx(measured[2], abs=0.3)
    assert detail(np.full((256, 256, 3), 90, np.uint8)) < -40


def test_tones_are_those_of_the_face(tmp_path: Path, put: Callable[..., Path]) -> None:
    def painted(rgb: Picture) -> Picture:
        return np.broadcast_to(np.array([200, 120, 40], np.uint8), rgb.shape).copy()

    put("a.png", rgb=painted)
    (seen,) = looks(faces_in(tmp_path / "faces"))
    assert (seen.luma, seen.green, seen.orange) == pytest.approx((120, 0, 80), abs=0.5)
    assert seen.brightness == pytest.approx(58.2, abs=0.5)  # CIE L* of it, by the formula
    assert np.linalg.norm(seen.histogram) == pytest.approx(1)
    assert (seen.histogram > 0).sum() == 3


def test_a_scaled_picture_looks_the_same(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("a.png")
    (face,) = faces_in(tmp_path / "faces")
    rgb = face.pixels()
    large = look(np.asarray(cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_AREA)), face.record)
    small = look(rgb, face.record)
    assert (large.luma, large.orange) == pytest.approx((small.luma, small.orange), abs=1)
    assert np.linalg.norm(large.histogram - small.histogram) < 0.15


def test_looking_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path, put: Callable[..., Path]) -> None:
    for number in range(3):
        put(f"{number}.png")
    told: list[tuple[int, int]] = []
    looks(faces_in(tmp_path / "faces"), lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        looks(faces_in(tmp_path / "faces"), stop)
