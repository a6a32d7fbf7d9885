from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from omote.cast.actor import Actor
from omote.cast.camera import project, turn
from omote.cast.expression import rig
from omote.cast.landmarks import marks
from omote.cast.scene import Expression, Scene
from omote.cast.take import take
from omote.core.types import Floats
from omote.imaging.landmarks import LEFT_EYE, MOUTH, NOSE, RIGHT_EYE, eye_distance
from omote.perception.steadying import steadied

_REACH = 3
_NOISE = 0.006  # of the eye distance; near what dlib's points of a still face tremble by
_PARTS = (NOSE, RIGHT_EYE, LEFT_EYE, MOUTH)

Signal = npt.NDArray[np.float64]


def played(scenes: tuple[Scene, ...], seed: int = 1) -> Floats:
    """The true landmarks of an actor in 480 by 360 pictures."""
    body = rig(Actor.from_seed(seed))
    spots = marks(Actor.from_seed(seed), body.canvas)
    return np.stack([
        project(spots.on(body.posed(scene.expression)) @ turn(scene.pose).T, scene.place, 480, 360)[:, :2]
        for scene in scenes
    ])  # fmt: skip


def noisy(truth: Floats, seed: int = 0) -> Floats:
    """Points that tremble one by one and, as those of a landmarker do, together with their part of the face."""
    rng, size = np.random.default_rng(seed), _NOISE * eye_distance(truth[0])
    noise = rng.normal(0, size, truth.shape)
    for part in _PARTS:
        noise[:, part] += rng.normal(0, size, (len(truth), 1, 2))
    return (truth + noise).astype(np.float32)


def steadied_all(landmarks: Floats, trust: Signal | None = None, reach: int = _REACH) -> Floats:
    times, trust = np.arange(len(landmarks)), np.ones(len(landmarks)) if trust is None else trust
    return np.stack([steadied(times, landmarks, trust, at, reach) for at in range(len(times))])


def jitter(landmarks: Floats) -> float:
    bends = landmarks[:-2] - 2 * landmarks[1:-1] + landmarks[2:]
    return float(np.linalg.norm(bends, axis=2).mean())


def error(landmarks: Floats, truth: Floats) -> float:
    return float(np.linalg.norm(landmarks - truth, axis=2).mean())


def eyes_open(landmarks: Floats) -> Signal:
    lids = [(37, 41), (38, 40), (43, 47), (44, 46)]
    gaps = [np.linalg.norm(landmarks[:, up] - landmarks[:, low], axis=1) for up, low in lids]
    return np.asarray(np.mean(gaps, axis=0), np.float64)


def mouth_open(landmarks: Floats) -> Signal:
    return (landmarks[:, 66] - landmarks[:, 62])[:, 1].astype(np.float64)


def nose_across(landmarks: Floats) -> Signal:
    return landmarks[:, 30, 0].astype(np.float64)


def lag(truth: Signal, seen: Signal) -> int:
    """Frames by which changes are seen late: where those of both go best together."""
    one, other = np.diff(truth), np.diff(seen)
    inner = slice(5, len(one) - 5)
    return max(range(-5, 6), key=lambda late: float(np.corrcoef(one[inner], np.roll(other, -late)[inner])[0, 1]))


@pytest.fixture(scope="module")
def acted() -> Floats:
    """Six seconds of turning, talking and blinking."""
    return played(take(1, 150, turning=0.6))


def test_points_come_nearer_to_the_truth_and_tremble_less(acted: Floats) -> None:
    seen = noisy(acted)
    steady = steadied_all(seen)
    assert error(steady, acted) < 0.6 * error(seen, acted)
    assert jitter(steady) < 0.2 * jitter(seen)


def test_a_still_face_trembles_less_than_half(acted: Floats) -> None:
    seen = noisy(np.repeat(acted[:1], 60, axis=0))
    steady = steadied_all(seen)
    assert jitter(steady) < 0.15 * jitter(seen)
    assert error(steady, acted[:1]) < 0.55 * error(seen, acted[:1])


@pytest.mark.parametrize("signal", [eyes_open, mouth_open, nose_across])
def test_nothing_comes_late_or_early(acted: Floats, signal: Callable[[Floats], Signal]) -> None:
    steady = steadied_all(noisy(acted))
    assert lag(signal(acted), signal(steady)) == 0


@pytest.mark.parametrize("move", [eyes_open, mouth_open])
def test_a_single_blink_and_a_single_word_keep_their_height(move: Callable[[Floats], Signal]) -> None:
    """A movement of a third of a second, which is about what a blink takes."""
    shape = np.zeros(41)
    shape[16:25] = np.array([0.15, 0.5, 0.85, 1, 1, 1, 0.85, 0.5, 0.15])
    scenes = [
        Scene(expression=Expression(blink_right=s, blink_left=s) if move is eyes_open else Expression(jaw_open=0.5 * s))
        for s in shape
    ]
    truth = played(tuple(scenes))
    heights = [np.ptp(move(truth))]
    for seed in range(8):
        opened = move(steadied_all(noisy(truth, seed)))
        heights.append(abs(np.median(opened[19:22]) - np.median(opened[:12])))
    assert min(heights[1:]) > 0.8 * heights[0]
    assert np.mean(heights[1:]) > 0.88 * heights[0]


def test_an_even_movement_passes_unchanged(landmarks: Floats) -> None:
    moving = (landmarks + np.arange(20)[:, None, None] * np.array([2.5, -1.0])).astype(np.float32)
    np.testing.assert_allclose(steadied_all(moving), moving, atol=1e-3)


def test_what_is_left_of_trembling_is_the_weighted_line_of_numpy(landmarks: Floats) -> None:
    """Noise far below what is always assumed: all of it is taken away, so that the line is all that remains."""
    rng, reach = np.random.default_rng(3), 5
    times = np.array([0, 1, 2, 4, 5, 6, 9, 10])
    points = (landmarks + rng.normal(0, 1e-3, (len(times), 68, 2))).astype(np.float32)
    trust = rng.uniform(0.2, 1, len(times))
    at = 4
    near = np.abs(times - times[at]) <= reach
    away = times[near] - times[at]
    root = np.sqrt(trust[near] * 10.0 ** -((away / reach) ** 2))
    design = np.stack([np.ones(len(away)), away], 1)
    fit, *_ = np.linalg.lstsq(root[:, None] * design, root[:, None] * points[near].reshape(len(away), -1), rcond=None)
    np.testing.assert_allclose(steadied(times, points, trust, at, reach), fit[0].reshape(68, 2), atol=2e-4)


def test_a_frame_that_is_not_to_be_trusted_is_corrected_by_its_neighbours(landmarks: Floats) -> None:
    seen = noisy(np.repeat(landmarks[None], 21, axis=0))
    seen[10] += np.array([4, -3], np.float32)
    trust = np.ones(21)
    believed = steadied_all(seen, trust)[10]
    trust[10] = 0.05
    doubted = steadied_all(seen, trust)[10]
    away = [float(np.linalg.norm(points - landmarks, axis=1).mean()) for points in (believed, doubted)]
    assert away[1] < 1 < away[0]


def test_a_frame_that_is_not_to_be_trusted_pulls_its_neighbours_less(landmarks: Floats) -> None:
    seen = np.repeat(landmarks[None], 21, axis=0)
    seen[10] += np.float32(4)
    trust = np.ones(21)
    pulled = error(steadied_all(seen, trust)[11:12], landmarks[None])
    trust[10] = 0.05
    assert error(steadied_all(seen, trust)[11:12], landmarks[None]) < 0.2 * pulled


def test_only_the_ratio_of_trust_counts_and_none_at_all_is_no_harm(acted: Floats) -> None:
    seen = noisy(acted[:30])
    sure = steadied_all(seen, np.full(30, 0.9))
    np.testing.assert_allclose(steadied_all(seen, np.full(30, 0.3)), sure, atol=1e-3)
    np.testing.assert_allclose(steadied_all(seen, np.zeros(30)), sure, atol=1e-3)


@pytest.mark.parametrize("times", [[7], [7, 8], [7, 8, 40], [0, 20, 40, 60]])
def test_a_short_track_and_a_lonely_frame_come_back_unchanged(landmarks: Floats, times: list[int]) -> None:
    points = noisy(np.repeat(landmarks[None], len(times), axis=0))
    for at in range(len(times)):
        back = steadied(np.array(times), points, np.ones(len(times)), at, _REACH)
        np.testing.assert_array_equal(back, points[at])


def test_frames_beyond_the_reach_do_not_count(acted: Floats) -> None:
    seen = noisy(acted[:30])
    whole = steadied(np.arange(30), seen, np.ones(30), 15, _REACH)
    part = slice(15 - _REACH, 16 + _REACH)
    np.testing.assert_array_equal(steadied(np.arange(30)[part], seen[part], np.ones(7), _REACH, _REACH), whole)


def test_the_ends_of_a_track_are_steadied_too(acted: Floats) -> None:
    ends = [0, 1, -2, -1]
    seen = [noisy(acted[:40], seed) for seed in range(8)]
    before = np.mean([error(points[ends], acted[:40][ends]) for points in seen])
    after = np.mean([error(steadied_all(points)[ends], acted[:40][ends]) for points in seen])
    assert after < 0.85 * before
