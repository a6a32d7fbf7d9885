from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.hairline import depth, parting
from omote.cast.styles import STYLES, Hair


@pytest.mark.parametrize("hair", STYLES)
def test_hair_grows_on_the_crown_and_not_on_the_face(man: Actor, hair: Hair) -> None:
    actor = replace(man, hair=hair)
    angles = np.linspace(-np.pi, np.pi, 60)
    assert depth(actor, angles, np.full(60, 11.0)).min() > 0.5
    face = depth(actor, np.linspace(-0.6, 0.6, 30)[None], np.linspace(-10, 1.5, 20)[:, None])
    assert face.max() < -0.5


def test_receding_hair_leaves_more_forehead(man: Actor) -> None:
    short, receding = (
        depth(replace(man, hair=hair, hair_line=0.0), np.array(0.6), np.array(8.0)) for hair in ("short", "receding")
    )
    assert short > 0 > receding


def test_corners_run_back_over_the_temples(man: Actor) -> None:
    low, high = (depth(replace(man, hair="short", hair_corner=cm), np.array(0.62), np.array(7.5)) for cm in (0.0, 1.2))
    assert low > high + 0.5


def test_hanging_hair_frames_the_face(man: Actor) -> None:
    assert depth(replace(man, hair="long"), np.array(1.5), np.array(-8.0)) > 0
    assert depth(replace(man, hair="short"), np.array(1.5), np.array(-8.0)) < 0


def test_people_part_their_hair_on_either_side() -> None:
    assert {parting(Actor.from_seed(seed)) for seed in range(4)} == {-1, 1}
