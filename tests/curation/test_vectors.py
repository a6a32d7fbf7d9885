from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.core.errors import AlignmentsError, Stopped
from omote.core.types import Floats, Picture
from omote.curation.faces import faces_in
from omote.curation.vectors import vectors_of
from omote.imaging.geometry import transform
from omote.perception.recognising import Recogniser

_NAME = "tint"


class Tint:
    """An identifier that sees the colour where the points lie; it keeps the points it was given."""

    one_person = 5.0

    def __init__(self) -> None:
        self.points: list[Floats] = []

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        if picture.any():
            self.points += landmarks
        return [picture[tuple(points.mean(0).astype(int)[::-1])].astype(np.float32) for points in landmarks]


class Folder:
    """A folder of faces, each of a picture that has one colour."""

    def __init__(self, path: Path, face: FaceRecord, source: SourceRecord) -> None:
        self.path, self._face, self._source = path, face, source

    def put(
        self, name: str, grey: int, track: str | None = None, frame: int = 0, vector: Sequence[float] = (),
        source: str = "a", sharpness: float = 1.0,
    ) -> None:  # fmt: skip
        known = {_NAME: np.array(vector, np.float32)} if vector else {}
        face = replace(
            self._face, id=name, frame=FrameRecord(frame, frame, name), track=track, vectors=known, sharpness=sharpness
        )
        rgb = np.full((220, 240, 3), grey, np.uint8)
        (self.path / f"{name}.png").write_bytes(face_picture(rgb, face, replace(self._source, fingerprint=source), 64))

    def ask(self, tint: Tint) -> list[list[float] | None]:
        found = vectors_of(faces_in(self.path), Recogniser(_NAME, tint))
        return [None if vector is None else [round(float(value), 3) for value in vector] for vector in found]


@pytest.fixture
def folder(tmp_path: Path, face: FaceRecord, source: SourceRecord) -> Folder:
    return Folder(tmp_path, face, source)


def test_what_is_known_is_not_made_again_and_a_track_is_one_person_of_its_source(folder: Folder) -> None:
    folder.put("0", 9, "t", 0, [1, 2, 3])
    folder.put("1", 9, "t", 1)
    folder.put("2", 9, "t", 2, [3, 4, 5])
    folder.put("3", 9, "t", 0, [7, 7, 7], source="b")
    folder.put("4", 9, "t", 1, source="b")
    tint = Tint()
    assert folder.ask(tint) == [[1, 2, 3], [2, 3, 4], [3, 4, 5], [7, 7, 7], [7, 7, 7]]
    assert tint.points == []


def test_what_is_not_known_is_made_once_of_the_picture_and_its_own_points(folder: Folder, landmarks: Floats) -> None:
    folder.put("0", 90)
    folder.put("1", 200)
    tint = Tint()
    assert folder.ask(tint) == [[90] * 3, [200] * 3]
    (record,) = [face.record for face in faces_in(folder.path) if face.path.name == "0.png"]
    assert record.face.vectors[_NAME].tolist() == [90] * 3
    np.testing.assert_allclose(tint.points[0], transform(landmarks, record.matrix), atol=1e-4)
    assert folder.ask(tint) == [[90] * 3, [200] * 3]
    assert len(tint.points) == 2


def test_of_a_track_of_which_nothing_is_known_the_best_views_are_asked(folder: Folder) -> None:
    for frame in range(9):
        folder.put(f"{frame}", 100 + frame, "t", frame, sharpness=9 if frame in (1, 5, 6) else 1)
    tint = Tint()
    found = folder.ask(tint)
    assert found == [[101.0] * 3 if frame == 1 else [105.0] * 3 if frame == 5 else [106.0] * 3 if frame == 6
                     else [104.0] * 3 for frame in range(9)]  # fmt: skip
    assert len(tint.points) == 3


def test_faces_that_do_not_say_who_they_are_have_none_and_take_that_of_their_track(folder: Folder) -> None:
    folder.put("0", 1)
    folder.put("1", 1, "dark", 1)
    folder.put("2", 1, "t", 0)
    folder.put("3", 50, "t", 1)
    assert folder.ask(Tint()) == [None, None, [50] * 3, [50] * 3]
    assert not faces_in(folder.path)[0].record.face.vectors


def test_vectors_of_other_identifiers_are_kept_and_not_used(folder: Folder) -> None:
    folder.put("0", 90, vector=[1, 2])
    recogniser = Recogniser("other", Tint())
    (vector,) = vectors_of(faces_in(folder.path), recogniser)
    assert vector is not None
    assert vector.tolist() == [90] * 3
    assert set(faces_in(folder.path)[0].record.face.vectors) == {_NAME, "other"}


def test_it_can_be_stopped_and_keeps_what_it_made(folder: Folder) -> None:
    for number in range(4):
        folder.put(f"{number}", 90)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        vectors_of(faces_in(folder.path), Recogniser(_NAME, Tint()), stop)
    assert told == [(1, 4), (2, 4)]
    tint = Tint()
    assert folder.ask(tint) == [[90] * 3] * 4
    assert len(tint.points) == 2


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [1.0, 2.0, float("nan")], [1.0, 2.0, float("inf")]])
def test_vectors_that_cannot_be_compared_are_named(folder: Folder, wrong: list[float]) -> None:
    folder.put("0", 90, vector=[1, 2, 3])
    folder.put("1", 90, vector=wrong)
    with pytest.raises(AlignmentsError, match=r"cannot be compared.*1\.png"):
        folder.ask(Tint())
