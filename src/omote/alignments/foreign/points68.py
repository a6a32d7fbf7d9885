"""Other sets of points brought to the 68 of a face."""

import numpy as np
import numpy.typing as npt

# The points of the 98-point scheme (WFLW) that lie where the 68-point scheme (300-W) has its own: every second one of
# the jaw, the upper edges of the brows, and of each eye all but the middles of both lids.
_OF_98 = [
    *range(0, 33, 2), *range(33, 38), *range(42, 47), *range(51, 60),
    60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75, *range(76, 96),
]  # fmt: skip


def as_68(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (68, 2) of 68 or 98 points.

    Raises:
        ValueError: there are other numbers of points; nothing that is not there is made up.
    """
    if len(points) == 98:
        return points[_OF_98]
    if len(points) == 51:
        raise ValueError("51 points, which lack the jaw; omote needs 68 or 98")
    if len(points) != 68:
        raise ValueError(f"{len(points)} points, from which no face can be placed; omote needs 68 or 98")
    return points
