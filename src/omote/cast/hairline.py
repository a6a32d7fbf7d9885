"""Where hair grows: how deep inside the hair a place on the scalp lies."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import Numbers, bump, through
from omote.cast.styles import STYLES
from omote.core.types import Floats


def depth(actor: Actor, angle: Numbers, b: Numbers) -> Floats:
    """How deep inside the hair a place lies.

    Args:
        actor: whose hair.
        angle: around the upright axis, radians, 0 in front.
        b: height on the standard head, cm; the two broadcast.

    Returns:
        Centimetres from the hairline, positive where hair grows.
    """
    style = STYLES[actor.hair]
    lean = 0.16 * parting(actor) if style.framing else 0.0
    side = np.abs(angle - lean * np.clip(1 - np.abs(angle), 0, 1))
    lift = 0.25 if actor.hair == "fringe" else 1.0
    line = through(style.edge, side) + lift * actor.hair_line * np.clip(1.2 - side, 0, 1)
    if style.corners:
        line = line + actor.hair_corner * bump((side - 0.62) / 0.3)
    ahead = through(style.edge, side + 0.02) - through(style.edge, side - 0.02)
    steep = np.sqrt(1 + (ahead / 0.04 / 7.5) ** 2)
    return np.asarray((b - line) / steep, np.float32)


def parting(actor: Actor) -> int:
    """Side of the parting: -1 on the left of the picture, 1 on the right."""
    return -1 if actor.seed % 2 else 1
