import pytest

from omote.training.rates import factor, warm_up


def test_the_rise_is_a_line_to_the_full_rate() -> None:
    assert [warm_up(iteration, 4) for iteration in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]


def test_without_a_rise_the_first_step_has_the_full_rate() -> None:
    assert warm_up(0, 0) == 1


def test_constant_is_one() -> None:
    assert {factor("constant", progress, 3) for progress in (0.0, 0.5, 1.0)} == {1.0}


@pytest.mark.parametrize(
    ("progress", "share"), [(-1, 1), (0, 1), (1 / 3, 0.75), (0.5, 0.5), (2 / 3, 0.25), (1, 0), (1.2, 0)]
)
def test_cosine_falls_as_half_a_cosine_does(progress: float, share: float) -> None:
    assert factor("cosine", progress, 3) == pytest.approx(share, abs=1e-12)


def test_plateau_halves() -> None:
    assert [factor("plateau", 0.9, halvings) for halvings in range(4)] == [1, 0.5, 0.25, 0.125]
