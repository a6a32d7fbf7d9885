from pathlib import Path

import pytest

from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError
from omote.core.events import Event
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


def test_alignments_that_have_the_range_are_enough(half: ConvertConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omote.runtime.model_folder.read_state", lambda folder: {})
    source = open_source(half.source)
    assert faces_of(half, source, spans("1:3"), Context()) == half.alignments
    for wanted in ("1:4", ":", "0:2,5:6"):
        with pytest.raises(AlignmentsError, match="complete=true"):
            faces_of(half, source, spans(wanted), Context())


def test_alignments_are_completed_as_they_were_begun(half: ConvertConfig) -> None:
    said: list[Event] = []
    asked = half.model_copy(update={"complete": True})
    path = faces_of(asked, open_source(half.source), spans("2:5"), Context(said.append))
    assert path == half.alignments
    with Alignments.open(path) as alignments:
        assert alignments.looked_at() == {0, 1, 2, 3, 4}
        assert alignments.settings is not None
        assert alignments.settings["refeed"] == 0
    assert "has frames that nobody looked at" in str(said[0])
