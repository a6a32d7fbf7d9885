import numpy as np
import pytest
from scipy import stats

from omote.evaluation.ranking import effects, ranking


def test_the_best_is_first_and_tells_how_far_the_others_are_behind() -> None:
    first, second, third = ranking({"poor": [0.5, 0.52], "good": [0.8, 0.82], "none": [], "fair": [0.7, 0.72]})
    assert [each.name for each in (first, second, third)] == ["good", "fair", "poor"]
    assert [each.mean for each in (first, second, third)] == pytest.approx([0.81, 0.71, 0.51])
    assert [each.behind for each in (first, second, third)] == pytest.approx([0, 0.1, 0.3])
    assert second.scores == (0.7, 0.72)
    assert second.is_told_apart
    assert third.is_told_apart
    assert not first.is_told_apart


def test_two_choices_are_told_apart_as_by_the_t_test() -> None:
    chance = np.random.default_rng(1)
    for shift in np.linspace(0, 3, 30):
        scores = {"a": chance.normal(0, 1, 4).tolist(), "b": chance.normal(shift, 1, 4).tolist()}
        probable = stats.ttest_ind(scores["a"], scores["b"]).pvalue
        assert ranking(scores)[1].is_told_apart == (probable < 0.05)


def test_chance_alone_tells_choices_apart_in_one_comparison_of_twenty() -> None:
    chance = np.random.default_rng(2)
    drawn = [{name: chance.normal(0, 1, 3).tolist() for name in "abcd"} for _ in range(300)]
    wrong = [any(each.is_told_apart for each in ranking(scores)) for scores in drawn]
    assert 0.02 < np.mean(wrong) < 0.08


def test_the_bounds_hold_the_true_mean_in_nineteen_of_twenty() -> None:
    chance = np.random.default_rng(3)
    drawn = [{name: chance.normal(5, 1, 3).tolist() for name in "abcd"} for _ in range(300)]
    held = [each.low < 5 < each.high for scores in drawn for each in ranking(scores) if each.low and each.high]
    assert 0.92 < np.mean(held) < 0.98


def test_one_seed_tells_nothing_of_chance() -> None:
    best, other = ranking({"a": [0.5], "b": [0.9]})
    assert (best.name, best.low, best.high, best.margin) == ("b", None, None, None)
    assert other.behind == pytest.approx(0.4)
    assert not other.is_told_apart


def test_a_choice_with_one_score_is_judged_by_the_chance_of_the_others() -> None:
    best, even, single = ranking({"a": [0.8, 0.81], "b": [0.5], "c": [0.79, 0.8]})
    assert (best.name, even.name, single.name) == ("a", "c", "b")
    assert single.is_told_apart
    assert not even.is_told_apart
    assert single.low is not None
    assert even.low is not None
    assert single.low < single.mean
    assert single.mean - single.low == pytest.approx(2**0.5 * (even.mean - even.low))


def test_one_choice_alone_has_bounds_and_nobody_to_be_compared_with() -> None:
    (alone,) = ranking({"a": [0.5, 0.7]})
    assert alone.low is not None
    assert alone.margin is None
    assert ranking({}) == []


def test_a_settings_effect_is_the_mean_over_all_that_have_the_value() -> None:
    chosen = {
        "n1": {"network": "nano", "mse": "0", "seed": "1"}, "n2": {"network": "nano", "mse": "1", "seed": "1"},
        "h1": {"network": "noh", "mse": "0", "seed": "1"}, "h2": {"network": "noh", "mse": "1", "seed": "1"},
    }  # fmt: skip
    found = effects(chosen, ranking({"n1": [0.1], "n2": [0.3], "h1": [0.5], "h2": [0.9]}))
    assert found == {
        "network": {"nano": pytest.approx(0.2), "noh": pytest.approx(0.7)},
        "mse": {"0": pytest.approx(0.3), "1": pytest.approx(0.6)},
    }
