import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench import train_defaults
from bench.train_defaults import Case, Drawn, cases, measure, settings, summary, true_swap_ssim
from omote.cast.pairs import PAIRS, clips_of
from omote.core.types import Frame
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.training.config import LearnConfig
from omote.training.optimizers import default_rate
from omote.training.phases import Limits


def test_every_choice_can_be_learnt_with_and_no_name_comes_twice_in_a_group() -> None:
    every = list(cases())
    assert all(isinstance(settings(case, 1e-3, 4, 0), LearnConfig) for case in every)
    assert max(Counter((case.group, case.name) for case in every).values()) == 1
    assert {case.group for case in every} == {"optimizer", "initializer", "loss", "phases"}
    assert len([case for case in every if case.group == "optimizer"]) == 8


def test_the_first_choice_of_each_group_is_the_default_so_that_it_is_trained_once() -> None:
    first = {case.group: settings(case, 1e-3, 4, 0) for case in reversed(list(cases()))}
    assert len({chosen.model_dump_json() for chosen in first.values()}) == 1
    (chosen, *_) = first.values()
    default = LearnConfig()
    assert chosen.loss == default.loss
    assert chosen.initial == default.initial
    assert chosen.phases == default.phases
    assert chosen.optimizer.name == default.optimizer.name


def test_each_rule_of_steps_has_its_own_rate() -> None:
    for case in cases():
        chosen = settings(case, 2e-3, 4, 0).optimizer
        assert chosen.learning_rate == default_rate(chosen.name, 2e-3)


def test_a_loss_has_the_measures_of_its_name_and_no_others() -> None:
    named = {case.name: settings(case, 1e-3, 4, 0).loss for case in cases() if case.group == "loss"}
    assert named["ssim mse frequency"].terms == {"ssim": 1, "mse": 1, "frequency": 1}
    assert named["mae"].terms == {"mae": 1}
    assert named["outside 0"].terms == {"ssim": 1, "mse": 1}
    assert named["outside 0"].outside == 0
    assert named["by_area 1"].by_area


def test_means_are_over_what_did_not_break() -> None:
    scores = {"held_ssim_a": 0.5, "held_ssim_b": 0.7, "iterations": 10, "seconds": 2.0}
    told = summary([{**scores, "true_swap_ssim": 0.6}, {**scores, "true_swap_ssim": 0.8}, {"fault": "broke"}])
    assert (told["seeds"], told["broken"]) == (3, 1)
    assert told["true_swap_ssim"] == pytest.approx(0.7)
    assert told["spread"] == pytest.approx(0.2)
    assert summary([{"fault": "broke"}]) == {"seeds": 1, "broken": 1}


def test_what_is_kept_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[int] = []

    def result(learn: LearnConfig, limits: Limits, on: Drawn) -> dict[str, float]:
        trained.append(learn.seed)
        return {"held_ssim_a": 0.1, "held_ssim_b": 0.2, "true_swap_ssim": learn.seed, "iterations": 5, "seconds": 1.0}

    monkeypatch.setattr(train_defaults, "result", result)
    on = Drawn({}, tmp_path / "plate.mp4", [])
    chosen = [Case("optimizer", "adam", {}), Case("phases", "default", {})]
    rows = measure(on, chosen, Limits(5), 2, 1e-3, 4)
    assert trained == [0, 1]
    assert [(row["group"], row["true_swap_ssim"], row["spread"]) for row in rows] == [
        ("optimizer", 0.5, 1), ("phases", 0.5, 1),
    ]  # fmt: skip
    assert measure(on, chosen, Limits(5), 2, 1e-3, 4) == rows
    assert trained == [0, 1]
    measure(on, chosen[:1], Limits(6), 1, 1e-3, 4)
    assert trained == [0, 1, 0]
    assert len([json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]) == 3


def test_the_true_swap_itself_is_like_it_and_another_is_less(tmp_path: Path) -> None:
    clip = clips_of(PAIRS[0], 1, 3)["truth"]
    shots = [clip.shot(index) for index in range(3)]
    truth = [(shot.rgb, shot.mask) for shot in shots]

    def filmed(name: str, by: int) -> Path:
        with open_sink(tmp_path / name, clip, settings=EncodeConfig()) as sink:
            for index, shot in enumerate(shots):
                sink.write(Frame(index, index, str(index), np.roll(shot.rgb, by, 1)))
        return tmp_path / name

    assert true_swap_ssim(filmed("same.mp4", 0), truth) > 0.9
    assert true_swap_ssim(filmed("moved.mp4", 9), truth) < 0.8
