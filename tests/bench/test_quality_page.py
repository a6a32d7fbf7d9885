from typing import Any

import numpy as np
import pytest

from bench.quality_page import Facts, agreements, page
from omote.evaluation.identity import TO_B

TRUE = "SSIM to the true swap inside the face"
FACTS = Facts(
    "2030-01-02", "a machine", "python -m bench.quality",
    {"pairs": 2, "minutes": 2, "frames": 150, "trial": 48, "batch": 4}, "do nothing",
)  # fmt: skip


def figure(name: str, value: float, better: str = "higher", group: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "better": better, "group": group}


def row(network: str, pair: int, ssim: float, share: float = 1.0, **told: float) -> dict[str, Any]:
    result = [
        figure(TO_B, 0.75, "lower"), figure("flicker", told.get("flicker", 0.5), "nearer 1"),
        figure("seam", told.get("seam", 1), "lower"),
    ]  # fmt: skip
    measures = {
        "true": [figure(TRUE, ssim), figure(TRUE, ssim - 0.1, group="mouth open")],
        "result": result,
        "model": [figure("SSIM of restored faces", told.get("held", 0.5), group="held-out faces of B")],
    }
    pace = {"iterations": 1000, "it_per_s": 2.5, "parameters": 2_100_000, "output": 64}
    return {"network": network, "pair": [pair, 9], "share": share, "measures": measures, **pace}


def results(pair: int, seams: tuple[float, ...]) -> list[dict[str, Any]]:
    """Four results, each better than the one before: flicker says so, though it passes 1, held-out faces do not."""
    flickers, held = (0.2, 0.5, 1.1, 1.0), (0.9, 0.6, 0.8, 0.5)
    each = zip((0.5, 0.6, 0.7, 0.8), flickers, held, seams, strict=True)
    return [row("nano", pair, ssim, flicker=unsteady, held=back, seam=seam) for ssim, unsteady, back, seam in each]


def test_a_figure_tells_if_it_ranks_as_the_truth_does_in_every_pair() -> None:
    rows = results(1, (4, 3, 2, 1)) + results(2, (1, 2, 3, 4))
    found = {one.name: one for one in agreements(rows)}
    assert found["flicker"].mean == pytest.approx(1)
    assert found["flicker"].tells
    held = found["SSIM of restored faces, held-out faces of B"]
    assert held.mean == pytest.approx(-0.8)
    assert not held.tells
    seam = found["seam"]
    assert (seam.mean, seam.lowest, seam.highest, seam.pairs) == pytest.approx((0, -1, 1, 2))
    assert not seam.tells
    assert agreements(rows)[0].name == "flicker"


def test_what_chance_may_reach_tells_nothing_however_well_it_ranks() -> None:
    (one, *_) = agreements(results(1, (4, 3, 2, 1)))
    assert one.mean == pytest.approx(1)
    assert one.chance == pytest.approx(1.645 / 3**0.5, abs=1e-3)
    assert one.tells
    weaker = one._replace(mean=0.9, lowest=0.9)
    assert not weaker.tells
    (both, *_) = agreements(results(1, (4, 3, 2, 1)) + results(2, (4, 3, 2, 1)))
    assert both.chance == pytest.approx(1.645 / 6**0.5, abs=1e-3)
    drawn = np.random.default_rng(0).permuted(np.tile(np.arange(4.0), (4000, 2, 1)), axis=2)
    means = (1 - 6 * np.square(drawn - np.arange(4)).sum(2) / (4 * 15)).mean(1)  # Spearman's, where no ranks are equal
    assert (means > both.chance).mean() == pytest.approx(0.05, abs=0.03)


def test_few_results_or_ones_that_are_all_alike_are_not_ranked() -> None:
    assert agreements(results(1, (1, 1, 1, 1))[:3]) == []
    assert "seam" not in {one.name for one in agreements(results(1, (1, 1, 1, 1)))}
    assert "Too few results" in page(results(1, (1, 1, 1, 1))[:3], FACTS)


def test_the_best_stands_first_the_untouched_plate_last_and_what_broke_below() -> None:
    nothing = {"network": "do nothing", "pair": [1, 9], "share": 1.0, "measures": {"true": [figure(TRUE, 0.9)]}}
    broken = {"network": "odd", "pair": [1, 9], "share": 1.0, "measures": {}, "fault": "the numbers broke"}
    rows = [nothing, row("nano", 1, 0.5), row("nano", 2, 0.7), row("noh", 1, 0.8), broken, row("noh", 1, 0.3, 0.25)]
    text = page(rows, FACTS)
    (end, early) = text.split("## After a quarter of the time")
    lines = [line.split("|")[1].strip() for line in end.splitlines() if line.startswith("|")]
    assert lines[2:5] == ["noh", "nano", "do nothing"]
    assert "| nano | 0.600 ± 0.100 |" in end
    assert "| 0.75 ± 0.00 | 1,000 |" in end
    assert "| 1,000 | 2.50 | 2.1 M | 64 px |" in end
    assert "| nano | 0.500 ± 0.100 |" in end.split("## By pose")[1]
    assert "odd on the pair 1, 9: the numbers broke" in end
    assert "| noh | 0.300 |" in early
    assert "2030-01-02" in text
    assert "a machine" in text
