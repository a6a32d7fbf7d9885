"""Where everything in a drawn picture moves until the next one: the true motion, from the figure itself."""

import numpy as np

from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.camera import project
from omote.cast.figure import figure
from omote.cast.raster import rasterise
from omote.cast.scene import Scene
from omote.core.types import Floats


def motion(actor: Actor, scene: Scene, after: Scene, width: int, height: int) -> Floats:
    """Return the (H, W, 2) pixels, right and down, by which what is seen at each pixel's centre moves.

    The backdrop stands still. The ragged ends of hair count as if they were whole.

    Args:
        actor: who.
        scene: what happens in the picture.
        after: what happens in the next one, in front of the same backdrop.
        width: of the picture in pixels.
        height: the same.
    """
    cast = figure(actor, scene.backdrop)
    now, then = (project(play(cast, each).points, each.place, width, height) for each in (scene, after))
    seen = rasterise(now, cast.stuff.faces, (height, width))
    moved = np.zeros((height * width, 2), np.float32)
    moved[seen.pixel] = seen.of((then - now)[:, :2].T, cast.stuff.faces).T
    return moved.reshape(height, width, 2)
