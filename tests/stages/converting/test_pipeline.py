import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.alignments.describe import frame_record
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import MediaError
from omote.core.types import Frame
from omote.faceset.config import CropConfig
from omote.models.registry import build
from omote.stages.converting.pipeline import Done, Job, swapped
from omote.stages.converting.spans import Spans, spans
from omote.swapping.config import CompositeConfig, MakingConfig, PlanConfig
from omote.swapping.routes import Route, Routes
from omote.swapping.swapper import Made, Swapper
from omote.swapping.trained import Trained
from tests.stages.converting.frames import Greys

FRAMES = 28


@pytest.fixture(scope="module")
def trained() -> Trained:
    torch.manual_seed(0)
    return Trained(build("nano", {}).eval(), CropConfig(), "nano", 1, "x")


@pytest.fixture
def alignments(tmp_path: Path, face: FaceRecord, source: SourceRecord) -> Path:
    """Frames of which each has one face, which moves."""
    path = tmp_path / "a.db"
    with Alignments.open(path, source) as kept:
        for frame in Greys(FRAMES).frames():
            at = frame_record(frame)
            points = face.landmarks + np.array([frame.index, 0], np.float32)
            kept.add(at, [replace(face, id=f"x-{frame.index:06d}-0", frame=at, landmarks=points, track="t")])
    return path


def job_of(
    alignments: Path,
    trained: Trained,
    wanted: Spans,
    *,
    keeps: bool = False,
    size: int = 6,
    source: Greys | None = None,
) -> Job:
    routes = Routes((Path("m"),), {}, Route(0, "b"))
    return Job(source or Greys(FRAMES), alignments, wanted, keeps, routes, (trained,), PlanConfig(), size)


def swapper_of(trained: Trained, colour: str = "mean") -> Swapper:
    config = CompositeConfig.checked({"colour": colour, "steady_colour": 3, "steady_mask": 0})
    return Swapper([trained], config, MakingConfig(precision="fp32"))


def results(
    job: Job, swapper: Swapper, start: int = 0, finish: Callable[[Frame, list[Made]], Frame] | None = None
) -> list[Done[Frame]]:
    with swapped(job, swapper, finish or swapper.frame, start=start) as done:
        return list(done)


def pictures(done: list[Done[Frame]]) -> dict[int, np.ndarray]:
    return {each.frame.index: each.made.rgb for each in done if not isinstance(each.made, Exception)}


def test_frames_come_in_order_with_their_faces_swapped(alignments: Path, trained: Trained) -> None:
    done = results(job_of(alignments, trained, spans(":")), swapper_of(trained))
    assert [each.frame.index for each in done] == list(range(FRAMES))
    assert all(each.faces == 1 for each in done)
    assert all(not np.array_equal(rgb, Greys(FRAMES).frame(n).rgb) for n, rgb in pictures(done).items())


def steady(trained: Trained, frames: int) -> Swapper:
    """A swapper that evens out all that can be, over so many frames."""
    evened = {"steady_colour": frames, "steady_mask": frames}
    config = CompositeConfig.checked({"colour": "lab", "grain": 60, "match_sharpness": 60, **evened})
    return Swapper([trained], config, MakingConfig(precision="fp32"))


@pytest.mark.parametrize("start", [1, 17, 26])
def test_a_run_that_goes_on_makes_the_same_bits(alignments: Path, trained: Trained, start: int) -> None:
    """Though what is evened out depends on the frames before, which that run has to make once more."""
    job = job_of(alignments, trained, spans(":"), size=2)
    whole, alone = (pictures(results(job, steady(trained, frames))) for frames in (3, 0))
    assert not any(np.array_equal(whole[index], alone[index]) for index in range(1, FRAMES))
    rest = pictures(results(job, steady(trained, 3), start))
    assert list(rest) == list(range(start, FRAMES))
    assert all(np.array_equal(whole[index], rgb) for index, rgb in rest.items())


def test_only_the_ranges_are_given_or_all_with_only_these_swapped(alignments: Path, trained: Trained) -> None:
    wanted = spans("3:9,20:24", 2)
    some = results(job_of(alignments, trained, wanted), swapper_of(trained))
    assert [each.frame.index for each in some] == [3, 5, 7, 21, 23]
    kept = results(job_of(alignments, trained, wanted, keeps=True), swapper_of(trained))
    assert [each.frame.index for each in kept] == list(range(1, FRAMES, 2))
    assert [each.frame.index for each in kept if each.faces] == [3, 5, 7, 21, 23]
    for index, rgb in pictures(kept).items():
        assert np.array_equal(rgb, Greys(FRAMES).frame(index).rgb) == (not wanted.holds(index))


def test_a_frame_that_fails_is_told_and_the_others_are_made(alignments: Path, trained: Trained) -> None:
    swapper = swapper_of(trained)

    def finish(frame: Frame, made: list[Made]) -> Frame:
        if frame.index in (5, 11):
            raise ValueError(f"no {frame.index}")
        return swapper.frame(frame, made)

    done = results(job_of(alignments, trained, spans(":")), swapper, finish=finish)
    assert [each.frame.index for each in done if isinstance(each.made, Exception)] == [5, 11]
    assert len(done) == FRAMES


def test_a_face_that_no_network_can_be_shown_fails_its_frame_only(
    alignments: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapper, make = swapper_of(trained), Swapper.make

    def broken(self: Swapper, frames: list[Frame], plans: list[list[object]]) -> list[list[Made]]:
        if any(frame.index == 8 for frame in frames):
            raise RuntimeError("broken")
        return make(self, frames, plans)  # type: ignore[arg-type]

    monkeypatch.setattr(Swapper, "make", broken)
    done = results(job_of(alignments, trained, spans(":")), swapper)
    assert [each.frame.index for each in done if isinstance(each.made, Exception)] == [8]


def test_a_source_that_breaks_off_is_a_fault_of_the_run(alignments: Path, trained: Trained) -> None:
    job = job_of(alignments, trained, spans(":"), source=Greys(FRAMES, breaks=9))
    with pytest.raises(MediaError, match="breaks off"):
        results(job, swapper_of(trained))


def test_few_frames_are_held(alignments: Path, trained: Trained) -> None:
    """However slowly they are taken, no more are decoded than the steps hold."""
    source = Greys(FRAMES)
    job = job_of(alignments, trained, spans(":"), source=source, size=2)
    swapper, most = swapper_of(trained), 0
    with swapped(job, swapper, swapper.frame) as done:
        for given, _ in enumerate(done):
            threading.Event().wait(0.02)
            most = max(most, source.given - given)
    assert most <= 4 + 2 + 2 + 2 + 3
