"""What is seen through parted lips: two rows of teeth, the tongue and the dark behind them."""

from dataclasses import dataclass

import numpy as np

from omote.cast.curves import bump, rise
from omote.cast.expression import turn_jaw
from omote.cast.grid import net
from omote.cast.part import Solid, solid, texels
from omote.cast.raster import Flags
from omote.cast.scene import Expression
from omote.core.types import Floats

_ROWS, _COLUMNS = 6, 25
_TEXELS = (40, 240)
_EDGES = np.array([0.0, 0.86, 1.52, 2.28, 2.95, 3.6], np.float32)
_BOWL = np.array(
    [
        (0, 0, 0.15, 0.4, 0.6, 0.85, 1, 1),
        (0.3, 0.45, 0.2, 0, 0, -0.2, -0.45, -0.3),
        (0.1, 1.5, 2.7, 3.2, 3.2, 2.7, 1.7, 0.1),
    ]
)
"""Profile of the dark from the upper lip to the lower one: share of the way, cm beyond the lips, cm behind them."""
_SEEN = 0.55
"""Share of the room that reaches the inside of a mouth."""


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """The inside of a mouth.

    Attributes:
        solids: dark, tongue, lower teeth, upper teeth, with the mouth at rest.
        slit: columns of the net between the corners of the lips.
        jaw: share of the jaw's turn that tongue, lower and upper teeth make.
    """

    solids: tuple[Solid, ...]
    slit: Flags
    jaw: tuple[float, ...]

    def posed(self, face: Floats, pose: Expression) -> list[Floats]:
        """(R, C, 3) points of each solid.

        Args:
            face: (R, C, 3) points of the posed face, whose lips the dark follows.
            pose: the expression it was posed by.
        """
        row = net().mouth
        moved = [_pocket(face[row, self.slit], face[row + 1, self.slit])]
        for part, share in zip(self.solids[1:], self.jaw, strict=True):
            yz = turn_jaw(part.points[..., 1:], share * pose.jaw_open)
            x = part.points[..., :1] * (1 - 0.36 * pose.pucker)
            moved.append(np.concatenate([x, yz], axis=2))
        return moved


def mouth(rest: Floats, half: float, white: float) -> Mouth:
    """Build the inside of a mouth.

    Args:
        rest: (R, C, 3) points of the resting face.
        half: cm from the middle of the mouth to a corner.
        white: how white the teeth are, 0 to 1.
    """
    line = rest[net().mouth]
    between = (np.abs(line[:, 0]) < half) & (line[:, 2] > 0)
    slit = line[between]
    dark = solid(_pocket(slit, slit), _flat((0.05, 0.012, 0.01)), _SEEN)
    tongue = solid(_tongue(slit), _flat((0.36, 0.11, 0.10)), _SEEN)
    lower = solid(_arch(slit, -0.4, -1.35, 1.05), _teeth(white * 0.86, False), _SEEN)
    upper = solid(_arch(slit, 0.95, -0.3, 0.55), _teeth(white, True), _SEEN)
    return Mouth((dark, tongue, lower, upper), between, (0.85, 1.0, 0.0))


def _rim(slit: Floats, share: float) -> Floats:
    """(_COLUMNS, 3) points along the middle share of the slit, denser towards its ends."""
    along = (len(slit) - 1) / 2 * (1 + share * np.sin(np.linspace(-1.35, 1.35, _COLUMNS)) / np.sin(1.35))
    return np.stack([np.interp(along, np.arange(len(slit)), part) for part in slit.T], axis=1)


def _arch(slit: Floats, top: float, bottom: float, behind: float) -> Floats:
    """A row of teeth that follows the lips."""
    rim = _rim(slit, 0.94)
    down = np.linspace(top, bottom, _ROWS)[:, None]
    y = slit[len(slit) // 2, 1] + down + 0 * rim[:, 0]
    return np.stack([0 * y + rim[:, 0], y, 0 * y + rim[:, 2] - behind], axis=2).astype(np.float32)


def _pocket(upper: Floats, lower: Floats) -> Floats:
    """A bowl open to the front; its rim is close behind both lips, so that nobody sees through the mouth from aside."""
    top, low = _rim(upper, 1.0), _rim(lower, 1.0)
    inside = np.sqrt(np.clip(1 - (top[:, 0] / top[-1, 0]) ** 2, 0, 1))
    down, beyond, depth = (part[:, None] for part in _BOWL)
    points = top + (low - top) * down[..., None]
    points[..., 0] *= 1.03
    points[..., 1] += beyond * inside
    points[..., 2] -= 0.08 + depth * inside
    return np.asarray(points, np.float32)


def _tongue(slit: Floats) -> Floats:
    y, z = slit[len(slit) // 2, 1:]
    x, back = np.meshgrid(np.linspace(-1, 1, _COLUMNS), np.linspace(1, 0, _ROWS))
    height = y - 0.75 - 0.5 * x**2 - 1.1 * (1 - back) ** 3 - 0.2 * np.exp(-((x / 0.15) ** 2)) * back
    return np.stack([1.7 * x, height, z - 1.4 - 1.4 * back - 0.5 * x**2], axis=2).astype(np.float32)


def _flat(colour: tuple[float, float, float]) -> Floats:
    return texels(np.broadcast_to(np.array(colour, np.float32), (2, 2, 3)), 1.0, 1.0)


def _teeth(white: float, upper: bool) -> Floats:
    x = np.abs(2.75 * np.sin(np.linspace(-1.35, 1.35, _TEXELS[1], dtype=np.float32)))[None]
    down = np.linspace(0, 1, _TEXELS[0], dtype=np.float32)[:, None]
    root = down if upper else 1 - down
    edges = _EDGES if upper else _EDGES * 0.72
    gap = np.min(np.abs(x[..., None] - edges), axis=-1)
    which = np.digitize(x, edges)
    colour = np.array([0.80, 0.74, 0.62], np.float32) * (0.75 + 0.25 * white) * (1 - 0.08 * (which % 2))[..., None]
    colour = colour * (1 - 0.55 * bump(gap / 0.035) * (0.4 + 0.6 * rise(0.2, 0.9, root)))[..., None]
    colour = np.broadcast_to(colour * (1 - 0.5 * rise(1.0, 2.5, x))[..., None], (*_TEXELS, 3)).copy()
    gum = rise(0.30, 0.24, root + 0.08 * np.cos(gap * 4))
    colour += (np.array([0.42, 0.13, 0.12], np.float32) - colour) * gum[..., None]
    return texels(colour, 1.0, 1.0)
