"""Pictures as the bytes of a file: PNG and TIFF without loss in 8 or 16 bits, JPEG, EXR in half float."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from omote.core.errors import MediaError
from omote.core.types import Floats, Picture
from omote.media.colour import Colour, eight_bits, sixteen_bits, to_coded
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.light import linear_table

SUFFIXES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff", ".exr": "exr"}
"""What a picture file is by its suffix."""

USUAL_SUFFIX = {"png": ".png", "jpeg": ".jpg", "tiff": ".tif", "exr": ".exr"}

_DEPTHS = {"png": (8, 16), "tiff": (8, 16), "jpeg": (8,), "exr": (16,)}
_JFIF = Colour(matrix=5, full=True)  # the YUV of every JPEG file: BT.601 in full range
# Measured on a 720p frame: a fifth of the default's time at a tenth more bytes.
_PNG = {"pred": "up", "compression_level": "1"}


@dataclass(frozen=True)
class PictureChoice:
    """How pictures are written.

    Attributes:
        kind: png, tiff, jpeg or exr.
        depth: bits of a sample; 16 of EXR are a half float.
        alpha: whether they say how much each pixel covers.
        notes: what of the source they cannot keep.
    """

    kind: str
    depth: int
    alpha: bool
    notes: tuple[str, ...] = ()


def choose_pictures(
    path: Path, kind: str, like: SourceFacts, settings: EncodeConfig, *, alpha: bool = False
) -> PictureChoice:
    """Choose how pictures of a kind are written.

    Raises:
        MediaError: the kind cannot hold the depth asked for, or alpha.
    """
    depths = _DEPTHS[kind]
    if alpha and kind == "jpeg":
        raise MediaError("jpeg cannot hold alpha", path, "choose encode.pictures from png tiff exr, or such a suffix")
    if settings.depth == "source":
        depth = min((each for each in depths if each >= like.depth), default=max(depths))
        lost = depth < like.depth
        return PictureChoice(
            kind, depth, alpha, (f"the source has {like.depth} bits a sample, jpeg 8",) if lost else ()
        )
    if settings.depth not in depths:
        held = " ".join(map(str, depths))
        raise MediaError(f"{kind} cannot hold {settings.depth} bits", path, f"choose encode.depth from {held}")
    return PictureChoice(kind, settings.depth, alpha)


def picture_bytes(choice: PictureChoice, rgb: npt.NDArray[Any], alpha: npt.NDArray[Any] | None, transfer: int) -> bytes:
    """Return the file of a picture.

    Args:
        choice: how it is written.
        rgb: (H, W, 3) uint8, or uint16 of full range.
        alpha: (H, W) of the same type; None: all is covered.
        transfer: FFmpeg's number of the curve by which its values code light, which EXR undoes.
    """
    if choice.alpha:
        cover = np.full(rgb.shape[:2], np.iinfo(rgb.dtype).max, rgb.dtype) if alpha is None else alpha
        rgb = np.dstack([rgb, cover])
    if choice.kind == "exr":
        return _exr(rgb, transfer)
    if choice.kind == "jpeg":
        return jpeg(eight_bits(rgb))
    samples = eight_bits(rgb) if choice.depth == 8 else sixteen_bits(rgb)
    return png(samples) if choice.kind == "png" else _tiff(samples)


def png(samples: npt.NDArray[Any]) -> bytes:
    """Return the PNG file of an (H, W, 3 or 4) uint8 or uint16 picture, without loss; the fourth channel is alpha."""
    names = {(8, 3): "rgb24", (8, 4): "rgba", (16, 3): "rgb48be", (16, 4): "rgba64be"}
    pixels = names[samples.dtype.itemsize * 8, samples.shape[2]]
    return _encoded("png", av.VideoFrame.from_ndarray(samples, format=pixels), _PNG)


def jpeg(rgb: Picture) -> bytes:
    """Return the JPEG file of an (H, W, 3) uint8 picture, in the best quality and with full colour."""
    return _encoded("mjpeg", to_coded(VideoReformatter(), rgb, _JFIF, "yuvj444p"), {"qmin": "1", "qmax": "1"})


def _tiff(samples: npt.NDArray[Any]) -> bytes:
    names = {(8, 3): "rgb24", (8, 4): "rgba", (16, 3): "rgb48le", (16, 4): "rgba64le"}
    pixels = names[samples.dtype.itemsize * 8, samples.shape[2]]
    return _encoded("tiff", av.VideoFrame.from_ndarray(samples, format=pixels), {"compression_algo": "deflate"})


def _exr(samples: npt.NDArray[Any], transfer: int) -> bytes:
    """Light, not code values, and colour times alpha, as every reader of EXR expects."""
    levels = int(np.iinfo(samples.dtype).max) + 1
    light: Floats = linear_table(transfer, levels)[samples[..., :3]]
    pixels = "gbrpf32le"
    if samples.shape[2] == 4:
        cover = (samples[..., 3:] / np.float32(levels - 1)).astype(np.float32)
        light, pixels = np.dstack([light * cover, cover]), "gbrapf32le"
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(light), format=pixels)
    return _encoded("exr", frame, {"format": "half", "compression": "zip16"})


def _encoded(codec: str, picture: VideoFrame, options: Mapping[str, str]) -> bytes:
    context = cast(VideoCodecContext, av.CodecContext.create(codec, "w"))
    context.width, context.height, context.pix_fmt = picture.width, picture.height, picture.format.name
    context.color_range, context.time_base, context.options = picture.color_range, Fraction(1, 25), dict(options)
    return b"".join(bytes(packet) for packet in (*context.encode(picture), *context.encode(None)))
