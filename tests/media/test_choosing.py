from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import MediaError
from omote.media import choosing
from omote.media.choosing import Choice, choose
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.layouts import Layout


def _like(pixels: str = "yuv420p", depth: int = 8) -> SourceFacts:
    return SourceFacts(Path("s"), "video", 64, 48, 1, Fraction(1, 25), Fraction(25), 0, "0", pixels, depth)


def _choice(name: str, like: SourceFacts, *, alpha: bool = False, **values: Any) -> Choice:
    return choose(Path(name), like, EncodeConfig.checked(values), alpha=alpha)


@pytest.mark.parametrize(
    ("name", "values", "pixels", "codec", "layout"),
    [
        ("a.mp4", {}, "yuv420p", "h264", "yuv420p"),
        ("a.mp4", {}, "yuv422p10le", "h264", "yuv420p10le"),
        ("a.MOV", {"pixels": "source"}, "yuv422p10le", "h264", "yuv422p10le"),
        ("a.mkv", {"codec": "h265", "depth": 10}, "yuv420p", "h265", "yuv420p10le"),
        ("a.mp4", {"codec": "h265", "pixels": "source"}, "yuv444p12le", "h265", "yuv444p12le"),
        ("a.mp4", {"codec": "av1", "pixels": "yuv420p"}, "yuv420p10le", "av1", "yuv420p10le"),
        ("a.webm", {}, "yuv420p", "vp9", "yuv420p"),
        ("a.mov", {"codec": "prores"}, "yuv420p", "prores", "yuv422p10le"),
        ("a.mov", {"codec": "prores", "pixels": "source"}, "yuv444p", "prores", "yuv444p10le"),
        ("a.mkv", {"codec": "ffv1", "pixels": "source"}, "rgb24", "ffv1", "bgr0"),
        ("a.mkv", {"codec": "ffv1", "pixels": "source"}, "rgb48be", "ffv1", "gbrp16le"),
        ("a.mkv", {"codec": "ffv1"}, "yuv420p12le", "ffv1", "yuv420p12le"),
    ],
)
def test_suffix_settings_and_source_make_the_choice(
    name: str, values: dict[str, Any], pixels: str, codec: str, layout: str
) -> None:
    depth = next((bits for bits in (10, 12) if str(bits) in pixels), 16 if "48" in pixels else 8)
    choice = _choice(name, _like(pixels, depth), **values)
    assert (choice.codec, choice.layout.name, choice.notes) == (codec, layout, ())


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [("a.mov", "prores", "yuva444p10le"), ("a.mkv", "ffv1", "bgra"), ("a.webm", "vp9", "yuva420p")],
)
def test_alpha_goes_where_it_is_read(name: str, codec: str, layout: str) -> None:
    assert _choice(name, _like(), alpha=True, codec=codec).layout.name == layout


@pytest.mark.parametrize(
    ("name", "values", "alpha", "said"),
    [
        ("a.mp4", {"codec": "prores"}, False,
         ".mp4 cannot hold prores: a.mp4 (name it .mov or .mkv, or choose encode.codec from h264 h265 av1 vp9)"),
        ("a.mov", {"codec": "ffv1"}, False,
         ".mov cannot hold ffv1: a.mov (name it .mkv, or choose encode.codec from h264 h265 prores)"),
        ("a.mkv", {"codec": "ffv1", "quality": 3}, False,
         "ffv1 has no quality to choose: a.mkv (leave encode.quality out)"),
        ("a.mp4", {"quality": 60}, False, "encode.quality of h264 goes from 0 to 51, not to 60: a.mp4"),
        ("a.mp4", {"pixels": "rgb"}, False,
         "h264 cannot hold rgb: a.mp4 (choose encode.pixels from yuv420p yuv422p yuv444p)"),
        ("a.mp4", {"codec": "av1", "pixels": "yuv444p"}, False,
         "av1 cannot hold yuv444p: a.mp4 (choose encode.pixels from yuv420p)"),
        ("a.mov", {"codec": "prores", "depth": 8}, False,
         "prores cannot hold 8 bits: a.mov (choose encode.depth from 10)"),
        ("a.mp4", {"depth": 12}, False, "h264 cannot hold 12 bits: a.mp4 (choose encode.depth from 8 10)"),
        ("a.mp4", {}, True,
         "h264 in .mp4 cannot hold alpha: a.mp4 (choose vp9 in .webm or prores in .mov or ffv1 in .mkv, "
         "or a folder of pictures)"),
        ("a.mp4", {"codec": "vp9"}, True,
         "vp9 in .mp4 cannot hold alpha: a.mp4 (choose vp9 in .webm or prores in .mov or ffv1 in .mkv, "
         "or a folder of pictures)"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said_in_one_line(
    name: str, values: dict[str, Any], alpha: bool, said: str
) -> None:
    with pytest.raises(MediaError) as caught:
        _choice(name, _like(), alpha=alpha, **values)
    assert str(caught.value) == said


def test_what_the_codec_cannot_keep_is_noted() -> None:
    like = _like("yuv444p12le", 12)
    assert _choice("a.mp4", like, codec="av1", pixels="source").notes == (
        "the source has 12 bits a sample, av1 here holds 10",
        "the source's yuv444p becomes yuv420p",
    )
    assert _choice("a.mp4", like, codec="av1", depth=8).notes == ()  # it was asked for


@pytest.mark.parametrize(
    ("values", "lossless"),
    [({"quality": 0}, True), ({}, False), ({"codec": "ffv1"}, True), ({"codec": "prores"}, False)],
)
def test_whether_nothing_is_lost(values: dict[str, Any], lossless: bool) -> None:
    assert _choice("a.mkv", _like(), **values).lossless == lossless


def test_a_card_is_used_where_it_opens_and_missed_where_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(choosing, "opens", lambda encoder, layout: False)
        with pytest.raises(
            MediaError, match=r"^no graphics card here encodes h265: a\.mp4 \(leave encode\.hardware out"
        ):
            _choice("a.mp4", _like(), codec="h265", hardware=True)
    monkeypatch.setattr(choosing, "opens", lambda encoder, layout: encoder == "hevc_qsv")
    choice = _choice("a.mp4", _like("yuv420p10le", 10), codec="h265", hardware=True, quality=22)
    assert (choice.encoder, choice.layout.name, choice.layout.coded) == ("hevc_qsv", "yuv420p10le", "p010le")
    assert choice.options == {"preset": "medium", "global_quality": "22"}


def test_a_card_is_tried_with_the_samples_that_it_will_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every card that opens in 8 bits does so in 10."""
    deep = {"hevc_qsv"}

    def opened(encoder: str, layout: Layout) -> bool:
        return layout.depth == 8 or encoder in deep

    monkeypatch.setattr(choosing, "opens", opened)
    assert _choice("a.mp4", _like("yuv420p10le", 10), codec="h265", hardware=True).encoder == "hevc_qsv"
    deep.clear()
    with pytest.raises(
        MediaError,
        match=r"^the graphics card here encodes h265, but not in yuv420p10le: a\.mp4 \(choose encode\.depth and",
    ):
        _choice("a.mp4", _like("yuv420p10le", 10), codec="h265", hardware=True)
    assert _choice("a.mp4", _like("yuv420p10le", 10), codec="h265", hardware=True, depth=8).layout.name == "yuv420p"


def test_a_build_without_an_encoder_says_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "writes", lambda encoder: encoder in ("libx264", "ffv1"))
    with pytest.raises(
        MediaError, match=r"^this FFmpeg writes no h265: a\.mp4 \(choose encode\.codec from h264 ffv1\)"
    ):
        _choice("a.mp4", _like(), codec="h265")
