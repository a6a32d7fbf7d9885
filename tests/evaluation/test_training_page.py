import base64
import re
from dataclasses import replace
from html import unescape

import numpy as np

from omote.evaluation.curves import curves
from omote.evaluation.training_page import Told, training_page
from omote.imaging.pictures import decode, encode_jpeg
from omote.training.config import LearnConfig, PhaseConfig
from omote.training.history import Row

ROWS = [
    Row(250, 1800.0, 0.2, 0.3, 1e-4, "learn", 0.25, 0.35, 0.61, 0.52),
    Row(500, 3600.0, 0.1, 0.2, 1e-4, "learn", 0.15, 0.25, 0.82, 0.71),
    Row(750, 5400.0, 0.09, 0.19, 1e-4, "finish", 0.14, 0.24, 0.79, 0.73),
    Row(1000, 7200.0, 0.08, 0.18, 5e-5, "finish"),
]


def told(**changes: object) -> Told:
    return replace(Told("a-b", LearnConfig(), ROWS, 1200, 950), **changes)  # type: ignore[arg-type]


def lines(html: str) -> dict[str, list[str]]:
    """Return the rows of all tables by what stands in their first column."""
    found = (re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html))
    return {cells[0]: [unescape(cell) for cell in cells[1:]] for cells in found if cells}


def test_the_page_tells_the_latest_and_the_best() -> None:
    html = training_page(told(advice="Add <faces>."))
    assert "The network nano, trained for 1,000 iterations in 2.0 hours, now in the phase finish." in html
    assert "Add &lt;faces&gt;." in html
    table = lines(html)
    assert table["faces learnt from"] == ["1,200", "950"]
    assert table["loss of learnt faces"] == ["0.0800", "0.1800"]
    assert table["loss of held-out faces, 0 is best"] == ["0.1400", "0.2400"]
    assert table["best SSIM so far"] == ["0.8200 at 500", "0.7300 at 750"]


def test_settings_stand_with_what_is_usual_where_they_differ() -> None:
    settings = LearnConfig(
        batch_size=8,
        freeze=["encoder"],
        phases=(PhaseConfig(name="learn"), PhaseConfig(name="sharpen", critic=0.1), PhaseConfig(name="end")),
    )
    table = lines(training_page(told(settings=settings)))
    assert table["batch_size"] == ["8", "16", "faces of each person in a step, on each device"]
    assert table["seed"][:2] == ["0", ""]
    assert table["freeze"][:2] == ["encoder", "none"]
    assert table["loss.ssim"][:2] == ["1", ""]
    assert table["optimizer.learning_rate"][:2] == ["none", ""]
    assert table["watch.tensorboard"][:2] == ["yes", ""]
    assert table["phases.2.critic"][:2] == ["0.1", "0"]
    assert table["phases.3.name"][:2] == ["end", ""]


def test_the_pictures_are_in_the_page_itself() -> None:
    preview = encode_jpeg(np.full((40, 60, 3), 99, np.uint8))
    html = training_page(told(curves=curves(ROWS), preview=preview))
    pictures = [base64.b64decode(found) for found in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)]
    assert pictures[1] == preview
    drawn = decode(pictures[0])
    assert drawn is not None
    assert drawn.shape[1] == 1170
    assert "src=" not in re.sub(r'src="data:[^"]+"', "", html)


def test_a_run_that_has_not_begun_has_a_page_too() -> None:
    html = training_page(told(rows=[]))
    assert "not trained yet" in html
    assert "<img" not in html
    assert lines(html)["loss of learnt faces"] == ["not measured", "not measured"]


def test_rows_of_old_models_have_a_page_too() -> None:
    html = training_page(told(rows=[Row(250, None, 0.1, 0.2, None)]))
    assert "trained for 250 iterations." in html
    assert lines(html)["best SSIM so far"] == ["not measured", "not measured"]
