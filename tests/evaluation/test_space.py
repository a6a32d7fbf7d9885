import math
from itertools import product

import pytest

from omote.evaluation.space import Range, Space, count, grid, other_than, text_of


def test_a_grid_is_each_value_with_each_and_has_no_range() -> None:
    space: Space = {"name": ["good", "bad"], "warmup": [0, 1, 2]}
    assert [(one["name"], one["warmup"]) for one in grid(space)] == [*product(("good", "bad"), (0, 1, 2))]
    assert count(space) == len(grid(space))
    with pytest.raises(ValueError, match="rate has a range"):
        grid({**space, "rate": Range(0, 1)})


def test_whole_ranges_are_counted_others_have_no_end() -> None:
    assert count({"warmup": Range(1, 7, whole=True), "name": ["good", "bad", "other"]}) == 21
    assert count({"warmup": Range(1, 7, whole=True), "rate": Range(0, 1)}) == math.inf


def test_what_is_drawn_is_the_only_one_that_is_not_known() -> None:
    space: Space = {"warmup": Range(3, 5, whole=True), "name": ["good", "bad"]}
    every = [{"warmup": warmup, "name": name} for warmup, name in product((3, 4, 5), ("good", "bad"))]
    for left in every:
        assert other_than({text_of(one) for one in every if one != left}, space) == left
