"""Pictures as bytes, and sheets of pictures. Knows nothing of files."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Picture
from omote.imaging.geometry import resize

_BAR = 18  # height of a caption in pixels


def encode_png(rgb: Picture) -> bytes:
    """Return a PNG file's bytes."""
    # Measured on faces: a tenth faster and a seventh smaller than OpenCV's default.
    fast = (
        (cv2.IMWRITE_PNG_COMPRESSION, 1),
        (cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
        (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
    )
    return _encode(".png", rgb, [part for option in fast for part in option])


def encode_deep_png(picture: npt.NDArray[np.uint16]) -> bytes:
    """Return the PNG file of an (H, W, 3) RGB or (H, W) grey picture of 16 bits."""
    shown = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    done, data = cv2.imencode(".png", shown, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as .png")
    return data.tobytes()


def encode_jpeg(rgb: Picture, quality: int = 92) -> bytes:
    """Return a JPEG file's bytes; quality 1 to 100."""
    return _encode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])


def decode(data: bytes) -> Picture | None:
    """Return the (H, W, 3) RGB picture in a PNG or JPEG file's bytes, or None when they are not one."""
    if not data:
        return None
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return None if found is None else cv2.cvtColor(found, cv2.COLOR_BGR2RGB).astype(np.uint8)


def sheet(rows: Sequence[Sequence[Picture]], captions: Sequence[str], size: int) -> Picture:
    """Lay pictures out in rows under a line of captions.

    Args:
        rows: R rows of C pictures, each (S, S, 3); those of another size are scaled.
        captions: C titles of the columns.
        size: side of a picture on the sheet.

    Returns:
        (18 + R · size, C · size, 3) uint8.
    """
    bar = np.full((_BAR, size * len(captions), 3), 32, np.uint8)
    for column, caption in enumerate(captions):
        cv2.putText(
            bar, caption, (column * size + 4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (235, 235, 235), 1, cv2.LINE_AA
        )
    lines = [np.hstack([resize(picture, size, size) for picture in row]) for row in rows]
    return np.vstack([bar, *lines])


def side_by_side(pictures: Sequence[Picture], captions: Sequence[str]) -> Picture:
    """Set pictures of one size beside each other, each with its caption on top."""
    named = []
    for picture, caption in zip(pictures, captions, strict=True):
        canvas = picture.copy()
        # An outline of shifted copies: a thicker line of OpenCV 5's fonts is wider, too, and would not lie below.
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
            _write(canvas, caption, (10 + right, 24 + down), 0)
        _write(canvas, caption, (10, 24), 255)
        named.append(canvas)
    return np.hstack(named)


def _write(canvas: Picture, text: str, at: tuple[int, int], grey: int) -> None:
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (grey, grey, grey), 1, cv2.LINE_AA)


def _encode(suffix: str, rgb: Picture, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise ValueError(f"a picture of shape {rgb.shape} cannot be written as {suffix}")
    return data.tobytes()
