import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.types import Picture
from omote.imaging.pictures import encode_png
from omote.media.picture_files import jpeg
from omote.media.pictures import read_picture
from omote.media.upright import Orientation, orientation_of
from omote.media.video import VideoSource


@pytest.mark.parametrize("flips", [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_video_comes_out_upright(
    make_clip: Callable[..., Path], corners: Callable[[int, int], Picture], rotation: int, flips: tuple[bool, bool]
) -> None:
    stored, (mirror, flip) = corners(64, 48), flips
    source = VideoSource(make_clip("a.mp4", [stored] * 2, rotation=(rotation, mirror, flip), options={"crf": "5"}))
    frame = next(source.frames())
    expected = np.rot90(stored, rotation // 90)[:: -1 if flip else 1, :: -1 if mirror else 1]  # anticlockwise
    assert frame.rgb.shape == expected.shape == (source.facts.height, source.facts.width, 3)
    assert np.abs(_middles(frame.rgb) - _middles(expected)).max() < 12


# How a picture must be stored for each EXIF orientation to show `upright`, by the definition of the tag.
_STORED: dict[int, Callable[[Picture], Picture]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", _STORED)
def test_every_exif_orientation_comes_out_upright(
    tmp_path: Path, corners: Callable[[int, int], Picture], orientation: int
) -> None:
    upright = corners(64, 48)
    plain = jpeg(np.ascontiguousarray(_STORED[orientation](upright)))
    path = tmp_path / "phone.jpg"
    path.write_bytes(plain[:2] + _exif(orientation) + plain[2:])
    rgb = read_picture(path)
    assert rgb.shape == upright.shape
    assert rgb.flags.c_contiguous
    assert np.abs(_middles(rgb) - _middles(upright)).max() < 6


def test_a_frame_without_a_matrix_stays_as_it_is(corners: Callable[[int, int], Picture]) -> None:
    assert orientation_of(av.VideoFrame(16, 16, "rgb24")) == Orientation()
    rgb = corners(8, 6)
    assert np.array_equal(Orientation().apply(rgb), rgb)


def test_pictures_with_a_named_colour_profile_are_read_and_freed(tmp_path: Path, picture: Picture) -> None:
    plain, header = encode_png(picture), 33  # signature and IHDR
    path = tmp_path / "exported.png"
    path.write_bytes(plain[:header] + _chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(256))) + plain[header:])
    code = (
        "import gc, pathlib, sys; from omote.media.pictures import read_picture\n"
        "for _ in range(8): read_picture(pathlib.Path(sys.argv[1])); gc.collect()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)  # what is freed twice kills a process
    assert done.returncode == 0


@pytest.mark.footage
def test_the_turned_photo_equals_the_upright_one(footage: Path) -> None:
    turned, upright = (read_picture(footage / "stills/rotated" / f"obama2_{name}.jpg") for name in ("exif6", "rot000"))
    assert turned.shape == upright.shape == (1000, 522, 3)
    assert np.abs(turned.astype(int) - upright).mean() < 3


def _exif(orientation: int) -> bytes:
    entry = struct.pack("<HHHII", 1, 0x112, 3, 1, orientation)
    body = b"Exif\0\0II*\0" + struct.pack("<I", 8) + entry + struct.pack("<I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _middles(rgb: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    down, across = rgb.shape[0] // 4, rgb.shape[1] // 4
    return rgb[[down, down, -down, -down], [across, -across, across, -across]].astype(np.int64)
