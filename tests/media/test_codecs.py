from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from omote.media.codecs import CODECS, PRESETS, USUAL, encoder_options, pixel_formats, writes
from omote.media.planes import planes

_HERE = [(name, encoder) for name, codec in CODECS.items() for encoder in codec.encoders if writes(encoder)]


def _noise(pixels: str, seed: int) -> av.VideoFrame:
    frame = av.VideoFrame(64, 48, pixels)
    top = 1 << frame.format.components[0].bits
    for plane in planes(frame):
        plane[...] = np.random.default_rng(seed).integers(top // 10, top * 9 // 10, plane.shape)
    return frame


def _there_and_back(path: Path, encoder: str, pixels: str, quality: int) -> bool:
    """Whether frames come out of a file as they went in, bit for bit; to two, x265 gives no times of decoding."""
    given = [_noise(pixels, seed) for seed in range(12)]
    with av.open(str(path), "w") as output:
        options = encoder_options(encoder, quality, "veryfast", pixels)
        stream = output.add_stream(encoder, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels  # type: ignore[union-attr]
        for number, frame in enumerate(given):
            frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(stream.encode(frame))  # type: ignore[union-attr, arg-type]
        output.mux(stream.encode(None))  # type: ignore[union-attr]
    with av.open(str(path)) as container:
        back = list(container.decode(video=0))
    assert [frame.format.name for frame in back] == [pixels] * 12
    pairs = zip(given, back, strict=True)
    return all(np.array_equal(a, b) for one, two in pairs for a, b in zip(planes(one), planes(two), strict=True))


@pytest.mark.parametrize(
    ("encoder", "pixels", "suffix"),
    [
        ("libx264", "yuv420p", ".mp4"),
        ("libx264", "yuv420p10le", ".mp4"),
        ("libx264", "yuv444p", ".mov"),
        ("libx265", "yuv420p", ".mp4"),
        ("libx265", "yuv422p12le", ".mkv"),
        ("libvpx-vp9", "yuv420p", ".webm"),
        ("ffv1", "yuv420p10le", ".mkv"),
        ("ffv1", "bgra", ".mkv"),
        ("ffv1", "gbrp16le", ".mkv"),
    ],
)
def test_quality_zero_is_lossless(tmp_path: Path, encoder: str, pixels: str, suffix: str) -> None:
    assert _there_and_back(tmp_path / f"a{suffix}", encoder, pixels, 0)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le"])
def test_quality_zero_of_av1_is_lossless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pixels: str) -> None:
    monkeypatch.setenv("SVT_LOG", "1")
    assert _there_and_back(tmp_path / "a.mp4", "libsvtav1", pixels, 0)


def test_a_worse_quality_is_not_lossless(tmp_path: Path) -> None:
    assert not _there_and_back(tmp_path / "a.mp4", "libx264", "yuv420p", 18)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(("name", "encoder"), _HERE)
def test_every_preset_opens(name: str, encoder: str, preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVT_LOG", "1")
    pixels = "pal8" if name == "gif" else pixel_formats(encoder)[0]
    context = av.CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt = 64, 64, pixels  # type: ignore[attr-defined]
    context.time_base = Fraction(1, 25)
    context.options = encoder_options(encoder, CODECS[name].quality or 0, preset, pixels)
    context.open()
    assert context.is_open
    assert not context.options  # FFmpeg has known them all


def test_every_suffix_has_a_usual_codec_that_it_holds() -> None:
    assert all(suffix in CODECS[name].suffixes for suffix, name in USUAL.items())
    assert {suffix for codec in CODECS.values() for suffix in codec.suffixes} == set(USUAL)


def test_what_is_no_encoder_is_not_written() -> None:
    assert not writes("libdav1d")  # a decoder
    assert not writes("no-such-codec")
