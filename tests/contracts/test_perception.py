"""One suite over every plugin of perception that is registered."""

import numpy as np
import pytest

from omote.core.registry import known
from omote.core.types import Detection, Floats, Picture
from omote.perception.registry import DETECTORS, IDENTIFIERS, LANDMARKERS, detector, identifier, landmarker


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


@pytest.mark.parametrize("name", known(IDENTIFIERS, "omote.identifiers"))
def test_identifiers(name: str, picture: Picture, landmarks: Floats) -> None:
    plugin = identifier(name)
    first, second = plugin.vectors(picture, [landmarks, landmarks])
    assert first.ndim == 1
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    assert plugin.vectors(picture, []) == []
