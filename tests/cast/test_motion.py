from dataclasses import replace

import numpy as np

from omote.cast.actor import Actor
from omote.cast.motion import motion
from omote.cast.render import render
from omote.cast.scene import Place, Scene
from omote.core.types import Pose

ACTOR, SCENE = Actor.from_seed(3), Scene(pose=Pose(4.0, 2.0, 1.0))


def test_a_head_that_only_moves_aside_moves_everywhere_alike_and_the_backdrop_stands_still() -> None:
    after = replace(SCENE, place=Place(SCENE.place.x + 0.02, SCENE.place.y - 0.01, SCENE.place.size))
    moved = motion(ACTOR, SCENE, after, 160, 120)
    face = render(ACTOR, SCENE, 160, 120).mask > 0.5
    np.testing.assert_allclose(moved[face], np.tile([3.2, -1.2], (face.sum(), 1)), atol=1e-3)
    assert not moved[:4].any()


def test_a_head_that_turns_moves_as_its_landmarks_do() -> None:
    after = replace(SCENE, pose=Pose(8.0, -1.0, 3.0))
    moved = motion(ACTOR, SCENE, after, 160, 120)
    before, then = (render(ACTOR, scene, 160, 120).landmarks for scene in (SCENE, after))
    inner = [*range(27, 36), *range(48, 60)]  # nose and lips: far from edges behind which something else is seen
    x, y = before[inner].astype(int).T
    np.testing.assert_allclose(moved[y, x], (then - before)[inner], atol=0.35)
    assert np.abs(then - before)[inner].max() > 2
