import pytest

from omote.evaluation.evaluation_page import Chapter, evaluation_page, measures_table, ranked
from omote.evaluation.measures import measured

PICTURES = {frame: f"jpeg {frame}".encode() for frame in range(40)}


def captions(figures: object) -> list[str]:
    assert isinstance(figures, list)
    return [figure.caption for figure in figures]


def test_the_worst_and_the_best_are_chosen_apart_from_each_other() -> None:
    values = {frame: float(abs(frame - 20)) for frame in range(40)}
    found = ranked("seam", values, "lower", "levels", PICTURES, apart=8)
    assert found is not None
    assert captions(found.best) == ["frame 20: 0 levels", "frame 12: 8 levels", "frame 28: 8 levels"]
    assert captions(found.worst)[:2] == ["frame 0: 20 levels", "frame 39: 19 levels"]
    assert found.worst[0].jpeg == b"jpeg 0"


@pytest.mark.parametrize(
    ("better", "worst"), [("lower", "frame 9: 3"), ("higher", "frame 1: 0.2"), ("nearer 1", "frame 9: 3")]
)
def test_what_is_worst_goes_by_the_direction(better: str, worst: str) -> None:
    found = ranked("x", {1: 0.2, 5: 1.1, 9: 3.0, 7: float("nan")}, better, "", PICTURES, apart=1)  # type: ignore[arg-type]
    assert found is not None
    assert captions(found.worst)[0] == worst
    assert not any("frame 7" in each for each in captions(found.worst) + captions(found.best))


def test_frames_that_are_all_alike_are_not_ranked() -> None:
    assert ranked("x", {1: 2.0, 5: 2.0}, "lower", "", PICTURES, apart=1) is None
    assert ranked("x", {1: 2.0}, "lower", "", PICTURES, apart=1) is None
    assert ranked("x", {}, "lower", "", PICTURES, apart=1) is None


def test_the_page_has_every_figure_with_what_it_cannot_tell() -> None:
    found = measured("seam", [1.0, 2.0, 3.0], unit="levels", better="lower", cannot_tell="hidden edges", group="dark")
    assert found is not None
    (row,) = measures_table([found]).rows
    assert row[0] == "seam (dark)"
    assert row[1] == "2 levels"
    assert row[3] == f"{found.spread:.2g}"
    assert row[-1] == "hidden edges"
    (whole,) = measures_table([found.model_copy(update={"spread": None})]).rows
    assert whole == (*row[:3], "", *row[4:])
    ranking = ranked("how it is", {1: 0.2, 9: 3.0}, "lower", "", PICTURES, apart=1)
    assert ranking is not None
    text = evaluation_page("How good?", [Chapter("Result", "In <short>.", [found], [ranking])])
    for words in (
        "<h1>How good?</h1>",
        "In &lt;short&gt;.",
        "hidden edges",
        "By how it is",
        "frame 9: 3",
        "Worst",
        "Best",
    ):
        assert words in text
