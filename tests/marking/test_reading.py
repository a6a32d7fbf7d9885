from dataclasses import replace

import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import resize, scale_of
from omote.marking.pattern import LUMA, PERIOD, SIDE, filtered, noise, window
from omote.marking.reading import Sight, _base, _bound, _spread, _turning, read, sight
from omote.marking.watermark import Watermark
from tests.marking.conftest import Moment

MARK = Watermark()


def sights(film: list[Moment], watermark: Watermark = MARK) -> list[Sight]:
    return [sight(one.marked(watermark), one.landmarks, one.seconds) for one in film]


def test_a_marked_film_is_told_from_an_unmarked_one(film: list[Moment]) -> None:
    marked, plain = read([sights(film)]), read([[sight(one.rgb, one.landmarks, one.seconds) for one in film]])
    assert marked.found and marked.chance < 1e-12
    assert not plain.found and plain.chance > 1e-3
    assert marked.sights == 25


def test_it_is_found_where_time_begins_elsewhere_and_frames_are_missing(film: list[Moment]) -> None:
    some = [replace(one, seconds=one.seconds + 0.123) for one in sights(film)[::2]]
    assert read([some]).found


def test_it_is_found_in_the_mirror(film: list[Moment]) -> None:
    mirrored = [Sight(one.seconds, np.ascontiguousarray(one.square[:, ::-1])) for one in sights(film)]
    assert read([mirrored]).found


def test_it_is_found_by_points_that_are_a_little_wrong(film: list[Moment]) -> None:
    seen = []
    for one in film:
        size = 1 / scale_of(alignment(one.landmarks))
        points = ((one.landmarks - 110) * 1.04 + 110 + 0.04 * size).astype(np.float32)
        seen.append(sight(one.marked(MARK), points, one.seconds))
    assert read([seen]).found


def test_it_is_found_at_half_the_size(film: list[Moment]) -> None:
    small = [(resize(one.marked(MARK), 120, 110), (one.landmarks / 2).astype(np.float32), one.seconds) for one in film]
    assert read([[sight(*each) for each in small]]).found


def test_a_single_picture_of_even_colours_has_the_mark(film: list[Moment]) -> None:
    for one in film[::6]:
        skin = np.clip(one.rgb.mean(2, keepdims=True) * 0.3 + (100, 70, 55), 0, 255).round().astype(np.uint8)
        even = replace(one, rgb=skin)
        assert read([[sight(even.marked(MARK), one.landmarks, 0)]]).found
        assert not read([[sight(skin, one.landmarks, 0)]]).found


def test_shots_too_short_to_tell_are_read_together(film: list[Moment]) -> None:
    """Each of less than half a turn; what stands still in each is another thing."""
    shots = [sights(film)[at : at + 5] for at in range(0, 25, 5)]
    dark = [[replace(one, square=one.square // (1 + n % 2)) for one in shot] for n, shot in enumerate(shots)]
    assert read(dark).found
    assert read(dark).sights == 25


def test_without_a_face_there_is_nothing_to_read() -> None:
    with pytest.raises(ValueError, match="no face"):
        read([])
    with pytest.raises(ValueError, match="no face"):
        read([[]])


def test_what_turns_is_taken_out_of_what_stands_and_drifts() -> None:
    rng = np.random.default_rng(0)
    one, other, still, drift = rng.standard_normal((4, SIDE, SIDE))
    times = np.sort(rng.uniform(0, 4, 50))
    turn = 2 * np.pi * times[:, None, None] / PERIOD
    waves = np.cos(turn) * one + np.sin(turn) * other + still + times[:, None, None] * drift
    found = _turning(waves, _base([times]))
    np.testing.assert_allclose(found[0], one, atol=1e-6)
    np.testing.assert_allclose(found[1], other, atol=1e-6)
    assert found[2].max() < 1e-6


def test_shots_drift_each_in_its_way() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, SIDE, SIDE))
    times = np.concatenate([np.arange(24) / 10, 100 + np.arange(24) / 10])
    drift = np.where(times < 50, 3 - times, 40 * (times - 100))[:, None, None]
    turn = 2 * np.pi * times[:, None, None] / PERIOD
    found = _turning(np.cos(turn) * one + np.sin(turn) * other + drift, _base([times[:24], times[24:]]))
    np.testing.assert_allclose(found[0], one, atol=1e-6)
    np.testing.assert_allclose(found[1], other, atol=1e-6)


def test_the_spread_by_chance_is_what_other_patterns_show() -> None:
    """The statement of chance rests on this: the sum over a face, over patterns of other signs, has this variance."""
    face = np.random.default_rng(3).standard_normal((SIDE, SIDE)).cumsum(0) * window()
    sums = [float((filtered(noise(f"other {n}"), LUMA.band) * face).sum()) for n in range(400)]
    assert np.var(sums) == pytest.approx(_spread([np.fft.rfft2(face)], LUMA.band), rel=0.25)


def test_times_that_fit_ill_count_less() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, SIDE, SIDE))
    times = np.arange(40) / 10
    turn = 2 * np.pi * times[:, None, None] / PERIOD
    waves = np.cos(turn) * one + np.sin(turn) * other + rng.standard_normal((40, SIDE, SIDE))
    waves[::4] += 12 * rng.standard_normal((10, SIDE, SIDE))
    found = _turning(waves, _base([times]))
    inside = window() > 0
    plain = np.linalg.pinv(_base([times])) @ waves.reshape(40, -1)
    wrong = [np.square((each - one)[inside]).mean() for each in (found[0], plain[0].reshape(SIDE, SIDE))]
    assert wrong[0] < 0.5 * wrong[1]


def test_the_bound_is_above_what_signs_do() -> None:
    """Sums of 12 signs with uneven weights, six of them squared and summed, 20,000 times."""
    rng = np.random.default_rng(2)
    weights = 0.7 ** np.arange(12)
    weights /= np.sqrt(np.square(weights).sum())
    sums = np.square(rng.choice([-1.0, 1.0], (20_000, 6, 12)) @ weights).sum(1)
    for strength in (8.0, 12.0, 16.0, 20.0):
        assert (sums >= strength).mean() <= _bound(strength, 6)
    assert _bound(70.0, 6) < 1e-10
    assert _bound(6.0, 6) == _bound(0.0, 6) == 1


def test_unmarked_noise_is_never_found() -> None:
    rng = np.random.default_rng(5)
    times: Floats = (np.arange(20) / 10).astype(np.float32)
    for _ in range(5):
        base = rng.integers(40, 200, (16, 16, 3), np.uint8)
        squares = [resize(base, SIDE, SIDE) + rng.integers(0, 30, (SIDE, SIDE, 3), np.uint8) for _ in times]
        assert read([[Sight(float(at), square) for at, square in zip(times, squares, strict=True)]]).chance > 1e-4
