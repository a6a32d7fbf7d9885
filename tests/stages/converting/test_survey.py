from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from omote.alignments.describe import frame_record
from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.faceset.config import CropConfig
from omote.models.registry import build
from omote.stages.converting.config import ConvertConfig
from omote.stages.converting.pipeline import Job
from omote.stages.converting.spans import spans
from omote.stages.converting.survey import Survey, key_of, survey
from omote.swapping.config import PlanConfig
from omote.swapping.routes import Routes
from omote.swapping.trained import Trained
from tests.stages.converting.frames import Greys

Change = Callable[[FaceRecord], FaceRecord]
MODELS = tuple(Trained(build("nano", {}).eval(), CropConfig(), "nano", 1, digest) for digest in ("x", "y"))


def written(path: Path, face: FaceRecord, source: SourceRecord, change: Change | None = None) -> Path:
    """Write ten frames: one is in all of them, nobody in particular in the even ones."""
    path.unlink(missing_ok=True)
    with Alignments.open(path, source) as kept:
        for frame in Greys(10).frames():
            at, shift = frame_record(frame), np.array([0, frame.index], np.float32)
            found = [replace(face, id=f"{frame.index}-0", frame=at, landmarks=face.landmarks + shift, person="one")]
            if frame.index % 2 == 0:
                found.append(replace(face, id=f"{frame.index}-1", frame=at))
            if frame.index == 6 and change is not None:
                found[0] = change(found[0])
            kept.add(at, found)
    return path


def surveyed(path: Path, people: tuple[str, ...] = ("one=m",), wanted: str = ":") -> Survey:
    return survey(job_of(path, people, wanted), ("extended", "hair"))


def job_of(path: Path, people: tuple[str, ...] = ("one=m",), wanted: str = ":") -> Job:
    routes = Routes.of(None, people, "b")
    return Job(Greys(10), path, spans(wanted), False, routes, MODELS[: len(routes.models)], PlanConfig(), 4)


def test_frames_with_someone_to_be_swapped_are_counted(tmp_path: Path, face: FaceRecord, source: SourceRecord) -> None:
    path = written(tmp_path / "a.db", face, source)
    assert (whole := surveyed(path)).swapped == 10
    assert whole.nameless == 5
    assert surveyed(path, wanted="3:7").swapped == 4
    assert surveyed(path, ("one=none",)).swapped == 0
    assert surveyed(path, ("two=m",)).swapped == 0


def test_what_has_a_say_changes_the_digest_and_nothing_else(
    tmp_path: Path, face: FaceRecord, source: SourceRecord
) -> None:
    path = tmp_path / "a.db"
    mask = MaskRecord.pack(np.zeros((8, 8), np.uint8), np.eye(2, 3) / 30, "face")
    matter: list[Change] = [
        lambda face: replace(face, landmarks=face.landmarks + np.float32(1)),
        lambda face: replace(face, person="two"),
        lambda face: replace(face, track="t"),
        lambda face: replace(face, masks={"hair": mask}),
    ]
    none: list[Change] = [
        lambda face: replace(face, masks={"glasses": mask}),
        lambda face: replace(face, vectors={"v": np.zeros(3, np.float32)}),
    ]
    digests = [surveyed(written(path, face, source, change)).digest for change in (None, *none, *matter)]
    assert len(set(digests[:3])) == 1
    assert len(set(digests)) == 1 + len(matter)
    early = [surveyed(written(path, face, source, change), wanted=":2").digest for change in (None, matter[0])]
    assert early[0] == early[1]


def test_other_frames_have_another_key(tmp_path: Path) -> None:
    base = ConvertConfig(source=Path("s"), people=["one=m"], output=Path("o"))
    job = job_of(tmp_path / "a.db")
    key = key_of(base, job, "faces")
    assert key == key_of(base.model_copy(update={"output": Path("other"), "overwrite": True}), job, "faces")
    others = [
        key_of(base, job, "other faces"),
        key_of(base, replace(job, models=MODELS[1:]), "faces"),
        key_of(base, replace(job, spans=spans("1:")), "faces"),
        key_of(base, replace(job, size=2), "faces"),
        key_of(base, replace(job, keeps_others=True), "faces"),
        key_of(base, job_of(tmp_path / "a.db", ("one=m:a",)), "faces"),
        *(
            key_of(ConvertConfig.checked({**base.model_dump(), **change}), job, "faces")
            for change in ({"composite": {"mask": "crop"}}, {"plan": {"scale": 5}}, {"swap": {"flip_average": True}})
        ),
    ]
    assert len({key, *others}) == 1 + len(others)
