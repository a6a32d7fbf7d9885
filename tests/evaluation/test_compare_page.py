import dataclasses

import numpy as np

from omote.evaluation.compare_page import Chosen, Comparison, Made, compare_page
from omote.evaluation.ranking import ranking
from omote.evaluation.verdict import Verdict
from omote.training.history import Row

FACE = np.full((24, 24, 3), 90, np.uint8)


def made(seed: int, **figures: float) -> Made:
    rows = [Row(10 * n, 60.0 * n, 0.5, 0.5, 1e-3, "learn", 0.5, 0.5, 0.1 * n, 0.1 * n) for n in range(1, 6)]
    return Made(seed, figures, ["error"], 50, 25.0, 1234, rows)


def comparison() -> Comparison:
    scores = {
        "nano, mse 0": [0.7, 0.71],
        "nano, mse 1": [0.6, 0.61],
        "noh, mse 0": [0.9, 0.91],
        "noh, mse 1": [0.9, 0.92],
    }
    choices = [
        Chosen(name, dict(zip(("network", "loss.mse"), name.replace("mse ", "").split(", "), strict=True)),
               [made(0, PSNR=20.5, error=err), made(1, PSNR=21.5, error=err)], [FACE] * 3)
        for err, name in enumerate(scores, 2)
    ]  # fmt: skip
    return Comparison(
        Verdict("noh, mse 1", "Take noh, mse 1", "It is <far> better."), ranking(scores), choices, "SSIM to the truth",
        "It does not tell all.", "What & how.", ["Do this."], ["nano, mse 0, seed 2: broke"],
        [("A, as filmed", [FACE] * 3)],
        "winner.toml", "omote train --recipe 'a b/winner.toml'", "x/model", is_grid=True,
    )  # fmt: skip


def test_the_answer_stands_on_top_and_all_else_below_it() -> None:
    text = compare_page(comparison())
    order = [
        "<h1>Take noh, mse 1</h1>", "It is &lt;far&gt; better.", "Do this.", "data:image/jpeg", "Take it",
        "omote train --recipe", 'href="winner.toml"', "x/model", "The same faces", "All figures",
        "It does not tell all.",
        "What each setting is worth", "How they learnt", "nano, mse 0, seed 2: broke", "What &amp; how.",
    ]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("data:image/jpeg") == 3


def test_the_table_has_a_line_for_each_choice_the_best_first() -> None:
    text = compare_page(comparison()).replace("\N{NO-BREAK SPACE}", " ")
    for line in (
        "<td>1 noh, mse 1</td><td>0.9100</td>", "<td>best</td>", "<td>2 noh, mse 0</td><td>0.9050</td>",
        "<td>0.0050 as good</td><td>21*</td><td>4</td><td>2</td></tr>", "<td>4 nano, mse 1</td>",
        "<td>21*</td><td>2*</td>",        "<td>0.3050 worse</td>",
    ):  # fmt: skip
        assert line in text, line
    assert text.index("1 noh") < text.index("2 noh") < text.index("3 nano") < text.index("4 nano")


def test_a_setting_is_worth_the_mean_over_the_others() -> None:
    text = compare_page(comparison())
    assert "<td>network</td><td>noh</td><td>0.9075</td><td>+0.0000</td>" in text
    assert "<td>network</td><td>nano</td><td>0.6550</td><td>-0.2525</td>" in text
    searched = dataclasses.replace(comparison(), is_grid=False)
    assert "What each setting is worth" not in compare_page(searched)


def test_a_page_without_a_result_says_so_and_nothing_more() -> None:
    empty = dataclasses.replace(
        comparison(), verdict=Verdict(None, "Nothing to take yet", "No training has ended."), standings=[], choices=[],
        troubles=[], references=[], recipe=None, command=None, model=None, advice=[],
    )  # fmt: skip
    text = compare_page(empty)
    assert "Nothing to take yet" in text
    assert "What &amp; how." in text
    assert "<table>" not in text
    assert "<img" not in text
