from pathlib import Path

import numpy as np
import pytest

from omote.cast.pairs import PAIRS
from omote.evaluation.page import Figure
from omote.evaluation.true_swap import true_swap
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pictures import decode
from omote.stages.context import Context
from omote.stages.evaluating.actors import ActorsConfig, shots_of
from omote.stages.evaluating.beside import evaluate_cast


@pytest.mark.slow
def test_a_trial_is_told_with_plate_result_and_true_swap_beside_each_other(taught: Path) -> None:
    config = ActorsConfig(model=taught, a=PAIRS[0].a, b=PAIRS[0].b, frames=3, device="cpu")
    chapter = evaluate_cast(config, Context())
    (way,) = (each for each in chapter.measures if each.name == "way from A to the true swap")
    assert way.n == 3
    assert f"The result goes {100 * way.value:.0f} % of the way" in chapter.said
    assert len(chapter.rankings) == 3
    worst, best = (figures[0] for figures in (chapter.rankings[0].worst, chapter.rankings[0].best))
    assert ssim(worst) < ssim(best)
    shots = list(shots_of(config.clips()))
    for shown in (worst, best):
        picture = decode(shown.jpeg)
        assert picture is not None
        _, plate, truth = shots[int(shown.caption.split()[1].rstrip(":"))]
        crop = crop_matrix(plate.landmarks, 192, "head")
        wanted = np.round(true_swap(plate, truth)[0]).astype(np.uint8)
        left, middle, right = (part[40:].astype(float) for part in np.hsplit(picture, 3))  # below the captions
        goal_left, goal_right = (warp(each, crop, 192, 192)[40:] for each in (plate.rgb, wanted))
        assert np.abs(left - goal_left).mean() < 3
        assert np.abs(right - goal_right).mean() < 3
        assert np.abs(middle - goal_right).mean() > 3  # two iterations make no swap


def ssim(figure: Figure) -> float:
    return float(figure.caption.rpartition(":")[2])
