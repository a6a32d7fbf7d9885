import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.folder import face_pictures
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.renaming import left_to_right, original_names
from omote.core.errors import OmoteError
from omote.core.types import Picture
from omote.curation.move_log import LOG, Move
from omote.curation.moves import carry_out, planned


@pytest.fixture
def folder(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    """Three frames of three faces each, whose numbers run from right to left, under the names that extract gives."""
    (tmp_path / "faces").mkdir()
    for index in range(3):
        for number in range(3):
            at = replace(face.frame, index=index, name=f"clip_{index + 1:06d}")
            box = np.array([200 - 60 * number, 0, 240 - 60 * number, 40], np.float32)
            one = replace(face, id=f"0123-{index:06d}-{number}", frame=at, box=box)
            (tmp_path / "faces" / f"{at.name}_{number}.png").write_bytes(face_picture(picture, one, source, 32))
    return tmp_path / "faces"


def renamed(folder: Path, names: dict[Path, Path]) -> Iterator[Move]:
    return carry_out(planned(folder, "rename", names))


def names(folder: Path) -> dict[str, str]:
    return {record.face.id: path.relative_to(folder).as_posix() for path, record in face_pictures(folder)}


def test_pictures_get_their_names_back_wherever_they_are(folder: Path) -> None:
    before = names(folder)
    assert original_names(folder) == {}
    shuffled = sorted(folder.glob("*.png"))
    random.Random(1).shuffle(shuffled)
    for number, path in enumerate(shuffled):
        path.rename(folder / f"_{number}")
    for number in range(9):
        (folder / f"_{number}").rename(folder / f"{number:03d} of person.png")
    (folder / "best").mkdir()
    (folder / "008 of person.png").rename(folder / "best" / "x.png")
    assert len(list(renamed(folder, original_names(folder)))) == 9
    assert {name.removeprefix("best/") for name in names(folder).values()} == set(before.values())
    assert {face: Path(name).name for face, name in names(folder).items()} == before
    assert len(list((folder / "best").iterdir())) == 1


def test_faces_are_numbered_from_left_to_right_and_back(folder: Path) -> None:
    before = names(folder)
    done = list(renamed(folder, left_to_right(folder)))
    assert len(done) == 6  # those in the middle stay
    for face, name in names(folder).items():
        index, number = int(face.split("-")[1]), int(face.split("-")[2])
        assert name == f"clip_{index + 1:06d}_{2 - number}.png"
    assert left_to_right(folder) == {}
    list(renamed(folder, original_names(folder)))
    assert names(folder) == before
    assert {path.name for path in folder.iterdir()} == {*before.values(), LOG}


def test_stopping_at_any_moment_loses_no_picture(folder: Path) -> None:
    ids = set(names(folder))
    for steps in range(7):
        for _, _ in zip(range(steps), renamed(folder, left_to_right(folder)), strict=False):
            assert set(names(folder)) == ids
        assert set(names(folder)) == ids
        list(renamed(folder, original_names(folder)))
    assert original_names(folder) == {}


def test_long_chains_and_rings_come_to_their_end(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.png").write_text(f"{number}")
    chain = {tmp_path / f"{number}.png": tmp_path / f"{number + 1}.png" for number in range(49)}
    ring = {tmp_path / "49.png": tmp_path / "0.png"}
    assert len(list(renamed(tmp_path, chain | ring))) == 50
    assert all((tmp_path / f"{number}.png").read_text() == f"{(number - 1) % 50}" for number in range(50))
    assert {path.name for path in tmp_path.iterdir()} == {f"{number}.png" for number in range(50)} | {LOG}


def test_no_file_is_overwritten(folder: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> None:
    """A file of the user's with a face's name, and a picture of another source's frame of the same name."""
    (folder / "clip_000001_0.png").rename(folder / "mine.png")
    (folder / "clip_000001_0.png").write_text("a note of mine")
    other = replace(face, id="4567-000001-0", frame=replace(face.frame, index=1))
    data = face_picture(picture, other, replace(source, fingerprint="4567"), 32)
    (folder / "a.png").write_bytes(data)
    list(renamed(folder, original_names(folder)))
    assert (folder / "clip_000001_0.png").read_text() == "a note of mine"
    assert (folder / "clip_000001_0_0123-000000-0.png").is_file()
    assert (folder / "clip_000002_0_4567-000001-0.png").read_bytes() == data
    assert original_names(folder) == {}
    (folder / "clip_000003_0.png").rename(folder / "z.png")
    plan = planned(folder, "rename", original_names(folder))
    (folder / "clip_000003_0.png").write_text("just now")
    with pytest.raises(OmoteError, match=r"already there.*clip_000003_0\.png"):
        list(carry_out(plan))
    assert (folder / "clip_000003_0.png").read_text() == "just now"
    assert (folder / "z.png").is_file()
