from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.cast.scene import Expression, Light, Scene
from omote.core.types import Pose
from omote.curation.aspects import BLURRED, SHUT, aspects
from omote.curation.faces import FacePicture, faces_in
from omote.curation.glimpse import glimpses
from omote.imaging.geometry import resize
from tests.drawn_faces import put, scaled, shots

SCENES = (
    Scene(),
    Scene(pose=Pose(-30, 0, 0)),
    Scene(pose=Pose(30, 0, 0)),
    Scene(Expression(blink_right=1, blink_left=1)),
    Scene(Expression(jaw_open=0.6)),
    Scene(light=Light(azimuth=60)),
)


def test_faces_are_measured_as_they_were_drawn(tmp_path: Path) -> None:
    put(tmp_path, "clip", shots(1, SCENES))
    faces = faces_in(tmp_path)
    seen = aspects(faces, glimpses(faces))
    assert len(seen) == len(SCENES)
    assert seen.yaw[1:3] == pytest.approx([-30, 30], abs=6)
    assert np.abs(seen.yaw[[0, 3, 4, 5]]).max() < 3
    assert (seen.eyes < SHUT).tolist() == [False, False, False, True, False, False]
    assert seen.mouth.argmax() == 4
    assert seen.side.argmax() == 5
    assert not seen.misplaced.any()


def test_size_is_that_of_the_footage_and_blur_is_seen(tmp_path: Path) -> None:
    (shot,) = shots(1, SCENES[:1])
    small = scaled(shot, 0.25)
    blurred = (resize(small[0], shot[0].shape[1], shot[0].shape[0]), shot[1])
    put(tmp_path, "b-large", [shot, blurred])
    put(tmp_path, "c-small", [small])
    faces = faces_in(tmp_path)
    seen = aspects(faces, glimpses(faces))
    assert seen.size[2] == pytest.approx(seen.size[0] / 4, rel=0.01)
    assert seen.sharpness[1] < BLURRED < seen.sharpness[0]


def test_points_that_do_not_sit_are_found(tmp_path: Path) -> None:
    put(tmp_path, "clip", shots(1, [*SCENES, *SCENES]))
    faces = faces_in(tmp_path)
    marks = faces[4].record.face.landmarks.copy()
    marks[36:48, 1] += 40  # the eyes where the mouth is
    wrong = replace(faces[4].record, face=replace(faces[4].record.face, landmarks=marks))
    unsure = replace(faces[7].record, face=replace(faces[7].record.face, confidence=0.2))
    faces[4], faces[7] = FacePicture(faces[4].path, wrong), FacePicture(faces[7].path, unsure)
    seen = aspects(faces, glimpses(faces))
    assert np.flatnonzero(seen.misplaced).tolist() == [4, 7]
