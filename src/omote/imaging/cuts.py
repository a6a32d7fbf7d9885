"""Where one shot ends and another begins, by what two neighbouring frames have in common."""

import cv2
import numpy as np

from omote.core.types import Floats, Picture

_ACROSS, _DOWN = 32, 18
UNLIKE = 0.5
"""Share that two frames must lack in common for a cut between them."""


def glance(picture: Picture) -> Floats:
    """Return what a frame looks like at a glance: (18, 32, 3), its mean colour removed and its contrast made one.

    A flash or a fade changes light and contrast and not what is where, so it is no cut.
    """
    small = cv2.resize(picture, (_ACROSS, _DOWN), interpolation=cv2.INTER_AREA).astype(np.float32)
    level = small - small.mean((0, 1))
    spread = float(np.sqrt((level**2).mean()))
    return np.asarray(level / max(spread, 4.0), np.float32)


def is_cut(before: Floats, after: Floats, unlike: float = UNLIKE) -> bool:
    """Whether a shot ends between two neighbouring frames, given their glances: they have too little in common."""
    return 1 - float((before * after).mean()) > unlike
