"""Linear light and back. Blending is a mixture of light, and picture values are no measure of that."""

from typing import Literal

import cv2
import numpy as np

from omote.core.types import Floats

Curve = Literal["srgb", "bt709"]
"""srgb: IEC 61966-2-1, how a screen shows a picture; bt709: ITU-R BT.709-6, how a camera writes it."""

# Where the straight part ends (in light), its slope, the exponent of the rest, and by how much that is lifted.
_CURVES: dict[Curve, tuple[float, float, float, float]] = {
    "srgb": (0.0031308, 12.92, 1 / 2.4, 0.055),
    "bt709": (0.018, 4.5, 0.45, 0.099),
}


def to_light(values: Floats, curve: Curve) -> Floats:
    """Turn picture values into light; both 0..1, of any shape, what lies outside is cut."""
    end, slope, power, lift = _CURVES[curve]
    values = np.clip(values, 0, 1)
    curved = cv2.pow((values + np.float32(lift)) / np.float32(1 + lift), 1 / power)
    return np.where(values <= end * slope, values / np.float32(slope), curved.reshape(values.shape)).astype(np.float32)


def from_light(light: Floats, curve: Curve) -> Floats:
    """Turn light into picture values; both 0..1, of any shape, what lies outside is cut."""
    end, slope, power, lift = _CURVES[curve]
    light = np.clip(light, 0, 1)
    curved = cv2.pow(light, power) * np.float32(1 + lift) - np.float32(lift)
    return np.where(light <= end, light * np.float32(slope), curved.reshape(light.shape)).astype(np.float32)
