import numpy as np
import pytest

from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.figure import figure
from omote.cast.scene import Backdrop, Expression, Light, Scene
from omote.core.types import Pose


def test_every_point_is_placed_and_lit(man: Actor, woman: Actor) -> None:
    for actor in (man, woman):
        cast = figure(actor, Backdrop(0))
        played = play(cast, Scene(expression=Expression(jaw_open=0.5, smile=0.5), pose=Pose(20, 5, -5)))
        assert played.points.shape == (cast.stuff.uv.shape[1], 3)
        assert played.light.shape == (len(played.points), 4)
        assert np.isfinite(played.points).all()
        assert np.isfinite(played.light).all()
        assert played.light.min() >= 0


def test_a_pose_turns_the_face(man: Actor) -> None:
    cast = figure(man, Backdrop(0))
    ahead, turned = (play(cast, Scene(pose=Pose(yaw, 0, 0))).marks for yaw in (0, 25))
    assert turned[30, 0] - turned[[0, 16], 0].mean() > ahead[30, 0] - ahead[[0, 16], 0].mean() + 3


def test_the_shoulders_hardly_nod(man: Actor) -> None:
    cast = figure(man, Backdrop(0))
    up, down = (play(cast, Scene(pose=Pose(0, pitch, 0))).points for pitch in (12, -12))
    shoulders = up[:, 1] < -22
    assert up[shoulders] == pytest.approx(down[shoulders], abs=1e-4)


def test_the_side_towards_the_lamp_is_brighter(man: Actor) -> None:
    cast = figure(man, Backdrop(0))
    played = play(cast, Scene(light=Light(azimuth=60, elevation=10, ambient=0.2)))
    face = len(cast.open_)
    side, bright = played.points[:face, 0], played.light[:face, :3].sum(axis=1)
    front = played.points[:face, 2] > 5
    assert bright[front & (side > 3)].mean() > 1.5 * bright[front & (side < -3)].mean()


def test_the_chin_shades_the_neck(man: Actor) -> None:
    cast = figure(man, Backdrop(0))
    high = play(cast, Scene(light=Light(0, 60, 0.2)))
    level = play(cast, Scene(light=Light(0, 0, 0.2)))
    neck = (
        (np.abs(high.points[:, 0]) < 2) & (np.abs(high.points[:, 1] + 13) < 0.8) & (np.abs(high.points[:, 2] - 3.5) < 1)
    )
    assert neck.any()
    assert high.light[neck, 1].mean() < 0.5 * level.light[neck, 1].mean()
