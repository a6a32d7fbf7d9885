import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.evaluation.study import Lost, Search, Study, Try
from omote.imaging.pictures import encode_png
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.judging import WAY, Outcome
from omote.stages.comparing.plan import Plan
from omote.stages.comparing.results import Results
from omote.stages.comparing.telling import Told, tell
from omote.stages.comparing.worker import OUTCOME

PLAN: dict[str, Any] = {
    "budget": {"iterations": 100}, "device": "cpu", "seeds": [0, 1], "settings": {"batch_size": 3},
    "matrix": {"loss.mse": [0, 1], "network": ["nano", "noh"]},
}  # fmt: skip
FACES = {"faces": {"a": "a", "b": "b"}}


def kept(results: Results, values: dict[str, Any], seed: int, score: float, seconds: float, way: float | None) -> None:
    place = results.place(values, seed)
    (place / "shown").mkdir(parents=True)
    figures = {} if way is None else {WAY: way}
    found = Outcome(score=score, figures=figures, lower=[], iterations=100, seconds=seconds, parameters=5, history=[])
    (place / OUTCOME).write_text(found.model_dump_json())
    for name in ("made", "plate"):
        (place / "shown" / f"{name}-0.png").write_bytes(encode_png(np.full((16, 16, 3), 90, np.uint8)))


def told(
    folder: Path, scores: Mapping[tuple[int, str], list[float]], way: float | None = None,
    troubles: Sequence[Lost] = (), **changes: Any,
) -> Told:  # fmt: skip
    """Tell of a plan whose trainings have these scores, by their loss and network, one for each seed."""
    plan = Plan.checked({**PLAN, **(changes if "cast" in changes else {**FACES, **changes})})
    results = Results(plan, Ground(a=folder / "x y" / "a", b=folder / "b", digest=""), folder / "trainings")
    for (mse, network), each in scores.items():
        for seed, score in zip(plan.seeds, each, strict=False):
            kept(results, {"loss.mse": mse, "network": network}, seed, score, 10 if network == "nano" else 50, way)
    search = plan.search and Search(plan.search.sampler, plan.search.trials)
    with Study.open(
        folder / "study.db", "x", plan.space(), plan.seeds, search=search or None, kept=results.has
    ) as study:
        while (one := study.next()) is not None:
            outcome = results.outcome(one.values, one.seed)
            if changes.get("end_early") and one.values == {"loss.mse": 1, "network": "noh"} and one.seed == 1:
                study.ended_early(one.number, "ended early after 9 iterations")
            elif outcome is not None:
                study.ended(one.number, outcome.score)
        return tell(study, results, troubles, folder)


def test_the_winners_settings_lie_beside_the_page_with_a_command_that_takes_them(tmp_path: Path) -> None:
    scores = {(0, "nano"): [0.5, 0.51], (1, "nano"): [0.7, 0.71], (0, "noh"): [0.9, 0.91], (1, "noh"): [0.9, 0.93]}
    said = told(tmp_path, scores)
    assert (said.verdict.take, said.done, said.failed) == ("mse 1 + noh", 8, 0)
    assert said.recipe == tmp_path / "winner.toml"
    settings = tomllib.loads(said.recipe.read_text())
    assert (settings["network"], settings["loss"]["mse"], settings["batch_size"]) == ("noh", 1, 3)
    assert said.command is not None
    assert f"--a '{tmp_path}/x y/a' --b {tmp_path}/b -m MODEL --recipe {said.recipe}" in said.command
    text = said.page.read_text()
    assert "Take mse 1 + noh (mse 0 + noh as good)" in text
    assert "mse-1-noh-seed-1-" in text  # the model of the better of its seeds
    assert "A by A&#x27;s decoder" in text
    assert "loss.mse: 0 | 1; network: nano | noh" in text
    assert "100 iterations for each training, each with 2 seeds. No training was ended early." in text
    assert "Not yet the end" not in text


def test_choices_of_the_same_short_name_have_each_their_line_among_those_without_a_result(tmp_path: Path) -> None:
    alike: list[dict[str, Any]] = [{"phases": [{"name": "learn", "share": share}]} for share in (0.5, 0.7)]
    lost = [Lost(Try(number, values, 0), f"it broke {number}") for number, values in enumerate(alike)]
    said = told(tmp_path, {}, troubles=lost, matrix={"phases": [values["phases"] for values in alike]})
    assert said.failed == 2
    text = said.page.read_text()
    assert "phases learn (1), seed 0: it broke 0" in text
    assert "phases learn (2), seed 0: it broke 1" in text


def test_each_outcome_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan.checked({**PLAN, **FACES})
    results = Results(plan, Ground(a=tmp_path, b=tmp_path, digest=""), tmp_path / "trainings")
    read = []
    with Study.open(tmp_path / "study.db", "x", plan.space(), plan.seeds, kept=results.has) as study:
        while (one := study.next()) is not None:
            kept(results, one.values, one.seed, 0.5, 10, None)
            study.ended(one.number, 0.5)
        outcome = results.outcome

        def counted(values: Mapping[str, Any], seed: int) -> Outcome | None:
            read.append((str(values), seed))
            return outcome(values, seed)

        monkeypatch.setattr(results, "outcome", counted)
        assert tell(study, results, [], tmp_path).done == 8
    assert len(read) == len({*read}) == 8


def test_what_is_not_done_yet_is_counted(tmp_path: Path) -> None:
    said = told(tmp_path, {(0, "nano"): [0.5, 0.51], (1, "nano"): [0.7]})
    assert (said.done, said.verdict.take) == (3, "mse 1 + nano")
    assert "Not yet the end: 5 trainings are not done." in said.page.read_text()
    (tmp_path / "new").mkdir()
    nothing = told(tmp_path / "new", {})
    assert (nothing.verdict.take, nothing.recipe, nothing.command) == (None, None, None)
    assert not (tmp_path / "new" / "winner.toml").exists()


@pytest.mark.parametrize(("way", "warned"), [(-0.3, True), (0.4, False)])
def test_a_swap_worse_than_none_is_said_so(tmp_path: Path, way: float, warned: bool) -> None:
    scores = {(0, "nano"): [0.5, 0.51], (1, "nano"): [0.7, 0.71]}
    said = told(tmp_path, scores, way, cast={"pair": 2})
    text = said.page.read_text()
    assert ("farther from the true swap than A&#x27;s own face" in text) == warned
    assert "two drawn actors (pair 2)" in text
    assert said.command is not None
    assert "--a FACES_OF_A --b FACES_OF_B" in said.command


def test_a_choice_is_not_ranked_by_the_seeds_that_were_not_ended_early(tmp_path: Path) -> None:
    scores = {(0, "nano"): [0.5, 0.51], (1, "nano"): [0.7, 0.71], (0, "noh"): [0.8, 0.81], (1, "noh"): [0.9]}
    said = told(tmp_path, scores, end_early=True)
    assert said.verdict.take == "mse 0 + noh"
    assert [each.name for each in said.standings] == ["mse 0 + noh", "mse 1 + nano", "mse 0 + nano"]
    text = said.page.read_text()
    assert "mse 1 + noh, seed 1: ended early after 9 iterations; the choice is not ranked" in text
    assert "Poor trainings were ended early." in text
    assert "What each setting is worth" not in text
    assert said.done == 7


def test_one_that_went_on_after_it_was_ended_early_is_ranked(tmp_path: Path) -> None:
    scores = {(0, "nano"): [0.5, 0.51], (1, "nano"): [0.7, 0.71], (0, "noh"): [0.8, 0.81], (1, "noh"): [0.9, 0.91]}
    said = told(tmp_path, scores, end_early=True)
    assert (said.verdict.take, said.done, said.failed) == ("mse 1 + noh", 8, 0)


def test_what_is_judged_by_other_pictures_is_doubted(tmp_path: Path) -> None:
    matrix = {"loss.mse": [0, 1], "network": ["nano"], "crop": [{"coverage": 0.7}, {"coverage": 0.9}]}
    plan = Plan.checked({**PLAN, **FACES, "matrix": matrix})
    results = Results(plan, Ground(a=tmp_path, b=tmp_path, digest=""), tmp_path / "trainings")
    with Study.open(tmp_path / "study.db", "x", plan.space(), plan.seeds, kept=results.has) as study:
        text = tell(study, results, [], tmp_path).page.read_text()
    assert "cropped or held out otherwise is judged by other pictures" in text


def test_one_seed_and_a_search_are_doubted(tmp_path: Path) -> None:
    scores = {(mse, network): [mse / 2] for mse in (0, 1) for network in ("nano", "noh")}
    text = told(tmp_path, scores, seeds=[5]).page.read_text()
    assert "Give two seeds or more" in text
    (tmp_path / "searched").mkdir()
    searched = told(tmp_path / "searched", scores, seeds=[5], search={"sampler": "random", "trials": 20})
    text = searched.page.read_text()
    assert "The best of many choices is best by luck, too" in text
    assert "4 choices found by random" in text
