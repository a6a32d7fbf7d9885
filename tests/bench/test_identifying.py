import pytest

from bench.identifying import bcubed


def test_bcubed_is_the_mean_over_items_of_how_pure_their_group_is() -> None:
    groups, truth = list("aaabbc"), list("xxyyyy")
    each = [2 / 3, 2 / 3, 1 / 3, 1, 1, 1]
    assert bcubed(groups, truth) == pytest.approx(sum(each) / 6)
    assert bcubed(truth, groups) == pytest.approx((1 + 1 + 1 / 4 + 1 / 2 + 1 / 2 + 1 / 4) / 6)
    assert bcubed(truth, truth) == 1
