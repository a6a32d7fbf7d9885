import numpy as np
import pytest

from omote.imaging.linear import Curve, from_light, to_light


def shown(light: float, curve: Curve) -> float:
    """The formulas as the standards print them, one value at a time."""
    if curve == "srgb":
        return 12.92 * light if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
    return 4.5 * light if light < 0.018 else float(1.099 * light**0.45 - 0.099)


@pytest.mark.parametrize("curve", ["srgb", "bt709"])
def test_light_becomes_picture_values_by_the_standard_s_formula(curve: Curve) -> None:
    light = np.linspace(0, 1, 1001, dtype=np.float32)
    np.testing.assert_allclose(from_light(light, curve), [shown(float(each), curve) for each in light], atol=2e-4)
    beyond = np.array([-0.5, 1.5], np.float32)
    np.testing.assert_allclose(from_light(beyond, curve), [0, 1], atol=1e-6)


@pytest.mark.parametrize("curve", ["srgb", "bt709"])
def test_every_16_bit_value_goes_round(curve: Curve) -> None:
    values = (np.arange(65536) / 65535).astype(np.float32)
    back = from_light(to_light(values, curve), curve)
    # Where the standard's two parts meet they miss each other by a little.
    assert np.abs(back - values).max() < 3e-4
    assert np.array_equal(np.rint(back * 255), np.rint(values * 255))


def test_the_middle_grey_of_a_screen_is_a_fifth_of_its_light() -> None:
    assert to_light(np.full((2, 3), 0.5, np.float32), "srgb") == pytest.approx(np.full((2, 3), 0.21404), abs=1e-4)
