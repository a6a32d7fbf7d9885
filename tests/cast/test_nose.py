from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.nose import BASE, TIP, nose

X, B = (part.astype(np.float32) for part in np.meshgrid(np.linspace(-7, 7, 141), np.linspace(4, -9, 131)))


def test_the_tip_stands_out_most(man: Actor) -> None:
    out = nose(man, X, B)[..., 2]
    row, column = np.unravel_index(out.argmax(), out.shape)
    assert abs(X[row, column]) < 0.2
    assert abs(B[row, column] - TIP) < 0.7


def test_it_ends_on_the_face(man: Actor) -> None:
    moved = nose(man, X, B)
    assert np.abs(moved[np.abs(X) > 4.5]).max() < 0.06
    assert np.abs(moved[B < BASE - 1]).max() < 0.1
    assert np.abs(moved[B > 3]).max() < 0.05


def test_it_is_symmetric(man: Actor) -> None:
    moved = nose(man, X, B)
    assert moved[:, ::-1] * (-1, 1, 1) == pytest.approx(moved, abs=1e-5)


def test_measures_do_what_they_say(man: Actor) -> None:
    plain = replace(man, nose_width=1.0, nose_out=0.0, nose_hump=0.0)
    wings = (np.abs(np.abs(X) - 1.9) < 0.1) & (np.abs(B + 4.1) < 0.2)
    assert nose(replace(plain, nose_width=1.3), X, B)[wings, 2].mean() > nose(plain, X, B)[wings, 2].mean() + 0.2
    assert nose(replace(plain, nose_out=0.4), X, B)[..., 2].max() == pytest.approx(
        nose(plain, X, B)[..., 2].max() + 0.4, abs=0.1
    )
    bridge = (np.abs(X) < 0.1) & (np.abs(B + 1.2) < 0.1)
    assert nose(replace(plain, nose_hump=0.3), X, B)[bridge, 2].mean() > nose(plain, X, B)[bridge, 2].mean() + 0.2
