from pathlib import Path

import pytest

from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.errors import Stopped
from omote.core.events import Event, Progress
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.filming import filmed

CLIP = Clip("film", Actor.from_seed(3), take(1, 3), 160, 120)


def test_a_clip_is_drawn_once(tmp_path: Path) -> None:
    said: list[Event] = []
    path = filmed(CLIP, tmp_path / "clips", Context(said.append))
    assert said[-1] == Progress("draw film", 3, 3)
    for drawn, read in zip(CLIP.frames(), open_source(path).frames(), strict=True):
        assert abs(drawn.rgb.astype(float) - read.rgb).mean() < 6
    said.clear()
    assert filmed(CLIP, tmp_path / "clips", Context(said.append)) == path
    assert not said


def test_one_that_was_stopped_leaves_nothing_that_could_be_taken_for_it(tmp_path: Path) -> None:
    said: list[Event] = []
    with pytest.raises(Stopped):
        filmed(CLIP, tmp_path, Context(said.append, lambda: len(said) == 2))
    assert not list(tmp_path.glob("*.mp4"))
