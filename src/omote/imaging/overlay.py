"""What was found in a picture, drawn over it. All functions draw in place; coordinates are omote's."""

import colorsys
import zlib

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Matrix
from omote.imaging.laying import laid

Colour = tuple[int, int, int]

_BITS = 4  # OpenCV draws at 1/16 of a pixel
_TINT = 0.35
_NOBODY: Colour = (230, 230, 230)
_LINE_PER_HEIGHT = 1 / 540  # one pixel of line for so much of a picture's height


def colour_of(name: str | None) -> Colour:
    """Return a colour that a name has in every picture; light grey for None."""
    if name is None:
        return _NOBODY
    hue = zlib.crc32(name.encode()) * 0.618034 % 1  # steps of the golden ratio keep like names apart
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.75, 1.0))
    return red, green, blue


def draw_points(picture: Picture, points: Floats, colour: Colour) -> None:
    """Draw (N, 2) points as dots."""
    radius = 1.2 * _line(picture)
    for x, y in _fixed(points):
        cv2.circle(picture, (x, y), round(radius * (1 << _BITS)), colour, -1, cv2.LINE_AA, _BITS)


def draw_outline(picture: Picture, edge: Floats, colour: Colour) -> None:
    """Draw the closed line through (N, 2) corners."""
    cv2.polylines(picture, [_fixed(edge).reshape(-1, 1, 2)], True, colour, _line(picture), cv2.LINE_AA, _BITS)


def draw_box(picture: Picture, box: Floats, colour: Colour) -> None:
    """Draw the edge of an upright (4,) box: left, top, right, bottom."""
    draw_outline(picture, box[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(4, 2), colour)


def draw_label(picture: Picture, text: str, at: tuple[float, float], colour: Colour) -> None:
    """Write a line of text, its lower left corner at `at` or as near to it as the picture lets it be read."""
    line = _line(picture)
    scale = 0.45 * line
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, line)
    x = int(np.clip(at[0], 0, max(0, picture.shape[1] - width)))
    y = int(np.clip(at[1], height, max(height, picture.shape[0] - below)))
    # An outline of shifted copies: see `pictures.side_by_side`.
    for right, down in ((-line, 0), (line, 0), (0, -line), (0, line)):
        cv2.putText(picture, text, (x + right, y + down), cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), line, cv2.LINE_AA)
    cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, line, cv2.LINE_AA)


def tint(picture: Picture, mask: npt.NDArray[np.uint8], matrix: Matrix, colour: Colour) -> None:
    """Lay a colour over what a mask shows.

    Args:
        picture: (H, W, 3).
        mask: (S, S), 255 where it takes all of the colour's share.
        matrix: picture → mask.
        colour: of the tint.
    """
    region, shown = laid(mask, matrix, picture.shape[1], picture.shape[0])
    part, alpha = region.of(picture), shown[..., None] * (_TINT / 255)
    part[:] = np.round(part * (1 - alpha) + np.array(colour) * alpha).astype(np.uint8)


def _line(picture: Picture) -> int:
    return max(1, round(float(picture.shape[0]) * _LINE_PER_HEIGHT))


def _fixed(points: Floats) -> npt.NDArray[np.int32]:
    # OpenCV's pixel centres are whole numbers, ours are halves.
    return np.round((points - 0.5) * (1 << _BITS)).astype(np.int32)
