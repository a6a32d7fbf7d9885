"""What stands behind the actor: a soft wall with lights out of focus."""

from functools import lru_cache

import numpy as np

from omote.cast.curves import Numbers, rise
from omote.cast.noise import octaves
from omote.cast.scene import Backdrop
from omote.core.types import Floats


@lru_cache(maxsize=8)
def behind(backdrop: Backdrop, width: int, height: int) -> Floats:
    """Linear light of the picture without anybody in it.

    Returns:
        (height, width, 3) float32; it is shared between calls, so nobody may change it.
    """
    rng = np.random.default_rng((backdrop.seed, 0xBACC))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x + 0.5) / height, (y + 0.5) / height
    hue, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.07, 0.3)
    tones = [1 + 0.4 * np.cos(hue + turn + np.array([0.0, 2.1, 4.2])) for turn in (0.0, rng.uniform(-0.9, 0.9))]
    mix = rise(-0.2, 1.2, y + 0.35 * np.sin(x * 1.7 + hue))[..., None]
    picture = depth * (tones[0] * (1 - mix) * 1.25 + tones[1] * mix * 0.7)
    picture *= 1 + 0.18 * octaves(backdrop.seed * 13 + 41, x * 1.6, y * 1.6, 2)[..., None]
    _panels(picture, rng, x, depth)
    _lights(picture, rng, x, y)
    edge = (x - 0.5 * width / height) ** 2 + (y - 0.45) ** 2
    shown: Floats = np.clip(picture * (1.06 - 0.3 * edge)[..., None], 0.004, 1).astype(np.float32)
    shown.setflags(write=False)
    return shown


def _panels(picture: Numbers, rng: np.random.Generator, x: Numbers, depth: float) -> None:
    """Broad upright shapes far out of focus: shelves, windows, door frames."""
    for _ in range(int(rng.integers(2, 5))):
        left, wide, soft = rng.uniform(-0.1, 1.4), rng.uniform(0.08, 0.3), rng.uniform(0.02, 0.06)
        share = rise(left - soft, left + soft, x) * rise(left + wide + soft, left + wide - soft, x)
        picture += (share * rng.uniform(-0.35, 0.5) * depth)[..., None] * rng.uniform(0.8, 1.2, 3)


def _lights(picture: Numbers, rng: np.random.Generator, x: Numbers, y: Numbers) -> None:
    """Discs of light out of focus."""
    for _ in range(int(rng.integers(6, 16))):
        at, radius = (rng.uniform(-0.1, 1.5), rng.uniform(-0.1, 0.8)), rng.uniform(0.02, 0.085)
        away = np.sqrt((x - at[0]) ** 2 + (y - at[1]) ** 2) / radius
        disc = rise(1.08, 0.92, away) * (0.75 + 0.25 * rise(0.6, 0.95, away))
        warm = rng.uniform(0.5, 1.2)
        picture += (disc * rng.uniform(0.02, 0.14))[..., None] * np.array([1.0, 0.85, 0.55 * warm])
