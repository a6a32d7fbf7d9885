import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from omote.training.advice import WORTH, advice, outlook, plateau, time_to_stop
from omote.training.history import History, Row

PATIENCE, STEP = 20_000, 250
Curve = Callable[[float], float]


def falling(iteration: float) -> float:
    return 0.05 + 0.3 / math.sqrt(1 + iteration / 2000)


def settling(iteration: float) -> float:
    return 0.08 + 0.2 * math.exp(-iteration / 5000)


def rising(iteration: float) -> float:
    return settling(iteration) + max(0.0, iteration - 40_000) * 2e-7


def run(
    held: Curve, learnt: Curve, *, noise: float = 0.01, end: int = 100_000, seed: int = 0, ssim: bool = True
) -> History:
    chance, history = np.random.default_rng(seed), History()
    for iteration in range(STEP, end + 1, STEP):
        loss_a, loss_b, held_a, held_b = (
            curve(iteration) * (1 + noise * float(chance.standard_normal())) for curve in (learnt, learnt, held, held)
        )
        similar = (1 - held_a, 1 - held_b) if ssim else (None, None)
        history.append(Row(iteration, iteration / 50, loss_a, loss_b, 5e-5, "learn", held_a, held_b, *similar))
    return history


def alarms(history: History) -> list[int]:
    """Return when a run that asks every 2500 iterations is told that it stands still."""
    so_far, found = History(), []
    for row in history.rows:
        so_far.append(row)
        if row.iteration % 2500 == 0 and plateau(so_far, PATIENCE):
            found.append(row.iteration)
    return found


@pytest.mark.parametrize("ssim", [True, False])
def test_fifty_noisy_curves_that_still_fall_raise_no_alarm(ssim: bool) -> None:
    for seed in range(50):
        history = run(falling, falling, seed=seed, ssim=ssim)
        assert not alarms(history), seed
        assert advice(history, 1000, 1000) is None


def test_strong_noise_makes_neither_a_fall_a_plateau_nor_a_plateau_a_fall() -> None:
    told = 0
    for seed in range(30):
        assert not alarms(run(falling, falling, noise=0.03, seed=seed)), seed
        told += len(alarms(run(lambda _: 0.1, lambda _: 0.1, noise=0.03, seed=seed)))
    asked = 30 * (100_000 - 27_500) / 2500  # a level wants half the patience before it can be held against
    assert told > 0.9 * asked


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.01, 0.03])
def test_a_curve_that_has_settled_is_told_soon_after_the_patience(noise: float) -> None:
    for seed in range(10):
        first = alarms(run(settling, settling, noise=noise, seed=seed))[0]
        # At 40,000 iterations the curve is within 0.1 % of where it ends.
        assert 40_000 <= first <= 90_000, seed


def test_a_curve_that_gets_worse_has_no_progress() -> None:
    assert plateau(run(rising, settling), PATIENCE)


def test_a_curve_without_noise_is_read_to_a_quarter_percent() -> None:
    for share, still in ((0.002, True), (0.003, False)):
        history = History(
            Row(number, 1.0, 1.0, 1.0, 1e-4, "learn", 1.0, 1.0, error, error)
            for number in range(1, 201)
            for error in [0.9 if number <= 100 else 0.9 + 0.1 * share]
        )
        assert plateau(history, 100) is still


def test_nothing_is_said_before_the_patience_is_over_or_without_measures() -> None:
    flat = run(lambda _: 0.1, lambda _: 0.1, end=PATIENCE)
    assert not plateau(flat, PATIENCE)
    assert not plateau(History(), PATIENCE)
    unmeasured = History(Row(number * 250, 1.0, 0.1, 0.1, 1e-4, "learn") for number in range(1, 300))
    assert not plateau(unmeasured, PATIENCE)


def test_a_new_phase_or_rate_has_its_own_patience() -> None:
    history = run(lambda _: 0.1, lambda _: 0.1, end=60_000)
    assert plateau(history, PATIENCE)
    assert not plateau(history, PATIENCE, since=45_000)
    history.append(Row(60_250, 1.0, 0.1, 0.1, 1e-4, "finish", 0.1, 0.1, 0.9, 0.9))
    assert not plateau(history, PATIENCE)


def test_few_measures_within_the_patience_are_enough() -> None:
    history = run(lambda _: 0.1, lambda _: 0.1, noise=0, end=2000)
    assert plateau(history, 500)


def test_overfitting_and_a_full_network_are_told_apart() -> None:
    by_heart = advice(run(settling, falling), 1000, 1000) or ""
    assert "no better for 20,000 iterations" in by_heart
    assert "by heart" in by_heart
    full = advice(run(settling, settling), 1000, 1000) or ""
    assert "learnt what it can" in full
    assert "by heart" not in full


def test_few_faces_are_told_of_by_side_and_degree() -> None:
    history = run(falling, falling)
    assert advice(history, 250, 250) is None
    assert "249 faces of A are few" in (advice(history, 249, 1000) or "")
    assert "24 faces of B are far too few" in (advice(history, 1000, 24) or "")
    assert "7 faces of A" in (advice(History(), 7, 1000) or "")


def test_held_out_faces_far_worse_than_the_learnt_ones_are_told_of() -> None:
    text = advice(run(lambda at: 1.8 * falling(at), falling), 1000, 1000) or ""
    assert "A's held-out faces come out worse than the learnt ones" in text
    assert "B's held-out faces" in text
    assert advice(run(lambda at: 1.3 * falling(at), falling), 1000, 1000) is None


def test_a_side_far_worse_than_the_other_is_named() -> None:
    history = History(Row(number * 250, 1.0, 0.03, 0.06, 1e-4, "learn") for number in range(1, 20))
    text = advice(history, 1000, 1000) or ""
    assert text.startswith("B comes out far worse than A (loss 0.06 against 0.03)")
    held = History(Row(number * 250, 1.0, 0.03, 0.03, 1e-4, "learn", 0.045, 0.02) for number in range(1, 20))
    assert "A comes out far worse than B (loss 0.045 against 0.02)" in (advice(held, 1000, 1000) or "")


def power(share: float) -> Curve:
    """Return an error that falls like a power of time, and so that the doubling to 10,000 iterations gains a share."""
    gain = share / 2  # of SSIM, which is 0.5 there
    return lambda at: 0.5 + (gain / (2**0.3 - 1)) * ((at / 10_000) ** -0.3 - 1)


@pytest.mark.parametrize("share", [0.004, 0.01, 0.03])
def test_the_outlook_is_a_little_above_what_going_on_as_long_again_brings(share: float) -> None:
    curve = power(share)
    ahead = outlook(run(curve, curve, noise=0, end=10_000))
    assert ahead is not None
    brings = curve(10_000) - curve(20_000)
    assert brings < ahead.gain < 1.6 * brings
    assert ahead.ssim == pytest.approx(0.5, abs=0.1 * ahead.gain)


def test_the_error_of_an_outlook_is_how_far_noise_throws_it() -> None:
    curve = power(0.01)
    found = [outlook(run(curve, curve, noise=0.01, end=20_000, seed=seed)) for seed in range(200)]
    gains, errors = zip(*((each.gain, each.error) for each in found if each is not None), strict=True)
    assert np.std(gains) == pytest.approx(float(np.mean(errors)), rel=0.15)


def test_stopping_is_said_where_little_is_to_be_gained_and_not_before() -> None:
    enough, more = power(0.7 * WORTH), power(2.5 * WORTH)
    for seed in range(20):
        assert "less than 1%" in (time_to_stop(run(enough, falling, noise=5e-4, end=10_000, seed=seed)) or ""), seed
        assert time_to_stop(run(more, falling, noise=5e-4, end=10_000, seed=seed)) is None, seed
        assert time_to_stop(run(enough, falling, noise=0.05, end=10_000, seed=seed)) is None, seed  # nobody can tell


def test_there_is_no_outlook_on_few_measures_or_over_another_phase_or_rate() -> None:
    still = power(0.0)
    history = run(still, still, noise=0, end=6_250)
    assert outlook(history) is None  # 19 measures after a quarter of the time
    assert outlook(run(still, still, noise=0, end=6_500)) is not None
    assert outlook(run(still, still, noise=0, end=20_000, ssim=False)) is None
    assert outlook(History()) is None
    row = run(still, still, noise=0, end=20_000).rows[-1]
    for change in ({"phase": "finish"}, {"rate": 1e-5}, {"held_ssim_a": None}):
        other = run(still, still, noise=0, end=20_000)
        other.append(replace(row, iteration=20_250, **change))
        assert outlook(other) is None, change
