from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.expression import Rig
from omote.cast.grid import net
from omote.cast.lids import BALL, sockets
from omote.cast.scene import Expression

ACROSS = np.linspace(-1, 1, 41, dtype=np.float32)


def test_a_blink_closes_the_margins(man: Actor) -> None:
    eye = sockets(man)[0]
    top, low = eye.margins(ACROSS, 0.0, 0.0, 0.0)
    assert (top - low).max() > 0.6
    assert (top - low)[[0, -1]] == pytest.approx([0, 0], abs=1e-3)
    top, low = eye.margins(ACROSS, 1.0, 0.0, 0.0)
    assert top == pytest.approx(low, abs=1e-6)


def test_the_upper_lid_follows_the_gaze_and_a_smile_lifts_the_lower_one(man: Actor) -> None:
    eye = sockets(man)[1]
    plain, up, smiling = (eye.margins(ACROSS, 0.0, *move) for move in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.5)))
    assert up[0].max() > plain[0].max()
    assert smiling[1].min() > plain[1].min()


def test_both_eyes_are_mirrored(man: Actor) -> None:
    right, left = sockets(man)
    assert (right.x, right.z, right.half) == (-left.x, left.z, left.half)
    assert right.across(np.array([right.middle - right.half], np.float32)) == pytest.approx([1])
    assert left.across(np.array([left.middle - left.half], np.float32)) == pytest.approx([-1])


def test_lids_lie_on_the_eyeball(body: Rig) -> None:
    grid = net()
    for pose in (Expression(), Expression(blink_left=1.0)):
        points = body.posed(pose)
        eye = body.eyes[1]
        lid = points[grid.eye - 5 : grid.eye + 7][:, np.abs(eye.across(points[grid.eye, :, 0])) < 0.8]
        lid = lid[lid[..., 2] > 0]
        away = np.linalg.norm(lid - (eye.x, 0, eye.z), axis=1)
        assert away.min() > BALL - 0.02


def test_wide_and_narrow_eyes(man: Actor) -> None:
    narrow, wide = (sockets(replace(man, eye_open=share))[0] for share in (0.8, 1.2))
    assert wide.upper > narrow.upper
    assert wide.lower > narrow.lower
