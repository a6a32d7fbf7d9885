from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.files import LastTouch
from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.picture_files import png
from omote.media.sink import check_names, check_place, open_sink, output_kind, written_suffix
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


class _Killed(BaseException):
    """What ends a run at once."""


def _broken(source: Source, path: Path, at: int, key: str = "k") -> None:
    with pytest.raises(_Killed), open_sink(path, source, settings=_FAST, resume=key) as sink:
        for frame in source.frames(sink.next_frame):
            if frame.index == at:
                raise _Killed
            sink.write(frame)


@pytest.mark.parametrize("name", ["out.mp4", "out"])
def test_a_broken_run_goes_on_only_when_it_may(video: Source, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    _broken(video, path, 2)
    with open_sink(path, video, settings=_FAST, resume="k") as sink:
        assert sink.next_frame in (1, 2)  # of a video the last frame waits to hear how long it is shown
        for frame in video.frames(sink.next_frame):
            sink.write(frame)
    assert open_source(path).facts.frames == 3
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.mp4", name]


@pytest.mark.parametrize("name", ["out.mp4", "out"])
def test_another_run_begins_anew(video: Source, tmp_path: Path, name: str) -> None:
    _broken(video, tmp_path / name, 2)
    assert open_sink(tmp_path / name, video, settings=_FAST, resume="other").next_frame == 0


def test_a_run_that_is_not_to_be_gone_on_with_leaves_nothing(video: Source, tmp_path: Path) -> None:
    with pytest.raises(_Killed), open_sink(tmp_path / "out.mp4", video, settings=_FAST) as sink:
        sink.write(next(video.frames()))
        raise _Killed
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("out.mp4", {"codec": "ffv1"}, r"^\.mp4 cannot hold ffv1"),
        ("out", {"pictures": "jpeg", "depth": 16}, r"^jpeg cannot hold 16 bits"),
    ],
)
def test_what_does_not_go_together_is_said_without_writing(
    video: Source, tmp_path: Path, name: str, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(MediaError, match=said):
        output_kind(tmp_path / name, video, settings=EncodeConfig.checked(settings))
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(("pictures", "suffix"), [("png", ".png"), ("tiff", ".tif"), ("jpeg", ".jpg"), ("exr", ".exr")])
def test_a_folder_is_of_the_pictures_asked_for(video: Source, tmp_path: Path, pictures: str, suffix: str) -> None:
    settings = EncodeConfig.checked({"pictures": pictures})
    with open_sink(tmp_path / "out", video, settings=settings) as sink:
        for frame in video.frames():
            sink.write(frame)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {suffix}
    for before, after in zip(video.frames(), open_source(tmp_path / "out").frames(), strict=True):
        expected = _read_as_srgb(before.rgb) if pictures == "exr" else before.rgb
        assert np.abs(expected.astype(float) - after.rgb).max() <= (0 if pictures in ("png", "tiff") else 2)


def _read_as_srgb(rgb: Picture) -> Any:
    """What becomes of a video's code values when their light, by BT.709, is coded as sRGB does."""
    code = rgb / 255
    light = np.where(code < 0.081, code / 4.5, ((code + 0.099) / 1.099) ** (1 / 0.45))
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def test_alpha_is_asked_for_beforehand(video: Source, tmp_path: Path) -> None:
    frame = next(video.frames())
    alpha = frame.rgb[..., 0].copy()
    layer = replace(frame, alpha=alpha)
    for name in ("plain.mp4", "plain"):
        with pytest.raises(MediaError, match="has alpha"), open_sink(tmp_path / name, video, settings=_FAST) as sink:
            sink.write(layer)
    with pytest.raises(MediaError, match=r"^h264 in \.mp4 cannot hold alpha"):
        open_sink(tmp_path / "out.mp4", video, alpha=True)
    with open_sink(tmp_path / "out", video, alpha=True) as sink:
        sink.write(layer)
    with av.open(str(tmp_path / "out" / "a_000001.png")) as container:
        assert np.array_equal(next(container.decode(video=0)).to_ndarray()[..., 3], alpha)


@pytest.mark.parametrize("resume", [None, "k"])
@pytest.mark.parametrize(
    ("name", "suffix"), [("out.mp4", ".mp4"), ("out.gif", ".gif"), ("out", ".png"), ("in", ".png")]
)
def test_what_has_its_name_was_touched(
    video: Source, tmp_path: Path, name: str, suffix: str, resume: str | None
) -> None:
    """A run that is killed in the last touch leaves nothing under the final name, and the next one ends it."""
    path, touched = tmp_path / name, list[str]()
    if name == "in":
        path.mkdir()

    def touch(part: Path, final: str) -> None:
        assert part.is_file() and part.suffix == suffix
        assert not (path / final if suffix == ".png" else path).exists()
        if len(touched) == 1:
            touched.append("killed")
            raise _Killed
        touched.append(final)

    def run() -> None:
        with open_sink(path, video, settings=_FAST, resume=resume, touch=LastTouch(touch)) as sink:
            for frame in video.frames(sink.next_frame):
                sink.write(frame)

    one = suffix != ".png"
    if one:
        touched.append("before")
    with pytest.raises(_Killed):
        run()
    assert not path.exists() or not list(path.glob("*.png"))
    run()
    names = [name] if one else [f"a_{number:06d}.png" for number in (1, 2, 3)]
    assert touched[touched.index("killed") + 1 :] == (names[1:] if resume and not one else names)
    assert sorted(file.name for file in path.iterdir()) == names if not one else path.is_file()
    assert written_suffix(path) == suffix


def test_a_single_picture_is_touched_before_it_has_its_name(still: Source, tmp_path: Path) -> None:
    def touch(part: Path, final: str) -> None:
        assert (final, (tmp_path / "out.png").exists()) == ("out.png", False)
        part.write_bytes(b"touched")

    with open_sink(tmp_path / "out.png", still, touch=LastTouch(touch)) as sink:
        sink.write(next(still.frames()))
    assert (tmp_path / "out.png").read_bytes() == b"touched"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.png", "still.png"]


def test_pictures_of_another_touch_are_not_gone_on_with(video: Source, tmp_path: Path) -> None:
    for key, begin in (("one", 0), ("one", 2), ("two", 0)):
        with (
            pytest.raises(_Killed),
            open_sink(tmp_path / "out", video, resume="k", touch=LastTouch(lambda *_: None, key)) as sink,
        ):
            assert sink.next_frame == begin
            for frame in video.frames(begin):
                if frame.index == 2:
                    raise _Killed
                sink.write(frame)
            raise _Killed


@pytest.mark.parametrize("name", ["out.mp4", "out.gif", "out", "in"])
def test_an_output_without_frames_is_an_error_and_none_at_all(video: Source, tmp_path: Path, name: str) -> None:
    if name == "in":
        (tmp_path / name).mkdir()
    with pytest.raises(MediaError, match="no frame was given"), open_sink(tmp_path / name, video, resume="k"):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["a.mp4", *(["in"] if name == "in" else [])]


def test_pictures_of_the_source_are_never_written_over(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    folder, other = tmp_path / "set", tmp_path / "real"
    for each in (folder, other):
        each.mkdir()
    (folder / "a.png").write_bytes(png(shades(2)[1]))
    (other / "b.png").write_bytes(png(shades(2)[1]))
    (folder / "b.png").symlink_to(other / "b.png")
    (tmp_path / "link").symlink_to(folder)
    for source, output in (
        (folder / "a.png", folder),
        (folder / "a.png", tmp_path / "link"),
        (tmp_path / "link" / "a.png", folder),
        (tmp_path / "link" / "a.png", folder / "a.png"),
        (folder, tmp_path / "link"),
        (folder, other),  # where one of its pictures truly is
        (folder, other / "b.png"),
    ):
        with pytest.raises(MediaError, match="source"):
            check_place(output, open_source(source), overwrite=True)
        with pytest.raises(MediaError, match="source"):
            open_sink(output, open_source(source), overwrite=True)
    check_place(folder / "c.png", open_source(folder / "a.png"))


def test_pictures_that_would_share_a_name_are_told_before_any_is_made(
    tmp_path: Path, shades: Callable[..., list[Picture]]
) -> None:
    (tmp_path / "set").mkdir()
    for name in ("a.b.png", "a.png", "a.tif"):
        (tmp_path / "set" / name).write_bytes(png(shades(2)[1]))
    source = open_source(tmp_path / "set")
    with pytest.raises(MediaError, match=r"^a\.png and a\.tif would become one file: .*set .rename"):
        output_kind(tmp_path / "out", source)
    assert output_kind(tmp_path / "out.mp4", source) == "video"
    (tmp_path / "set" / "a.tif").unlink()
    check_names(source)
