from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.media.picture_files import jpeg
from omote.media.reading import open_container, video_stream


def _sound_file(path: Path, cover: bytes | None = None) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=48000)
        picture = output.add_mux_stream("mjpeg", width=64, height=48) if cover else None
        if picture:
            picture.disposition = av.stream.Disposition.attached_pic
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 2 * 48000), np.int16), format="s16", layout="stereo")
        samples.sample_rate = 48000
        output.mux([*stream.encode(samples), *stream.encode(None)])
        if picture and cover:
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts = picture, 0, 0
            output.mux(packet)
    return path


def _stream_of(path: Path) -> str:
    with open_container(path) as container:
        return video_stream(container, path).codec_context.name


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"has sound but no video: .*song\.m4a"):
        _stream_of(_sound_file(tmp_path / "song.m4a"))


def test_a_cover_picture_is_no_video(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    path = _sound_file(tmp_path / "song.mp4", jpeg(shades(2)[1]))
    with av.open(str(path)) as container:
        assert container.streams.video
    with pytest.raises(MediaError, match="has sound but no video"):
        _stream_of(path)


@pytest.mark.parametrize("name", ["notes.txt", "notes.md", "notes.mp4", "notes.ans", "notes"])
def test_a_text_is_no_video_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("# Notes\n\nNothing to see here.\n" * 50)
    with pytest.raises(MediaError, match=name):
        _stream_of(path)


def test_a_list_of_addresses_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(MediaError, match=r"list\.m3u8"):
        _stream_of(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        open_container(tmp_path / "nowhere.mp4")
    assert "\n" not in str(caught.value)
    assert "nowhere.mp4" in str(caught.value)


@pytest.mark.parametrize("name", ["a:b.mp4", "100%d.mp4", "file:c.mp4", "ひ め.mp4"])
def test_odd_names_are_names(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], name: str) -> None:
    path = make_clip("plain.mp4", shades(2))
    assert _stream_of(path.rename(path.with_name(name))) == "h264"
