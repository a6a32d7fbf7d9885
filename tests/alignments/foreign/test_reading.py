import shutil
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.foreign.giving import given, to_fsa, to_json, to_png
from omote.alignments.foreign.reading import fingerprint_of, read_foreign
from omote.core.errors import AlignmentsError
from omote.core.types import Picture
from omote.imaging.pictures import encode_jpeg


@pytest.fixture
def theirs(known: Path, tmp_path: Path) -> Path:
    (told,) = given(known / "faces")
    for frame, number, face in told.numbered():
        name, data, _ = to_png(told, frame, number, face, told.pictures[face.id][0].read_bytes())
        (tmp_path / "pictures" / "sorted").mkdir(parents=True, exist_ok=True)
        (tmp_path / "pictures" / "sorted" / name).write_bytes(data)
    (tmp_path / "a.txt").write_bytes(to_fsa(told, {}, None)[0])
    (tmp_path / "b.bin").write_bytes(to_json(told))
    return tmp_path


def test_the_kind_is_told_by_content(theirs: Path) -> None:
    found = {name: read_foreign(theirs / name) for name in ("a.txt", "b.bin", "pictures")}
    assert [each.format for (each,) in found.values()] == ["fsa 2.4", "faceswap-json", "faceswap-png"]
    for (each,) in found.values():
        assert (each.name, each.video, each.faces(), len(each.frames)) == ("film.mp4", True, 3, 3)
    assert found["pictures"][0].size == (320, 240)
    assert len({fingerprint_of(each) for (each,) in found.values()}) == 1
    np.testing.assert_array_equal(
        found["a.txt"][0].frames[0].faces[0].landmarks, found["pictures"][0].frames[0].faces[0].landmarks
    )


def test_copies_of_a_picture_are_one_face_and_one_picture_is_enough(theirs: Path) -> None:
    one = sorted((theirs / "pictures" / "sorted").iterdir())[0]
    shutil.copy(one, theirs / "pictures" / "copy.png")
    (theirs / "pictures" / "plain.jpg").write_bytes(encode_jpeg(np.zeros((9, 9, 3), np.uint8)))
    (found,) = read_foreign(theirs / "pictures")
    assert found.faces() == 3
    assert read_foreign(one)[0].faces() == 1


def test_pictures_of_several_videos_are_told_apart(theirs: Path) -> None:
    for one in list((theirs / "pictures" / "sorted").iterdir())[:1]:
        png = one.read_bytes().replace(b"'film_00000", b"'mils_00000")
        (theirs / "pictures" / "other.png").write_bytes(png)
    assert [each.name for each in read_foreign(theirs / "pictures")] == ["film.mp4", "mils.mp4"]


def test_others_are_refused_with_what_they_are(known: Path, tmp_path: Path, picture: Picture) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "plain.jpg").write_bytes(encode_jpeg(picture))
    for path, why in (
        (tmp_path / "none", "cannot be read"), (tmp_path / "text", "of no known kind"),
        (tmp_path / "empty", "no faces"),
        (tmp_path / "plain.jpg", "no faces"), (known / "faces", "omote's own"),
        (known / "faces" / "film.alignments.db", "need no import"), (known / "film.mp4", "of no known kind"),
    ):  # fmt: skip
        with pytest.raises(AlignmentsError, match=why):
            read_foreign(path)
