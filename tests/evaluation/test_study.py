from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import OmoteError
from omote.evaluation import study as module
from omote.evaluation.space import Range, Space
from omote.evaluation.study import SamplerName, Search, Study, Try

SPACE: Space = {"network": ["nano", "noh"], "loss": [{"mse": 1}, {"mae": 1.5}]}
WHOLE = [({"network": network, "loss": loss}, seed)
         for seed, network, loss in product((0, 7), ("nano", "noh"), ({"mse": 1}, {"mae": 1.5}))]  # fmt: skip


def opened(folder: Path, space: Space = SPACE, **changes: Any) -> Study:
    settings: dict[str, Any] = {"seeds": (0, 7), "kept": lambda *_: True, **changes}
    return Study.open(folder / "study.db", "one", space, **settings)


def all_of(study: Study, score: Callable[[Try], float] = lambda one: 0.5) -> list[Try]:
    tries = []
    while (one := study.next()) is not None:
        study.ended(one.number, score(one))
        tries.append(one)
    return tries


def pairs(tries: list[Try]) -> list[tuple[Mapping[str, Any], int]]:
    return [(one.values, one.seed) for one in tries]


def test_a_grid_tries_all_choices_with_the_first_seed_before_any_with_the_second(tmp_path: Path) -> None:
    with opened(tmp_path) as study:
        assert study.total == 8
        assert pairs(all_of(study)) == WHOLE
        assert study.next() is None
        assert study.left == 0
        assert study.choices() == [values for values, seed in WHOLE if seed == 0]
    with opened(tmp_path) as study:
        assert study.next() is None


def test_what_was_running_when_it_was_broken_off_is_tried_again_and_nothing_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as study:
        first, second, third = study.next(), study.next(), study.next()
        assert first and second and third
        study.ended(second.number, 0.5)
        study.failed(third.number)
        assert study.left == 6
    with opened(tmp_path) as study:
        again = pairs(all_of(study))
    assert again[0] == (first.values, first.seed)
    done = (second.values, second.seed)
    assert done not in again
    assert sorted(map(str, [*again, done])) == sorted(map(str, WHOLE))


def test_a_result_that_is_gone_is_made_again(tmp_path: Path) -> None:
    with opened(tmp_path) as study:
        all_of(study)
    gone = ({"network": "noh", "loss": {"mse": 1}}, 7)
    with opened(tmp_path, kept=lambda values, seed: (values, seed) != gone) as study:
        assert pairs(all_of(study)) == [gone]


def test_a_search_comes_nearer_to_the_best_and_tries_each_choice_with_all_seeds(tmp_path: Path) -> None:
    space: Space = {"warmup": Range(1, 1000, log=True, whole=True), "name": ["good", "bad"]}

    def score(one: Try) -> float:
        return float(one.values["name"] == "good") - float(one.values["warmup"]) / 1000

    with opened(tmp_path, space, search=Search("tpe", 12)) as study:
        tries = all_of(study, score)
        assert study.total == len(tries) == 24
    for first, second in zip(tries[::2], tries[1::2], strict=True):
        assert (first.values, first.seed, second.seed) == (second.values, 0, 7)
    assert all(isinstance(one.values["warmup"], int) for one in tries)
    late, early = tries[-6:], tries[:12]  # 10 tries are by chance
    assert sum(map(score, late)) / 6 > sum(map(score, early)) / 12


def test_a_search_that_was_broken_off_proposes_what_it_had_not(tmp_path: Path) -> None:
    space: Space = {"rate": Range(0, 1)}
    search = Search("random", 5)
    with opened(tmp_path, space, search=search) as study:
        first, second, third = study.next(), study.next(), study.next()
        assert first and second and third
        study.ended(first.number, 0.5)
        study.ended(second.number, 0.5)
        assert study.left == 8
    with opened(tmp_path, space, search=search) as study:
        rest = all_of(study)
        assert len(study.choices()) == 5
    assert (third.values, third.seed) in pairs(rest)
    assert len(rest) == 8
    assert len({one.values["rate"] for one in [first, *rest]}) == 5


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_search_proposes_no_choice_twice_and_ends_when_there_are_no_more(
    tmp_path: Path, sampler: SamplerName
) -> None:
    space: Space = {"warmup": Range(1, 5, whole=True), "name": ["good", "bad"]}
    search = Search(sampler, 50)
    with opened(tmp_path, space, search=search) as study:
        assert (study.total, study.left) == (20, 20)
        begun = [one for one in (study.next() for _ in range(9)) if one]
        for one in begun[:6]:
            study.ended(one.number, float(one.values["name"] == "good"))
        assert study.left == 14
    with opened(tmp_path, space, search=search) as study:  # three were broken off
        assert (study.total, study.left) == (20, 14)
        tries = begun[:6] + all_of(study, lambda one: float(one.values["name"] == "good"))
        assert (study.total, study.left, study.next()) == (20, 0, None)
    every = product(range(1, 6), ("good", "bad"), (0, 7))
    assert sorted((one.values["warmup"], one.values["name"], one.seed) for one in tries) == sorted(every)


def test_where_a_sampler_comes_back_to_what_was_there_others_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASKS", 0)
    space: Space = {"rate": Range(0.2, 0.4), "warmup": Range(3, 4, whole=True), "name": ["good", "bad"]}
    with opened(tmp_path, space, search=Search("random", 6)) as study:
        tries = all_of(study)
        assert (study.total, len(tries), len(study.choices())) == (12, 12, 6)
    assert all(0.2 <= one.values["rate"] <= 0.4 for one in tries)
    assert {(one.values["warmup"], one.values["name"]) for one in tries} <= {*product((3, 4), ("good", "bad"))}


def test_no_try_is_ended_early_unless_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path) as study:
        for good in (True, False):
            one = study.next()
            assert one
            told = [study.should_end(one.number, share / 10, 0.9 if good else 0.1) for share in range(10)]
            study.ended(one.number, 0.9 if good else 0.1)
            assert not any(told)


def test_where_asked_for_a_poor_try_is_ended_and_said_so(tmp_path: Path) -> None:
    with opened(tmp_path, end_early=True) as study:
        for _ in range(4):
            one = study.next()
            assert one
            assert not study.should_end(one.number, 0.31, 0.8)
            study.ended(one.number, 0.9)
        good, poor = study.next(), study.next()
        assert good and poor
        assert not study.should_end(good.number, 0.36, 0.9)
        assert study.should_end(poor.number, 0.36, 0.1)
        assert not study.should_end(poor.number, 0.38, 0.1)  # it was told of this tenth before
        study.ended_early(poor.number, "too poor at a third")
    with opened(tmp_path, end_early=True) as study:
        assert study.early() == [(poor, "too poor at a third")]
        assert (poor.values, poor.seed) not in pairs(all_of(study))


def test_one_ended_early_that_is_gone_is_not_said_to_be_so_while_it_waits_runs_or_came_to_its_end(
    tmp_path: Path,
) -> None:
    space: Space = {"network": ["nano"]}
    with opened(tmp_path, space, seeds=(0,), end_early=True) as study:
        first = study.next()
        assert first
        study.ended_early(first.number, "too poor")
    with opened(tmp_path, space, seeds=(0,), end_early=True, kept=lambda *_: False) as study:
        assert study.early() == []
        again = study.next()
        assert again and again.number != first.number
        assert study.early() == []
        study.ended_early(again.number, "too poor again")
        assert study.early() == [(again, "too poor again")]
    with opened(tmp_path, space, seeds=(0,), end_early=True, kept=lambda *_: False) as study:
        assert len(all_of(study)) == 1
        assert study.early() == []


def test_no_try_is_ended_in_the_first_fifth_of_its_budget(tmp_path: Path) -> None:
    with opened(tmp_path, end_early=True) as study:
        for _ in range(4):
            one = study.next()
            assert one
            assert not any(study.should_end(one.number, share, 0.8) for share in (0.05, 0.15, 0.25))
            study.ended(one.number, 0.9)
        poor = study.next()
        assert poor
        assert [study.should_end(poor.number, share, 0.1) for share in (0.05, 0.15, 0.25)] == [False, False, True]


def test_a_file_that_is_no_study_is_one_line_and_kept(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("not a database, but someone's notes")
    with pytest.raises(OmoteError, match=r"not a study that can be gone on with.*study\.db"):
        opened(tmp_path)
    assert (tmp_path / "study.db").read_text() == "not a database, but someone's notes"


def test_a_range_can_only_be_searched(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rate has a range"):
        opened(tmp_path, {"rate": Range(0, 1)})
