import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from omote.core.types import Floats, Picture
from omote.evaluation.steadiness import flicker_ratios, jitter_ratios, steadiness_measures

FRAMES = 8


@pytest.fixture(scope="module")
def plate() -> list[Picture]:
    """A texture that glides over the frame."""
    noise = gaussian_filter(np.random.default_rng(0).uniform(0, 255, (100, 120, 3)), (2, 2, 0))
    still = (noise - noise.mean()) / noise.std() * 30 + 128
    moved = [shift(still, (0.7 * n, 1.6 * n, 0), order=3, mode="nearest") for n in range(FRAMES)]
    return [np.rint(each).clip(0, 255).astype(np.uint8) for each in moved]


@pytest.fixture(scope="module")
def masks() -> list[Floats]:
    y, x = np.mgrid[0:100, 0:120]
    return [(np.hypot(x - 55 - 1.6 * n, y - 45 - 0.7 * n) < 25).astype(np.float32) for n in range(FRAMES)]


def ratios(plate: list[Picture], result: list[Picture], masks: list[Floats]) -> list[float]:
    return [ratio for _, ratio in flicker_ratios(plate, result, masks)]


def test_the_same_frames_are_as_steady(plate: list[Picture], masks: list[Floats]) -> None:
    assert flicker_ratios(plate, plate, masks) == [(now, 1) for now in range(FRAMES - 1)]


def test_shuffled_frames_flicker(plate: list[Picture], masks: list[Floats]) -> None:
    shuffled = [plate[place] for place in (3, 0, 6, 2, 7, 1, 5, 4)]
    assert min(ratios(plate, shuffled, masks)) > 2
    assert np.mean(ratios(plate, shuffled, masks)) > 5


def test_light_that_changes_from_frame_to_frame_flickers_the_more_it_does(
    plate: list[Picture], masks: list[Floats]
) -> None:
    means = [
        np.mean(ratios(plate, [frame + np.uint8(by * (n % 2)) for n, frame in enumerate(plate)], masks))
        for by in (0, 4, 8)
    ]
    assert means[0] == 1
    assert means[1] > 2
    assert means[2] > 1.5 * means[1]


def test_what_only_goes_along_with_the_plate_does_not_flicker(plate: list[Picture], masks: list[Floats]) -> None:
    other = [np.uint8(255) - frame for frame in plate]
    assert ratios(plate, other, masks) == pytest.approx([1] * (FRAMES - 1), abs=0.05)


def test_without_a_face_in_both_frames_there_is_no_ratio(plate: list[Picture], masks: list[Floats]) -> None:
    gone = [masks[0], masks[1] * 0, masks[2], masks[3]]
    assert [now for now, _ in flicker_ratios(plate[:4], plate[:4], gone)] == [2]


def test_points_that_move_evenly_do_not_tremble_and_others_do(landmarks: Floats) -> None:
    plate = np.stack([landmarks + np.float32(2.5 * n) for n in range(FRAMES)])
    other = np.stack([landmarks * 1.1 + np.float32(1.5 * n) for n in range(FRAMES)]).astype(np.float32)
    assert jitter_ratios(plate, other) == pytest.approx([1] * (FRAMES - 2), abs=1e-3)
    noise: Floats = np.asarray(np.random.default_rng(1).normal(0, 1, plate.shape), np.float32)
    small, large = (np.mean(jitter_ratios(plate, plate + noise * by)) for by in (np.float32(0.2), np.float32(0.4)))
    assert 2 < small < large
    shuffled = plate[[3, 0, 6, 2, 7, 1, 5, 4]]
    assert min(jitter_ratios(plate, shuffled)) > 5


def test_figures_are_gathered_where_there_are_any() -> None:
    assert [(each.name, each.value, each.n) for each in steadiness_measures([1.0, 3.0], [])] == [
        ("flicker, result / plate", 2, 2)
    ]
