"""Look at a folder of faces as a whole: what is wrong, what is missing, what to do first; an HTML page and figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from omote.core.config import Config
from omote.core.files import check_free, write_bytes
from omote.stages.context import Context, Report
from omote.stages.moving import watching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omote.curation.faces import FacePicture
    from omote.curation.findings import Faceset, Findings
    from omote.curation.glimpse import Glimpse

_PAGE = "omote-report.html"


class ReportConfig(Config):
    """Settings of report."""

    faces: Path = Field(description="folder of face pictures, those of B where there is an A")
    against: Path | None = Field(None, description="folder of the faces of A: of the footage that is to be changed")
    output: Path | None = Field(None, description=f"the page; by default {_PAGE} in the folder, made anew each time")
    overwrite: bool = Field(False, description="replace the page that is named")
    identifier: str = Field("dlib-resnet", description="plugin that tells people apart, or none")


class PoseCell(Report):
    """Faces in one cell of the pose map: degrees of its middle, positive to the right of the picture and up."""

    yaw: int
    pitch: int
    faces: int


class Shows(Report):
    """Faces that show something."""

    what: str
    faces: int
    share: float


class Facts(Report):
    """What a faceset is: size is that of the face picture in pixels of the footage."""

    folder: Path
    faces: int
    blurred: float
    small: float
    median_size: float
    poses: list[PoseCell]
    shows: list[Shows]


class Lacking(Report):
    """What A shows and B hardly."""

    what: str
    share_of_a: float
    faces_of_a: int
    faces_of_b: int
    wanted: int


class Advised(Report):
    """Something to do; of a greater weight is what helps more."""

    do: str
    weight: float


class Twice(Report):
    """A picture that is one of another, sharper one."""

    picture: str
    same_as: str


class FacesetReport(Report):
    """What was found. Advice is ordered by what helps most; pictures are named by their paths in the folder."""

    page: Path
    faces: int
    advice: list[Advised]
    b: Facts
    a: Facts | None
    lacks: list[Lacking]
    strangers: list[list[str]] | None
    misplaced: list[str]
    duplicates: list[Twice]


def run(config: ReportConfig, context: Context) -> FacesetReport:
    """Measure a folder of faces, and another one to compare it with, and write the page. Moves nothing.

    Raises:
        OmoteError: there is no such folder, it has no face, or the page cannot be written.
        MediaError: a picture cannot be read.
        AlignmentsError: a record cannot be read.
        SettingError: the identifier is not known.
        Stopped: someone stopped it; nothing is written.
    """
    from omote.curation.coverage import lacks
    from omote.curation.duplicates import duplicates
    from omote.curation.findings import Findings
    from omote.evaluation.faceset_page import faceset_page

    page = config.output or config.faces / _PAGE
    check_free(page, overwrite=config.overwrite or config.output is None)
    b, seen = _measured(config.faces, context)
    a = None if config.against is None else _measured(config.against, context)[0]
    findings = Findings(
        b, a,
        lacks=() if a is None else lacks(a.seen, b.seen),
        strangers=_strangers(b.faces, config.identifier, context),
        duplicates=duplicates(b.faces, seen, watching(context, "compare")),
    )  # fmt: skip
    write_bytes(page, faceset_page(findings).encode())
    return _report(findings, page, config)


def _measured(folder: Path, context: Context) -> tuple[Faceset, Sequence[Glimpse]]:
    from omote.curation.aspects import aspects
    from omote.curation.faces import faces_in
    from omote.curation.findings import Faceset
    from omote.curation.glimpse import glimpses

    faces = faces_in(folder, watching(context, f"read {folder.name}"))
    seen = glimpses(faces, watching(context, f"look at {folder.name}"))
    return Faceset(folder.resolve().name, faces, aspects(faces, seen)), seen


def _strangers(faces: Sequence[FacePicture], identifier: str, context: Context) -> list[list[int]] | None:
    if identifier == "none":
        return None
    from omote.curation.strangers import strangers
    from omote.curation.vectors import vectors_of
    from omote.perception import registry
    from omote.perception.preparing import prepare
    from omote.perception.recognising import Recogniser

    prepare((identifier,), context.emit, context.stopped)
    recogniser = Recogniser(identifier, registry.identifier(identifier))
    vectors = vectors_of(faces, recogniser, watching(context, "recognise"))
    return strangers(faces, vectors, recogniser.one_person)


def _report(findings: Findings, page: Path, config: ReportConfig) -> FacesetReport:
    b = findings.b
    names = [face.path.relative_to(config.faces).as_posix() for face in b.faces]
    groups = findings.strangers
    return FacesetReport(
        page=page,
        faces=len(b.faces),
        advice=[Advised(do=one.text, weight=round(one.weight, 4)) for one in findings.advice],
        b=_facts(b, config.faces),
        a=None if findings.a is None or config.against is None else _facts(findings.a, config.against),
        lacks=[
            Lacking(
                what=lack.words, share_of_a=round(lack.share_a, 4), faces_of_a=lack.faces_a, faces_of_b=lack.faces_b,
                wanted=lack.wanted,
            )
            for lack in findings.lacks
        ],
        strangers=None if groups is None else [[names[place] for place in group] for group in groups],
        misplaced=[names[place] for place in b.misplaced],
        duplicates=[
            Twice(picture=names[twice], same_as=names[kept]) for twice, kept in sorted(findings.duplicates.items())
        ],
    )  # fmt: skip


def _facts(one: Faceset, folder: Path) -> Facts:
    import numpy as np

    from omote.curation.coverage import pose_map, tallies

    cells = sorted(pose_map(one.seen).items())
    return Facts(
        folder=folder,
        faces=len(one.faces),
        blurred=round(one.blurred, 4),
        small=round(one.small, 4),
        median_size=round(float(np.median(one.seen.size)), 1),
        poses=[PoseCell(yaw=yaw, pitch=pitch, faces=len(places)) for (yaw, pitch), places in cells],
        shows=[Shows(what=each.words, faces=each.faces, share=round(each.share, 4)) for each in tallies(one.seen)],
    )
