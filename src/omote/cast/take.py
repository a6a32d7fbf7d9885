"""A performance: the scenes of a clip, frame by frame, with nothing that jumps. Casts nobody and draws nothing."""

from dataclasses import dataclass

import numpy as np

from omote.cast.curves import Numbers, rise
from omote.cast.scene import Backdrop, Expression, Light, Place, Scene
from omote.core.types import Pose

YAW, PITCH, ROLL = 35.0, 15.0, 10.0
"""Widest turns of a take, degrees to each side."""


def take(seed: int, frames: int, fps: float = 25.0, turning: float = 1.0, size: float = 0.58) -> tuple[Scene, ...]:
    """Perform: turn the head, talk, smile, blink, look about, under light that drifts slowly.

    Args:
        seed: which performance, 0 or more; it chooses backdrop and clothes too. A longer take of the same seed begins
            with the shorter one.
        frames: how many, at least 1.
        fps: frames a second.
        turning: 0 to 1, how far the head turns: the share of the widest turns.
        size: about how high the head stands in the frame, as a share of the frame's height.

    Returns:
        One scene a frame.
    """
    if frames < 1 or fps <= 0:
        raise ValueError(f"a take has at least one frame and a positive rate, not {frames} at {fps}")
    if not 0 <= turning <= 1:
        raise ValueError(f"the head turns by a share of 0 to 1 of the widest turns, not {turning}")
    t = np.arange(frames) / fps
    poses, places, lights = _poses(seed, t, turning), _places(seed, t, size), _lights(seed, t)
    faces = _expressions(seed, t, np.array([pose.yaw for pose in poses]))
    backdrop = Backdrop(seed)
    return tuple(Scene(*parts, backdrop) for parts in zip(faces, poses, places, lights, strict=True))


@dataclass(frozen=True, slots=True)
class _Wave:
    """A random smooth movement within -1..1, made of a few swings."""

    rates: tuple[float, ...]
    phases: tuple[float, ...]

    @classmethod
    def of(cls, rng: np.random.Generator, slow: float, quick: float, count: int = 4) -> "_Wave":
        rates = np.exp(rng.uniform(np.log(slow), np.log(quick), count))
        return cls(tuple(rates), tuple(rng.uniform(0, 2 * np.pi, count)))

    def at(self, t: Numbers) -> Numbers:
        swings = [np.sin(2 * np.pi * r * t + p) for r, p in zip(self.rates, self.phases, strict=True)]
        return np.asarray(np.tanh(1.5 * sum(swings) / len(swings) ** 0.5 / 1.2), np.float64)


def _rng(seed: int, part: int) -> np.random.Generator:
    return np.random.default_rng((seed, 0x7A4E, part))


def _poses(seed: int, t: Numbers, turning: float) -> list[Pose]:
    rng = _rng(seed, 1)
    yaw = turning * YAW * _Wave.of(rng, 0.06, 0.22).at(t)
    pitch = turning * PITCH * (0.85 * _Wave.of(rng, 0.08, 0.35).at(t) + 0.1 * _Wave.of(rng, 0.6, 1.1).at(t))
    roll = turning * ROLL * _Wave.of(rng, 0.06, 0.3).at(t)
    return [Pose(float(y), float(p), float(r)) for y, p, r in zip(yaw, pitch, roll, strict=True)]


def _places(seed: int, t: Numbers, size: float) -> list[Place]:
    rng = _rng(seed, 2)
    x = 0.5 + 0.03 * _Wave.of(rng, 0.05, 0.2).at(t)
    y = 0.475 + 0.015 * _Wave.of(rng, 0.05, 0.25).at(t)
    sizes = size * (1 + 0.03 * _Wave.of(rng, 0.05, 0.15).at(t))
    return [Place(*(float(part) for part in parts)) for parts in zip(x, y, sizes, strict=True)]


def _lights(seed: int, t: Numbers) -> list[Light]:
    rng = _rng(seed, 3)
    side = rng.choice([-1, 1]) * rng.uniform(12, 42) + 10 * _Wave.of(rng, 0.03, 0.1).at(t)
    up = rng.uniform(25, 45) + 5 * _Wave.of(rng, 0.03, 0.1).at(t)
    ambient, warmth = rng.uniform(0.35, 0.55), rng.uniform(-0.5, 0.7)
    return [Light(float(a), float(e), float(ambient), float(warmth)) for a, e in zip(side, up, strict=True)]


def _expressions(seed: int, t: Numbers, yaw: Numbers) -> list[Expression]:
    rng = _rng(seed, 4)
    speech = rise(-0.5, 0.3, _Wave.of(rng, 0.1, 0.3).at(t))
    syllable = 0.5 + 0.5 * np.sin(2 * np.pi * (2.7 * t + 0.5 * _Wave.of(rng, 0.3, 0.8).at(t)))
    jaw = speech * (0.05 + 0.5 * syllable * (0.55 + 0.45 * _Wave.of(rng, 0.7, 1.6).at(t)))
    pucker = 0.75 * speech * rise(0.1, 0.9, _Wave.of(rng, 0.6, 1.4).at(t))
    smile = 0.9 * rise(0.0, 0.9, _Wave.of(rng, 0.08, 0.25).at(t)) * (1 - 0.5 * speech) - 0.15 * pucker
    brows = 0.25 + 0.6 * _Wave.of(rng, 0.15, 0.5).at(t)
    blink = _blinks(_rng(seed, 5), t)
    gaze_x = np.clip(_glances(_rng(seed, 6), t) - 0.45 * yaw / YAW, -1, 1)
    gaze_y = np.clip(0.6 * _glances(_rng(seed, 7), t), -1, 1)
    moves = (jaw, smile, pucker, blink, blink, gaze_x, gaze_y, brows)
    return [Expression(*(float(part) for part in parts)) for parts in zip(*moves, strict=True)]


def _blinks(rng: np.random.Generator, t: Numbers) -> Numbers:
    """Lids closing for about a third of a second every few seconds."""
    shut, when = np.zeros(len(t)), float(rng.uniform(0.6, 2.5))
    while when < t[-1] + 1:
        shut = np.maximum(shut, rise(-0.16, -0.02, t - when) * rise(0.24, 0.04, t - when))
        when += float(rng.uniform(1.6, 4.5))
    return shut


def _glances(rng: np.random.Generator, t: Numbers) -> Numbers:
    """Where the eyes rest, changing within a sixth of a second."""
    at, where, when = np.zeros(len(t)), 0.0, float(rng.uniform(0.3, 1.5))
    while when < t[-1] + 1:
        there = float(rng.uniform(-0.55, 0.55)) if rng.random() < 0.6 else 0.0
        at = at + (there - where) * rise(0.0, 0.17, t - when)
        where, when = there, when + float(rng.uniform(0.7, 2.4))
    return at
