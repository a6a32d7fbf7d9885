from pathlib import Path

import pytest

from omote.alignments.locate import alignments_in, locate
from omote.alignments.record import SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError


@pytest.fixture
def faces(tmp_path: Path, source: SourceRecord) -> Path:
    for name in ("b", "a"):
        with Alignments.open(tmp_path / "faces" / f"{name}.alignments.db", source):
            pass
    (tmp_path / "faces" / ".c.alignments.db").touch()
    return tmp_path / "faces"


def test_a_folder_has_its_files(faces: Path, tmp_path: Path) -> None:
    files = (faces / "a.alignments.db", faces / "b.alignments.db")
    found = locate(faces)
    assert (found.files, found.folder, found.source) == (files, faces, None)
    assert alignments_in(tmp_path / "none") == []


def test_a_file_is_itself_whatever_its_name(faces: Path, tmp_path: Path) -> None:
    odd = (faces / "a.alignments.db").rename(tmp_path / "odd.sqlite")
    assert (locate(odd).files, locate(odd).folder) == ((odd,), tmp_path)
    assert locate(odd, faces).folder == faces


def test_footage_has_them_beside_it_or_with_its_faces(faces: Path, tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    clip.write_text("footage")
    with pytest.raises(AlignmentsError, match=r"no alignments.*a\.mp4.*omote extract"):
        locate(clip)
    found = locate(clip, faces)
    assert (found.files, found.source, found.folder) == ((faces / "a.alignments.db",), clip, faces)
    beside = (faces / "a.alignments.db").rename(tmp_path / "a.alignments.db")
    assert locate(clip).files == (beside,)
    clip.unlink()
    with pytest.raises(AlignmentsError, match=r"no such file or folder.*a\.mp4"):
        locate(clip)
