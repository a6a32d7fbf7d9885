import shutil
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, OmoteError, Stopped
from omote.core.events import Event
from omote.stages.context import Context
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.pictures import Rebuilt, from_faces, left_to_right, original_names, remove_faces


def config(job: str, target: Path, **settings: object) -> AlignmentsConfig:
    return AlignmentsConfig.checked({"job": job, "target": target, **settings})


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path, _ in face_pictures(folder))


def test_lost_alignments_come_back_from_the_pictures(on_set: dict[str, Path]) -> None:
    path = on_set["faces"] / "set.alignments.db"
    with Alignments.open(path) as alignments:
        before = list(alignments.faces())
    job = config("from-faces", on_set["faces"])
    with pytest.raises(OmoteError, match=r"already there.*set\.alignments\.db"):
        from_faces(job, Context())
    path.unlink()
    assert from_faces(job, Context()).files == [Rebuilt(alignments=path, frames=3, faces=4, finished=False)]
    again = job.model_copy(update={"overwrite": True, "source": on_set["source"]})
    assert from_faces(again, Context()).files == [Rebuilt(alignments=path, frames=4, faces=4, finished=True)]
    with Alignments.open(path) as alignments:
        after = list(alignments.faces())
        assert [frame.name for frame in alignments.frames()] == [f"take_0{number}.png" for number in range(1, 5)]
    assert [face.id for face in after] == [face.id for face in before]
    for one, other in zip(after, before, strict=True):
        assert (one.frame, one.pose, one.made_by) == (other.frame, other.pose, other.made_by)
        np.testing.assert_array_equal(one.landmarks, other.landmarks)


def test_pictures_of_several_sources_give_several_files(on_set: dict[str, Path], faces: dict[str, Path]) -> None:
    for path in faces["b"].glob("*.png"):
        shutil.copy(path, on_set["faces"])
    report = from_faces(config("from-faces", on_set["faces"], output=on_set["faces"].parent / "new"), Context())
    files = {each.alignments.name: each.faces for each in report.files}
    assert files == {"film-b.alignments.db": len(list(faces["b"].glob("*.png"))), "set.alignments.db": 4}


def test_other_footage_and_an_empty_folder_are_refused(
    on_set: dict[str, Path], films: dict[str, Path], tmp_path: Path
) -> None:
    new = tmp_path / "new"
    with pytest.raises(AlignmentsError, match="none of the faces is of this footage"):
        from_faces(config("from-faces", on_set["faces"], output=new, source=films["a"]), Context())
    (tmp_path / "empty").mkdir()
    with pytest.raises(AlignmentsError, match="no face picture"):
        from_faces(config("from-faces", tmp_path / "empty"), Context())
    with pytest.raises(Stopped):
        from_faces(config("from-faces", on_set["faces"], output=new), Context(stopped=lambda: True))
    assert not new.exists() or not list(new.iterdir())


def test_pictures_get_their_names_back(on_set: dict[str, Path]) -> None:
    before = names(on_set["faces"])
    for number, path in enumerate(sorted(on_set["faces"].glob("*.png"))):
        path.rename(path.with_name(f"{9 - number}.png"))
    renamed = names(on_set["faces"])
    dry = original_names(config("rename", on_set["faces"], dry_run=True), Context())
    assert (dry.count, names(on_set["faces"])) == (4, renamed)
    assert [(row.old, row.new) for row in dry.renamed] == list(zip(renamed, reversed(before), strict=True))
    assert original_names(config("rename", on_set["faces"]), Context()).renamed == dry.renamed
    assert names(on_set["faces"]) == before


def test_sorted_pictures_run_from_left_to_right(on_set: dict[str, Path]) -> None:
    one, other = (on_set["faces"] / f"take_02_{number}.png" for number in (0, 1))
    left, right = one.read_bytes(), other.read_bytes()
    one.rename(on_set["faces"] / "x.png")
    other.rename(one)
    (on_set["faces"] / "x.png").rename(other)
    assert left_to_right(config("sort", on_set["faces"]), Context()).count == 2
    assert (one.read_bytes(), other.read_bytes()) == (left, right)
    said: list[Event] = []
    assert left_to_right(config("sort", on_set["faces"]), Context(said.append)).count == 0


def test_stopped_renaming_goes_on(on_set: dict[str, Path]) -> None:
    before = names(on_set["faces"])
    for path in on_set["faces"].glob("*.png"):
        path.rename(path.with_name(f"_{path.name}"))
    with pytest.raises(Stopped):
        original_names(config("rename", on_set["faces"]), Context(stopped=lambda: True))
    assert original_names(config("rename", on_set["faces"]), Context()).count == 3
    assert names(on_set["faces"]) == before


def test_alignments_follow_the_folder(on_set: dict[str, Path], tmp_path: Path) -> None:
    path = on_set["faces"] / "set.alignments.db"
    (on_set["faces"] / "take_01_0.png").unlink()
    dry = remove_faces(config("remove-faces", on_set["faces"], dry_run=True), Context())
    assert [(each.alignments, each.rejected, each.kept) for each in dry.files] == [(path, 1, 3)]
    with Alignments.open(path) as alignments:
        assert len(alignments.ids()) == 4
    done = remove_faces(config("remove-faces", on_set["faces"]), Context())
    assert (done.files, done.rejected) == (dry.files, dry.rejected)
    with Alignments.open(path) as alignments:
        assert alignments.ids(rejected=True) == set(done.rejected)
    (tmp_path / "empty").mkdir()
    with pytest.raises(AlignmentsError, match="no face picture in this folder"):
        remove_faces(config("remove-faces", path, faces=tmp_path / "empty"), Context())
