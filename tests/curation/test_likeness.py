import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.scene import Expression, Scene
from omote.core.types import Floats
from omote.curation.glimpse import PRINT, look
from omote.curation.likeness import Pattern, softened
from omote.imaging.geometry import compose, resize, shifted, warp


@pytest.fixture(scope="module")
def shown() -> dict[str, Floats]:
    """The face at rest, once as it is and once with a slightly open mouth."""
    scenes = {"rest": Scene(), "talks": Scene(Expression(jaw_open=0.25))}
    shots = {name: render(Actor.from_seed(1), scene, 320, 240) for name, scene in scenes.items()}
    return {name: softened(look(shot.rgb, shot.landmarks).face[None])[0] for name, shot in shots.items()}


def test_a_picture_is_itself_however_it_lies_and_is_lit(shown: dict[str, Floats]) -> None:
    rest = shown["rest"]
    pattern = Pattern(rest)
    assert pattern.difference(rest).worst < 1e-3
    turn = np.radians(2)
    turned = 1.02 * np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0]])
    middle = PRINT / 2
    moved = compose(shifted(middle + 0.9, middle - 0.7), compose(turned, shifted(-middle, -middle)))
    laid = warp(rest, moved, PRINT, PRINT)
    assert pattern.difference(laid).whole < 0.03
    assert pattern.difference((0.7 * rest + 20).astype(np.float32)).worst < 1e-3
    smaller = resize(resize(rest, PRINT * 3 // 4, PRINT * 3 // 4), PRINT, PRINT)
    assert pattern.difference(smaller).worst < 0.1


def test_another_moment_differs_where_something_moved(shown: dict[str, Floats]) -> None:
    seen = Pattern(shown["rest"]).difference(shown["talks"])
    assert seen.worst > 0.3
    assert seen.worst > 2 * seen.whole


def test_a_plain_picture_is_no_fault() -> None:
    plain = np.full((PRINT, PRINT), 90, np.float32)
    assert Pattern(plain).difference(plain).worst < 0.1
    assert np.isfinite(Pattern(plain).difference(np.zeros_like(plain)).worst)


def test_softening_keeps_the_mean_and_drops_the_finest() -> None:
    board = (np.indices((8, 8)).sum(0) % 2 * 200).astype(np.uint8)
    soft = softened(np.stack([board, board]))
    assert soft.shape == (2, 8, 8)
    assert np.ptp(soft[:, 2:-2, 2:-2]) < 1
    assert soft.mean() == pytest.approx(100, abs=1)
