import ast
import struct
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.foreign.faceswap_face import face_to
from omote.alignments.foreign.faceswap_png import head_matrix, header_of, read_faceswap_png, with_header
from omote.alignments.record import FaceRecord
from omote.core.errors import AlignmentsError
from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import transform
from omote.imaging.pictures import decode, encode_png


@pytest.fixture
def png(picture: Picture, face: FaceRecord) -> bytes:
    header = header_of(face_to(face)[0], "clip_000002.mp4", 1, (240, 220), video=True)
    return with_header(encode_png(np.ascontiguousarray(picture[:200, :200])), header)


def test_the_header_is_one_itxt_chunk_before_the_pixels_with_a_literal(png: bytes, picture: Picture) -> None:
    at = png.index(b"iTXt")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    data = png[at + 4 : at + 4 + length]
    assert data.startswith(b"faceswap\0\0\0\0\0{'alignments': {'x': ")
    assert png[at + 8 + length + 4 :][:4] == b"IDAT"
    content = ast.literal_eval(data[13:].decode())
    assert list(content["source"].items()) == [
        ("alignments_version", 2.4), ("original_filename", "clip_000002_1.png"), ("face_index", 1),
        ("source_filename", "clip_000002.mp4"), ("source_is_video", True), ("source_frame_dims", [220, 240]),
    ]  # fmt: skip
    assert list(content["alignments"]) == ["x", "y", "w", "h", "landmarks_xy", "mask", "identity"]
    pixels = decode(png)
    assert pixels is not None
    np.testing.assert_array_equal(pixels, picture[:200, :200])


def test_a_picture_comes_back(tmp_path: Path, png: bytes, picture: Picture, face: FaceRecord) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png)
    found = read_faceswap_png(path)
    assert found is not None
    assert (found.frame, found.number, found.video, found.size) == ("clip_000002.mp4", 1, True, (240, 220))
    np.testing.assert_array_equal(found.face.landmarks, face.landmarks)
    assert found.face.picture is not None
    bare = found.face.picture.png()
    assert b"iTXt" not in bare
    pixels = decode(bare)
    assert pixels is not None
    np.testing.assert_array_equal(pixels, picture[:200, :200])


def test_a_spot_lies_where_faceswap_s_own_figures_put_it(landmarks: Floats) -> None:
    """Its crop is ours computed from its points, and both sides of its map count from the first pixel's centre."""
    theirs = (landmarks - np.float32(0.5)).astype(np.float32)
    there = transform(theirs, crop_matrix(theirs, 512, "head"))
    np.testing.assert_allclose(transform(landmarks, head_matrix(landmarks, 512)), there + 0.5, atol=2e-3)


def test_files_without_header_have_none_and_damaged_ones_are_told(tmp_path: Path, png: bytes, picture: Picture) -> None:
    path = tmp_path / "a.png"
    for plain in (encode_png(picture), with_header(png, None)):
        path.write_bytes(plain)
        assert read_faceswap_png(path) is None
    for damage in (
        png.replace(b"'x': ", b"'x': a"),
        png.replace(b"iTXt", b"iTXt", 1)[:300],
        png.replace(b"_000002.mp4', 's", b"/00002.mp4', 's"),
    ):
        path.write_bytes(damage)
        with pytest.raises(AlignmentsError, match=r"a\.png"):
            read_faceswap_png(path)
