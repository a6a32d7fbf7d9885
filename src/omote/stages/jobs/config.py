"""Settings of the jobs on alignments."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from omote.core.config import Config

Job = Literal[
    "info", "draw", "export", "from-faces", "missing-frames", "missing-alignments", "multi-faces", "no-faces",
    "rename", "sort", "remove-faces",
]  # fmt: skip

HELP: dict[Job, str] = {
    "info": "what the alignments hold",
    "draw": "write the footage with all that was found drawn into it",
    "export": "write all of it as plain JSON for other programs",
    "from-faces": "make alignments anew from a folder of face pictures",
    "missing-frames": "list frames that the alignments have and the footage lacks",
    "missing-alignments": "list frames of the footage that were never looked at",
    "multi-faces": "list frames with several faces",
    "no-faces": "list frames without a face",
    "rename": "name face pictures after frame and face again",
    "sort": "name face pictures after the frame, its faces numbered from left to right",
    "remove-faces": "reject the faces whose picture was deleted, as extract does",
}

Layer = Literal["masks", "crop", "box", "points", "raw", "name"]


class AlignmentsConfig(Config):
    """Settings of alignments."""

    job: Job = Field(description="".join(f"{job}: {text}\n" for job, text in HELP.items()))
    target: Path = Field(description="alignments file, folder of face pictures, or footage that has either beside it")
    source: Path | None = Field(None, description="the footage, where it does not lie beside the alignments")
    faces: Path | None = Field(None, description="folder of the face pictures, where the alignments lie elsewhere")
    output: Path | None = Field(
        None, description="draw: video or folder; export: JSON file; lists: folder for copies of what was found"
    )
    overwrite: bool = Field(False, description="replace the output when it is there")
    dry_run: bool = Field(False, description="rename, sort, remove-faces: only say what would be done")
    range: str = Field(
        ":", pattern=r"^\d*:\d*$", description="draw: frames, as FIRST:END counted from 0, END not included"
    )
    layers: list[Layer] = Field(
        ["masks", "crop", "box", "points", "name"], description="what is drawn; raw: points before they were steadied"
    )
