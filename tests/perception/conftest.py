import pytest

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Expression, Scene
from omote.core.types import Pose


@pytest.fixture(scope="session")
def shots() -> list[Shot]:
    """Two drawn actors, each looking straight, to the side, and leaning."""
    poses = (Pose(0, 0, 0), Pose(18, 5, 0), Pose(-12, -4, 8))
    return [
        render(Actor.from_seed(seed), Scene(expression=Expression(smile=0.2), pose=pose))
        for seed in (1, 2)
        for pose in poses
    ]
