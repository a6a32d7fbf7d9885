"""Look into alignments, draw them, check them against their footage, and set face pictures right."""

from collections.abc import Callable

from omote.stages.context import Context, Report
from omote.stages.jobs.config import AlignmentsConfig, Job
from omote.stages.jobs.draw import draw
from omote.stages.jobs.frames import missing_alignments, missing_frames, multi_faces, no_faces
from omote.stages.jobs.info import export, info
from omote.stages.jobs.pictures import from_faces, left_to_right, original_names, remove_faces

__all__ = ["JOBS", "AlignmentsConfig", "run"]

JOBS: dict[Job, Callable[[AlignmentsConfig, Context], Report]] = {
    "info": info,
    "draw": draw,
    "export": export,
    "from-faces": from_faces,
    "missing-frames": missing_frames,
    "missing-alignments": missing_alignments,
    "multi-faces": multi_faces,
    "no-faces": no_faces,
    "rename": original_names,
    "sort": left_to_right,
    "remove-faces": remove_faces,
}


def run(config: AlignmentsConfig, context: Context) -> Report:
    """Do one job; each has a report of its own.

    Raises:
        OmoteError: what the job says.
        Stopped: someone stopped it.
    """
    return JOBS[config.job](config, context)
