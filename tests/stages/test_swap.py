import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.core.errors import MediaError, OmoteError
from omote.core.events import Event, Progress
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.swap import SwapConfig, run
from omote.training.config import LearnConfig


def test_the_line_runs_in_a_folder_and_goes_on_in_it(
    films: dict[str, Path], tmp_path: Path, learn: LearnConfig
) -> None:
    config = SwapConfig(face=films["b"], onto=films["a"], output=tmp_path / "out.mp4", iterations=3, learn=learn)
    report = run(config, Context())
    assert (report.extract_a.faces, report.extract_b.faces, report.train.iterations) == (6, 6, 3)
    assert (report.convert.frames, report.convert.frames_swapped) == (6, 6)
    assert report.work == tmp_path / "out.mp4.work"
    assert sorted(path.name for path in report.work.iterdir()) == ["faces-a", "faces-b", "made-for.json", "model"]
    assert open_source(tmp_path / "out.mp4").facts.frames == 6
    with pytest.raises(OmoteError, match="already there"):
        run(config, Context())
    said: list[Event] = []
    longer = config.model_copy(update={"iterations": 5, "overwrite": True})
    assert run(longer, Context(said.append)).train.iterations == 5
    assert {event.step for event in said if isinstance(event, Progress)} == {"train", "convert", "mark"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"face": Path("nobody.mp4")}, "nobody.mp4"),
        ({"output": Path("out.xyz")}, "cannot write .xyz files"),
        ({"learn": LearnConfig(network="nan")}, "known: .*nano"),
    ],
)
def test_what_would_fail_later_is_said_before_any_work(
    films: dict[str, Path], tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    config = SwapConfig(face=films["b"], onto=films["a"], output=tmp_path / "out.mp4", work=tmp_path / "work")
    with pytest.raises(OmoteError, match=message):
        run(config.model_copy(update=change), Context())
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("side", ["a", "b"])
def test_neither_footage_is_written_over(films: dict[str, Path], tmp_path: Path, side: str) -> None:
    copies = {each: Path(shutil.copy(film, tmp_path)) for each, film in films.items()}
    before = copies[side].read_bytes()
    with pytest.raises(MediaError, match="this is the source itself"):
        run(SwapConfig(face=copies["b"], onto=copies["a"], output=copies[side], overwrite=True), Context())
    assert copies[side].read_bytes() == before


def test_results_of_other_footage_never_mix(films: dict[str, Path], tmp_path: Path, learn: LearnConfig) -> None:
    work = tmp_path / "work"
    run(
        SwapConfig(face=films["b"], onto=films["a"], output=tmp_path / "1", work=work, iterations=1, learn=learn),
        Context(),
    )
    with pytest.raises(OmoteError, match="made for other inputs"):
        run(SwapConfig(face=films["a"], onto=films["b"], output=tmp_path / "2", work=work), Context())


def test_footage_without_a_face_is_named(films: dict[str, Path], tmp_path: Path) -> None:
    empty = tmp_path / "wall.mp4"
    source = open_source(films["a"])
    with open_sink(empty, source) as sink:
        for frame in source.frames():
            frame.rgb[...] = np.uint8(Actor.from_seed(1).seed + 90)
            sink.write(frame)
    with pytest.raises(OmoteError, match=r"no face found.*wall\.mp4"):
        run(SwapConfig(face=films["b"], onto=empty, output=tmp_path / "out.mp4"), Context())
    assert not (tmp_path / "out.mp4").exists()
