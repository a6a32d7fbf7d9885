from pathlib import Path

import numpy as np
import pytest

from omote.cast.pairs import PAIRS, trial_of
from omote.cast.render import Shot
from omote.cast.scene import Scene
from omote.core.errors import SettingError, Stopped
from omote.core.types import Frame
from omote.evaluation.true_swap import measures, true_swap
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.evaluating.actors import ActorsConfig, scores, shots_of, swapped_trial

FRAMES = 3


@pytest.fixture
def config(taught: Path) -> ActorsConfig:
    return ActorsConfig(model=taught, a=PAIRS[0].a, b=PAIRS[0].b, frames=FRAMES, device="cpu")


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Scene, Shot, Shot]]:
    """The trial of the cast's first pair."""
    return list(shots_of(trial_of(PAIRS[0], FRAMES)))


def test_a_model_that_learnt_nothing_is_told_to_be_far_off(
    config: ActorsConfig, drawn: list[tuple[Scene, Shot, Shot]], tmp_path: Path
) -> None:
    _, result = swapped_trial(config, tmp_path, Context())
    told = {(each.name, each.group): each for each in measures(scores(result, drawn, Context()))}
    ssim = told["SSIM to the true swap inside the face", ""]
    assert ssim.n == FRAMES
    assert ssim.value < 0.7
    assert told["way from A to the true swap", ""].value < 0.1
    assert ("colour error inside the face", "lamp never learnt from") in told


def test_plate_and_result_are_frame_by_frame_one_performance(
    config: ActorsConfig, drawn: list[tuple[Scene, Shot, Shot]], tmp_path: Path
) -> None:
    plate, result = swapped_trial(config, tmp_path, Context())
    before, after = (np.stack([frame.rgb for frame in open_source(path).frames()]) for path in (plate, result))
    assert before.shape == after.shape
    away = np.abs(before.astype(np.float32) - after).mean(3)
    assert (away.reshape(FRAMES, -1).max(1) > 20).all()
    assert (np.median(away.reshape(FRAMES, -1), 1) < 2).all()
    assert all(abs(each.way) < 0.05 for each in scores(plate, drawn, Context()))


def test_the_true_swap_as_a_result_is_all_of_the_way(
    config: ActorsConfig, drawn: list[tuple[Scene, Shot, Shot]], tmp_path: Path
) -> None:
    clips, path = config.clips(), tmp_path / "true.mkv"
    with open_sink(path, clips["plate"], settings=EncodeConfig(codec="ffv1", pixels="rgb")) as sink:
        for number, (scene, plate, truth) in enumerate(drawn):
            assert scene == clips["plate"].scenes[number] == clips["truth"].scenes[number]
            rgb = np.round(true_swap(plate, truth)[0]).astype(np.uint8)
            sink.write(Frame(number, number, str(number), rgb))
    for each in scores(path, drawn, Context()):
        assert each.inside.ssim > 0.999
        assert each.way > 0.95


def test_the_cast_is_two(taught: Path) -> None:
    with pytest.raises(SettingError, match="two actors"):
        ActorsConfig.checked({"model": taught, "a": 3, "b": 3})


def test_it_can_be_stopped(config: ActorsConfig, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        swapped_trial(config, tmp_path, Context(stopped=lambda: True))
