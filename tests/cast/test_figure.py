import numpy as np

from omote.cast.actor import Actor
from omote.cast.figure import Stuff, figure
from omote.cast.grid import sheet
from omote.cast.part import Paint, Sheet, texels
from omote.cast.scene import Backdrop
from omote.cast.styles import STYLES


def test_sheets_are_joined_without_mixing() -> None:
    papers = [texels(np.full((2 + k, 3 + k, 3), shade, np.float32)) for k, shade in enumerate((0.2, 0.7))]
    uv = np.array([[0, 0], [2, 0], [0, 1], [2, 1]], np.float32)
    sheets = [Sheet(sheet(2, 2), Paint(paper, uv, ragged)) for paper, ragged in zip(papers, (None, 0.5), strict=True)]
    stuff = Stuff.of(sheets)
    assert stuff.faces.tolist() == [*sheet(2, 2).tolist(), *(sheet(2, 2) + 4).tolist()]
    assert stuff.ragged.tolist() == [-1, -1, 0.5, 0.5]
    column, row = stuff.uv.astype(int)
    assert np.allclose(stuff.atlas[0][row, column], [0.2] * 4 + [0.7] * 4)


def test_an_actor_is_put_together_once(man: Actor) -> None:
    one = figure(man, Backdrop(0))
    assert figure(man, Backdrop(0)) is one
    assert one.stuff.faces.max() < one.stuff.uv.shape[1]
    assert one.stuff.atlas.shape[0] == 5
    assert len(one.ears) == 2


def test_hanging_hair_hides_the_ears(woman: Actor) -> None:
    assert STYLES[woman.hair].over_ears
    assert figure(woman, Backdrop(0)).ears == ()
