from dataclasses import replace

import numpy as np
import pytest

from omote.alignments.foreign.faceswap_face import face_from, face_to, version_of
from omote.alignments.record import FaceRecord
from tests.foreign_faces import mask


def test_a_face_goes_there_and_back(face: FaceRecord) -> None:
    vectors = {"vggface2": np.random.default_rng(0).normal(size=512).astype(np.float32)}
    whole = replace(
        face, vectors=vectors, masks={"custom": mask(face.landmarks, "face")}, box=face.box + np.float32(0.3)
    )
    facts, lost = face_to(whole)
    back = face_from(facts)
    assert lost == []
    np.testing.assert_array_equal(back.landmarks, face.landmarks)
    np.testing.assert_array_equal(back.vectors["vggface2"], vectors["vggface2"])
    np.testing.assert_array_equal(back.masks["custom"].pixels(), whole.masks["custom"].pixels())
    np.testing.assert_array_equal(back.box, face.box)  # to whole pixels


def test_keys_are_those_of_2_4_in_their_order_and_values_plain(face: FaceRecord) -> None:
    facts, lost = face_to(replace(face, vectors={"arcface": np.ones(3, np.float32)}))
    assert list(facts) == ["x", "y", "w", "h", "landmarks_xy", "mask", "identity"]
    assert {type(facts[key]) for key in "xywh"} == {int}
    points = facts["landmarks_xy"]
    assert isinstance(points, list)
    assert {type(value) for point in points for value in point} == {float}
    assert (facts["identity"], lost) == ({}, ["vector arcface"])


def test_a_version_before_2_is_refused() -> None:
    assert version_of(2.3) == 2.3
    with pytest.raises(ValueError, match="older than"):
        version_of(1.9)
