import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.media.picture_files import jpeg, png
from omote.media.pictures import PictureSource, is_picture, read_picture


def _write(path: Path, rgb: Picture, codec: str, pixels: str) -> Path:
    frame = av.VideoFrame.from_ndarray(rgb).reformat(format=pixels)
    with av.open(str(path), "w", format="image2", container_options={"update": "1"}) as output:
        stream: Any = output.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pixels
        output.mux([*stream.encode(frame), *stream.encode(None)])
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "worst"),
    [
        ("a.png", "png", "rgb24", 0),
        ("a.png", "png", "rgba", 0),
        ("a.png", "png", "rgb48be", 0),
        ("a.bmp", "bmp", "bgr24", 0),
        ("a.tif", "tiff", "rgb24", 0),
        ("a.TIFF", "tiff", "rgb48le", 0),
        ("a.ppm", "ppm", "rgb24", 0),
        ("a.jpg", "mjpeg", "yuvj444p", 14),
        ("a.png", "mjpeg", "yuvj444p", 14),
        ("frame_%03d.png", "png", "rgb24", 0),
    ],
)
def test_every_kind_of_picture_is_read(
    tmp_path: Path, corners: Callable[[int, int], Picture], name: str, codec: str, pixels: str, worst: int
) -> None:
    rgb = corners(32, 24)
    path = tmp_path / name
    path.write_bytes(_write(tmp_path / "made", rgb, codec, pixels).read_bytes())
    source = PictureSource(path)
    (frame,) = source.frames()
    assert (frame.index, frame.pts, frame.name) == (0, 0, name)
    assert np.abs(frame.rgb.astype(int) - rgb).max() <= worst
    facts = source.facts
    assert (facts.width, facts.height, facts.frames, facts.rate) == (32, 24, 1, Fraction(25))
    assert facts.kind == "pictures"


@pytest.mark.parametrize(("codec", "pixels"), [("png", "gray"), ("png", "gray16be"), ("png", "ya8")])
def test_grey_keeps_its_full_range(tmp_path: Path, codec: str, pixels: str) -> None:
    ramp = np.broadcast_to(np.arange(0, 256, 4, dtype=np.uint8)[None, :, None], (16, 64, 3))
    rgb = read_picture(_write(tmp_path / "a.png", np.ascontiguousarray(ramp), codec, pixels))
    assert np.abs(rgb.astype(int) - ramp).max() <= 1


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    for name, rgb in zip(["img10.png", "img2.png", "IMG1.jpg", "img2b.png"], shades(4), strict=True):
        (tmp_path / name).write_bytes(png(rgb) if name.endswith("png") else jpeg(rgb))
    for name in (".hidden.png", "notes.txt", "img3.png.part"):
        (tmp_path / name).write_text("no picture")
    (tmp_path / "folder.png").mkdir()
    source = PictureSource(tmp_path)
    assert [frame.name for frame in source.frames()] == ["IMG1.jpg", "img2.png", "img2b.png", "img10.png"]
    assert [(frame.index, frame.pts) for frame in source.frames(2)] == [(2, 2), (3, 3)]
    assert source.facts.frames == 4


def test_each_picture_has_its_own_size(tmp_path: Path, corners: Callable[[int, int], Picture]) -> None:
    (tmp_path / "1.png").write_bytes(png(corners(40, 30)))
    (tmp_path / "2.png").write_bytes(png(corners(20, 50)))
    source = PictureSource(tmp_path)
    assert [frame.rgb.shape for frame in source.frames()] == [(30, 40, 3), (50, 20, 3)]
    assert (source.facts.width, source.facts.height) == (40, 30)


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(MediaError, match="no pictures in the folder"):
        PictureSource(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "text", "hole"])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_damaged_picture_is_named(
    tmp_path: Path, corners: Callable[[int, int], Picture], suffix: str, damage: str
) -> None:
    random = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    (tmp_path / f"1.{suffix}").write_bytes(png(random) if suffix == "png" else jpeg(random))
    data = (png if suffix == "png" else jpeg)(random)
    middle = len(data) // 2
    bad = {"cut": data[:middle], "text": b"not a picture", "hole": data[:middle] + bytes(800) + data[middle + 800 :]}
    (tmp_path / f"2.{suffix}").write_bytes(bad[damage])
    frames = PictureSource(tmp_path).frames()
    assert next(frames).index == 0
    with pytest.raises(MediaError, match=rf"2\.{suffix}") as caught:
        next(frames)
    assert "\n" not in str(caught.value)


def test_sound_under_the_name_of_a_picture_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(4000))
    with pytest.raises(MediaError, match=r"has sound but no video.*a\.png"):
        read_picture(path)


def test_names_tell_what_is_a_picture() -> None:
    assert is_picture(Path("a/B.JPeG"))
    assert not is_picture(Path("a/.b.jpg"))
    assert not is_picture(Path("a/b.gif"))
    assert not is_picture(Path("a/jpg"))


@pytest.mark.footage
@pytest.mark.parametrize("name", ["rgba_32bit.png", "gray8.jpg", "rgb16.png", "cmyk.jpg", "palette.png"])
def test_every_format_shows_the_same_person(footage: Path, name: str) -> None:
    folder = footage / "stills"
    rgb, plain = read_picture(folder / "format" / name), read_picture(folder / "format/rgb16.png")
    expected = plain.mean(2, keepdims=True) if name == "gray8.jpg" else plain
    step = 2 if name == "rgba_32bit.png" else 1
    assert np.abs(rgb[::step, ::step].astype(float) - expected).mean() < 8


@pytest.mark.footage
def test_every_einstein_is_the_same(footage: Path) -> None:
    files = sorted((footage / "stills/format").glob("einstein.*"))
    pictures = [read_picture(file).astype(int) for file in files]
    assert len(pictures) == 5
    assert all(np.abs(picture - pictures[0]).mean() < 4 for picture in pictures)


@pytest.mark.footage
@pytest.mark.parametrize("name", ["corrupted.png", "empty.png", "truncated.jpg"])
def test_bad_files_are_named(footage: Path, name: str) -> None:
    with pytest.raises(MediaError, match=name) as caught:
        PictureSource(footage / "stills/format" / name)
    assert "\n" not in str(caught.value)
