import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from omote.core.errors import AlignmentsError, OmoteError, SettingError, Stopped
from omote.core.events import Event, Note
from omote.stages.context import Context
from omote.stages.jobs.config import AlignmentsConfig, Job
from omote.stages.jobs.frames import FoundReport, missing_alignments, missing_frames, multi_faces, no_faces

JOBS: dict[Job, Callable[[AlignmentsConfig, Context], FoundReport]] = {
    "missing-frames": missing_frames, "missing-alignments": missing_alignments, "multi-faces": multi_faces,
    "no-faces": no_faces,
}  # fmt: skip


def found(job: Job, target: Path, said: list[Event] | None = None, **settings: object) -> FoundReport:
    config = AlignmentsConfig.checked({"job": job, "target": target, **settings})
    heard: list[Event] = [] if said is None else said
    return JOBS[job](config, Context(heard.append))


def names(report: FoundReport) -> list[tuple[int, str, int]]:
    assert report.count == len(report.found)
    return [(row.frame, row.name, row.faces) for row in report.found]


def test_frames_with_none_and_with_several_faces(on_set: dict[str, Path]) -> None:
    assert names(found("no-faces", on_set["faces"])) == [(2, "take_03.png", 0)]
    assert names(found("multi-faces", on_set["faces"])) == [(1, "take_02.png", 2)]


def test_frames_are_copied_and_nothing_is_taken_away(on_set: dict[str, Path], tmp_path: Path) -> None:
    for job, name in (("no-faces", "take_03.png"), ("multi-faces", "take_02.png")):
        report = found(job, on_set["faces"], output=tmp_path / job, source=on_set["source"])  # type: ignore[arg-type]
        assert report.written == 1
        assert [path.name for path in (tmp_path / job).iterdir()] == [name]
    assert len(list(on_set["source"].iterdir())) == 4
    with pytest.raises(OmoteError, match="already there"):
        found("no-faces", on_set["faces"], output=tmp_path / "no-faces")


def test_faces_that_share_a_frame_are_copied_as_pictures(on_set: dict[str, Path], tmp_path: Path) -> None:
    (on_set["faces"] / "best").mkdir()
    (on_set["faces"] / "take_02_1.png").rename(on_set["faces"] / "best" / "x.png")
    report = found("multi-faces", on_set["faces"], output=tmp_path / "out")
    assert report.written == 2
    for name in ("take_02_0.png", "best/x.png"):
        assert (tmp_path / "out" / name).read_bytes() == (on_set["faces"] / name).read_bytes()
    with pytest.raises(OmoteError, match="already there"):
        found("multi-faces", on_set["faces"], output=tmp_path / "out")


def test_what_footage_and_alignments_lack(on_set: dict[str, Path], tmp_path: Path) -> None:
    for job in ("missing-frames", "missing-alignments"):
        assert names(found(job, on_set["faces"])) == []
    (on_set["source"] / "take_02.png").rename(on_set["source"] / "take_09.png")
    said: list[Event] = []
    assert names(found("missing-frames", on_set["faces"], said)) == [(1, "take_02.png", 2)]
    assert any(isinstance(event, Note) and "no longer" in event.text for event in said)
    report = found("missing-alignments", on_set["faces"], output=tmp_path / "out")
    assert names(report) == [(3, "take_09.png", 0)]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["take_09.png"]
    with pytest.raises(SettingError, match="missing cannot be copied"):
        found("missing-frames", on_set["faces"], output=tmp_path / "out")


def test_a_video_under_another_name_lacks_nothing(films: dict[str, Path], faces: dict[str, Path]) -> None:
    renamed = films["a"].rename(films["a"].with_name("renamed.mp4"))
    try:
        for job in ("missing-frames", "missing-alignments"):
            assert names(found(job, faces["a"], source=renamed)) == []
    finally:
        renamed.rename(films["a"])


@pytest.mark.parametrize("job", JOBS)
def test_whoever_stops_gets_nothing_half(on_set: dict[str, Path], tmp_path: Path, job: Job) -> None:
    output = None if job == "missing-frames" else tmp_path / "out"
    shutil.copy(on_set["source"] / "take_01.png", on_set["source"] / "take_09.png")
    config = AlignmentsConfig(job=job, target=on_set["faces"], output=output)
    with pytest.raises((Stopped, AlignmentsError)):
        JOBS[job](config, Context(stopped=lambda: True))
    assert not (tmp_path / "out").exists()
