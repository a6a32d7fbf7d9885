from pathlib import Path

import numpy as np
import pytest

from omote.cast.take import take
from omote.core.types import Floats, Picture
from omote.curation.duplicates import duplicates
from omote.curation.faces import FacePicture, faces_in
from omote.curation.glimpse import glimpses
from omote.imaging.pictures import decode, encode_jpeg
from tests.drawn_faces import put, scaled, shots


def named(faces: list[FacePicture], found: dict[int, int]) -> dict[str, str]:
    return {faces[one].path.stem: faces[other].path.stem for one, other in found.items()}


def recoded(picture: tuple[Picture, Floats], quality: int) -> tuple[Picture, Floats]:
    rgb = decode(encode_jpeg(picture[0], quality))
    assert rgb is not None
    return rgb, picture[1]


@pytest.fixture(scope="module")
def talk() -> list[tuple[Picture, Floats]]:
    """Eight frames of a talking head, 25 a second: each is a moment of its own."""
    return shots(1, take(3, 28)[20:])


def test_frames_of_a_talking_head_are_no_duplicates(tmp_path: Path, talk: list[tuple[Picture, Floats]]) -> None:
    put(tmp_path, "talk", talk)
    faces = faces_in(tmp_path)
    assert duplicates(faces, glimpses(faces)) == {}


def test_a_video_that_stands_still_leaves_its_sharpest_frame(
    tmp_path: Path, talk: list[tuple[Picture, Floats]]
) -> None:
    jitter = np.random.default_rng(0)
    still = [
        (rgb, (marks + jitter.normal(0, 0.05, marks.shape)).astype(np.float32))
        for rgb, marks in (recoded(talk[0], quality) for quality in (93, 95, 94, 97, 96))
    ]
    put(tmp_path, "talk", [*still, *talk[3:]])
    faces = faces_in(tmp_path)
    found = named(faces, duplicates(faces, glimpses(faces)))
    first = [f"talk_{number:06d}" for number in range(1, 6)]
    (kept,) = set(found.values())
    assert set(found) == set(first) - {kept}
    sharp = {face.path.stem: face.record.face.sharpness for face in faces}
    assert sharp[kept] == max(sharp[name] for name in first)


def test_a_copy_at_another_size_goes_for_the_sharper_one(tmp_path: Path, talk: list[tuple[Picture, Floats]]) -> None:
    put(tmp_path, "talk", talk)
    put(tmp_path, "copy", [recoded(scaled(talk[place], 0.7), 80) for place in (1, 6)])
    put(tmp_path, "other", shots(2, take(3, 28)[20:22]))  # another person in the same scene
    faces = faces_in(tmp_path)
    seen: list[tuple[int, int]] = []
    found = named(faces, duplicates(faces, glimpses(faces), lambda done, total: seen.append((done, total))))
    assert set(found) == {"copy_000001", "copy_000002"}
    # The frame before or after may be sharper, and the copy is as much like it.
    assert found["copy_000001"] in {"talk_000001", "talk_000002", "talk_000003"}
    assert found["copy_000002"] in {"talk_000006", "talk_000007", "talk_000008"}
    assert seen[-1][0] == seen[-1][1]


def test_more_copies_than_neighbours_are_found_in_rounds(tmp_path: Path, talk: list[tuple[Picture, Floats]]) -> None:
    put(tmp_path, "still", [talk[0]] * 80)
    faces = faces_in(tmp_path)
    found = duplicates(faces, glimpses(faces))
    assert len(found) == 79
    assert len(set(found.values())) == 1


def test_one_face_is_no_duplicate(tmp_path: Path, talk: list[tuple[Picture, Floats]]) -> None:
    put(tmp_path, "one", talk[:1])
    faces = faces_in(tmp_path)
    assert duplicates(faces, glimpses(faces)) == {}
