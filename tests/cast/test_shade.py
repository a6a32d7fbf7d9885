import numpy as np
import pytest

from omote.cast.scene import Light
from omote.cast.shade import Rays, cloth, shine, skin, strands

OPEN = np.ones(3, np.float32)
AXES = np.eye(3, dtype=np.float32)


def test_the_lamp_stands_where_the_light_says() -> None:
    assert Rays.of(Light(azimuth=0, elevation=0)).to_lamp == pytest.approx([0, 0, 1])
    assert Rays.of(Light(azimuth=90, elevation=0)).to_lamp == pytest.approx([1, 0, 0], abs=1e-6)
    assert Rays.of(Light(azimuth=0, elevation=90)).to_lamp == pytest.approx([0, 1, 0], abs=1e-6)


@pytest.mark.parametrize("stuff", [skin, cloth])
def test_what_faces_the_lamp_is_brightest(stuff: object) -> None:
    assert callable(stuff)
    right, up, ahead = stuff(AXES, OPEN, Rays.of(Light(90, 0, 0.2)))[:, 0]
    assert right > ahead
    assert right > up


def test_without_a_lamp_its_place_does_not_matter() -> None:
    one, other = (skin(AXES, OPEN, Rays.of(Light(side, 10, 1.0))) for side in (-60, 60))
    assert one == pytest.approx(other)


def test_warm_light_is_redder() -> None:
    warm, cold = (skin(AXES, OPEN, Rays.of(Light(0, 0, 0.3, warmth)))[2] for warmth in (1, -1))
    assert warm[0] / warm[2] > cold[0] / cold[2]


def test_shade_and_hollows_are_darker_and_reddish() -> None:
    rays = Rays.of(Light(0, 0, 0.3))
    lit = skin(AXES, OPEN, rays)[2]
    shaded = skin(AXES, OPEN, rays, lit=np.full(3, 0.4, np.float32))[2]
    hollow = skin(AXES, 0.4 * OPEN, rays)[2]
    for dark in (shaded, hollow):
        assert (dark[:3] < lit[:3]).all()
        assert dark[0] / dark[2] > lit[0] / lit[2]


def test_a_mirror_halfway_shows_the_lamp() -> None:
    rays = Rays.of(Light(60, 20, 0.2))
    half = rays.halfway()
    assert np.linalg.norm(half) == pytest.approx(1)
    assert shine(np.stack([half, AXES[0]]), rays, 30.0).argmax() == 0


def test_hair_shines_across_its_strands() -> None:
    rays = Rays.of(Light(0, 30, 0.2))
    out = np.broadcast_to(AXES[2], (2, 3))
    along = np.stack([AXES[0], rays.halfway()])
    bright = strands(out, along, OPEN[:2], rays)[:, 3]
    assert bright[0] > 5 * bright[1]
