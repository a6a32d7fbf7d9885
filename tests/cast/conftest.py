"""Two drawn actors, and what is worth making only once."""

import pytest

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.expression import Rig, rig
from omote.cast.landmarks import Marks, marks


@pytest.fixture(scope="session")
def man() -> Actor:
    return Actor.from_seed(1)


@pytest.fixture(scope="session")
def woman() -> Actor:
    return Actor.from_seed(2)


@pytest.fixture(scope="session")
def body(man: Actor) -> Rig:
    return rig(man)


@pytest.fixture(scope="session")
def ground(body: Rig) -> Canvas:
    """Places of the texels of the man's head."""
    return body.canvas.fine()


@pytest.fixture(scope="session")
def spots(man: Actor, body: Rig) -> Marks:
    return marks(man, body.canvas)
