"""The paint of a whole head without its hair, and which of it counts as face."""

import numpy as np

from omote.cast import features, growth
from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import rise, through
from omote.cast.lids import sockets
from omote.cast.part import texels
from omote.cast.skin import bare
from omote.core.types import Floats


def head(actor: Actor, canvas: Canvas) -> Floats:
    """Paint a head.

    Args:
        actor: whose.
        canvas: places of the net's nodes.

    Returns:
        (h, w, 5) texels, placed as in `Canvas.fine`.
    """
    ground = canvas.fine()
    colour = bare(actor, ground)
    growth.roots(colour, actor, ground)
    growth.stubble(colour, actor, ground)
    for eye in sockets(actor):
        features.lids(colour, actor, eye, ground)
    features.brows(colour, actor, ground)
    features.mouth(colour, actor, ground)
    features.nostrils(colour, actor, ground)
    return texels(np.clip(colour, 0, 1), 1.0, counted(actor, ground))


def counted(actor: Actor, ground: Canvas) -> Floats:
    """Share of each place that counts as face: from the hairline to under the chin, up to the ears."""
    edge = through(((-11.2, 0.55), (-9.0, 1.15), (-6.5, 1.4), (0, 1.38), (5, 1.2), (8, 0.9)), ground.b)
    top = 7.4 + actor.hair_line
    return np.asarray(rise(0.06, -0.06, np.abs(ground.angle) - edge) * rise(top + 0.2, top - 0.2, ground.b), np.float32)
