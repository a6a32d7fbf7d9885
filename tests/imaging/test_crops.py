from typing import get_args

import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.crops import Centering, alignment, corners, crop_matrix
from omote.imaging.geometry import compose, inverse, scale_of, shifted, similarity, transform
from omote.imaging.landmarks import INNER, MEAN_FACE


def test_alignment_brings_the_mean_face_home(landmarks: Floats) -> None:
    np.testing.assert_allclose(transform(landmarks[INNER], alignment(landmarks)), MEAN_FACE, atol=1e-5)


@pytest.mark.parametrize(("centering", "padding"), [("legacy", 0.375), ("face", 0.5), ("head", 0.625)])
def test_the_unit_square_covers_what_the_padding_leaves(
    landmarks: Floats, centering: Centering, padding: float
) -> None:
    matrix = crop_matrix(landmarks, 512, centering)
    assert scale_of(matrix) * 100 == pytest.approx(512 * (1 - padding), abs=1.01)


def test_a_legacy_crop_is_the_padded_unit_square(landmarks: Floats) -> None:
    inner = transform(landmarks[INNER], crop_matrix(landmarks, 256, "legacy"))
    np.testing.assert_allclose(inner, MEAN_FACE * (256 - 2 * 48) + 48, atol=1e-3)


def test_coverage_narrows_the_view_by_its_share(landmarks: Floats) -> None:
    full, part = (scale_of(crop_matrix(landmarks, 1024, "face", coverage)) for coverage in (1.0, 0.8))
    assert full / part == pytest.approx(0.8, abs=0.003)


@pytest.mark.parametrize("centering", get_args(Centering))
def test_the_crop_moves_turns_and_grows_with_the_face(landmarks: Floats, centering: Centering) -> None:
    motion = similarity([(0, 0), (1, 0)], [(30, -12), (31.5, -11)])
    still, moved = crop_matrix(landmarks, 256, centering), crop_matrix(transform(landmarks, motion), 256, centering)
    np.testing.assert_allclose(compose(moved, motion), still, atol=0.02)


def test_a_head_crop_sits_higher_than_a_face_crop(landmarks: Floats) -> None:
    face, head = (corners(crop_matrix(landmarks, 256, how), 256).mean(0) for how in ("face", "head"))
    assert head[1] < face[1]
    assert head[0] == pytest.approx(face[0], abs=0.5)


def test_a_negative_offset_moves_the_face_up_by_its_percentage(landmarks: Floats) -> None:
    still, moved = (crop_matrix(landmarks, 200, "face", 1.0, offset) for offset in (0, -10))
    np.testing.assert_allclose(compose(moved, inverse(still)), shifted(0, -20), atol=1e-9)
