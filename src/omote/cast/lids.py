"""The eyelids: how far they part and how they lie on the eyeball. Moves a resting face; paints nothing."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, rise
from omote.cast.scene import Expression
from omote.core.types import Floats

BALL = 1.45
"""Radius of the eyeball, cm: a little larger than life, so that it fills the slit from corner to corner."""


@dataclass(frozen=True, slots=True)
class Socket:
    """One eye's place and measures, cm.

    Attributes:
        x: of the pupil looking ahead; negative on the left of the picture.
        z: of the eyeball's centre.
        half: half the width of the slit.
        upper, lower: how far the lids part from the slit's line when the eye is open.
        tilt: how much higher the outer corner lies than the inner one.
        fold: from the upper lid's margin to its fold.
        round: 0 almond to 1 round.
    """

    x: float
    z: float
    half: float
    upper: float
    lower: float
    tilt: float
    fold: float
    round: float

    @property
    def middle(self) -> float:
        """X of the middle of the slit, a little to the outside of the pupil."""
        return self.x + float(np.sign(self.x)) * 0.04

    def across(self, x: Floats) -> Floats:
        """Place along the slit: -1 at the inner corner, 1 at the outer one."""
        return np.asarray((x - self.middle) * np.sign(self.x) / self.half, np.float32)

    def front(self, x: Floats, y: Floats) -> Floats:
        """Z of the eyeball's surface, falling off gently outside the ball and more so towards the nose."""
        away = x - self.x
        inner = np.clip(-away * np.sign(self.x) - 0.9, 0, None)
        left = BALL**2 - np.where(inner > 0, 0.81, away**2) - y**2
        ball = np.where(left > 0.3, np.sqrt(np.maximum(left, 0.3)), 0.548 + (left - 0.3) * 0.913)
        return np.asarray(self.z + ball - 0.5 * inner, np.float32)

    def margins(self, across: Floats, blink: float, look_up: float, squint: float) -> tuple[Floats, Floats]:
        """Heights of the upper and the lower margin over the slit's line, cm."""
        inside = np.clip(1 - across**2, 0, None)
        top = self.upper * inside ** (0.8 - 0.3 * self.round) * (1 - 0.22 * across * (1 - self.round))
        low = -self.lower * inside ** (0.95 - 0.3 * self.round) * (1 + 0.2 * across)
        top, low = top * (1 + 0.3 * look_up - 0.12 * squint), low * (1 - 0.15 * look_up - 0.55 * squint)
        shut = low * 0.8
        closing = (top + (shut - top) * blink, low + (shut - low) * blink)
        return closing[0].astype(np.float32), closing[1].astype(np.float32)


def sockets(actor: Actor) -> tuple[Socket, Socket]:
    """The eye on the left of the picture, then that on the right."""
    rest = (
        7.12 - 0.5 * actor.eye_depth,
        1.32 * actor.eye_size,
        0.51 * actor.eye_open,
        0.36 * actor.eye_open,
        actor.eye_tilt,
        actor.lid_fold,
        actor.eye_round,
    )
    return (Socket(-actor.eye_spacing, *rest), Socket(actor.eye_spacing, *rest))


def part_lids(points: Floats, x: Floats, b: Floats, eye: Socket, pose: Expression, row: int) -> None:
    """Part the lids of one eye and lay them on the eyeball, in place.

    Args:
        points: (R, C, 3) float32 of the front of the head, changed.
        x: (R, C) place on the resting face, sideways, cm.
        b: the same, height.
        eye: which eye.
        pose: how open it is and where it looks.
        row: row of the upper margin; the next is the lower one.
    """
    across = eye.across(x)
    blink = pose.blink_right if eye.x < 0 else pose.blink_left
    top, low = eye.margins(np.clip(across, -1, 1), blink, pose.gaze_y, max(pose.smile, 0.0) * 0.5)
    upper = (np.arange(len(b)) <= row)[:, None]
    fade = np.where(upper, np.clip(1 - b / (eye.upper + 1.05), 0, 1), np.clip(1 + b / 1.2, 0, 1)) ** 2
    tilt = eye.tilt * 0.5 * np.clip(across, -1.6, 1.6) * bump(across / 1.7) * bump(b / 1.6)
    y = points[..., 1] + np.where(upper, top, low) * fade + tilt
    crease = 0.06 * bump((b - eye.fold) / 0.1) * rise(0.0, 0.15, b)
    thick = 0.04 + 0.1 * rise(0.0, 0.1, np.abs(b)) - crease
    gap = points[..., 2] - eye.front(points[..., 0], y) - thick
    over = 0.5 * (gap + np.sqrt(gap * gap + 0.02))
    margin = (np.abs(b) < 1e-6) * rise(1.0, 0.85, np.abs(across))
    reach = rise(1.75, 1.1, np.abs(across)) * np.where(upper, rise(2.1, 1.2, b), rise(-1.7, -0.9, b))
    points[..., 2] += (over * (1 - margin) - gap) * reach
    points[..., 1] = y
