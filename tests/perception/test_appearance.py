import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Floats, Picture
from omote.imaging.landmarks import eye_distance
from omote.perception.appearance import appearance, likeness


def test_a_face_is_like_itself_in_other_light_and_elsewhere_in_the_picture(shots: list[Shot]) -> None:
    rgb, points = shots[0].rgb, shots[0].landmarks
    here = appearance(rgb, points)
    assert likeness(here, here) == pytest.approx(1, abs=1e-4)
    assert likeness(here, appearance((rgb * 0.5 + 20).astype(np.uint8), points)) > 0.99
    moved = np.roll(rgb, (12, -20), axis=(0, 1))
    assert likeness(here, appearance(moved, points + np.array([-20, 12], np.float32))) > 0.99


def test_the_farther_points_are_off_the_less_alike(shots: list[Shot]) -> None:
    turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ways = np.stack([np.cos(turns), np.sin(turns)], 1)
    for shot in shots:
        here, size = appearance(shot.rgb, shot.landmarks), eye_distance(shot.landmarks)
        off = []
        for far in (0.05, 0.15, 0.4, 0.8):
            moved = [(shot.landmarks + far * size * way).astype(np.float32) for way in ways]
            off.append(np.mean([likeness(here, appearance(shot.rgb, points)) for points in moved]))
        assert off[0] > 0.9
        assert off[0] > off[1] > off[2] > off[3]
        assert off[2] < 0.6


def test_a_plain_surface_is_like_nothing(picture: Picture, landmarks: Floats) -> None:
    grey = np.full_like(picture, 90)
    assert likeness(appearance(grey, landmarks), appearance(picture, landmarks)) == pytest.approx(0, abs=0.05)
