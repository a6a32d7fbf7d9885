import json
from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import SettingError
from omote.evaluation.space import Range
from omote.stages.comparing.plan import Plan, digest

PLAN: dict[str, Any] = {
    "cast": {}, "budget": {"iterations": 100}, "seeds": [3, 4], "settings": {"batch_size": 2, "loss": {"ssim": 0.5}},
    "matrix": {"network": ["nano", "noh"], "loss": {"mse": [0, 1]}, "optimizer": {"name": ["adam"]}},
}  # fmt: skip


def plan(**changes: Any) -> Plan:
    return Plan.checked({**PLAN, **changes})


def test_a_plan_is_read_from_toml_with_dotted_names_and_groups_alike(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        'seeds = [1]\nparallel = 2\n[faces]\na = "x"\nb = "y"\n[budget]\nminutes = 1.5\n'
        '[matrix]\nloss.mse = [0, 1]\n"loss.mae" = [2]\n[matrix.augment]\nwarp = [1, 2]\n'
        "optimizer.learning_rate = {low = 1e-4, high = 1e-2, log = true}\n[search]\ntrials = 3\n"
    )
    read = Plan.read(path)
    assert list(read.matrix) == ["augment.optimizer.learning_rate", "augment.warp", "loss.mae", "loss.mse"]
    assert read.space()["augment.optimizer.learning_rate"] == Range(1e-4, 1e-2, log=True)
    assert (read.parallel, read.budget.minutes) == (2, 1.5)


def test_the_settings_of_a_choice_lie_over_those_of_all() -> None:
    learn = plan().learn({"network": "noh", "loss.mse": 0, "optimizer.name": "lion"}, 7)
    assert (learn.network, learn.loss.mse, learn.loss.ssim, learn.optimizer.name) == ("noh", 0, 0.5, "lion")
    assert (learn.batch_size, learn.seed) == (2, 7)
    table = plan(matrix={"loss": [{"mae": 1, "mse": 0}, {"mse": 2}]})
    assert table.learn({"loss": {"mae": 1, "mse": 0}}, 0).loss.terms == {"ssim": 0.5, "mae": 1}
    setup = {"network": "noh", "options": {"size": "s"}}
    both = plan(matrix={"setup": [{"network": "nano"}, setup]})
    assert both.learn({"setup": setup}, 0).options == {"size": "s"}
    assert both.names([{"setup": {"network": "nano"}}, {"setup": setup}]) == ["nano", "noh size s"]


def test_the_order_of_a_file_makes_no_other_plan() -> None:
    phases = [{"name": "small", "share": 0.5}, {"name": "all"}]
    setups = [{"network": "noh", "options": {"size": "s", "resolution": 192}}, {"network": "nano", "phases": phases}]
    rates = {"low": 1e-4, "high": 1e-2}
    one = plan(matrix={"loss": {"mse": [0, 1], "mae": [2]}, "setup": setups, "batch_size": rates}, search={})
    other = plan(matrix=turned({"loss": {"mse": [0, 1], "mae": [2]}, "setup": setups, "batch_size": rates}), search={})
    assert (one, one.digest()) == (other, other.digest())
    assert json.dumps(one.model_dump(mode="json")) == json.dumps(other.model_dump(mode="json"))
    assert list(one.matrix) == list(other.matrix) == ["setup", "batch_size", "loss.mae", "loss.mse"]
    assert one.words({"setup": other.space()["setup"][1]}) == {"setup": "nano phases small, all"}  # type: ignore[index]


def turned(value: Any) -> Any:
    """Return a value with the names of all tables in it the other way round."""
    if isinstance(value, dict):
        return {name: turned(one) for name, one in reversed(value.items())}
    return [turned(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("turn", [False, True])
def test_what_says_more_of_a_setting_wins_wherever_it_stands(turn: bool) -> None:
    matrix: dict[str, Any] = {
        "setup": [{"network": "nano", "watch": {"save_every": 7}, "loss.mse": 1, "loss": {"mse": 2, "mae": 3}}],
        "watch.save_every": [9], "network": ["noh"], "loss": [{"mae": 5, "logcosh": 6}], "loss.logcosh": [8],
    }  # fmt: skip
    tried = plan(matrix=turned(matrix) if turn else matrix)
    (choice,) = tried.looked_at()
    learn = tried.learn(choice, 0)
    assert (learn.network, learn.watch.save_every) == ("noh", 9)
    assert (learn.loss.ssim, learn.loss.mse, learn.loss.mae, learn.loss.logcosh) == (0.5, 1, 5, 8)


def test_each_value_is_looked_at_before_anything_is_trained() -> None:
    looked = plan().looked_at()
    assert {(name, value) for choice in looked for name, value in choice.items()} == {
        ("network", "nano"), ("network", "noh"), ("loss.mse", 0), ("loss.mse", 1), ("optimizer.name", "adam"),
    }  # fmt: skip
    searched = plan(matrix={"optimizer.warmup": {"low": 1, "high": 9, "whole": True}}, search={})
    assert [choice["optimizer.warmup"] for choice in searched.looked_at()] == [1, 9]


def test_names_tell_choices_apart_and_leave_out_what_is_the_same_in_all() -> None:
    first = {"network": "nano", "loss.mse": 0, "optimizer.name": "adam"}
    assert plan().names([first, {**first, "loss.mse": 1}]) == ["nano + mse 0", "nano + mse 1"]
    assert plan().words(first) == {"network": "nano", "loss.mse": "0"}
    alike = [{"phases": [{"name": "learn", "share": share}]} for share in (0.5, 0.7)]
    phases = plan(matrix={"phases": [choice["phases"] for choice in alike]})
    assert phases.names(alike) == ["phases learn (1)", "phases learn (2)"]
    assert plan(matrix={"batch_size": [4]}).names([{"batch_size": 4}]) == ["as it is"]


def test_setups_that_differ_at_their_end_only_are_told_apart() -> None:
    same = {"network": "noh", "options": {"size": "s", "resolution": 192}}
    setups = [{"setup": {**same, "optimizer.learning_rate": rate}} for rate in (1e-3, 1e-4)]
    both = plan(matrix={"setup": [choice["setup"] for choice in setups]})
    said = [both.words(choice)["setup"] for choice in setups]
    assert said[0].endswith("learning rate 0.001") and said[1].endswith("learning rate 0.0001")
    assert both.names(setups) == said


def test_curves_have_twenty_points_unless_the_plan_says_how_often() -> None:
    assert plan().watched(plan().learn({}, 0)).watch.measure_every == 5
    said = plan(settings={"watch": {"measure_every": 50}})
    assert said.watched(said.learn({}, 0)).watch.measure_every == 50
    timed = plan(budget={"minutes": 1})
    assert timed.watched(timed.learn({}, 0)) == timed.learn({}, 0)


def test_what_asks_for_other_trainings_has_another_digest() -> None:
    same = plan(parallel=4, device="cpu")
    assert same.digest("x") == plan().digest("x")
    others = [plan(seeds=[3]), plan(budget={"minutes": 1}), plan(settings={}), plan(end_early=True)]
    assert len({each.digest("x") for each in (plan(), *others)} | {plan().digest("y")}) == 6
    minutes = {"minutes": 1}
    timed = [plan(budget=minutes), plan(budget=minutes, parallel=4), plan(budget=minutes, device="cpu")]
    assert len({each.digest("x") for each in timed}) == 3
    assert len(digest({"b": 1, "a": 2})) == 12
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"faces": {"a": "x", "b": "y"}}, r"either \[faces\] or \[cast\]"),
        ({"cast": None}, r"either \[faces\] or \[cast\]"),
        ({"budget": {}}, "either iterations or minutes"),
        ({"budget": {"iterations": 2, "minutes": 1}}, "either iterations or minutes"),
        ({"matrix": {}}, "names nothing to try"),
        ({"seeds": [1, 1]}, "seeds are all different"),
        ({"matrix": {"seeds": [0, 1]}}, r"seeds is no setting to try: .*above the first \[table\]"),
        ({"matrix": {"network": ["nano", "nano"]}}, "network has a list of different values"),
        ({"matrix": {"network": []}}, "network has a list of different values"),
        (
            {"matrix": {"loss": [{"mse": 1, "mae": 2}, {"mae": 2, "mse": 1}]}},
            "loss has a list of different values",
        ),
        ({"matrix": {"loss.mse": [0], "loss": {"mse": [1]}}}, r"\[matrix\] has loss\.mse twice"),
        ({"matrix": {"batch_size": {"low": 1, "high": 4}}}, r"batch_size has a range.*give a list, or \[search\]"),
        ({"matrix": {"batch_size": {"low": 4, "high": 1}}, "search": {}}, "low is below high"),
        ({"matrx": {}}, "unknown setting matrx; known: .*matrix"),
        ({"parallel": 0}, "parallel"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    import tomli_w

    path = tmp_path / "p.toml"
    path.write_text(tomli_w.dumps({name: value for name, value in {**PLAN, **changes}.items() if value is not None}))
    with pytest.raises(SettingError, match=said) as fault:
        Plan.read(path)
    assert "p.toml" in str(fault.value)


def test_a_file_that_is_no_plan_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[matrix\n")
    for name in ("p.toml", "none.toml"):
        with pytest.raises(SettingError, match=rf"cannot read the plan.*{name}"):
            Plan.read(tmp_path / name)


def test_an_unknown_setting_names_those_there_are() -> None:
    with pytest.raises(SettingError, match=r"unknown setting loss\.msee; known: .*mse"):
        plan().learn({"loss.msee": 1}, 0)
