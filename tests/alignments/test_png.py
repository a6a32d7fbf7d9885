import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.png import read_record, rewrite_record, with_record
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.core.errors import AlignmentsError
from omote.core.types import Picture
from omote.imaging.pictures import decode, encode_png


@pytest.fixture
def record(face: FaceRecord, source: SourceRecord) -> PictureRecord:
    return PictureRecord(face, source, 512, "head", np.eye(3)[:2])


def test_the_record_travels_and_the_pixels_stay(tmp_path: Path, picture: Picture, record: PictureRecord) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(with_record(encode_png(picture), record))
    found = read_record(path)
    assert found is not None
    assert found.face.id == record.face.id
    pixels = decode(path.read_bytes())
    assert pixels is not None
    assert np.array_equal(pixels, picture)


def test_a_newer_record_takes_the_older_one_s_place(tmp_path: Path, picture: Picture, record: PictureRecord) -> None:
    path = tmp_path / "face.png"
    once = with_record(encode_png(picture), record)
    path.write_bytes(with_record(once, replace(record, size=256)))
    found = read_record(path)
    assert found is not None
    assert found.size == 256
    assert path.read_bytes().count(b"iTXt") == 1


def test_the_chunk_is_standard_itxt(picture: Picture, record: PictureRecord) -> None:
    png = with_record(encode_png(picture), record)
    at = png.index(b"iTXt")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    data = png[at + 4 : at + 4 + length]
    assert data.startswith(b"omote\0\0\0\0\0{")
    assert struct.unpack(">I", png[at + 4 + length : at + 8 + length])[0] == zlib.crc32(b"iTXt" + data)
    assert at < png.index(b"IDAT")


def test_other_files_have_no_record(tmp_path: Path, picture: Picture) -> None:
    for name, data in (("a.png", encode_png(picture)), ("b.png", b"no picture"), ("c.png", b"")):
        (tmp_path / name).write_bytes(data)
        assert read_record(tmp_path / name) is None


def test_a_cut_file_is_named(tmp_path: Path, picture: Picture, record: PictureRecord) -> None:
    path = tmp_path / "face.png"
    png = with_record(encode_png(picture), record)
    path.write_bytes(png[: png.index(b"iTXt") + 100])
    with pytest.raises(AlignmentsError, match=r"cut short.*face\.png"):
        read_record(path)


def test_a_record_is_replaced_in_place(tmp_path: Path, picture: Picture, record: PictureRecord) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(with_record(encode_png(picture), record))
    rewrite_record(path, replace(record, face=replace(record.face, person="person-01")))
    found = read_record(path)
    assert found is not None
    assert (found.face.id, found.face.person) == (record.face.id, "person-01")
    assert path.read_bytes()[-40:] == encode_png(picture)[-40:]
    assert [file.name for file in tmp_path.iterdir()] == ["face.png"]
    pixels = decode(path.read_bytes())
    assert pixels is not None
    assert np.array_equal(pixels, picture)


def test_what_is_no_picture_is_never_written_over(tmp_path: Path, picture: Picture, record: PictureRecord) -> None:
    png = with_record(encode_png(picture), record)
    for name, data in (("notes.png", b"mine"), ("cut.png", png[: png.index(b"IDAT") - 4]), ("short.png", png[:-3])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(AlignmentsError, match=rf"(not a whole PNG|cut short).*{name}"):
            rewrite_record(tmp_path / name, record)
        assert (tmp_path / name).read_bytes() == data
    with pytest.raises(AlignmentsError, match=r"cannot be read.*none\.png"):
        rewrite_record(tmp_path / "none.png", record)
