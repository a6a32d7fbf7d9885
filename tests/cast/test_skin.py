from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.skin import bare, darken, tint, tone


def test_melanin_darkens_and_redness_reddens(man: Actor) -> None:
    tones = [tone(replace(man, melanin=share)) for share in (0.0, 0.3, 0.6, 1.0)]
    assert all((one > other).all() for one, other in pairwise(tones))
    rosy, olive = tone(replace(man, redness=1.0)), tone(replace(man, redness=-1.0))
    assert rosy[0] / rosy[1] > olive[0] / olive[1]
    assert all((colour[0] > colour[1]) & (colour[1] > colour[2]) for colour in tones)


def test_skin_varies_around_its_tone(man: Actor, ground: Canvas) -> None:
    colour = bare(replace(man, age=0.2), ground)
    share = colour[ground.front > 0.9] / tone(man)
    assert share.mean() == pytest.approx(1, abs=0.12)
    assert 0.01 < share.std() < 0.2
    assert colour.dtype == np.float32


def test_freckles_lie_on_cheeks_and_nose(woman: Actor, ground: Canvas) -> None:
    fair = replace(woman, melanin=0.1)
    spotted, clear = (bare(replace(fair, freckles=share), ground) for share in (1.0, 0.0))
    darker = (clear - spotted).sum(axis=2)
    cheeks = (ground.side < 4) & (np.abs(ground.b + 2.6) < 1.5) & (ground.front > 0.9)
    assert darker[cheeks].mean() > 3 * darker[ground.b > 5].mean()
    assert darker[cheeks].mean() > 0.002


def test_age_draws_lines(man: Actor, ground: Canvas) -> None:
    old, young = (bare(replace(man, age=age), ground) for age in (1.0, 0.0))
    brow = (ground.side < 2) & (ground.b > 3.8) & (ground.b < 5.8)
    assert (young - old)[brow].max() > 3 * np.abs(young - old)[ground.b > 8].max()


def test_tint_and_darken_work_in_place() -> None:
    colour = np.full((1, 2, 3), 0.5, np.float32)
    tint(colour, np.array([[0.0, 1.0]]), np.array([0.1, 0.2, 0.3]))
    assert colour[0, 0] == pytest.approx([0.5, 0.5, 0.5])
    assert colour[0, 1] == pytest.approx([0.1, 0.2, 0.3])
    darken(colour, np.array([[0.5, 0.0]]), np.array([1.0, 0.5, 0.0]))
    assert colour[0, 0] == pytest.approx([0.25, 0.375, 0.5])
    assert colour[0, 1] == pytest.approx([0.1, 0.2, 0.3])
