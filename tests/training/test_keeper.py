import pytest

from omote.training.keeper import Told


def test_losses_are_the_sums_of_their_terms() -> None:
    told = Told([[0.1, 0.02, 0.0], [0.3, 0.04, 0.001]], 2.0, 1e-4)
    assert [told.loss_a, told.loss_b] == pytest.approx([0.12, 0.341])
