"""What can be written here: the codecs that this build of FFmpeg, and the graphics card, really have."""

from dataclasses import dataclass

import av

from omote.media.cards import working
from omote.media.choosing import layouts_of
from omote.media.codecs import CODECS, writes
from omote.media.layouts import CHROMAS, NAMES


@dataclass(frozen=True)
class Ability:
    """A codec that can be written.

    Attributes:
        codec: as `encode.codec` names it.
        encoder: FFmpeg's software encoder; empty where there is none.
        hardware: encoders of graphics cards that open here.
        suffixes: of the files that hold it, the usual one first.
        pixels: chroma it holds, as `encode.pixels` names it.
        depths: bits of a sample it holds.
        alpha: suffixes with which it holds alpha; none where it cannot.
        lossless: whether it can be written without loss.
    """

    codec: str
    encoder: str
    hardware: tuple[str, ...]
    suffixes: tuple[str, ...]
    pixels: tuple[str, ...]
    depths: tuple[int, ...]
    alpha: tuple[str, ...]
    lossless: bool


def abilities() -> list[Ability]:
    """Return what every codec of `CODECS` can do here; those that cannot be written at all are left out."""
    found = []
    for name, codec in CODECS.items():
        encoder = next(filter(writes, codec.encoders), "")
        hardware = working(codec.hardware)
        if not encoder and not hardware:
            continue
        held = layouts_of(name, encoder or hardware[0])
        plain = [layout for layout in held if not layout.alpha]
        found.append(
            Ability(
                codec=name,
                encoder=encoder,
                hardware=hardware,
                suffixes=codec.suffixes,
                pixels=tuple(NAMES[chroma] for chroma in CHROMAS if chroma in {layout.chroma for layout in plain}),
                depths=tuple(sorted({layout.depth for layout in plain})),
                alpha=codec.alpha_suffixes if any(layout.alpha for layout in held) else (),
                lossless=codec.lossless,
            )
        )
    return found


def ffmpeg_version() -> str:
    """Return which FFmpeg it is that reads and writes."""
    return str(av.ffmpeg_version_info)
