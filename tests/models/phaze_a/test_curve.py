import numpy as np
import pytest

from omote.models.phaze_a.curve import SlopeMode, filters


def test_the_ladders_of_the_presets_come_out() -> None:
    assert filters(256, 64, 3, -0.33) == [256, 128, 64]
    assert filters(512, 64, 4, -0.45) == [512, 256, 128, 64]
    assert filters(504, 128, 3, -0.33) == [504, 248, 128]
    assert filters(640, 160, 4, -0.33) == [640, 400, 256, 160]
    assert filters(512, 16, 6, -0.5, "cap_max") == [512, 256, 128, 64, 32, 16]
    assert filters(512, 16, 8, -0.5, "cap_max") == [512, 512, 512, 256, 128, 64, 32, 16]
    assert filters(1024, 64, 5, -0.5, "cap_min") == [1024, 512, 256, 128, 64]
    assert filters(1536, 24, 7, 0.5, "cap_max") == [1536, 768, 384, 192, 96, 48, 24]


def test_a_cap_pads_before_or_behind() -> None:
    assert filters(256, 64, 5, 0.5, "cap_max") == [256, 256, 256, 128, 64]
    assert filters(256, 64, 5, 0.5, "cap_min") == [256, 128, 64, 64, 64]


def test_no_slope_keeps_the_cap_and_makes_the_curve_straight() -> None:
    assert filters(256, 64, 4, 0, "cap_max") == [256] * 4
    assert filters(256, 64, 4, 0) == [256, 192, 128, 64]


@pytest.mark.parametrize("mode", ["full", "cap_max", "cap_min"])
@pytest.mark.parametrize("slope", [-0.99, -0.3, 0.0, 0.3, 0.99])
def test_filters_never_rise_and_stay_between_their_ends(mode: SlopeMode, slope: float) -> None:
    for levels in range(9):
        found = filters(500, 20, levels, slope, mode)
        assert len(found) == levels
        assert all(count % 8 == 0 for count in found)
        assert found == sorted(found, reverse=True)
        assert all(16 <= count <= 496 for count in found)


def test_a_rising_curve_is_that_of_the_formula() -> None:
    x = np.linspace(0, 1, 6)
    slope = 0.4
    bent = (x - x * slope) / (slope - 2 * slope * abs(x) + 1)
    assert filters(128, 1024, 6, slope) == [int(value) // 8 * 8 for value in 128 + 896 * bent]
