"""One picture of an actor in a scene, with its truth: landmarks, face mask and pose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.backdrop import behind
from omote.cast.camera import project
from omote.cast.figure import Stuff, figure
from omote.cast.part import DITHER
from omote.cast.raster import Flags, Samples, rasterise
from omote.cast.scene import Scene
from omote.core.types import Floats, Picture, Pose

FINE = 2
"""Samples to a pixel along each side."""
_STEPS = 8192
_BRIGHTEST = 2.0
_PATTERN = DITHER * np.array([[-0.9, 0.3], [0.9, -0.3]], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A picture and what is true about it.

    Attributes:
        rgb: (H, W, 3) uint8.
        landmarks: (68, 2) float32 in pixels of the picture, iBUG order; also those that are turned away.
        mask: (H, W) float32, 0 to 1: share of each pixel that shows the face, eyes and mouth included, not hair,
            ears or neck.
        pose: where the head looks.
    """

    rgb: Picture
    landmarks: Floats
    mask: Floats
    pose: Pose


def render(actor: Actor, scene: Scene, width: int = 480, height: int = 360) -> Shot:
    """Draw an actor in a scene.

    Drawing another actor in the same scene gives the true swap.

    Args:
        actor: who.
        scene: what happens.
        width: of the picture in pixels.
        height: the same.
    """
    return render_together([(actor, scene)], width, height)[0]


def render_together(players: Sequence[tuple[Actor, Scene]], width: int = 480, height: int = 360) -> list[Shot]:
    """Draw several actors in one picture, in front of the first one's backdrop.

    Args:
        players: who does what; each stands before those before it, who are hidden by it.
        width: of the picture in pixels.
        height: the same.

    Returns:
        A shot for each; they share the picture.
    """
    light = behind(players[0][1].backdrop, width, height)
    marks, masks = [], list[Floats]()
    for actor, scene in players:
        light, covered, mask, points = _before(light, actor, scene)
        masks = [other * (1 - covered) for other in masks] + [mask]
        marks.append(points)
    rgb = _film()[np.clip(light * (_STEPS / _BRIGHTEST), 0, _STEPS - 1).astype(np.int64)]
    return [
        Shot(rgb, points, np.clip(mask, 0, 1).astype(np.float32), scene.pose)
        for points, mask, (_, scene) in zip(marks, masks, players, strict=True)
    ]


def _before(back: Floats, actor: Actor, scene: Scene) -> tuple[Floats, Floats, Floats, Floats]:
    """Set an actor before linear light; return light, share that is covered, share that is face, and the 68 points."""
    height, width = back.shape[:2]
    cast = figure(actor, scene.backdrop)
    played = play(cast, scene)
    points = project(played.points, scene.place, width, height) * np.array([FINE, FINE, 1], np.float32)
    stuff, shape = cast.stuff, (height * FINE, width * FINE)
    seen = rasterise(points, stuff.faces, shape, lambda samples: _there(stuff, samples, shape[1]))
    colour, face = _shaded(stuff, seen, np.ascontiguousarray(played.light.T))
    light, covered, mask = _over(seen, colour, face, back)
    return light, covered, mask, project(played.marks, scene.place, width, height)[:, :2]


def _texels(stuff: Stuff, samples: Samples, channels: slice) -> Floats:
    """(K, N) of what is painted at each sample."""
    column, row = (samples.of(stuff.uv, stuff.faces) + 0.5).astype(np.int64)
    place = row * stuff.atlas.shape[2] + column
    return np.stack([paper.take(place) for paper in stuff.atlas[channels]])


def _there(stuff: Stuff, samples: Samples, width: int) -> Flags:
    """Which samples are there: ragged stuff thins out through an ordered pattern, so that its edges come out soft."""
    there = np.ones(len(samples.face), np.bool_)
    limit = stuff.ragged.take(samples.face)
    doubtful = np.flatnonzero(limit >= 0)
    row, column = np.divmod(samples.pixel[doubtful], width)
    pattern = _PATTERN[row % 2, column % 2]
    dense = _texels(stuff, samples.only(doubtful), slice(3, 4))[0]
    there[doubtful] = dense > limit[doubtful] + pattern
    return there


def _shaded(stuff: Stuff, seen: Samples, light: Floats) -> tuple[Floats, Floats]:
    paint, falling = _texels(stuff, seen, slice(None)), seen.of(light, stuff.faces)
    return paint[:3] * falling[:3] + falling[3], paint[4]


def _over(seen: Samples, colour: Floats, face: Floats, back: Floats) -> tuple[Floats, Floats, Floats]:
    height, width = back.shape[:2]
    row, column = np.divmod(seen.pixel, width * FINE)
    pixel = (row // FINE) * width + column // FINE
    share = 1 / FINE**2
    covered = np.bincount(pixel, minlength=height * width) * share
    mask = np.bincount(pixel, weights=face, minlength=height * width) * share
    front = np.stack([np.bincount(pixel, weights=part, minlength=height * width) * share for part in colour], axis=1)
    picture = back.reshape(-1, 3) * (1 - covered)[:, None] + front
    return picture.reshape(height, width, 3), covered.reshape(height, width), mask.reshape(height, width)


def _film() -> Picture:
    """Turn linear light, in `_STEPS` steps up to `_BRIGHTEST`, into sRGB; the brightest tones are rounded off."""
    light = (np.arange(_STEPS) + 0.5) * _BRIGHTEST / _STEPS
    soft = light / (1 + light**4) ** 0.25
    curve = np.where(soft <= 0.0031308, 12.92 * soft, 1.055 * soft ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(curve * 255), np.uint8)
