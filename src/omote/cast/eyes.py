"""The eyeballs: white, iris, pupil and the lamp mirrored in them."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, rise
from omote.cast.grid import sheet
from omote.cast.lids import BALL, Socket
from omote.cast.noise import clouds
from omote.cast.part import Paint, Sheet, Solid, linear, solid, spread, texels
from omote.cast.scene import Expression
from omote.cast.shade import Rays
from omote.core.types import Floats

SIDE = 34
"""Nodes along each side of an eyeball's sheet."""
_SIZE = 160
_REACH, _TALL = 1.2, 0.58
_IRIS = 0.43
"""Radians from the pupil's centre to the iris' edge."""


def eyeball(actor: Actor) -> Sheet:
    """The sheet of one eyeball."""
    angle = np.linspace(-_REACH, _REACH, _SIZE, dtype=np.float32)
    across, up = angle[None], -_TALL * angle[:, None]
    away, around = np.sqrt(across**2 + up**2), np.arctan2(up, across)
    white = np.array([0.66, 0.62, 0.59], np.float32) * (1 - 0.3 * rise(0.45, 1.3, away))[..., None]
    veins = rise(0.45, 0.8, clouds(actor.seed + 11, around * 9 + 40, away * 5)) * rise(0.6, 1.2, away)
    white = white * (1 - veins[..., None] * np.array([0.02, 0.18, 0.16], np.float32))
    rays = clouds(actor.seed + 12, around * 14 + 60, away * 4)
    spokes = 1.15 + 0.55 * rays * rise(0.12, 0.3, away) + 0.5 * bump((away - 0.22) / 0.09)
    iris = linear(actor.iris) * (spokes * (1 - 0.75 * rise(0.33, _IRIS, away)))[..., None]
    colour = white + (iris - white) * rise(_IRIS + 0.035, _IRIS - 0.02, away)[..., None]
    colour = colour * (1 - 0.98 * rise(0.19, 0.15, away))[..., None]
    paper = texels(np.clip(colour, 0, 1), 1.0, 1.0)
    return Sheet(sheet(SIDE, SIDE), Paint(paper, spread(paper, SIDE, SIDE)))


def rolled(eye: Socket, pose: Expression) -> tuple[Floats, Floats]:
    """Points of one eyeball looking where the expression looks.

    Returns:
        (SIDE^2, 3) points in head space and (SIDE^2, 3) unit normals.
    """
    angle = np.linspace(-_REACH, _REACH, SIDE, dtype=np.float32)
    across, up = np.meshgrid(angle, -_TALL * angle)
    away = np.sqrt(across**2 + up**2)
    scale = np.where(away > 1e-6, np.sin(away) / np.maximum(away, 1e-6), 1.0)
    ahead = np.stack([across * scale, up * scale, np.cos(away)], axis=2).reshape(-1, 3)
    yaw, pitch = 0.42 * pose.gaze_x, 0.3 * pose.gaze_y
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    shake = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    normals = (ahead @ (shake @ nod).T).astype(np.float32)
    return normals * BALL + np.array([eye.x, 0, eye.z], np.float32), normals


def glint(normals: Floats, rays: Rays) -> Floats:
    """(V,) lamp mirrored by the eyeball's wet bulge.

    Args:
        normals: (SIDE^2, 3) of the eyeball in camera space; the bulge stands around the middle of the sheet.
        rays: the light.
    """
    middle = slice(SIDE // 2 - 1, SIDE // 2 + 1)
    ahead = normals.reshape(SIDE, SIDE, 3)[middle, middle].mean(axis=(0, 1))
    bulged = normals + 0.9 * (normals - ahead)
    bulged /= np.linalg.norm(bulged, axis=1, keepdims=True)
    bright = 0.35 + 0.65 * float(rays.lamp.mean())
    return np.asarray(bright * rise(0.9955, 0.9985, bulged @ rays.halfway()), np.float32)


def lining(eye: Socket, upper: Floats, lower: Floats) -> Solid:
    """Flesh behind the lids that fills the corners of the slit beside the eyeball.

    Args:
        eye: which eye.
        upper: (C, 3) points of its upper margin when it is open, from left to right.
        lower: the same of its lower margin.
    """
    across = eye.across(upper[:, 0])
    near = (across > -1.15) & (across < 0.99)
    down = np.linspace(-0.12, 1.12, 7, dtype=np.float32)[:, None, None]
    points = upper[near] + (lower[near] - upper[near]) * down - np.array([0, 0, 0.06], np.float32)
    return solid(points, texels(np.full((2, 2, 3), (0.42, 0.17, 0.14), np.float32), 1.0, 1.0), 0.6)


def lid_shadow(points: Floats, eye: Socket, pose: Expression) -> Floats:
    """(V,) share of light that the lids leave to points of the eyeball."""
    blink = pose.blink_right if eye.x < 0 else pose.blink_left
    across = eye.across(points[:, 0])
    top, low = eye.margins(np.clip(across, -1, 1), blink, pose.gaze_y, max(pose.smile, 0.0) * 0.5)
    y = points[:, 1] - eye.tilt * 0.5 * across
    over = 0.35 + 0.65 * rise(-0.02, 0.42, top - y)
    corner = 0.6 + 0.4 * rise(1.05, 0.5, np.abs(across))
    return np.asarray(over * corner * (0.75 + 0.25 * rise(0.0, 0.2, y - low)), np.float32)
