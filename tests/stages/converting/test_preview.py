from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.alignments.describe import frame_record
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import Stopped
from omote.core.events import Event, Note
from omote.faceset.config import CropConfig
from omote.imaging.crops import corners
from omote.media.pictures import read_picture
from omote.models.registry import build
from omote.stages.context import Context
from omote.stages.converting.pipeline import Job, planner
from omote.stages.converting.preview import drawn, write_preview
from omote.stages.converting.spans import spans
from omote.swapping.config import CompositeConfig, MakingConfig, PlanConfig
from omote.swapping.routes import Routes
from omote.swapping.swapper import Swapper
from omote.swapping.trained import Trained
from tests.stages.converting.frames import Greys


@pytest.fixture(scope="module")
def trained() -> Trained:
    torch.manual_seed(0)
    return Trained(build("nano", {}).eval(), CropConfig(), "nano", 1, "x")


@pytest.fixture
def job(tmp_path: Path, face: FaceRecord, source: SourceRecord, trained: Trained) -> Job:
    """Twelve frames; a face is in those from the fifth on."""
    path = tmp_path / "a.db"
    with Alignments.open(path, source) as kept:
        for frame in Greys(12).frames():
            at = frame_record(frame)
            there = replace(face, id=f"{frame.index}-0", frame=at, track="t", person="one")
            kept.add(at, [there] if frame.index >= 5 else [])
    routes = Routes.of(None, ["one=models/m"], "b")
    return Job(Greys(12), path, spans("1:"), False, routes, (trained,), PlanConfig(), 4)


def previewed(job: Job, folder: Path, context: Context | None = None) -> int:
    swapper = Swapper(job.models, CompositeConfig(), MakingConfig(precision="fp32"))
    return write_preview(job, swapper, CompositeConfig(), folder, 5, context or Context())


def test_pictures_are_spread_over_the_plan(job: Job, tmp_path: Path) -> None:
    assert previewed(job, tmp_path / "look") == 6
    names = sorted(path.name for path in (tmp_path / "look").iterdir())
    assert names == ["choices.png", *(f"greys_{n:06d}.jpg" for n in (2, 4, 6, 8, 10, 12))]
    sheet = read_picture(tmp_path / "look" / "choices.png")
    assert sheet.shape == (
        18 + 5 * 240,
        6 * 240,
        3,
    )  # components, extended, crop, learned, extended*learned; six ways to match colours


def test_the_plan_is_drawn_where_it_is(job: Job) -> None:
    frame = Greys(12).frame(7)
    with planner(job, 0) as planning:
        plan = planning.plan(7)
    picture = drawn(frame.rgb, plan, job.routes)
    changed = (picture != frame.rgb).any(2)
    edge = corners(plan[0].placed.matrix, plan[0].placed.size)
    for at in (edge[0], (edge[1] + edge[2]) / 2, plan[0].placed.landmarks[8]):
        x, y = np.clip(at, 1, (238, 218)).astype(int)
        assert changed[y - 1 : y + 2, x - 1 : x + 2].any()
    assert changed.mean() < 0.1
    assert np.array_equal(drawn(frame.rgb, [], job.routes), frame.rgb)


def test_nobody_to_be_swapped_is_told(job: Job, tmp_path: Path) -> None:
    said: list[Event] = []
    assert previewed(replace(job, spans=spans("0:4")), tmp_path / "look", Context(said.append)) == 4
    assert Note("no frame has a face that is to be swapped") in said
    assert not (tmp_path / "look" / "choices.png").exists()


def test_it_can_be_stopped(job: Job, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        previewed(job, tmp_path / "look", Context(stopped=lambda: True))
