import numpy as np
import pytest

from omote.media.light import SRGB, linear_table


@pytest.mark.parametrize(
    ("transfer", "code", "light"),
    [
        (1, 0.5, ((0.5 + 0.099) / 1.099) ** (1 / 0.45)),
        (1, 0.04, 0.04 / 4.5),
        (2, 1.0, 1.0),  # untagged
        (14, 0.18, ((0.18 + 0.099) / 1.099) ** (1 / 0.45)),
        (SRGB, 0.5, 0.21404114),
        (4, 0.5, 0.5**2.2),
        (5, 0.5, 0.5**2.8),
        (8, 0.25, 0.25),
        (16, 1.0, 100.0),  # 10,000 cd/m²
        (16, 0.5080784, 1.0),  # 100 cd/m²
        (18, 0.5, 1 / 12),
        (18, 1.0, 1.0),
    ],
)
def test_known_codes_have_known_light(transfer: int, code: float, light: float) -> None:
    table = linear_table(transfer, 65536)
    assert table[round(code * 65535)] == pytest.approx(light, rel=2e-3)


@pytest.mark.parametrize("transfer", [1, 4, 5, 8, SRGB, 16, 18])
def test_light_grows_with_the_code_from_nothing(transfer: int) -> None:
    table = linear_table(transfer, 256)
    assert table.dtype == np.float32
    assert table[0] == pytest.approx(0, abs=1e-6)
    assert (np.diff(table) > 0).all()
