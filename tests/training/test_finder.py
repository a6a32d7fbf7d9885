import math
from collections.abc import Callable

import numpy as np
import pytest

from omote.training.finder import find_rate


class Bowl:
    """Plain gradient descent in a noisy bowl: it gets worse at once where the rate is above 2 / steepness."""

    def __init__(self, steepness: float, noise: float) -> None:
        self.steepness, self.noise = steepness, noise
        self.rng, self.at = np.random.default_rng(0), np.ones(100)

    def step(self, rate: float) -> float:
        loss = self.steepness * float(self.at @ self.at) / 2
        self.at -= rate * self.steepness * (self.at + self.noise * self.rng.normal(size=100))
        return loss * (1 + self.noise * float(self.rng.normal()))


@pytest.mark.parametrize("steepness", [30.0, 1e3, 1e5])
@pytest.mark.parametrize("noise", [0.02, 0.2])
def test_the_suggestion_is_a_rate_that_is_neither_slow_nor_harmful(steepness: float, noise: float) -> None:
    found = find_rate(Bowl(steepness, noise).step)
    best = 1 / steepness  # plain descent in a bowl of one steepness is there in a step
    assert found.suggested is not None
    assert best / 20 < found.suggested < best / 2


def test_rates_rise_by_one_factor_from_the_lowest_to_the_highest() -> None:
    found = find_rate(lambda rate: 1.0, iterations=81)
    np.testing.assert_allclose(found.rates, np.logspace(-8, 0, 81), rtol=1e-9)
    assert len(found.rates) == len(found.losses) == len(found.smoothed)


def test_the_running_mean_is_what_its_definition_gives() -> None:
    losses = np.random.default_rng(3).uniform(1, 2, 40)
    given = iter(losses.tolist())
    found = find_rate(lambda rate: next(given), iterations=40)
    for n in range(1, 41):
        weights = 0.98 ** np.arange(n - 1, -1, -1)
        assert found.smoothed[n - 1] == pytest.approx(np.average(losses[:n], weights=weights))


def test_the_search_ends_when_the_loss_takes_off() -> None:
    found = find_rate(Bowl(1e3, 0.02).step)
    assert found.rates[-1] < 1
    assert found.smoothed[-1] > 4 * min(found.smoothed)
    assert all(value <= 4 * min(found.smoothed[: at + 1]) for at, value in enumerate(found.smoothed[:-1]))


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (lambda rate: 0.3, "never fell"),
        (lambda rate: 0.3 + 100 * rate, "never fell"),
        (lambda rate: math.nan, "took off after 1 steps"),
        (lambda rate: math.nan if rate > 2e-8 else 0.3, "took off"),
    ],
)
def test_a_hopeless_loss_gives_no_rate_and_says_why(loss: Callable[[float], float], says: str) -> None:
    found = find_rate(loss)
    assert found.suggested is None
    assert says in found.why


def test_noise_alone_is_not_taken_for_a_fall() -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        assert find_rate(lambda rate, rng=rng: float(rng.normal(1, 0.1))).suggested is None  # type: ignore[misc]


def test_a_loss_that_stays_low_to_the_end_still_gives_the_rate_at_which_it_fell() -> None:
    found = find_rate(lambda rate: 1.0 if rate < 1e-4 else 0.1)
    fell = next(
        rate
        for rate, value in zip(found.rates, found.smoothed, strict=True)
        if value <= 1 - 0.9 * (1 - min(found.smoothed))
    )
    assert found.suggested is not None
    assert found.suggested == pytest.approx(fell / 10)
    assert 1e-4 < found.suggested < 1e-2


def test_a_loss_that_breaks_after_a_fall_still_gives_a_rate() -> None:
    found = find_rate(lambda rate: math.nan if rate > 1e-2 else 1 / (1 + 1e4 * rate))
    assert found.suggested is not None
    assert 1e-4 < found.suggested < 1e-3
    assert math.isnan(found.losses[-1])


def test_too_few_iterations_are_refused() -> None:
    with pytest.raises(ValueError, match="20"):
        find_rate(lambda rate: 1.0, iterations=19)
