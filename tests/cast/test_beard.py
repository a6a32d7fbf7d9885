from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.beard import beard
from omote.cast.expression import Rig
from omote.cast.grid import LIPS


@pytest.mark.parametrize("kind", ["none", "stubble"])
def test_who_is_shaven_has_none(man: Actor, body: Rig, kind: str) -> None:
    assert beard(replace(man, beard=kind), body.canvas) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["goatee", "full"])
def test_a_beard_stands_on_the_chin_and_leaves_the_lips_free(man: Actor, body: Rig, kind: str) -> None:
    inner, outer = beard(replace(man, beard=kind), body.canvas)  # type: ignore[arg-type]
    assert (inner.nodes == outer.nodes).all()
    assert (outer.length > inner.length).all()
    x, b = body.canvas.side.ravel()[inner.nodes], body.canvas.b.ravel()[inner.nodes]
    column, row = inner.sheet.paint.uv.astype(int).T
    dense = inner.sheet.paint.texels[row, column, 3]
    assert dense[(x < 1) & (b < -9.5) & (b > -10.5)].mean() > 0.5
    assert dense[(x < 2) & (np.abs(b - LIPS) < 0.15)].max(initial=0) < 0.3
    assert inner.sheet.faces.max() < len(inner.nodes)


def test_a_full_beard_reaches_further(man: Actor, body: Rig) -> None:
    goatee, full = (beard(replace(man, beard=kind), body.canvas)[0] for kind in ("goatee", "full"))
    side = body.canvas.side.ravel()
    assert side[full.nodes].max() > side[goatee.nodes].max() + 1.5
