import json
from pathlib import Path

import pytest
import torch

from bench import train
from omote.faceset.split import split
from omote.models.base import Decoded, Side
from omote.runtime.precision import pick_precision
from omote.runtime.team import Team
from omote.stages.learning.keeping import _REST
from omote.training.both import SIDES
from omote.training.config import LearnConfig
from omote.training.learner import Batches, Learner
from omote.training.pace import _SAVE_SECONDS
from omote.training.people import batch
from omote.training.run import Run, fresh_network

CPU = torch.device("cpu")
ALONE = Team(0, 1, CPU)
FP32 = pick_precision("fp32", CPU)


@pytest.fixture
def config() -> LearnConfig:
    return LearnConfig.checked({"batch_size": 2, "compute": {"precision": "fp32"}})


def test_synthetic_faces_differ_are_masked_in_the_middle_and_held_out_in_part() -> None:
    faces = train.synthetic(1, 64)
    assert len(faces) == 512
    inside = faces.faces[:, 3] > 0
    assert bool(inside[:, inside.shape[1] // 2, inside.shape[2] // 2].all())
    assert not bool(inside[:, 0].any())
    assert bool((faces.faces[:, 4:].flatten(2).amax(2) == 255).all())
    assert bool((faces.faces[0, :3] != faces.faces[1, :3]).any())
    trained, held = split(faces, 5)
    assert len(trained) + len(held) == 512
    assert 5 <= len(held) <= 60


def test_a_save_and_a_measure_are_charged_to_the_250_iterations_between_them() -> None:
    assert train.Stretch(0.1, 1.0, 0.5).charged == pytest.approx(0.1 + 1.5 / 250)


def test_a_long_save_is_charged_as_rarely_as_it_is_made() -> None:
    assert train.Stretch(0.01, 0.0, 2.0).charged == pytest.approx(0.01 * (1 + 1 / _REST))


def test_a_slow_network_is_charged_for_saves_by_the_clock() -> None:
    assert train.Stretch(3.0, 0.0, 6.0).charged == pytest.approx(3 * (1 + 6 / _SAVE_SECONDS))


@pytest.mark.slow
def test_a_stretch_ends_with_a_measure_and_a_save_and_the_next_goes_on(config: LearnConfig, tmp_path: Path) -> None:
    sets = {"a": train.synthetic(1, 64, 40), "b": train.synthetic(2, 64, 40)}
    run = Run.begin(config, fresh_network(config, CPU), {"a": sets["a"], "b": sets["b"]}, ALONE, FP32)
    for end in (250, 500):
        found = train.stretch(run, tmp_path, 2)
        assert run.now.iteration == end
        assert run.history.rows[-1].iteration == end
        assert (tmp_path / "previews" / f"{end:07d}.jpg").is_file()
        assert found.step > 0
        assert found.save > 0
    assert run.now.seconds > 0


def test_the_bare_step_learns_its_batch(config: LearnConfig) -> None:
    sets = {"a": train.synthetic(1, 64, 8), "b": train.synthetic(2, 64, 8)}
    run = Run.begin(config, fresh_network(config, CPU), {"a": sets["a"], "b": sets["b"]}, ALONE, FP32)
    fixed = {side: batch(config, run.phase, run.people[side], run.network, 0, ALONE) for side in SIDES}
    losses: list[float] = []
    made_by = Learner.made

    def watched(learner: Learner, batches: Batches) -> dict[Side, Decoded]:
        made = made_by(learner, batches)
        losses.append(sum(float(learner.loss(made[side], batches[side]).detach().sum()) for side in SIDES))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Learner, "made", watched)
        assert train.bare(config, fixed, ALONE, FP32)(12) > 0
    assert len(losses) == 12
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.slow
def test_the_measure_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--batch", "2", "--device", "cpu", "--steps", "2", "--rounds", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"it_per_s", "bare_it_per_s", "ratio", "peak_mib", "faces_per_s", "upkeep_ms"} <= found.keys()
    assert found["faces_per_s"] == pytest.approx(4 * found["it_per_s"], rel=0.01)
    assert found["ratio"] == pytest.approx(found["it_per_s"] / found["bare_it_per_s"], rel=0.02)
    assert found["device"] == "cpu"


@pytest.mark.parametrize("wrong", [["--steps", "250"], ["--steps", "0"], ["--rounds", "0"]])
def test_what_says_nothing_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        train.main(wrong)
