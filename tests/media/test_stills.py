import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.types import Frame, Picture
from omote.media.pictures import read_picture
from omote.media.stills import StillSink, jpeg, png


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1, 1)])
def test_png_loses_nothing(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    with av.open(io.BytesIO(png(rgb)), "r") as container:
        assert np.array_equal(next(container.decode(video=0)).to_ndarray(format="rgb24"), rgb)


def test_jpeg_is_close_and_keeps_its_colour(tmp_path: Path, corners: Callable[[int, int], Picture]) -> None:
    rgb = corners(63, 47)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(rgb))
    assert np.abs(read_picture(path).astype(int) - rgb).mean() < 2


def test_a_folder_gets_one_png_a_frame(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    names = ["img_1.JPG", "my.clip_000002", "three.tiff", "four"]
    with StillSink(tmp_path / "new" / "out", folder=True) as sink:
        for number, (name, rgb) in enumerate(zip(names, shades(4), strict=True)):
            sink.write(Frame(number, number, name, rgb))
    files = {path.name: path for path in (tmp_path / "new" / "out").iterdir()}
    assert set(files) == {"img_1.png", "my.clip_000002.png", "three.png", "four.png"}
    assert np.array_equal(read_picture(files["three.png"]), shades(4)[2])


def test_a_folder_is_whole_or_as_it_was(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    mine = tmp_path / "out" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(KeyboardInterrupt), StillSink(tmp_path / "out", folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.txt"]
    with StillSink(tmp_path / "out", folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.png", "mine.txt", "out"]


def test_a_folder_that_is_there_is_filled_from_inside(
    tmp_path: Path, shades: Callable[..., list[Picture]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a disk of its own, to which nothing can be renamed from outside."""
    monkeypatch.chdir(tmp_path)
    with StillSink(Path(), folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
        assert [path.name for path in tmp_path.iterdir()] == [".omote.part"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_two_frames_never_share_a_file(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    sink = StillSink(tmp_path / "out", folder=True)
    sink.write(Frame(0, 0, "a.jpg", shades(1)[0]))
    with pytest.raises(MediaError, match=r"frame a\.png would be written over the one before: .*out"):
        sink.write(Frame(1, 1, "a.png", shades(1)[0]))


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.JPEG"])
def test_a_single_picture_takes_its_name(tmp_path: Path, corners: Callable[[int, int], Picture], name: str) -> None:
    with StillSink(tmp_path / name, folder=False) as sink:
        sink.write(Frame(0, 0, "a.webp", corners(32, 24)))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert np.abs(read_picture(tmp_path / name).astype(int) - corners(32, 24)).mean() < 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OmoteError, match="cannot write"):
        StillSink(tmp_path / "file" / "out", folder=True)
