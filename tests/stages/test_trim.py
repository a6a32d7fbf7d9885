from pathlib import Path

import pytest

from omote.core.errors import SettingError
from omote.stages.context import Context
from omote.stages.trim import TrimConfig, run


def kept(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.png")}


def test_so_many_are_kept_and_the_rest_waits_aside(faces: dict[str, Path]) -> None:
    folder = faces["a"]
    before = {path.name: path.read_bytes() for path in folder.glob("*.png")}
    dry = run(TrimConfig(faces=folder, to=4, dry_run=True), Context())
    assert (dry.faces, dry.kept, kept(folder)) == (6, 4, set(before))
    done = run(TrimConfig(faces=folder, to=4), Context())
    aside = {path.name: path.read_bytes() for path in (folder / ".aside" / "trimmed").glob("*.png")}
    assert (done.kept, len(kept(folder)), len(aside)) == (4, 4, 2)
    assert kept(folder) | set(aside) == set(before)
    assert done.gap_most is not None
    assert done.gap_mean is not None
    assert 0 < done.gap_mean <= done.gap_most
    assert run(TrimConfig(faces=folder, undo=True), Context()).undone
    assert {path.name: path.read_bytes() for path in folder.glob("*.png")} == before


def test_more_than_there_are_keeps_all(faces: dict[str, Path]) -> None:
    report = run(TrimConfig(faces=faces["a"], to=99), Context())
    assert (report.kept, report.moved, report.gap_most) == (6, [], 0)
    with pytest.raises(SettingError, match="say how many"):
        TrimConfig.checked({"faces": faces["a"]})
