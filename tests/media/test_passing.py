from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from omote.core.errors import MediaError
from omote.core.types import Frame, Picture
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source

_FAST = EncodeConfig(preset="ultrafast")


def _copied(clip: Path, name: str) -> Path:
    source, target = open_source(clip), clip.with_name(name)
    with open_sink(target, source, settings=_FAST) as sink:
        for frame in source.frames():
            sink.write(frame)
    return target


def _packets(path: Path) -> dict[int, list[tuple[Fraction, bytes]]]:
    """Time and content of every sound packet, by track."""
    tracks: dict[int, list[tuple[Fraction, bytes]]] = {}
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.audio):
            if packet.size:
                time = Fraction(packet.dts or 0) * packet.time_base
                tracks.setdefault(packet.stream_index, []).append((time, bytes(packet)))
    return tracks


def _describe(stream: Any) -> tuple[str, str | None, bool]:
    return stream.codec_context.name, stream.language, bool(stream.disposition & Disposition.default)


@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out.mkv"])
@pytest.mark.parametrize("first", [0, 20])
def test_every_track_is_copied_bit_for_bit(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], name: str, first: int
) -> None:
    sounds = [("aac", "eng"), ("ac3", "jpn")]
    clip = make_clip("a.mkv", shades(30), sounds=sounds, pts=range(first, first + 30), options={"preset": "ultrafast"})
    target = _copied(clip, name)
    before, after = _packets(clip), _packets(target)
    assert len(before) == len(after) == 2
    for old, new in zip(before.values(), after.values(), strict=True):
        assert [data for _, data in old] == [data for _, data in new]
        assert max(abs(was - now) for (was, _), (now, _) in zip(old, new, strict=True)) < Fraction(1, 1000)
    with av.open(str(clip)) as one, av.open(str(target)) as other:
        assert [_describe(track) for track in one.streams.audio] == [_describe(track) for track in other.streams.audio]


@pytest.mark.parametrize(("codec", "name"), [("libopus", "out.mp4"), ("flac", "out.mp4"), ("pcm_s16le", "out.mov")])
def test_common_codecs_fit(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], codec: str, name: str
) -> None:
    clip = make_clip("a.mkv", shades(10), sounds=[(codec, "eng")])
    before, after = _packets(clip), _packets(_copied(clip, name))
    assert b"".join(data for _, data in before[1]) == b"".join(data for _, data in after[1])


def test_broadcast_sound_goes_into_a_film(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    clip = make_clip("a.ts", shades(20), sounds=[("aac", "eng")])
    before, after = _packets(clip), _packets(_copied(clip, "out.mp4"))
    assert len(before[1]) == len(after[1])
    for (was, framed), (now, bare) in zip(before[1], after[1], strict=True):
        assert framed.endswith(bare)  # the broadcast wraps each packet in a header of its own
        assert was - before[1][0][0] == pytest.approx(now - after[1][0][0], abs=1e-4)


@pytest.mark.parametrize(
    ("codec", "called", "name", "other"),
    [
        ("wavpack", "wavpack", "out.mp4", ".mkv"),  # refused as a track
        ("libopus", "opus", "out.mov", ".mkv"),  # refused with the header
        ("pcm_mulaw", "pcm_mulaw", "out.mkv", ".mov"),
    ],
)
def test_what_the_container_cannot_hold_is_said_before_any_work(
    make_clip: Callable[..., Path],
    shades: Callable[..., list[Picture]],
    codec: str,
    called: str,
    name: str,
    other: str,
) -> None:
    clip = make_clip("a.avi" if called.startswith("pcm") else "a.mkv", shades(4), sounds=[(codec, "eng")])
    source, target = open_source(clip), clip.with_name(name)
    with pytest.raises(MediaError) as caught:
        open_sink(target, source, settings=_FAST)
    assert str(caught.value) == (
        f"{target.suffix} cannot hold {called} sound: {target} "
        f"(choose a name ending in {other}, or convert the sound first)"
    )
    assert [path.name for path in clip.parent.iterdir()] == [clip.name]
    assert _packets(_copied(clip, f"other{other}"))


@pytest.mark.parametrize(("codec", "name"), [("alac", "a.mkv"), ("libopus", "a.flv"), ("pcm_s16le", "a.mkv")])
def test_sound_that_says_little_about_itself_is_whole(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], codec: str, name: str
) -> None:
    # Packets without a duration, channels without a side: .mp4 needs both.
    clip = make_clip(name, shades(10), sounds=[(codec, "eng")])
    before, after = _packets(clip), _packets(_copied(clip, "out.mp4"))
    assert b"".join(data for _, data in before[1]) == b"".join(data for _, data in after[1])


def test_sound_lies_beside_its_picture(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    clip = make_clip("a.mkv", shades(100), sounds=[("aac", "eng")], rate=5, options={"preset": "ultrafast"})
    places: list[tuple[int, int, Fraction]] = []
    with av.open(str(_copied(clip, "out.mp4"))) as container:
        for packet in container.demux():
            if packet.size and packet.pos is not None:
                time = Fraction(packet.dts or 0) * packet.time_base
                places.append((packet.pos, packet.stream_index, time))
    latest = {0: Fraction(0), 1: Fraction(0)}
    for _, stream, time in sorted(places):
        latest[stream] = max(latest[stream], time)
        assert abs(latest[0] - latest[1]) < 2


@pytest.mark.footage
@pytest.mark.parametrize("name", ["A_abe_720p", "B_obama_450", "extra_man_suit_vfr_700", "multi_hamilton_360p"])
def test_real_sound_is_copied_bit_for_bit_and_in_time(footage: Path, tmp_path: Path, name: str) -> None:
    source, target = open_source(footage / "clips" / f"{name}.mp4"), tmp_path / "out.mp4"
    black = np.zeros((source.facts.height, source.facts.width, 3), np.uint8)
    with open_sink(target, source, settings=_FAST) as sink:
        for number in range(3):
            sink.write(Frame(number, number * source.facts.time_base.denominator, "black", black))
    assert _packets(target) == _packets(source.facts.path)
