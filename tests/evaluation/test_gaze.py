from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import AHEAD, Expression, Scene
from omote.cast.take import take
from omote.core.types import Floats, Picture
from omote.evaluation.gaze import gaze, gaze_measures

SCENES = take(7, 400, 12, turning=0.4)[::28]
LOOKING = [Scene(Expression(gaze_x=x), AHEAD) for x in (-0.8, -0.4, 0.0, 0.4, 0.8)]


@lru_cache
def shot(actor: int, scene: Scene) -> Shot:
    return render(Actor.from_seed(actor), scene, 480, 360)


def looks(actor: int, scenes: Sequence[Scene]) -> list[float]:
    return [gaze((seen := shot(actor, scene)).rgb, seen.landmarks) for scene in scenes]


def staring(scenes: Sequence[Scene]) -> list[Scene]:
    return [replace(scene, expression=replace(scene.expression, gaze_x=0.0, gaze_y=0.0)) for scene in scenes]


@pytest.mark.parametrize("actor", [1, 5, 27])
def test_irises_go_where_the_eyes_look(actor: int) -> None:
    found = looks(actor, LOOKING)
    assert all(after > before + 2 for before, after in pairwise(found))
    assert abs(found[2]) < 6


def test_the_place_goes_with_the_picture(picture: Picture) -> None:
    seen = shot(1, LOOKING[3])
    mirrored = seen.landmarks.copy()
    mirrored[:, 0] = 480 - mirrored[:, 0]
    order = [39, 38, 37, 36, 41, 40]  # corner to corner from the left, as the right eye's points go
    other = mirrored.copy()
    other[36:42], other[42:48] = mirrored[[45, 44, 43, 42, 47, 46]], mirrored[order]
    assert gaze(np.ascontiguousarray(seen.rgb[:, ::-1]), other) == pytest.approx(
        -gaze(seen.rgb, seen.landmarks), abs=0.5
    )


def test_a_true_swap_looks_where_the_plate_does_and_a_stare_does_not() -> None:
    stretch = [place // 5 for place in range(len(SCENES))]
    plate = looks(3, SCENES)
    swap, stare = (
        {each.name.rpartition(" ")[2]: each.value for each in gaze_measures(plate, result, stretch)}
        for result in (looks(27, SCENES), looks(27, staring(SCENES)))
    )
    assert swap["correlation"] > 0.85
    assert stare["correlation"] < 0.4
    assert swap["error"] < stare["error"] / 2


def test_the_same_eyes_are_perfect_and_shut_ones_are_left_out(landmarks: Floats) -> None:
    plate = looks(3, SCENES)
    found = {each.name: each.value for each in gaze_measures(plate, plate, [0] * len(plate))}
    assert found == {"gaze to the sides: error": 0, "gaze to the sides: correlation": pytest.approx(1)}
    shut = shot(3, Scene(Expression(blink_right=1, blink_left=1)))
    assert np.isnan(gaze(shut.rgb, shut.landmarks))
    assert gaze_measures([float("nan")] * 3, [1.0, 2.0, 3.0], [0, 0, 0]) == []
    assert np.isnan(gaze(np.zeros((9, 9, 3), np.uint8), landmarks * 0))
