import pytest
from av.video.format import VideoFormat

from omote.media.layouts import CHROMAS, Layout, chroma_of, layout_of


@pytest.mark.parametrize(
    ("name", "chroma", "depth", "alpha"),
    [
        ("yuv420p", "420", 8, False),
        ("yuv422p10le", "422", 10, False),
        ("yuva444p12le", "444", 12, True),
        ("gbrp", "rgb", 8, False),
        ("gbrap16le", "rgb", 16, True),
        ("bgr0", "rgb", 8, False),
        ("bgra", "rgb", 8, True),
    ],
)
def test_a_name_is_read_as_ffmpeg_means_it(name: str, chroma: str, depth: int, alpha: bool) -> None:
    assert layout_of(name) == Layout(name, chroma, depth, alpha, coded=name)
    pixels = VideoFormat(name, 16, 16)
    assert depth == pixels.components[0].bits
    assert alpha == (len(pixels.components) == 4)
    assert chroma == chroma_of(name)


def test_what_cards_take_is_made_of_planes() -> None:
    assert layout_of("p010le") == Layout("yuv420p10le", "420", 10, alpha=False, coded="p010le")
    assert layout_of("nv12") == Layout("yuv420p", "420", 8, alpha=False, coded="nv12")


@pytest.mark.parametrize("name", ["gray", "pal8", "yuv411p", "rgb48be", "gbrpf32le", "yuvj420p", "cuda", "yuv440p"])
def test_in_others_frames_are_never_made(name: str) -> None:
    assert layout_of(name) is None


@pytest.mark.parametrize(
    ("name", "chroma"),
    [("gray16be", "420"), ("yuv411p", "422"), ("yuv410p", "420"), ("yuv440p", "444"), ("nv12", "420"), ("pal8", "rgb"),
     ("yuyv422", "422"), ("rgb48be", "rgb"), ("yuvj444p", "444")],
)  # fmt: skip
def test_chroma_that_keeps_what_a_format_holds(name: str, chroma: str) -> None:
    assert chroma_of(name) == chroma
    assert chroma in CHROMAS
