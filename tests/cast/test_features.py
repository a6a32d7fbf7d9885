from dataclasses import replace

import numpy as np

from omote.cast import features
from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.expression import Rig
from omote.cast.grid import LIPS
from omote.cast.skin import tone
from omote.core.types import Floats


def plain(actor: Actor, ground: Canvas) -> Floats:
    return np.broadcast_to(tone(actor), (*ground.x.shape, 3)).copy()


def test_lips_are_redder_and_the_line_between_them_is_dark(man: Actor, ground: Canvas) -> None:
    colour = plain(man, ground)
    features.mouth(colour, replace(man, lip_red=1.0), ground)
    lower = colour[(ground.side < 1) & (np.abs(ground.b - LIPS + 0.35) < 0.1) & (ground.front > 0.9)].mean(axis=0)
    line = colour[(ground.side < 1) & (np.abs(ground.b - LIPS) < 0.02) & (ground.front > 0.9)].mean(axis=0)
    assert lower[0] / lower[1] > 1.3 * tone(man)[0] / tone(man)[1]
    assert line.sum() < 0.6 * lower.sum()
    assert np.allclose(colour[ground.b > -4], tone(man))


def test_brows_lie_under_their_line(man: Actor, ground: Canvas) -> None:
    colour = plain(man, ground)
    features.brows(colour, man, ground)
    dark = np.abs(colour - plain(man, ground)).sum(axis=2) > 0.05
    below = features.brow_line(man, ground.side) - ground.b
    assert dark.any()
    assert -0.2 < below[dark].min() < below[dark].max() < 1.3
    start, end = features.brow_ends(man)
    assert start - 0.6 < ground.side[dark].min() < ground.side[dark].max() < end + 0.5


def test_thick_brows_cover_more(man: Actor, ground: Canvas) -> None:
    covered = []
    for share in (0.6, 1.6):
        colour = plain(man, ground)
        features.brows(colour, replace(man, brow_thick=share), ground)
        covered.append((np.abs(colour - plain(man, ground)).sum(axis=2) > 0.05).sum())
    assert covered[1] > 1.5 * covered[0]


def test_lashes_are_dark_on_the_upper_margin_only(man: Actor, body: Rig, ground: Canvas) -> None:
    colour, eye = plain(man, ground), body.eyes[1]
    features.lids(colour, replace(man, lashes=1.0), eye, ground)
    open_ = (np.abs(eye.across(ground.x)) < 0.8) & (ground.front > 0.9)
    upper = colour[open_ & (ground.b > 0.01) & (ground.b < 0.08)].mean()
    lower = colour[open_ & (ground.b < -0.01) & (ground.b > -0.06)].mean()
    assert upper < 0.05
    assert lower > 3 * upper
    assert np.allclose(colour[ground.x < 0], tone(man))


def test_nostrils_are_dark(man: Actor, ground: Canvas) -> None:
    colour = plain(man, ground)
    features.nostrils(colour, man, ground)
    hole = (np.abs(ground.side - 0.7 * man.nose_width) < 0.1) & (np.abs(ground.b + 4.42) < 0.05) & (ground.front > 0.9)
    assert colour[hole].mean() < 0.4 * tone(man).mean()
