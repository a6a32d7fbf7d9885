from collections.abc import Callable
from pathlib import Path

import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.picture_files import png
from omote.media.sink import open_sink
from omote.media.source import Source, open_source
from omote.media.stills import StillSink

_FAST = EncodeConfig(preset="ultrafast")


@pytest.fixture
def video(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> Source:
    return open_source(make_clip("a.mp4", shades(3)))


@pytest.fixture
def still(tmp_path: Path, shades: Callable[..., list[Picture]]) -> Source:
    path = tmp_path / "still.png"
    path.write_bytes(png(shades(2)[1]))
    return open_source(path)


def _pass(source: Source, path: Path, *, overwrite: bool = False) -> None:
    with open_sink(path, source, overwrite=overwrite, settings=_FAST) as sink:
        for frame in source.frames():
            sink.write(frame)


@pytest.mark.parametrize("name", ["out.mp4", "out.MKV", "out.mov"])
def test_a_video_suffix_makes_a_video(video: Source, tmp_path: Path, name: str) -> None:
    _pass(video, tmp_path / name)
    assert open_source(tmp_path / name).facts.frames == 3


@pytest.mark.parametrize("made", [False, True])
def test_no_suffix_makes_a_folder_of_pictures(video: Source, tmp_path: Path, made: bool) -> None:
    folder = tmp_path / ("out.d" if made else "out")
    if made:
        folder.mkdir()
    _pass(video, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a_000001.png", "a_000002.png", "a_000003.png"]


def test_one_picture_makes_one_picture(still: Source, tmp_path: Path) -> None:
    _pass(still, tmp_path / "out.jpg")
    assert open_source(tmp_path / "out.jpg").facts.frames == 1
    assert isinstance(open_sink(tmp_path / "new.png", still), StillSink)


def test_what_is_there_is_kept_unless_told(video: Source, tmp_path: Path) -> None:
    file, folder = tmp_path / "out.mp4", tmp_path / "out"
    for path in (file, folder):
        _pass(video, path)
        with pytest.raises(OmoteError, match=r"already there: .*--overwrite"):
            open_sink(path, video)
        _pass(video, path, overwrite=True)
    assert open_source(file).facts.frames == open_source(folder).facts.frames == 3


def test_the_source_is_never_written_over(video: Source, tmp_path: Path) -> None:
    before = video.facts.path.read_bytes()
    with pytest.raises(MediaError, match="this is the source itself"):
        open_sink(tmp_path / "." / "a.mp4", video, overwrite=True)
    assert video.facts.path.read_bytes() == before


def test_an_unknown_suffix_lists_the_known(video: Source, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"cannot write \.wmv files: .*\.mp4 \.mov \.mkv \.webm \.gif \.png \.jpg"):
        open_sink(tmp_path / "out.wmv", video)


def test_a_video_does_not_fit_into_a_picture(video: Source, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="a picture holds one frame only"):
        open_sink(tmp_path / "out.png", video)


def test_settings_reach_the_encoder(video: Source, tmp_path: Path) -> None:
    sizes = []
    for crf in (1, 45):
        sink = open_sink(tmp_path / f"{crf}.mp4", video, settings=EncodeConfig(quality=crf))
        assert isinstance(sink, VideoSink)
        with sink:
            for frame in video.frames():
                sink.write(frame)
        sizes.append((tmp_path / f"{crf}.mp4").stat().st_size)
    assert sizes[0] > sizes[1]
