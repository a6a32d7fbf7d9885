from collections.abc import Sequence

import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection, Floats, Picture
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.dlib68 import Dlib68
from omote.perception.passes import Passes, confidence, middle, nudged


class Drawn:
    """Knows the true points and errs by half of what the five points that it is given err, counting its passes."""

    def __init__(self, truth: Floats) -> None:
        self._truth, self.asked = truth, 0

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        self.asked += len(faces)
        return [self._truth + (face.points - five_points(self._truth)).mean(0) / 2 for face in faces]


def seen(landmarks: Floats, off: float = 0) -> Detection:
    box = np.concatenate([landmarks.min(0), landmarks.max(0)])
    return Detection(box, 0.9, five_points(landmarks) + np.float32(off))


def test_each_further_pass_asks_once_more(picture: Picture, landmarks: Floats) -> None:
    for refeed, realign, passes in ((0, False, 1), (0, True, 2), (1, True, 3), (4, False, 5)):
        plugin = Drawn(landmarks)
        Passes(plugin, refeed, realign).landmarks(picture, seen(landmarks))
        assert plugin.asked == passes


def test_a_second_pass_begins_where_the_first_ended(picture: Picture, landmarks: Floats) -> None:
    once, _ = Passes(Drawn(landmarks), 0, realign=False).landmarks(picture, seen(landmarks, off=8))
    twice, _ = Passes(Drawn(landmarks), 0, realign=True).landmarks(picture, seen(landmarks, off=8))
    assert once == pytest.approx(landmarks + 4, abs=1e-3)
    assert twice == pytest.approx(landmarks + 2, abs=1e-3)


def test_with_more_passes_points_depend_less_on_how_well_a_drawn_face_was_found(shots: list[Shot]) -> None:
    plugin, chance = Dlib68(), np.random.default_rng(3)
    spreads = np.zeros(2)
    for shot in shots:
        size = eye_distance(shot.landmarks)
        face = seen(shot.landmarks)
        badly = [
            Detection(face.box, 1.0, (face.points + chance.normal(0, 0.08 * size, (5, 2))).astype(np.float32))
            for _ in range(4)
        ]
        for which, passes in enumerate((Passes(plugin, 0, realign=False), Passes(plugin, 1, realign=True))):
            points = np.stack([passes.landmarks(shot.rgb, found)[0] for found in badly])
            spreads[which] += np.linalg.norm(points.std(0), axis=1).mean() / size
    assert spreads[1] < 0.7 * spreads[0]


def test_the_middle_is_that_of_two_and_unmoved_by_one_gone_wrong(landmarks: Floats) -> None:
    assert middle(np.stack([landmarks, landmarks + 2])) == pytest.approx(landmarks + 1, abs=1e-3)
    wrong = np.stack([landmarks - 0.5, landmarks, landmarks + 0.5, landmarks + 40, landmarks])
    assert np.abs(middle(wrong) - landmarks).max() < 0.2


def test_the_middle_has_the_least_sum_of_distances(landmarks: Floats) -> None:
    chance = np.random.default_rng(1)
    shapes = (landmarks + chance.normal(0, 6, (7, 1, 2)) + chance.normal(0, 1, (7, 68, 2))).astype(np.float32)

    def sum_of(shape: Floats) -> float:
        return float(np.linalg.norm(shapes - shape, axis=2).mean(1).sum())

    found = sum_of(middle(shapes))
    assert found < min(sum_of(shape) for shape in shapes)
    assert found < sum_of(shapes.mean(0))
    for x, y in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
        assert found < sum_of(middle(shapes) + np.array((x, y), np.float32)) + 1e-3


def test_nudges_are_small_fair_and_always_the_same(landmarks: Floats) -> None:
    face = seen(landmarks)  # of a mean face of 100 px
    assert nudged(face, 0) is face
    assert nudged(face, 1) is face
    moved = np.stack([nudged(face, number).points for number in range(2, 34)])
    assert np.array_equal(moved[5], nudged(face, 7).points)
    shifts = moved.mean(1) - face.points.mean(0)
    assert np.abs(shifts).max() < 3.1
    assert np.abs(shifts.mean(0)).max() < 0.5
    assert len(np.unique(shifts.round(3), axis=0)) == 32
    sizes = np.linalg.norm(moved[:, 1] - moved[:, 0], axis=1) / np.linalg.norm(face.points[1] - face.points[0])
    assert 0.95 < sizes.min() < 0.98 < 1.02 < sizes.max() < 1.05


def test_passes_that_differ_and_points_far_from_the_detector_s_are_trusted_less(landmarks: Floats) -> None:
    face = seen(landmarks)
    alike = np.stack([landmarks, landmarks])
    apart = np.stack([landmarks - 1.5, landmarks + 1.5]).astype(np.float32)
    sure = confidence(landmarks, alike, face)
    assert sure == pytest.approx(1, abs=1e-3)
    assert 0.2 < confidence(landmarks, apart, face) < 0.5
    assert confidence(landmarks, alike, seen(landmarks, off=20)) < 0.1
    twice = seen((landmarks * 2).astype(np.float32))
    assert confidence(landmarks * 2, apart * 2, twice) == pytest.approx(confidence(landmarks, apart, face), abs=1e-3)
