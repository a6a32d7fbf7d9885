"""What an expression does to the face: jaw, smile, pucker, brows and lids laid over the resting points."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import bump, dome, rise
from omote.cast.grid import LIPS, net
from omote.cast.lids import Socket, part_lids, sockets
from omote.cast.lips import Lips
from omote.cast.scene import Expression
from omote.cast.surface import neutral
from omote.core.types import Floats

HINGE = (-1.2, 1.2)
"""y, z of the axis about which the jaw turns, cm."""
JAW_ANGLE = 0.27
"""Radians of the jaw when wide open."""


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """A resting face with all that can move it.

    Attributes:
        canvas: where each node lies before features.
        rest: (R, C, 3) points at rest, slits closed.
        jaw: (R, C) share of the jaw's turn that each point makes.
        smile, pucker, brows: (R, C, 3) displacements at 1, cm.
        bared: (R, C) cm that a full smile lifts the upper lip off the lower one.
        eyes: both eyes' places.
    """

    canvas: Canvas
    rest: Floats
    jaw: Floats
    smile: Floats
    pucker: Floats
    brows: Floats
    bared: Floats
    eyes: tuple[Socket, Socket]

    def posed(self, pose: Expression) -> Floats:
        """(R, C, 3) float32 points of the face with this expression."""
        points: Floats = self.rest + pose.smile * self.smile + pose.pucker * self.pucker + pose.brow_raise * self.brows
        points[..., 1] += max(pose.smile, 0.0) * self.bared
        points[..., 1:] = turn_jaw(points[..., 1:], self.jaw * pose.jaw_open)
        points[..., 0] -= 0.1 * pose.jaw_open * points[..., 0] * self.pucker[..., 2]
        grid = net()
        rows = slice(int(np.argmax(grid.heights < 2.3)), int(np.argmax(grid.heights < -1.9)))
        for eye in self.eyes:
            near = (rows, np.abs(grid.angles - np.sign(eye.x) * 0.5) < 0.62)
            window = points[near]
            part_lids(window, self.canvas.x[near], self.canvas.b[near], eye, pose, grid.eye - rows.start)
            points[near] = window
        return points


def rig(actor: Actor) -> Rig:
    """The rig of an actor."""
    canvas, rest = neutral(actor)
    half = Lips.of(actor).half
    moves = (_jaw(canvas, half), _smile(canvas, half), _pucker(canvas, half), _brows(canvas), _bared(canvas, half))
    return Rig(canvas, rest, *moves, sockets(actor))


def turn_jaw(yz: Floats, share: Floats | float) -> Floats:
    """Turn points about the jaw's hinge.

    Args:
        yz: (..., 2) float32.
        share: (...) of the widest opening.
    """
    angle = np.asarray(JAW_ANGLE * np.asarray(share), np.float32)
    sine, cosine = np.sin(angle), np.cos(angle)
    y, z = yz[..., 0] - HINGE[0], yz[..., 1] - HINGE[1]
    return np.stack([HINGE[0] + y * cosine - z * sine, HINGE[1] + z * cosine + y * sine], axis=-1).astype(np.float32)


def _jaw(canvas: Canvas, half: float) -> Floats:
    grid = net()
    sign = np.where(_upper(), 1, -1)
    parted = dome(canvas.x / half, 2.0, 0.6)
    away = rise(0, 1.6, np.abs(canvas.b - LIPS))
    share = 0.5 - 0.5 * sign * (parted + (1 - parted) * away)
    ahead = rise(2.3, 1.1, np.abs(grid.angles))[None]
    return np.asarray(share * ahead * np.where(sign > 0, rise(-3.6, -5.6, canvas.b), 1.0), np.float32)


def _upper() -> npt.NDArray[np.bool_]:
    """(R, 1) which rows belong to the upper lip and what lies over it."""
    grid = net()
    return (np.arange(len(grid.heights)) <= grid.mouth)[:, None]


def _bared(canvas: Canvas, half: float) -> Floats:
    lift = np.where(_upper(), 0.42, -0.06)
    return np.asarray(lift * dome(canvas.x / half, 2, 1) * bump((canvas.b - LIPS) / 1.3), np.float32)


def _smile(canvas: Canvas, half: float) -> Floats:
    side, sign, b = np.abs(canvas.x), np.sign(canvas.x), canvas.b
    corner = bump((side - half) / 1.35, (b - LIPS) / 1.3)
    cheek = bump((side - 3.7) / 1.5, (b + 3.5) / 1.4)
    lips = bump(canvas.x / 2.6, (b - LIPS) / 1.1)
    across = sign * (0.78 * corner + 0.12 * cheek)
    up = 0.5 * corner + 0.32 * cheek - 0.12 * lips
    out = -0.55 * corner + 0.42 * cheek - 0.34 * lips
    fold = bump((side - half - 0.75 - 0.22 * (b - LIPS)) / 0.3, (b - LIPS - 0.7) / 1.5)
    return np.stack([across, up, (out - 0.22 * fold) * canvas.front], axis=2).astype(np.float32)


def _pucker(canvas: Canvas, half: float) -> Floats:
    lips = bump(canvas.x / (0.75 * half), (canvas.b - LIPS) / 1.25)
    corner = bump((np.abs(canvas.x) - half) / 1.3, (canvas.b - LIPS) / 1.3)
    across, out = -0.75 * np.sign(canvas.x) * corner, 0.7 * lips * canvas.front
    return np.stack([across, np.zeros_like(lips), out], axis=2).astype(np.float32)


def _brows(canvas: Canvas) -> Floats:
    brow = bump((np.abs(canvas.x) - 2.7) / 2.4, (canvas.b - 2.4) / 1.1)
    zero = np.zeros_like(brow)
    return np.stack([zero, 0.5 * brow, 0.05 * brow], axis=2).astype(np.float32) * canvas.front[..., None]
