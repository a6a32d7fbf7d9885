from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.hair import Layer, hair
from omote.cast.styles import Hair
from omote.core.types import Floats


def dense(layer: Layer) -> Floats:
    """Density at each point of a layer."""
    column, row = layer.sheet.paint.uv.astype(int).T
    return np.asarray(layer.sheet.paint.texels[row, column, 3])


@pytest.mark.parametrize("style", ["cropped", "short", "receding", "curly", "fringe", "wavy"])
def test_hair_stands_off_the_crown_and_leaves_the_face_free(man: Actor, style: Hair) -> None:
    inner, outer = hair(replace(man, hair=style))
    for layer in (inner, outer):
        assert np.isfinite(layer.points).all()
        face = (layer.points[:, 2] > 6.5) & (layer.points[:, 1] < 1.5) & (layer.points[:, 1] > -9)
        assert dense(layer)[face].max(initial=0) < 0.3
    there = dense(inner) > 0.5
    assert inner.points[there, 1].max() > 11
    assert np.linalg.norm(outer.points - inner.points, axis=1).max() < 1


def test_long_hair_hangs_and_short_hair_does_not(man: Actor) -> None:
    lowest = {}
    for style in ("short", "bob", "long"):
        layer = hair(replace(man, hair=style))[0]
        lowest[style] = layer.points[dense(layer) > 0.5, 1].min()
    assert lowest["long"] < lowest["bob"] - 5 < lowest["short"] - 6


def test_volume_and_colour_are_the_actors(man: Actor) -> None:
    flat, full = (hair(replace(man, hair="curly", hair_volume=share))[0] for share in (0.75, 1.3))
    assert full.points[:, 1].max() > flat.points[:, 1].max() + 0.5
    red = hair(replace(man, hair_colour=(0.8, 0.2, 0.1)))[0].sheet.paint.texels
    assert red[..., 0].mean() > 3 * red[..., 1].mean()


def test_strands_run_along_the_surface(man: Actor) -> None:
    layer = hair(man)[0]
    assert np.linalg.norm(layer.normals, axis=1) == pytest.approx(np.ones(len(layer.normals)), abs=1e-3)
    assert np.abs((layer.normals * layer.along).sum(axis=1)).max() < 1e-2
    assert (hair(man)[0].points == layer.points).all()
