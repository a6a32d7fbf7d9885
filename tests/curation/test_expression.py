import numpy as np
import pytest

from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.camera import project
from omote.cast.figure import Figure, figure
from omote.cast.scene import Backdrop, Expression, Scene
from omote.core.types import Pose
from omote.curation.expression import Openness, openness


@pytest.fixture(scope="module")
def cast() -> Figure:
    return figure(Actor.from_seed(2), Backdrop(0))


def seen(cast: Figure, expression: Expression, yaw: float) -> Openness:
    scene = Scene(expression, Pose(yaw, 0, 0))
    return openness(project(play(cast, scene).marks, scene.place, 480, 360)[:, :2].astype(np.float32))


@pytest.mark.parametrize("yaw", [-45, 0, 30])
def test_mouth_and_eyes_are_measured_alike_from_all_sides(cast: Figure, yaw: float) -> None:
    jaws = [seen(cast, Expression(jaw_open=jaw), yaw).mouth for jaw in (0, 0.15, 0.6)]
    assert jaws[0] < 0.5
    assert 2 < jaws[1] < 4
    assert 8 < jaws[2] < 13
    rest, half, shut = (seen(cast, Expression(blink_right=b, blink_left=b), yaw).eyes for b in (0, 0.5, 1))
    assert 7 < rest < 9
    assert 0.4 < half / rest < 0.6
    assert shut / rest < 0.1
