"""From coded values to light: the inverse of the curve that a camera or a screen standard codes light by."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

Values = npt.NDArray[np.float64]

_BT709, _SRGB, _LINEAR, _PQ, _HLG = 1, 13, 8, 16, 18  # AVColorTransferCharacteristic


def linear_table(transfer: int, levels: int) -> Floats:
    """Return the light of every code value.

    Args:
        transfer: FFmpeg's number of the curve; those not known here, and 2 for an untagged video, count as BT.709.
        levels: how many code values there are, from black to white.

    Returns:
        (levels,) float32: 1 is white; for PQ (SMPTE ST 2084) 100 cd/m², so that its brightest is 100; for HLG
        (ARIB STD-B67) the brightest that the camera saw.
    """
    codes = np.linspace(0, 1, levels)
    return _CURVES.get(transfer, _bt709)(codes).astype(np.float32)


def _bt709(code: Values) -> Values:
    """The inverse of the curve of ITU-R BT.709-6, item 1.2, which BT.601 and BT.2020 share."""
    return np.where(code < 0.081, code / 4.5, ((code + 0.099) / 1.099) ** (1 / 0.45))


def _srgb(code: Values) -> Values:
    """IEC 61966-2-1."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def _pq(code: Values) -> Values:
    """The EOTF of SMPTE ST 2084, in hundreds of cd/m²."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = code ** (1 / m2)
    return 100 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def _hlg(code: Values) -> Values:
    """The inverse OETF of ITU-R BT.2100-2, table 5."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)


def _power(exponent: float) -> Callable[[Values], Values]:
    return lambda code: code**exponent


_CURVES: dict[int, Callable[[Values], Values]] = {
    4: _power(2.2),
    5: _power(2.8),
    _LINEAR: _power(1),
    _SRGB: _srgb,
    _PQ: _pq,
    _HLG: _hlg,
}
SRGB = _SRGB
"""The curve of pictures that say nothing."""
