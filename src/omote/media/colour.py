"""Colour between YUV and RGB: which matrix and range a stream means, and the exact way there and back.

Only the matrix and the range are converted. Primaries and transfer curve are passed on as they are: a frame keeps the
look its source has in that source's own colour space, and HDR is not mapped to SDR.

In 16 bits swscale puts white of a YUV picture at 255 · 256, or at the top bits of a full-range one; here it is 65535.
"""

from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from omote.core.types import Picture

_UNTAGGED = 2  # AVCOL_PRI_UNSPECIFIED, AVCOL_TRC_UNSPECIFIED and AVCOL_SPC_UNSPECIFIED alike
_BT709, _BT601 = 1, 6  # AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M
_HD_HEIGHT = 720
# The matrices of AVColorSpace, with swscale's number for each; the 625-line and the 525-line BT.601 are one matrix.
_MATRICES = {
    _BT709: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    _BT601: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
# Without these flags swscale takes short cuts: a frame that goes to RGB and back is off by 0.8 on average, not 0.004.
_CARE = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_EXACT = Interpolation.BICUBIC | _CARE
# Where only halved chroma is widened: half the time, and measured as near to the source when it goes back. Not for
# 16 bits, where swscale then loses samples. Half the time again where the result is planar, and the same samples
# but for one in a thousand, a level off, where a height is odd.
_WIDENED = Interpolation.BILINEAR | _CARE


_DEEP_WHITE = np.uint16(255 << 8)


@dataclass(frozen=True)
class Colour:
    """What the numbers of a YUV picture mean, in FFmpeg's enumerations.

    Attributes:
        matrix: AVColorSpace, always one that can be converted.
        full: whether the range is full (0 to 255) rather than limited (16 to 235).
        primaries: AVColorPrimaries, 2 when not known.
        transfer: AVColorTransferCharacteristic, 2 when not known.
    """

    matrix: int
    full: bool = False
    primaries: int = _UNTAGGED
    transfer: int = _UNTAGGED

    @property
    def swscale(self) -> Colorspace:
        """The matrix in swscale's enumeration."""
        return _MATRICES[self.matrix]

    @property
    def range(self) -> ColorRange:
        """The range in FFmpeg's enumeration."""
        return ColorRange.JPEG if self.full else ColorRange.MPEG


def default_colour(height: int) -> Colour:
    """Return what an untagged picture of `height` rows as coded means: BT.709 from 720 on, else BT.601; limited."""
    return Colour(_BT709 if height >= _HD_HEIGHT else _BT601)


def colour_of(tagged: VideoFrame | VideoCodecContext) -> Colour:
    """Return what the numbers of a frame, or of a stream's frames, mean; for RGB the YUV it would be written as."""
    fallback = default_colour(tagged.height)
    return Colour(
        matrix=tagged.colorspace if tagged.colorspace in _MATRICES else fallback.matrix,
        full=_is_yuv(tagged.format) and tagged.color_range == ColorRange.JPEG,
        primaries=tagged.color_primaries,
        transfer=tagged.color_trc,
    )


def depth_of(pixels: VideoFormat) -> int:
    """Return how many bits a sample of a pixel format has, 8 to 16; 16 for floating point."""
    return max(8, min(16, *(component.bits for component in pixels.components)))


def to_rgb(reformatter: VideoReformatter, frame: VideoFrame, width: int, height: int) -> Picture:
    """Convert a decoded frame of any pixel format, scaled to the size given.

    Returns:
        (height, width, 3) uint8. Alpha is dropped.
    """
    if not _is_yuv(frame.format) or (width, height) != (frame.width, frame.height):
        return _converted(reformatter, frame, width, height, "rgb24").to_ndarray().view(np.uint8)
    green, blue, red = _converted(reformatter, frame, width, height, "gbrp", _WIDENED).planes
    rgb = np.empty((height, width, 3), np.uint8)
    for channel, plane in enumerate((red, green, blue)):
        samples = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload] # it is a buffer
        rgb[..., channel] = samples.reshape(height, -1)[:, :width]
    return rgb


def to_deep_rgb(reformatter: VideoReformatter, frame: VideoFrame, width: int, height: int) -> npt.NDArray[np.uint16]:
    """Convert a decoded frame as `to_rgb` does, with all its bits.

    Returns:
        (height, width, 3) uint16, black 0 and white 65535.
    """
    rgb = _converted(reformatter, frame, width, height, "rgb48le").to_ndarray().view(np.uint16)
    if not _is_yuv(frame.format) or len(frame.format.components) < 3:
        return rgb
    if colour_of(frame).full:
        top = 65535 << 16 - depth_of(frame.format) & 65535
        return (np.minimum(rgb, top).astype(np.uint32) * 65535 // top).astype(np.uint16)
    rgb = np.minimum(rgb, _DEEP_WHITE)
    rgb += rgb >> 8
    return rgb


def to_coded(
    reformatter: VideoReformatter, rgb: npt.NDArray[Any], colour: Colour, pixels: str, threads: int = 0
) -> VideoFrame:
    """Convert an (H, W, 3) picture, uint8 or uint16 of full range, to a frame of a YUV or RGB pixel format.

    Args:
        reformatter: starts threads anew for each picture that has another size than the one before.
        rgb: the picture.
        colour: the YUV.
        pixels: FFmpeg's name of the format.
        threads: that convert it; 0: as many as there are cores.
    """
    wanted = VideoFormat(pixels)
    if wanted.is_rgb:
        rgb = sixteen_bits(rgb) if depth_of(wanted) > 8 else eight_bits(rgb)
        return reformatter.reformat(_framed(rgb), format=pixels, interpolation=_EXACT, threads=threads)
    return reformatter.reformat(
        _framed(rgb if rgb.dtype == np.uint8 else rgb - (rgb >> 8)),
        format=pixels,
        interpolation=_EXACT,
        dst_colorspace=colour.swscale,
        dst_color_range=colour.range,
        threads=threads,
    )


def eight_bits(samples: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return uint8 samples of uint8 or uint16 ones, rounded to the nearest."""
    if samples.dtype == np.uint8:
        return samples.view(np.uint8)
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


def sixteen_bits(samples: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Return uint16 samples of uint8 or uint16 ones: white is 65535."""
    return samples.view(np.uint16) if samples.dtype == np.uint16 else samples.astype(np.uint16) * np.uint16(257)


def _converted(
    reformatter: VideoReformatter, frame: VideoFrame, width: int, height: int, pixels: str, how: int = _EXACT
) -> VideoFrame:
    colour = colour_of(frame) if _is_yuv(frame.format) else None
    return reformatter.reformat(
        frame,
        width=width,
        height=height,
        format=pixels,
        interpolation=how,
        src_colorspace=colour.swscale if colour else None,
        src_color_range=colour.range if colour else None,
    )


def _framed(rgb: npt.NDArray[Any]) -> VideoFrame:
    return av.VideoFrame.from_ndarray(rgb, format="rgb24" if rgb.dtype == np.uint8 else "rgb48le")


def _is_yuv(pixels: VideoFormat | None) -> bool:
    return pixels is not None and not pixels.is_rgb and not pixels.has_palette
