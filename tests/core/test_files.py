import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.core.files import check_free, explained, part_name, replaced_folder, whole_folder, write_bytes, write_pieces


def test_a_file_is_whole_or_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deep" / "file.bin"
    write_bytes(path, b"one")
    assert path.read_bytes() == b"one"

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OmoteError, match="the disk is full"):
        write_bytes(path, b"two")
    assert path.read_bytes() == b"one"
    assert [file.name for file in path.parent.iterdir()] == ["file.bin"]


def test_the_part_keeps_the_suffix_and_hides() -> None:
    assert part_name(Path("a/clip.mp4")) == Path("a/.clip.part.mp4")


def test_a_folder_is_replaced_as_one(tmp_path: Path) -> None:
    last = tmp_path / "last"
    for word in ("one", "two"):
        with replaced_folder(last) as new:
            (new / "word").write_text(word)
    assert (last / "word").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["last"]


def test_a_failed_replacement_leaves_the_older_folder(tmp_path: Path) -> None:
    last = tmp_path / "last"
    with replaced_folder(last) as new:
        (new / "word").write_text("one")
    with pytest.raises(RuntimeError), replaced_folder(last) as new:
        (new / "word").write_text("two")
        raise RuntimeError
    assert (last / "word").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["last"]


def test_between_the_two_renames_the_older_folder_is_found(tmp_path: Path) -> None:
    last = tmp_path / "last"
    with replaced_folder(last):
        pass
    assert whole_folder(last) == last
    last.rename(tmp_path / "last.old")
    assert whole_folder(last) == tmp_path / "last.old"
    (tmp_path / "last.old").rmdir()
    assert whole_folder(last) is None


@pytest.mark.parametrize(
    ("code", "line"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "no permission"), (errno.EIO, "Input/output")],
)
def test_the_system_s_words_become_one_line(code: int, line: str) -> None:
    import os

    with pytest.raises(OmoteError, match=line), explained(Path("place")):
        raise OSError(code, os.strerror(code))


def test_nothing_of_a_user_s_is_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    for free in ("none", "empty"):
        check_free(tmp_path / free, overwrite=False)
    for there in ("full", "full/mine.txt"):
        with pytest.raises(OmoteError, match=r"already there.*--overwrite"):
            check_free(tmp_path / there, overwrite=False)
        check_free(tmp_path / there, overwrite=True)


def test_a_file_in_pieces_is_whole_or_as_before(tmp_path: Path) -> None:
    write_pieces(tmp_path / "deep" / "file", (bytes([number]) for number in range(9)))
    assert (tmp_path / "deep" / "file").read_bytes() == bytes(range(9))

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_pieces(tmp_path / "deep" / "file", broken())
    assert [path.read_bytes() for path in (tmp_path / "deep").iterdir()] == [bytes(range(9))]
    with pytest.raises(OmoteError, match="cannot write"):
        write_pieces(tmp_path / "deep" / "file" / "below", [])
