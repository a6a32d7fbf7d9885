"""Encoders of graphics cards: whether one opens here, and what a quality and an effort mean to each maker."""

from fractions import Fraction
from typing import cast

import av
from av.video.codeccontext import VideoCodecContext

from omote.media.codecs import PRESETS, Options, pixel_formats, writes
from omote.media.layouts import Layout, layout_of

_SIDE = 256  # cards refuse very small pictures


def card_options(encoder: str, quality: int, preset: str) -> Options:
    """Return FFmpeg's options of a graphics card's encoder; a quality of 0 is lossless on NVIDIA's, else the best."""
    effort = PRESETS.index(preset)
    match encoder.rsplit("_", 1)[1]:
        case "nvenc":
            rate = {"rc": "vbr", "cq": str(quality)} if quality else {"tune": "lossless"}
            return {"preset": f"p{(1, 1, 2, 2, 3, 4, 5, 6, 7, 7)[effort]}", **rate}
        case "qsv":
            names = ("veryfast", "veryfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
            return {"preset": names[min(effort, 8)], "global_quality": str(max(1, quality))}
        case "amf":
            pace = "speed" if effort < 4 else "balanced" if effort < 6 else "quality"
            return {"quality": pace, "rc": "cqp", "qp_i": str(quality), "qp_p": str(quality)}
        case _:  # VideoToolbox counts the other way, to 100
            return {"q": str(100 - round(quality * 100 / 51)), "flags": "+qscale"}


def opens(encoder: str, layout: Layout) -> bool:
    """Whether an encoder really starts here, which needs the card and its driver."""
    try:
        context = cast(VideoCodecContext, av.CodecContext.create(encoder, "w"))
        context.width, context.height, context.pix_fmt = _SIDE, _SIDE, layout.coded
        context.time_base = Fraction(1, 25)
        context.open()
    except (ValueError, NotImplementedError, av.FFmpegError):
        return False
    return True


def working(encoders: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of some encoders open here with the first pixel format that frames can be made in."""
    found = []
    for encoder in encoders:
        layouts = [
            layout for name in (pixel_formats(encoder) if writes(encoder) else ()) if (layout := layout_of(name))
        ]
        if layouts and opens(encoder, layouts[0]):
            found.append(encoder)
    return tuple(found)
