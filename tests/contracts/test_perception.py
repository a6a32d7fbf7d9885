"""One suite over every plugin of perception that is registered."""

import numpy as np
import pytest

from omote.core.registry import known
from omote.core.types import Detection, Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.landmarks import five_points
from omote.perception.registry import (
    ASSESSORS,
    DETECTORS,
    IDENTIFIERS,
    LANDMARKERS,
    SEGMENTERS,
    assessor,
    detector,
    identifier,
    landmarker,
    segmenter,
)

ALL = DETECTORS | LANDMARKERS | IDENTIFIERS | SEGMENTERS | ASSESSORS


@pytest.fixture(autouse=True)
def weights(request: pytest.FixtureRequest) -> None:
    """Plugins of uniface run on tiny networks; they are skipped where the extra is not installed."""
    if "uniface" in ALL.get(request.getfixturevalue("name"), ""):
        request.getfixturevalue("tiny_weights")


@pytest.mark.parametrize("name", known(DETECTORS, "omote.detectors"))
def test_detectors(name: str, picture: Picture) -> None:
    plugin = detector(name, 0.3)
    found = plugin.detect([picture, picture[:50, :60]])
    assert len(found) == 2
    assert plugin.detect([]) == []
    for faces in found:
        scores = [face.score for face in faces]
        assert scores == sorted(scores, reverse=True)
        assert all(0.3 <= score <= 1 for score in scores)


@pytest.mark.parametrize("name", known(LANDMARKERS, "omote.landmarkers"))
def test_landmarkers(name: str, picture: Picture, landmarks: Floats) -> None:
    five = np.array([[80, 70], [140, 70], [110, 100], [90, 130], [130, 130]], np.float32)
    face = Detection(np.array([60, 50, 160, 160], np.float32), 1.0, five)
    plugin = landmarker(name)
    points = plugin.landmarks(picture, [face, face])
    assert len(points) == 2
    assert points[0].shape == (68, 2)
    assert points[0].dtype == np.float32
    assert np.array_equal(points[0], points[1])
    assert plugin.landmarks(picture, []) == []


@pytest.mark.parametrize("name", known(LANDMARKERS, "omote.landmarkers"))
def test_landmarkers_turn_faces_upright(name: str, picture: Picture, landmarks: Floats) -> None:
    # Mirrored passes lean on it: their pictures are upside down.
    five, box = five_points(landmarks), np.array([60, 50, 160, 160], np.float32)
    height, width = picture.shape[:2]
    whole = np.array([width, height], np.float32)
    plugin = landmarker(name)
    (points,) = plugin.landmarks(picture, [Detection(box, 1.0, five)])
    turned = Detection(np.concatenate([whole - box[2:], whole - box[:2]]), 1.0, whole - five)
    (over,) = plugin.landmarks(np.ascontiguousarray(picture[::-1, ::-1]), [turned])
    assert np.linalg.norm(whole - over - points, axis=1).mean() < 3


@pytest.mark.parametrize("name", known(IDENTIFIERS, "omote.identifiers"))
def test_identifiers(name: str, picture: Picture, landmarks: Floats) -> None:
    plugin = identifier(name)
    first, second = plugin.vectors(picture, [landmarks, landmarks])
    assert first.ndim == 1
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    assert plugin.vectors(picture, []) == []


@pytest.mark.parametrize("name", known(SEGMENTERS, "omote.segmenters"))
def test_segmenters(name: str, picture: Picture, landmarks: Floats) -> None:
    plugin = segmenter(name)
    small = (landmarks * 0.5).astype(np.float32)
    first, second, half = plugin.masks(picture, [landmarks, landmarks, small])
    assert np.array_equal(first.pixels, second.pixels)
    assert first.centering == half.centering
    assert first.pixels.shape == half.pixels.shape
    # The mask of a face half as large, and half as far from the corner, is that of every second pixel.
    assert np.allclose(first.matrix[:, :2] * 2, half.matrix[:, :2])
    assert np.allclose(first.matrix[:, 2], half.matrix[:, 2], atol=1e-3)
    expected = crop_matrix(landmarks, len(first.pixels), first.centering)  # type: ignore[arg-type]
    assert np.allclose(first.matrix, expected)
    assert plugin.masks(picture, []) == []


@pytest.mark.parametrize("name", known(ASSESSORS, "omote.assessors"))
def test_assessors(name: str, picture: Picture, landmarks: Floats) -> None:
    plugin = assessor(name)
    first, second, outside = plugin.qualities(picture, [landmarks, landmarks, landmarks - np.float32(200)])
    assert first == second
    assert all(isinstance(quality, float) and 0 <= quality <= 1 for quality in (first, outside))
    assert plugin.qualities(picture, []) == []
