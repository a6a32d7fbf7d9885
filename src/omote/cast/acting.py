"""A figure plays a scene: where every point of it is and how it is lit. Draws nothing."""

from dataclasses import dataclass

import numpy as np

from omote.cast import eyes, shade, shadow
from omote.cast.camera import turn
from omote.cast.figure import Figure
from omote.cast.grid import net
from omote.cast.part import Solid, normals
from omote.cast.scene import Scene
from omote.core.types import Floats, Pose

BODY_YAW, BODY_ROLL = 0.25, 0.15
"""Shares of the head's yaw and roll that the shoulders make."""
_SOFT = 3
"""How often a shadow's edge is evened out."""


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A figure in one moment, in camera space.

    Attributes:
        points: (V, 3) float32 cm, in the order of `Figure.stuff`.
        light: (V, 4) float32: light that falls in (red, green, blue), then what is mirrored without taking colour.
        marks: (68, 3) float32 cm.
    """

    points: Floats
    light: Floats
    marks: Floats


def play(figure: Figure, scene: Scene) -> Played:
    """Put a figure into a scene."""
    stage = _Stage(figure, scene, turn(scene.pose), shade.Rays.of(scene.light))
    head = figure.rig.posed(scene.expression)
    face = _Face(head, stage)
    parts = [(face.points, face.light), *_eyes(stage), *_mouth(stage, head), *_bust(stage, face)]
    parts += [stage.fixed(ear) for ear in figure.ears]
    parts += [*_beard(stage, face), *_hair(stage)]
    points, light = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Played(points, light, figure.marks.on(head) @ stage.rotation.T)


_Lit = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    figure: Figure
    scene: Scene
    rotation: Floats
    rays: shade.Rays

    def fixed(self, part: Solid, points: Floats | None = None, oil: float = 1.0) -> _Lit:
        """Points and light of something fleshy that turns with the head."""
        turned = (part.points if points is None else points) @ self.rotation.T
        return turned.reshape(-1, 3), shade.skin(normals(turned).reshape(-1, 3), part.open_.ravel(), self.rays, oil=oil)


class _Face:
    """The face's points, normals and light; it is needed by what stands on it and what it shades."""

    def __init__(self, head: Floats, stage: _Stage) -> None:
        self.points = head.reshape(-1, 3) @ stage.rotation.T
        self.normals = _face_normals(head).reshape(-1, 3) @ stage.rotation.T
        self.casters = np.concatenate([self.points, stage.figure.hair[0].points @ stage.rotation.T])
        self.lit = self.reached(self.points, head.shape[:2], stage)
        self.light = shade.skin(self.normals, stage.figure.open_, stage.rays, self.lit)

    def reached(self, points: Floats, shape: tuple[int, ...], stage: _Stage) -> Floats:
        """(V,) share of the lamp that the head leaves to a sheet of points, with soft edges."""
        lit = shadow.reached(points, self.casters, stage.rays.to_lamp).reshape(shape)
        for _ in range(_SOFT):
            framed = np.pad(lit, 1, mode="edge")
            lit = 0.25 * (framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:])
        return lit.ravel()


def _face_normals(head: Floats) -> Floats:
    """Normals of the face, each side of a slit by itself; where a slit is closed both sides agree."""
    grid = net()
    out = np.concatenate([normals(part) for part in np.split(head, (grid.eye + 1, grid.mouth + 1))])
    for row in (grid.eye, grid.mouth):
        shut = np.abs(head[row] - head[row + 1]).max(axis=1) < 0.02
        mean = out[row] + out[row + 1]
        mean /= np.linalg.norm(mean, axis=1, keepdims=True) + 1e-9
        out[row, shut] = out[row + 1, shut] = mean[shut]
    return out


def _eyes(stage: _Stage) -> list[_Lit]:
    parts, pose = [], stage.scene.expression
    for eye in stage.figure.rig.eyes:
        points, out = eyes.rolled(eye, pose)
        turned = out @ stage.rotation.T
        light = shade.skin(turned, eyes.lid_shadow(points, eye, pose), stage.rays, oil=0.3)
        light[:, 3] += eyes.glint(turned, stage.rays)
        parts.append((points @ stage.rotation.T, light))
    return [*parts, *(stage.fixed(part) for part in stage.figure.linings)]


def _mouth(stage: _Stage, head: Floats) -> list[_Lit]:
    mouth = stage.figure.mouth
    posed = mouth.posed(head, stage.scene.expression)
    return [stage.fixed(part, points, oil=0.25) for part, points in zip(mouth.solids, posed, strict=True)]


def _bust(stage: _Stage, face: _Face) -> list[_Lit]:
    pose = stage.scene.pose
    body = turn(Pose(BODY_YAW * pose.yaw, 0.0, BODY_ROLL * pose.roll))
    (neck, moves), torso = stage.figure.neck, stage.figure.torso
    skin = (neck.points @ body.T) * (1 - moves) + (neck.points @ stage.rotation.T) * moves
    worn = torso.points @ body.T
    parts = []
    for part, points in ((neck, skin), (torso, worn)):
        flat = points.reshape(-1, 3)
        lit = face.reached(flat, part.open_.shape, stage)
        shader = shade.skin if part is neck else shade.cloth
        parts.append((flat, shader(normals(points).reshape(-1, 3), part.open_.ravel(), stage.rays, lit)))
    return parts


def _beard(stage: _Stage, face: _Face) -> list[_Lit]:
    parts = []
    for shell in stage.figure.beard:
        out = face.normals[shell.nodes]
        points = face.points[shell.nodes] + out * shell.length[:, None]
        down = np.broadcast_to(-stage.rotation[:, 1], points.shape)
        light = shade.strands(out, down, shell.open_, stage.rays, face.lit[shell.nodes], gloss=0.02)
        parts.append((points, light))
    return parts


def _hair(stage: _Stage) -> list[_Lit]:
    parts = []
    for layer in stage.figure.hair:
        out, along = layer.normals @ stage.rotation.T, layer.along @ stage.rotation.T
        parts.append(
            (layer.points @ stage.rotation.T, shade.strands(out, along, layer.open_, stage.rays, gloss=layer.gloss))
        )
    return parts
