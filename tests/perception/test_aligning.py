import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.aligning import Aligner
from omote.perception.config import LookConfig, PlausibleConfig


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner(LookConfig())


def seen(shot: Shot) -> Detection:
    box = np.concatenate([shot.landmarks.min(0), shot.landmarks.max(0)])
    return Detection(box, 1.0, five_points(shot.landmarks))


def test_a_drawn_face_is_aligned_from_its_five_points(aligner: Aligner, shots: list[Shot]) -> None:
    for shot in shots:
        (face,) = aligner.align(shot.rgb, [seen(shot)])
        error = np.linalg.norm((face.landmarks - shot.landmarks)[17:], axis=1).mean()
        assert error < 0.08 * eye_distance(shot.landmarks)
        assert 0.3 < face.confidence <= 1


def test_points_do_not_depend_on_what_lies_around(aligner: Aligner, shots: list[Shot]) -> None:
    shot = shots[0]
    (face,) = aligner.align(shot.rgb, [seen(shot)])
    wide = np.pad(shot.rgb, ((300, 0), (500, 40), (0, 0)), mode="edge")
    away = np.array([500, 300], np.float32)
    moved = Detection(seen(shot).box + np.tile(away, 2), 1.0, seen(shot).points + away)
    (there,) = aligner.align(wide, [moved])
    assert np.linalg.norm(there.landmarks - away - face.landmarks, axis=1).mean() < 0.01 * eye_distance(face.landmarks)
    assert there.sharpness == pytest.approx(face.sharpness, rel=0.02)


def test_a_face_that_is_none_is_trusted_little(aligner: Aligner, shots: list[Shot]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, shots[0].rgb.shape, dtype=np.uint8)
    trusted = [face.confidence for shot in shots for face in aligner.align(noise, [seen(shot)])]
    faces = [face.confidence for shot in shots for face in aligner.align(shot.rgb, [seen(shot)])]
    assert np.mean(trusted) < 0.6 * np.mean(faces)


def test_what_cannot_be_a_face_is_dropped_and_the_others_tell_their_detection(shots: list[Shot]) -> None:
    shot = shots[2]  # leans by 8 degrees
    nowhere = Detection(np.array([9, 9, 9, 9], np.float32), 1.0, np.full((5, 2), 9, np.float32))
    found = [nowhere, seen(shot)]
    kept = Aligner(LookConfig()).align(shot.rgb, found)
    assert [face.detection for face in kept] == found[1:]
    strict = Aligner(LookConfig(plausible=PlausibleConfig(roll=4)))
    assert strict.align(shot.rgb, found) == []
    assert strict.align(shot.rgb, []) == []


def test_points_that_are_nearly_known_need_no_first_pass(shots: list[Shot]) -> None:
    aligner = Aligner(LookConfig())
    for shot in shots:
        box = np.concatenate([shot.landmarks.min(0), shot.landmarks.max(0)])
        where = Detection(box, 1.0, five_points(shot.landmarks))
        near = shot.landmarks + np.float32(0.05 * eye_distance(shot.landmarks))
        (with_it,), (without,) = aligner.align(shot.rgb, [where], [near]), aligner.align(shot.rgb, [where])
        apart = np.linalg.norm(with_it.landmarks - without.landmarks, axis=1).mean()
        assert apart < 0.03 * eye_distance(shot.landmarks)
