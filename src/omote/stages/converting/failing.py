"""Frames that could not be swapped, told at the end as one fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omote.core.errors import OmoteError

MOST = 100
"""Frames that fail before nobody looks for more of them."""


def failure(failed: Sequence[tuple[int, Exception]], source: Path) -> OmoteError:
    """Return what is told of frames that failed.

    Args:
        failed: their numbers, rising, each with its fault.
        source: the footage.
    """
    first = failed[0][1]
    why = first.what if isinstance(first, OmoteError) else f"{type(first).__name__}: {first}"
    count = f"{len(failed)} frames" if len(failed) > 1 else "1 frame"
    more = ", and no more were tried" if len(failed) >= MOST else ""
    what = f"{count} cannot be swapped: {runs([index for index, _ in failed])}{more}; the first since {why}"
    return OmoteError(what, source, first.do if isinstance(first, OmoteError) else None)


def runs(numbers: Sequence[int]) -> str:
    """Write rising numbers as "3, 7-9, 12"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in parts)
