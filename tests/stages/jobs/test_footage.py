import shutil
from pathlib import Path

import pytest

from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, OmoteError, SettingError
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.footage import check_output, with_footage, write_frames


def pair(target: Path, source: Path | None = None, faces: Path | None = None) -> tuple[str, str]:
    """The names of the alignments and of the footage that a job would work on."""
    with with_footage(AlignmentsConfig(job="draw", target=target, source=source, faces=faces)) as (alignments, footage):
        return alignments.path.name, footage.facts.path.name


def test_each_leads_to_the_other(on_set: dict[str, Path], tmp_path: Path) -> None:
    both = ("set.alignments.db", "set")
    file = on_set["faces"] / "set.alignments.db"
    assert pair(on_set["faces"]) == pair(file) == pair(on_set["source"], faces=on_set["faces"]) == both
    moved = Path(shutil.copytree(on_set["source"], tmp_path / "elsewhere" / "take 2"))
    shutil.rmtree(on_set["source"])
    assert pair(on_set["faces"], moved) == ("set.alignments.db", "take 2")
    with pytest.raises(SettingError, match=r"where is set, .*--source"):
        pair(on_set["faces"])


def test_among_several_the_footage_decides(on_set: dict[str, Path], films: dict[str, Path]) -> None:
    with Alignments.open(on_set["faces"] / "set.alignments.db") as alignments:
        source = alignments.source
    other = type(source)("other.mp4", "feed", 9, 9, 1, "1/25")
    with Alignments.open(on_set["faces"] / "a.alignments.db", other):
        pass
    with pytest.raises(AlignmentsError, match=r"several sources: a\.alignments\.db, set\.alignments\.db"):
        pair(on_set["faces"])
    assert pair(on_set["faces"], on_set["source"]) == ("set.alignments.db", "set")
    with pytest.raises(AlignmentsError, match="alignments of several sources"):
        pair(on_set["faces"], films["a"])


def test_frames_are_written_as_they_are(on_set: dict[str, Path], tmp_path: Path) -> None:
    source = open_source(on_set["source"])
    config = AlignmentsConfig(job="no-faces", target=on_set["faces"], output=tmp_path / "out")
    assert write_frames(source, {1, 3}, config, Context()) == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["take_02.png", "take_04.png"]
    copied = next(iter(open_source(tmp_path / "out").frames()))
    assert (copied.rgb == list(source.frames())[1].rgb).all()
    with pytest.raises(OmoteError, match="already there"):
        check_output(config, source)
    assert write_frames(source, set(), config, Context()) == 0
    assert write_frames(source, {1}, config.model_copy(update={"output": None}), Context()) == 0
