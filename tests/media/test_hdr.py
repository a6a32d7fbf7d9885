import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.hdr import Hdr, changing_hdr, hdr_of, hdr_options
from omote.media.noted import noted
from omote.media.source import open_source

# A screen of P3 primaries and D65 white, 0.0001 to 1000 cd/m²; in steps that every encoder can write.
_PRIMARIES = tuple(Fraction(n, 50_000) for n in (34000, 16000, 13250, 34500, 7500, 3000, 15635, 16450))
_HDR = Hdr(_PRIMARIES, (Fraction(1000), Fraction(1, 10_000)), (1000, 400))
_SCREEN = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten-bit PQ footage that says how bright it is."""
    path = tmp_path_factory.mktemp("hdr") / "a.mkv"
    with av.open(str(path), "w") as output:
        own = f"log-level=error:master-display={_SCREEN}:max-cll=1000,400"
        stream = output.add_stream("libx265", rate=25, options={"x265-params": own, "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 16, 9, 1
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90 + number, np.uint8)).reformat(
                format="yuv420p10le", dst_colorspace=9, dst_color_range=1
            )
            frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _said(path: Path) -> Hdr | None:
    with av.open(str(path)) as container:
        return hdr_of(noted(next(container.decode(video=0))))


def test_what_a_film_says_is_read(film: Path) -> None:
    assert _said(film) == _HDR


@pytest.mark.parametrize(
    ("codec", "suffix"), [("h264", ".mp4"), ("h265", ".mp4"), ("h265", ".mkv"), ("av1", ".mp4"), ("av1", ".mkv")]
)
def test_it_is_kept_by_the_codecs_that_can(film: Path, tmp_path: Path, codec: str, suffix: str) -> None:
    source, target = open_source(film), tmp_path / f"out{suffix}"
    settings = EncodeConfig.checked({"codec": codec, "preset": "ultrafast"})
    with VideoSink(target, source.facts, settings) as sink:
        assert sink.notes == ()
        assert sink.deep
        for frame in source.frames(deep=True):
            sink.write(frame)
    said = _said(target)
    assert said is not None
    assert said.light == _HDR.light
    assert said.primaries is not None
    assert said.luminance is not None
    np.testing.assert_allclose([float(x) for x in said.primaries], [float(x) for x in _PRIMARIES], atol=2e-5)
    np.testing.assert_allclose([float(x) for x in said.luminance], [1000, 0.0001], rtol=0.01, atol=1e-4)
    with av.open(str(target)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == (9, 16, 9)
        assert context.pix_fmt == "yuv420p10le"


@pytest.mark.parametrize(("codec", "suffix"), [("prores", ".mov"), ("ffv1", ".mkv")])
def test_others_note_that_they_lose_it(film: Path, tmp_path: Path, codec: str, suffix: str) -> None:
    source = open_source(film)
    sink = VideoSink(tmp_path / f"out{suffix}", source.facts, EncodeConfig.checked({"codec": codec}))
    with sink:
        sink.write(next(source.frames(deep=True)))
    assert sink.notes == (f"{codec} cannot hold the source's HDR metadata (mastering screen, light level): left out",)


def test_only_what_is_said_is_passed_on() -> None:
    assert hdr_options("libx265", Hdr(light=(800, 200))) == {"x265-params": "max-cll=800,200"}
    assert hdr_options("libx264", _HDR) == {"x264-params": f"mastering-display={_SCREEN}:cll=1000,400"}
    assert hdr_options("ffv1", _HDR) is None
    numbers = [number for value in (*_PRIMARIES, *_HDR.luminance) for number in value.as_integer_ratio()]  # type: ignore[misc]
    unmarked = struct.pack("=22i", *numbers, 0, 0)
    assert hdr_of({"MASTERING_DISPLAY_METADATA": unmarked}) is None


def test_what_changes_from_scene_to_scene_has_a_name() -> None:
    assert changing_hdr({"DYNAMIC_HDR_PLUS": b""}) == "HDR10+"
    assert changing_hdr({"DOVI_METADATA": b""}) == "Dolby Vision"
    assert changing_hdr({"CONTENT_LIGHT_LEVEL": b""}) is None
