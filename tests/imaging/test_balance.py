import numpy as np

from omote.imaging.balance import balanced

ONES = (1.0, 1.0, 1.0)


def test_the_formula() -> None:
    rgb = np.random.default_rng(0).random((6, 5, 3), np.float32)
    out = balanced(rgb, (1.2, 0.9, 1.0), 1.3, -0.05, 1.5)
    for at in np.ndindex(6, 5):
        for channel, gain in enumerate((1.2, 0.9, 1.0)):
            value = (float(rgb[at][channel]) * gain - 0.5) * 1.3 + 0.5 - 0.05
            assert abs(out[at][channel] - min(max(value, 0), 1) ** (1 / 1.5)) < 1e-4


def test_ones_and_zeros_change_nothing_and_gamma_keeps_black_and_white() -> None:
    rgb = np.random.default_rng(0).random((6, 5, 3), np.float32)
    np.testing.assert_allclose(balanced(rgb, ONES, 1, 0, 1), rgb, atol=1e-6)
    ends = np.array([[[0, 1, 0.25]]], np.float32)
    np.testing.assert_allclose(balanced(ends, ONES, 1, 0, 2), [[[0, 1, 0.5]]], atol=1e-5)
