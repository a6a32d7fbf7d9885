from pathlib import Path

import pytest

from omote.alignments.folder import face_pictures
from omote.core.errors import OmoteError, SettingError
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig
from omote.stages.extract import run as extract
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.pictures import original_names
from omote.stages.masks import MasksConfig
from omote.stages.masks import run as masks
from omote.stages.sort import SortConfig, SortReport, UndoneReport, run


def sort(folder: Path, **settings: object) -> SortReport | UndoneReport:
    return run(SortConfig.checked({"faces": folder, **settings}), Context())


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.png")}


def test_a_dry_run_shows_and_undo_puts_every_file_back(faces: dict[str, Path]) -> None:
    folder = faces["a"]
    before = tree(folder)
    dry = sort(folder, by="yaw", group=True, dry_run=True)
    assert isinstance(dry, SortReport)
    assert tree(folder) == before
    done = sort(folder, by="yaw", group=True)
    assert isinstance(done, SortReport)
    assert {move.new: before[move.old] for move in dry.moves} == tree(folder)
    assert (done.groups, done.moved, done.moves) == (dry.groups, 6, [])
    assert done.log.read_text().startswith("\n# ")
    yaws = [record.face.pose.yaw for _, record in face_pictures(folder)]
    assert yaws == sorted(yaws)
    undone = sort(folder, undo=True)
    assert isinstance(undone, UndoneReport)
    assert (undone.undone, undone.moved, undone.left) == ("sort by yaw", 6, [])
    assert tree(folder) == before
    with pytest.raises(OmoteError, match="nothing to undo"):
        sort(folder, undo=True)


def test_everyone_still_knows_every_face_after_a_sort_and_after_its_undoing(
    films: dict[str, Path], faces: dict[str, Path]
) -> None:
    folder = faces["a"]
    before = tree(folder)
    again = ExtractConfig(sources=[films["a"]], faces=folder)
    for settings in ({"by": "face", "group": True}, {"by": "time"}, {"undo": True}, {"undo": True}):
        sort(folder, **settings)
        assert extract(again, Context()).faces == 6
        assert len(tree(folder)) == 6
    assert tree(folder).keys() == before.keys()
    sort(folder, by="roll")
    masks(MasksConfig(faces=folder, add=["components"]), Context())
    assert all("components" in record.face.masks for _, record in face_pictures(folder))
    original_names(AlignmentsConfig(job="rename", target=folder), Context())
    assert tree(folder).keys() == before.keys()


def test_copies_leave_the_faces_as_they_are(faces: dict[str, Path], tmp_path: Path) -> None:
    before = tree(faces["a"])
    report = sort(faces["a"], by="size", keep=True, output=tmp_path / "out")
    assert isinstance(report, SortReport)
    assert (report.folder, tree(faces["a"])) == (tmp_path / "out", before)
    assert sorted(tree(tmp_path / "out").values()) == sorted(before.values())


def test_wrong_input_is_one_line(faces: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match="no such folder"):
        sort(tmp_path / "none")
    with pytest.raises(SettingError, match="named with -o"):
        sort(faces["a"], keep=True)
    with pytest.raises(SettingError, match="yaw"):
        sort(faces["a"], by="beauty")
    with pytest.raises(OmoteError, match="--keep"):
        sort(faces["a"], by="yaw", output=tmp_path / "out")
