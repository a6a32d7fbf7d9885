"""The neutral face of an actor as points in space: the skull by its sections, then everything that stands out of it.

Space is centimetres: x to the right of the picture, y up, z towards the viewer; the origin lies between the ears at the
height of the pupils. Nothing here moves; expressions are laid over it by `expression`.
"""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import Numbers, bump, rise, through
from omote.cast.grid import CHIN, CROWN, LIPS, net
from omote.cast.lips import lips
from omote.cast.nose import nose
from omote.core.types import Floats


def skull(actor: Actor, b: Numbers, angles: Floats) -> Floats:
    """Closed surface without features.

    Args:
        actor: whose skull.
        b: (R,) heights of rows on the standard head, cm, falling.
        angles: (C,) of columns around the upright axis, radians.

    Returns:
        (R, C, 3) float32 points; y is still the height on the standard head.
    """
    top, bottom = _caps(b)
    wide = _half_width(actor, b) * top * bottom
    middle = through(((CHIN, 6.5), (-10.3, 5.7), (-9, 4.2), (-7, 1.9), (-5, 0.9), (0, 0), (6, -0.5), (CROWN, -1.0)), b)
    reach, back = _reach(actor, b) * top * bottom, _back(actor, b) * top * bottom
    power = through(((CHIN, 2.2), (-10, 2.1), (-7, 1.95), (-3, 2.0), (0, 2.08), (6, 2.25), (CROWN, 2.1)), b)[:, None]
    sine, cosine = np.sin(angles)[None], np.cos(angles)[None]
    x = np.sign(sine) * np.abs(sine) ** (2 / power) * wide[:, None]
    depth = np.abs(cosine) ** (2 / power) * np.where(cosine > 0, reach[:, None], -back[:, None])
    y = np.broadcast_to(b[:, None], x.shape)
    return np.stack([x, y, middle[:, None] + depth], axis=2).astype(np.float32)


def neutral(actor: Actor) -> tuple[Canvas, Floats]:
    """Shape of the resting face with its slits closed.

    Returns:
        The canvas, and (R, C, 3) float32 points.
    """
    grid = net()
    points = skull(actor, grid.heights, grid.angles)
    angle = np.broadcast_to(grid.angles, grid.shape)
    canvas = Canvas(points[..., 0].copy(), points[..., 1].copy(), angle, rise(-0.05, 0.35, np.cos(angle)))
    face = nose(actor, canvas.x, canvas.b) + lips(actor, canvas.x, canvas.b)
    points = points + _relief(actor, canvas) + face * canvas.front[..., None]
    points[..., 1] = heights(actor, points[..., 1])
    return canvas, points.astype(np.float32)


def heights(actor: Actor, b: Numbers) -> Floats:
    """Height in cm on this actor's head of heights on the standard head."""
    long = 4.8 * actor.nose_length
    mouth = long + 2.05 * (0.5 + 0.5 * actor.lower_face) - actor.mouth_height
    chin = long + 6.4 * actor.lower_face
    return through(
        ((CHIN, -chin), (LIPS, -mouth), (-4.8, -long), (0, 0), (3, 3), (CROWN, CROWN * actor.skull_height)), b
    )


def _caps(b: Numbers) -> tuple[Floats, Floats]:
    top = 1 - (np.clip(b + 2.0, 0, None) / (CROWN + 2.0)) ** 2.7
    bottom = 1 - (np.clip(-7.0 - b, 0, None) / (-7.0 - CHIN)) ** 2.7
    return np.sqrt(np.clip(top, 1e-5, 1)), np.sqrt(np.clip(bottom, 1e-5, 1))


def _half_width(actor: Actor, b: Numbers) -> Floats:
    jaw, chin, cheek, skull_ = actor.jaw_width, actor.chin_width, actor.cheek_width, actor.skull_width
    return through(
        (
            (CHIN, 3.7 * chin * (0.5 + 0.5 * jaw)),
            (-10.0, 4.2 * (0.6 * chin + 0.4 * jaw)),
            (-8.6, 5.0 * (0.7 * jaw + 0.3 * chin)),
            (-7.0, 5.75 * jaw),
            (-4.8, 6.45 * (0.55 * jaw + 0.45 * cheek)),
            (-2.2, 7.0 * cheek),
            (0.5, 7.25 * (0.5 * cheek + 0.5 * skull_)),
            (3.5, 7.6 * skull_),
            (7.0, 7.8 * skull_),
            (CROWN, 7.8 * skull_),
        ),
        b,
    )


def _reach(actor: Actor, b: Numbers) -> Floats:
    slope, deep = actor.forehead_slope, actor.skull_depth
    return through(
        (
            (CHIN, 3.6 + 0.7 * actor.chin_out),
            (-10.0, 4.7 + actor.chin_out),
            (-8.8, 5.2 + 0.4 * actor.chin_out),
            (-7.0, 7.75),
            (-4.8, 8.75),
            (-2.4, 8.95),
            (0.0, 9.3),
            (2.2, 9.9),
            (4.0, 10.3 - 0.3 * slope),
            (7.0, 10.5 - slope),
            (CROWN, 10.0 * deep - 0.4 * slope),
        ),
        b,
    )


def _back(actor: Actor, b: Numbers) -> Floats:
    deep = actor.skull_depth
    knots = (
        (CHIN, 3.0),
        (-9, 3.4),
        (-7, 3.2),
        (-5, 5.0),
        (-2.5, 8.0),
        (0, 9.3 * deep),
        (5, 9.7 * deep),
        (CROWN, 9 * deep),
    )
    return through(knots, b)


def _relief(actor: Actor, canvas: Canvas) -> Floats:
    """Brow ridge, sockets, temples, cheeks and chin."""
    x, b = canvas.x, canvas.b
    side = np.abs(x)
    out = (0.15 + actor.brow_ridge) * bump((b - 1.75) / 0.75, (side - 2.3) / 2.4)
    out += 0.5 * actor.brow_ridge * bump((b - 1.5) / 0.6, side / 1.0)
    deep = 0.75 + actor.eye_depth
    spacing = actor.eye_spacing
    out -= deep * bump((b - 0.25) / 1.05, (side - spacing + 0.35) / 1.55)
    out -= 0.15 * bump((b - 0.1) / 0.8, (side - 1.75) / 0.7)
    out -= 0.16 * bump((b + 1.45) / 0.5, (side - spacing + 0.2) / 1.3)
    out += (0.15 + actor.cheekbones) * bump((b + 2.1) / 1.3, (side - 4.6) / 1.6)
    out += (0.1 + actor.cheek_fullness) * bump((b + 4.6) / 2.1, (side - 4.1) / 1.5)
    out += 0.28 * bump((b + 3.6) / 1.2, (side - 2.9) / 0.9)
    out -= 0.16 * bump((b + 5.9) / 1.4, (side - 3.55 - 0.25 * (b + 6)) / 0.5) * (0.4 + actor.age)
    out += (0.30 + 0.15 * actor.chin_out) * bump((b + 10.0) / 0.85, x / (1.25 * actor.chin_width))
    out -= 0.28 * bump((b + 8.75) / 0.5, x / 1.6)
    across = -actor.temple_hollow * np.sign(x) * bump((b - 2.2) / 1.6, (side - 7.0) / 1.2) * canvas.front
    across += 0.35 * actor.cheek_fullness * np.sign(x) * bump((b + 5.5) / 2.2, (side - 5.6) / 1.5)
    zero = np.zeros_like(out)
    return np.stack([across, zero, out * canvas.front], axis=2).astype(np.float32)
