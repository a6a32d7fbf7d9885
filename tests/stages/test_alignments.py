from pathlib import Path
from typing import get_args

import pytest

from omote.core.errors import AlignmentsError, SettingError
from omote.stages import alignments
from omote.stages.alignments import JOBS, AlignmentsConfig
from omote.stages.context import Context
from omote.stages.jobs.config import HELP, Job


def test_every_job_has_its_function_and_its_help() -> None:
    assert list(JOBS) == list(HELP) == list(get_args(Job))


@pytest.mark.parametrize("job", ["info", "no-faces", "multi-faces", "rename", "sort", "remove-faces"])
def test_jobs_that_only_look_leave_everything_as_it_is(on_set: dict[str, Path], job: str) -> None:
    before = {path: path.read_bytes() for path in on_set["faces"].glob("*.png")}
    config = AlignmentsConfig.checked({"job": job, "target": on_set["faces"], "dry_run": True})
    assert alignments.run(config, Context()).model_dump_json()
    assert {path: path.read_bytes() for path in on_set["faces"].glob("*.png")} == before


@pytest.mark.parametrize("job", JOBS)
def test_a_target_that_is_not_there_is_named(tmp_path: Path, job: str) -> None:
    config = AlignmentsConfig.checked({"job": job, "target": tmp_path / "none", "source": tmp_path / "none.mp4"})
    if job == "draw":
        config = config.model_copy(update={"output": tmp_path / "drawn.mp4"})
    with pytest.raises(Exception, match="no such") as fault:
        alignments.run(config, Context())
    assert "none" in str(fault.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_job_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"job .*'fly'"):
        AlignmentsConfig.checked({"job": "fly", "target": tmp_path})
    with pytest.raises(AlignmentsError, match="no alignments in this folder"):
        alignments.run(AlignmentsConfig(job="info", target=tmp_path), Context())
