from dataclasses import replace

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Matrix, compose, shifted, warp
from omote.marking.pattern import SIDE, window
from omote.marking.reading import Sight
from omote.marking.registering import registered, steadied


def about_the_middle(size: float, degrees: float, x: float, y: float) -> Matrix:
    turn = np.radians(degrees)
    linear = size * np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0]])
    return compose(shifted(SIDE / 2 + x, SIDE / 2 + y), compose(linear, shifted(-SIDE / 2, -SIDE / 2)))


def face(picture: Picture, how: Matrix) -> Picture:
    """(128, 128, 3): the middle of a picture of rough noise, moved."""
    return warp(picture, compose(how, shifted(-40, -40)), SIDE, SIDE)


def rough(seed: int) -> Picture:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 215, (14, 14, 3)).astype(np.float32)
    return np.clip(warp(coarse, np.diag([16.0, 16.0, 1.0])[:2], 208, 208), 0, 255).astype(np.uint8)


def apart(sights: list[Sight], truth: Picture) -> Floats:
    inside = window() == 1
    return np.array([np.abs(one.square[inside].astype(float) - truth[inside]).mean() for one in sights], np.float32)


def test_what_was_moved_is_brought_back() -> None:
    picture, still = rough(0), np.eye(3)[:2]
    moves = [still] * 5 + [
        about_the_middle(*each) for each in ((1, 0, 4, -3), (1, 3, 0, 0), (1.05, 0, 0, 0), (0.97, -2, -3, 3))
    ]
    sights = [Sight(n / 10, face(picture, how)) for n, how in enumerate(moves)]
    truth = face(picture, still)
    before, after = apart(sights, truth), apart(registered(sights), truth)
    assert before[5:].min() > 4
    assert after.max() < 1
    assert [each.seconds for each in registered(sights)] == [each.seconds for each in sights]


def test_other_light_and_a_talking_mouth_move_nothing() -> None:
    square = face(rough(1), np.eye(3)[:2])
    darker, talking = (square * 0.8).astype(np.uint8), square.copy()
    talking[90:110, 45:85] = 30
    plain = [Sight(n / 10, square) for n in range(4)]
    odd = [Sight(1 + n / 10, each) for n, each in enumerate((darker, talking))]
    for seen, was in zip(registered([*plain, *odd])[-2:], odd, strict=True):
        off = np.abs(seen.square.astype(float) - was.square)[window() == 1]
        assert off.mean() < 1.5


def test_what_cannot_be_brought_near_stays() -> None:
    sights = [Sight(n / 10, face(rough(2), np.eye(3)[:2])) for n in range(6)]
    for how in (about_the_middle(1, 0, 30, 0), about_the_middle(1.3, 0, 0, 0), about_the_middle(0.75, 0, 0, 0)):
        other = replace(sights[0], square=face(rough(2), how))
        assert (registered([*sights, other])[-1].square == other.square).all()


def test_two_sights_have_no_middle_one() -> None:
    sights = [Sight(0, face(rough(3), np.eye(3)[:2])), Sight(0.1, face(rough(3), about_the_middle(1, 0, 3, 0)))]
    assert all((one.square == other.square).all() for one, other in zip(registered(sights), sights, strict=True))


def test_jitter_goes_and_a_slow_way_stays() -> None:
    rng, picture = np.random.default_rng(4), rough(4)
    slow = [about_the_middle(1, 0, 6 * n / 40, 0) for n in range(40)]
    shaken = [compose(shifted(*rng.normal(0, 1.5, 2)), way) for way in slow]
    sights = [Sight(n / 10, face(picture, how)) for n, how in enumerate(shaken)]
    for seen, was, way in list(zip(steadied(sights), sights, slow, strict=True))[10:30]:
        truth = face(picture, way)
        assert apart([seen], truth)[0] < max(4, 0.6 * apart([was], truth)[0])
    wandered = [apart([one], face(picture, slow[0]))[0] for one in (steadied(sights)[35], registered(sights)[35])]
    assert wandered[0] > 10
