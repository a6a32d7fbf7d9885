import pytest

from omote.curation.steps import Steps, by_side, by_size


def test_parts_are_named_by_their_edges() -> None:
    steps = by_size((20, 60))
    assert steps.names == ("under-20", "20-to-60", "from-60")
    assert [steps.name_of(value) for value in (-1, 19.9, 20, 60, 1e9)] == [
        "under-20", "under-20", "20-to-60", "from-60", "from-60",
    ]  # fmt: skip


def test_sides_mirror_each_other() -> None:
    steps = by_side((0, 15, 30), "left", "right")
    assert steps.edges == (-30, -15, 0, 15, 30)
    assert steps.names == (
        "left-from-30", "left-15-to-30", "left-0-to-15", "right-0-to-15", "right-15-to-30", "right-from-30",
    )  # fmt: skip
    assert (steps.name_of(-20), steps.name_of(0), steps.name_of(20)) == (
        "left-15-to-30",
        "right-0-to-15",
        "right-15-to-30",
    )


def test_names_and_edges_go_together() -> None:
    for edges, names in (((1.0,), ("a",)), ((2.0, 1.0), ("a", "b", "c"))):
        with pytest.raises(ValueError, match="one name more"):
            Steps(edges, names)
