"""Neck, shoulders and clothes. The neck's skin is the actor's; its clothes belong to the backdrop."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, rise, through
from omote.cast.noise import octaves
from omote.cast.part import Sheet, Solid, solid, texels
from omote.cast.scene import Backdrop
from omote.cast.skin import tone
from omote.core.types import Floats

_AROUND = 49
_NECK_ROWS = 18
_TORSO_ROWS = 24
_COLLAR_ROWS = 12
_TORSO_TEXELS = (220, 620)


def _ring(half: Floats, front: Floats, back: Floats, middle: Floats, y: Floats) -> Floats:
    angle = np.linspace(-np.pi, np.pi, _AROUND, dtype=np.float32)[None]
    sine, cosine = np.sin(angle), np.cos(angle)
    z = middle[:, None] + np.where(cosine > 0, front[:, None], back[:, None]) * cosine
    return np.stack([half[:, None] * sine, np.broadcast_to(y, z.shape), z], axis=2).astype(np.float32)


def neck(actor: Actor) -> tuple[Solid, Floats]:
    """The neck, from inside the head to inside the clothes.

    Returns:
        Its form, and (R, 1, 1) share of the head's turn that each row makes.
    """
    y = np.linspace(-4.0, -22.0, _NECK_ROWS, dtype=np.float32)
    scale = 0.52 + 0.48 * actor.jaw_width
    half = scale * through(((-22, 12.5), (-18.5, 8.2), (-15.5, 6.2), (-12, 4.9), (-8, 4.9), (-4, 4.8)), y)
    front = through(((-22, 7.5), (-18, 6.3), (-14, 5.6), (-11, 5.3), (-8, 5.2), (-4, 5.0)), y)
    back = through(((-22, 8.0), (-18, 7.0), (-14, 6.0), (-10, 5.6), (-4, 5.0)), y)
    points = _ring(half, front, back, through(((-22, -2.6), (-14, -2.0), (-4, -1.2)), y), y[:, None])
    x = points[..., 0]
    cord = (
        bump((np.abs(x) - 1.1 - 0.42 * (y[:, None] + 18.5)) / 0.8) * (points[..., 2] > -2) * rise(-9, -12, y)[:, None]
    )
    apple = bump(x / 0.9, (y[:, None] + 13.4) / 1.1) * (points[..., 2] > 0) * rise(0.95, 1.1, np.array(actor.jaw_width))
    points[..., 2] += 0.12 * cord + 0.5 * apple
    grain = octaves(actor.seed * 101 + 21, np.linspace(0, 30, 200)[None], np.linspace(0, 18, 120)[:, None], 3)
    paper = texels(tone(actor) * (1 + 0.04 * grain)[..., None] * np.array([1.0, 0.97, 0.97], np.float32))
    open_ = (0.2 + 0.8 * rise(-10.5, -17.0, y))[:, None]
    return solid(points, paper, open_), rise(-17.0, -6.0, y)[:, None, None]


def torso(backdrop: Backdrop) -> Solid:
    """Shoulders in clothes; of the collar the inside is seen too."""
    rng = np.random.default_rng((backdrop.seed, 0xC107))
    low = float(rng.choice([0.0, 1.2, 5.5]))
    t = np.linspace(0, 1.25, _TORSO_ROWS, dtype=np.float32)
    half = through(((0, 7.0), (0.1, 7.9), (0.35, 12.5), (0.65, 18.3), (0.88, 21.5), (1.05, 22.3), (1.25, 22.0)), t)
    front = through(((0, 6.0), (0.1, 6.9), (0.35, 8.8), (0.65, 10.8), (1.0, 13), (1.25, 13.5)), t)
    middle = np.full_like(t, -2.3)
    angle = np.linspace(-np.pi, np.pi, _AROUND, dtype=np.float32)[None]
    ahead = 0.5 + 0.5 * np.cos(angle)
    fall = through(((0, -15.6), (0.1, -15.9), (0.35, -17.4), (0.65, -19.6), (0.88, -23), (1.05, -30), (1.25, -46)), t)
    near = rise(0.9, 0.0, t)[:, None]
    y = fall[:, None] - near * (2.6 * ahead + low * bump(angle / (0.5 if low > 3 else 0.9)))
    points = _ring(half, front, front * 0.95, middle, y)
    roll = 0.25 * bump((t[:, None] - 0.04) / 0.045)
    points[..., 0] *= 1 + 0.1 * roll
    points[..., 1] += roll * 1.2
    worn = solid(points, _fabric(rng, backdrop.seed), (0.55 + 0.45 * rise(0.0, 0.3, t))[:, None])
    faces = worn.sheet.faces
    inside = faces[: 2 * _COLLAR_ROWS * (_AROUND - 1), ::-1]
    return Solid(Sheet(np.concatenate([faces, inside]), worn.sheet.paint), worn.points, worn.open_)


def _fabric(rng: np.random.Generator, seed: int) -> Floats:
    rows, columns = _TORSO_TEXELS
    down, around = np.linspace(0, 1.25, rows)[:, None], np.linspace(-np.pi, np.pi, columns)[None]
    hue, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.32)
    tint = 1 + 0.55 * rng.uniform(0.3, 1) * np.cos(hue + np.array([0.0, 2.1, 4.2]))
    folds = octaves(seed * 7 + 31, around * 3 + 20, down * 5 + np.abs(around) * 1.5, 3)
    weave = octaves(seed * 7 + 32, around * 60, down * 90, 1)
    stripes = rng.random() < 0.3
    band = rise(0.2, 0.5, np.abs(np.sin(down * 26))) if stripes else np.ones_like(down)
    light = (1 + 0.22 * folds + 0.06 * weave) * (0.55 + 0.45 * band)
    seam = 1 - 0.35 * bump((down - 0.1) / 0.012)
    return texels(np.clip(depth * tint * (light * seam)[..., None], 0, 1))
