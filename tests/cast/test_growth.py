from dataclasses import replace

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.expression import Rig
from omote.cast.growth import beard_area, roots, stubble


def test_a_beard_grows_on_chin_jaw_and_lip(body: Rig) -> None:
    ground = body.canvas
    grown = beard_area(ground)
    assert grown[(ground.side < 1) & (ground.b < -9.5)].min() > 0.9
    assert grown[(ground.side < 1) & (np.abs(ground.b + 5.7) < 0.2)].min() > 0.6
    assert grown[ground.b > 0].max() < 0.1
    assert grown[(ground.side < 3) & (np.abs(ground.b + 2) < 1)].max() < 0.05


def test_stubble_darkens_the_jaw_of_who_has_it(man: Actor, ground: Canvas) -> None:
    chin = (ground.side < 1) & (ground.b < -9.5) & (ground.front > 0.9)
    for beard, share in (("none", 1.0), ("stubble", 0.8)):
        colour = np.full((*ground.x.shape, 3), 0.6, np.float32)
        dark = replace(man, beard=beard, brow_colour=(0.1, 0.1, 0.1))  # type: ignore[arg-type]
        stubble(colour, dark, ground)
        assert colour[chin].mean() <= 0.6 * share + 1e-6
        assert np.allclose(colour[ground.b > 1], 0.6)


def test_roots_show_on_the_scalp_and_not_on_the_face(man: Actor, ground: Canvas) -> None:
    colour = np.full((*ground.x.shape, 3), 0.6, np.float32)
    roots(colour, replace(man, hair="short", hair_colour=(0.1, 0.1, 0.1)), ground)
    assert colour[ground.b > 10].mean() < 0.3
    assert np.allclose(colour[(ground.b < 4) & (np.abs(ground.angle) < 0.8)], 0.6)


def test_hanging_hair_has_no_roots_on_the_cheeks(woman: Actor, ground: Canvas) -> None:
    colour = np.full((*ground.x.shape, 3), 0.6, np.float32)
    roots(colour, replace(woman, hair="long"), ground)
    assert np.allclose(colour[ground.b < 0], 0.6)
