import shutil
import sqlite3
from pathlib import Path

import pytest

from omote.alignments.store import Alignments
from omote.core.events import Event, Progress
from omote.media.source import open_source
from omote.perception.config import LookConfig
from omote.stages.context import Context
from omote.stages.converting.config import ConvertConfig
from omote.stages.converting.finding import faces_of
from omote.stages.converting.spans import spans
from omote.stages.extract import ExtractConfig
from omote.stages.extract import run as extract


@pytest.fixture
def half(films: dict[str, Path], tmp_path: Path) -> ConvertConfig:
    """Alignments of the first half, made with a setting of their own."""
    path = tmp_path / "half.db"
    look = LookConfig(refeed=0)
    extract(ExtractConfig(sources=[films["a"]], alignments=path, range=":3", look=look, identifier="none"), Context())
    return ConvertConfig(source=films["a"], people=["x=y"], output=tmp_path / "out", alignments=path)


@pytest.fixture(autouse=True)
def nothing_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omote.runtime.model_folder.read_state", lambda folder: {})


def looked_at(path: Path) -> set[int]:
    with Alignments.open(path) as alignments:
        return alignments.looked_at()


def test_alignments_that_have_the_range_are_enough(half: ConvertConfig) -> None:
    said: list[Event] = []
    assert faces_of(half, open_source(half.source), spans("1:3"), Context(said.append)) == half.alignments
    assert said == []


@pytest.mark.parametrize(("wanted", "then"), [("2:5", 5), (":", 6), ("0:2,5:6", 6)])
def test_alignments_are_completed_as_they_were_begun(half: ConvertConfig, wanted: str, then: int) -> None:
    said: list[Event] = []
    path = faces_of(half, open_source(half.source), spans(wanted), Context(said.append))
    assert path == half.alignments
    with Alignments.open(path) as alignments:
        assert alignments.looked_at() == set(range(then))
        assert alignments.settings is not None
        assert alignments.settings["refeed"] == 0
        assert alignments.finished == (wanted == ":")
    assert "has frames that nobody looked at" in str(said[0])
    assert [event.done for event in said if isinstance(event, Progress)] == list(range(4, then + 1))


def test_what_finished_alignments_lack_is_looked_at_when_asked(half: ConvertConfig) -> None:
    """Someone may have taken a frame's faces out, and they are not to come back unasked."""
    said: list[Event] = []
    path, source = faces_of(half, open_source(half.source), spans(":"), Context()), open_source(half.source)
    assert half.alignments == path
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM frames WHERE idx IN (1, 4)")
    db.close()
    assert faces_of(half, source, spans("5:99"), Context(said.append)) == path
    assert said == []
    assert faces_of(half, source, spans(":"), Context(said.append)) == path
    assert [str(event) for event in said if "says nothing of 2 frames: --set complete=true" in str(event)]
    assert looked_at(path) == {0, 2, 3, 5}
    asked = half.model_copy(update={"complete": True})
    faces_of(asked, source, spans("3:"), Context())
    assert looked_at(path) == {0, 2, 3, 4, 5}
    faces_of(asked, source, spans(":"), Context())
    assert looked_at(path) == {0, 1, 2, 3, 4, 5}
    said.clear()
    faces_of(asked, source, spans(":"), Context(said.append))
    assert said == []


def test_two_sources_that_differ_by_their_suffix_have_alignments_of_their_own(
    films: dict[str, Path], tmp_path: Path
) -> None:
    place, found = tmp_path / "out" / "x.mp4", list[Path]()
    for side, suffix in (("a", ".mp4"), ("b", ".mov")):
        film = Path(shutil.copy(films[side], tmp_path / f"film{suffix}"))
        config = ConvertConfig(source=film, people=["x=y"], output=place)
        for _ in range(2):
            found.append(faces_of(config, open_source(film), spans(":1"), Context()))
    names = [path.name for path in found]
    assert names == ["film.alignments.db"] * 2 + ["film.mov.alignments.db"] * 2
    named = config.model_copy(update={"alignments": place.parent})
    assert faces_of(named, open_source(film), spans(":1"), Context()) == found[-1]
