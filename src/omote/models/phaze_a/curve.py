"""How many filters each level of a ladder has: curves between a largest and a smallest number."""

from typing import Literal

SlopeMode = Literal["full", "cap_max", "cap_min"]
"""full: one curve over all levels; cap_max, cap_min: a constant ratio, with levels of the largest number before it or
of the smallest number behind it."""


def filters(first: int, last: int, levels: int, slope: float, mode: SlopeMode = "full") -> list[int]:
    """Return the number of filters of each level, multiples of 8 (Phaze-A works in these, so that tensor cores can).

    Args:
        first: of the first level.
        last: of the last level.
        levels: how many there are; 0 gives an empty list.
        slope: −0.99 to 0.99; in mode full below 0: the numbers change early, above 0: late. In the other modes each
            level has 1 − |slope| times the filters of the one before.
        mode: see `SlopeMode`.
    """
    if mode == "full":
        return [_floored(first + (last - first) * _bent(level / max(levels - 1, 1), slope)) for level in range(levels)]
    ratio = _falling(first, last, levels, 1 - abs(slope))
    padding = levels - len(ratio)
    return [_floored(first)] * padding + ratio if mode == "cap_max" else ratio + [_floored(last)] * padding


def _bent(x: float, slope: float) -> float:
    """Bend 0 to 1 by the normalised tunable sigmoid of Dino Dini: y = (x − x·s) / (s − 2·s·|x| + 1)."""
    return (x - x * slope) / (slope - 2 * slope * abs(x) + 1)


def _falling(first: int, last: int, levels: int, ratio: float) -> list[int]:
    values: list[int] = []
    value = float(first)
    while len(values) < levels and value > last:
        values.append(_floored(value))
        value *= ratio
    return values if len(values) == levels else [*values, _floored(last)]


def _floored(value: float) -> int:
    # A curve that meets a multiple of 8 exactly may come out a rounding error below it.
    return max(8, int(value + 1e-6) // 8 * 8)
