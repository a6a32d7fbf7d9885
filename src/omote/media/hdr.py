"""Static HDR metadata: the screen a film was graded on and how bright it gets (SMPTE ST 2086, CTA-861.3).

It is written into the stream by the encoders of H.264, H.265 and AV1. PyAV cannot write it into the container, so the
other codecs lose it; nor does it know of what changes from scene to scene (HDR10+, Dolby Vision).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from omote.media.codecs import Options

_MASTERING, _LIGHT = "MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"
_CHANGING = {"DYNAMIC_HDR_PLUS": "HDR10+", "DOVI_METADATA": "Dolby Vision", "DOVI_RPU_BUFFER": "Dolby Vision"}


@dataclass(frozen=True)
class Hdr:
    """What a film says about its light.

    Attributes:
        primaries: x and y of red, green, blue and white of the grading screen; None when not said.
        luminance: its brightest and darkest, in cd/m²; None when not said.
        light: the brightest pixel and the brightest frame's mean, in cd/m²; None when not said.
    """

    primaries: tuple[Fraction, ...] | None = None
    luminance: tuple[Fraction, Fraction] | None = None
    light: tuple[int, int] | None = None


def hdr_of(noted: Mapping[str, bytes]) -> Hdr | None:
    """Read what a decoded frame's side data, by FFmpeg's names, says; None when it says nothing."""
    primaries = luminance = light = None
    if _MASTERING in noted:  # AVMasteringDisplayMetadata: ten rationals, then two marks of what counts
        numbers = struct.unpack("=22i", noted[_MASTERING][:88])
        values = [Fraction(over, under or 1) for over, under in zip(numbers[0:20:2], numbers[1:20:2], strict=True)]
        primaries = tuple(values[:8]) if numbers[20] else None
        luminance = (values[9], values[8]) if numbers[21] else None
    if _LIGHT in noted:  # AVContentLightMetadata
        light = struct.unpack("=2I", noted[_LIGHT][:8])
    return Hdr(primaries, luminance, light) if primaries or luminance or light else None


def changing_hdr(noted: Mapping[str, bytes]) -> str | None:
    """Return the name of a kind of HDR metadata in a frame's side data that is lost; None when there is none."""
    return next((name for kind, name in _CHANGING.items() if kind in noted), None)


def hdr_options(encoder: str, hdr: Hdr) -> Options | None:
    """Return the encoder's own parameters that write the metadata; None when it has none.

    Returns:
        a name FFmpeg knows, such as `x265-params`, and parameters to add to those that are there.
    """
    if encoder not in _WAYS:
        return None
    name, screen, light, precise = _WAYS[encoder]
    parts = []
    if hdr.primaries and hdr.luminance:
        parts.append(f"{screen}={_screen(hdr.primaries, hdr.luminance, whole=not precise)}")
    if hdr.light:
        parts.append(f"{light}={hdr.light[0]},{hdr.light[1]}")
    return {name: ":".join(parts)} if parts else None


# The option of parameters, the two parameters, and whether they are in plain units rather than in whole steps.
_WAYS = {
    "libx264": ("x264-params", "mastering-display", "cll", False),
    "libx265": ("x265-params", "master-display", "max-cll", False),
    "libsvtav1": ("svtav1-params", "mastering-display", "content-light", True),
}


def _screen(primaries: tuple[Fraction, ...], luminance: tuple[Fraction, Fraction], *, whole: bool) -> str:
    colour, light = (50_000, 10_000) if whole else (1, 1)  # steps of 0.00002 and of 0.0001 cd/m²

    def pair(values: tuple[Fraction, ...], scale: int) -> str:
        return ",".join(str(round(value * scale)) if whole else f"{float(value):.5f}" for value in values)

    red, green, blue, white = (primaries[start : start + 2] for start in (0, 2, 4, 6))
    points = f"G({pair(green, colour)})B({pair(blue, colour)})R({pair(red, colour)})WP({pair(white, colour)})"
    return f"{points}L({pair(luminance, light)})"
