"""The codecs of written videos: which encoders make them, what holds them, what a quality and an effort mean to each.

One notion of quality for all: the encoder's own constant quality (crf), where 0 is lossless. The defaults look alike:
their SSIM to two real clips, in blocks of 8 px, was 0.995 to 0.996 and 0.993 to 0.994.
One of effort: the names of x264's presets, from `ultrafast` to `placebo`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import av

PRESETS = (
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo",
)  # fmt: skip
"""From the fastest to the one that takes the most trouble."""

Options = dict[str, str]


@dataclass(frozen=True)
class Codec:
    """A codec of video.

    Attributes:
        encoders: FFmpeg's software encoders of it, the best first.
        hardware: those of graphics cards.
        suffixes: of the files that hold it, the usual one first.
        quality: the default, None where there is nothing to choose.
        worst: the highest quality number.
        alpha: the chroma of layers with alpha; None when it has none.
        alpha_suffixes: of the files in which alpha is read by others.
        rgb: whether RGB in it is read by others.
        lossless: whether it can be written without loss.
    """

    encoders: tuple[str, ...]
    hardware: tuple[str, ...]
    suffixes: tuple[str, ...]
    quality: int | None = None
    worst: int = 51
    alpha: str | None = None
    alpha_suffixes: tuple[str, ...] = ()
    rgb: bool = False
    lossless: bool = True


def _cards(codec: str) -> tuple[str, ...]:
    return tuple(f"{codec}_{maker}" for maker in ("nvenc", "qsv", "amf", "videotoolbox"))


CODECS = {
    "h264": Codec(("libx264",), _cards("h264"), (".mp4", ".mov", ".mkv"), 18),
    "h265": Codec(("libx265",), _cards("hevc"), (".mp4", ".mov", ".mkv"), 18),
    "av1": Codec(("libsvtav1", "libaom-av1"), _cards("av1"), (".mp4", ".mkv", ".webm"), 18, 63),
    "vp9": Codec(("libvpx-vp9",), ("vp9_qsv",), (".webm", ".mkv", ".mp4"), 16, 63, "420", (".webm", ".mkv")),
    "prores": Codec(
        ("prores_ks",),
        ("prores_videotoolbox",),
        (".mov", ".mkv"),
        alpha="444",
        alpha_suffixes=(".mov", ".mkv"),
        lossless=False,
    ),
    "ffv1": Codec(("ffv1",), (), (".mkv",), alpha="rgb", alpha_suffixes=(".mkv",), rgb=True),
    "gif": Codec(("gif",), (), (".gif",), rgb=True, lossless=False),
}
"""Every codec that can be asked for by name."""

USUAL = {".mp4": "h264", ".mov": "h264", ".mkv": "h264", ".webm": "vp9", ".gif": "gif"}
"""What a file is written in where no codec is named."""


def writes(encoder: str) -> bool:
    """Whether this build of FFmpeg has an encoder; one of a graphics card may still not open."""
    try:
        return av.Codec(encoder, "w").is_encoder
    except ValueError:
        return False


def pixel_formats(encoder: str) -> tuple[str, ...]:
    """Return the names of the pixel formats that an encoder takes."""
    return tuple(pixels.name for pixels in av.Codec(encoder, "w").video_formats or ())


def encoder_options(encoder: str, quality: int, preset: str, pixels: str) -> Options:
    """Return FFmpeg's options of a software encoder.

    Args:
        encoder: one of those of `CODECS`.
        quality: 0 is lossless; of no meaning to those without a quality.
        preset: one of `PRESETS`.
        pixels: the pixel format that it is given.
    """
    return _OPTIONS[encoder](quality, PRESETS.index(preset), pixels)


def _x264(quality: int, effort: int, _: str) -> Options:
    # A quantiser of 0 is lossless in 10 bits too, which crf 0 is not.
    return {"preset": PRESETS[effort], **({"crf": str(quality)} if quality else {"qp": "0"})}


def _x265(quality: int, effort: int, _: str) -> Options:
    lossless = {} if quality else {"lossless": "1"}
    own = ":".join(f"{name}={value}" for name, value in {"log-level": "error", **lossless}.items())
    return {"preset": PRESETS[effort], "crf": str(quality), "x265-params": own}


def _svt_av1(quality: int, effort: int, _: str) -> Options:
    lossless = {} if quality else {"svtav1-params": "lossless=1"}
    return {"preset": str((12, 11, 10, 9, 8, 6, 5, 4, 3, 2)[effort]), "crf": str(max(1, quality)), **lossless}


def _aom_av1(quality: int, effort: int, _: str) -> Options:
    lossless = {} if quality else {"aom-params": "lossless=1"}
    effort = (8, 8, 7, 6, 6, 5, 4, 3, 2, 1)[effort]
    return {"cpu-used": str(effort), "crf": str(quality), "row-mt": "1", **lossless}


def _vp9(quality: int, effort: int, pixels: str) -> Options:
    cpu_used = (8, 7, 6, 5, 4, 3, 2, 1, 0, 0)[effort]
    pace = {"deadline": "realtime" if cpu_used > 5 else "good", "cpu-used": str(cpu_used), "row-mt": "1"}
    alpha = {"auto-alt-ref": "0"} if pixels.startswith("yuva") else {}  # it cannot have both
    return {**pace, **({"crf": str(quality)} if quality else {"lossless": "1"}), **alpha}


def _prores(_: int, __: int, pixels: str) -> Options:
    return {"profile": "4444" if "444" in pixels else "hq", "vendor": "apl0", "alpha_bits": "16"}


def _ffv1(_: int, __: int, ___: str) -> Options:
    return {"level": "3", "slices": "4", "slicecrc": "1", "g": "1"}  # as archives want it: each frame checked by itself


def _gif(_: int, __: int, ___: str) -> Options:
    return {}


_OPTIONS: dict[str, Callable[[int, int, str], Options]] = {
    "libx264": _x264,
    "libx265": _x265,
    "libsvtav1": _svt_av1,
    "libaom-av1": _aom_av1,
    "libvpx-vp9": _vp9,
    "prores_ks": _prores,
    "ffv1": _ffv1,
    "gif": _gif,
}
