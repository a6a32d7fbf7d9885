"""Values out of a stranger's file, each checked before it is used: what kind it is, how many, how large.

Foreign values may contain themselves, so they are looked at to a fixed depth only and never printed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from omote.alignments.foreign.inert_numpy import InertArray
from omote.core.errors import AlignmentsError

FARTHEST = 1e6
"""Pixels from a frame's corner beyond which nothing can lie; figures beyond it are damage."""
_LONGEST_TEXT = 1024


@contextmanager
def told(path: Path, what: str) -> Iterator[None]:
    """Turn a value that is not what it should be into one line for the user.

    Raises:
        AlignmentsError: the file is not such a file, is damaged, or the system cannot read it.
    """
    try:
        yield
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault
    except AlignmentsError as fault:
        raise AlignmentsError(fault.what, fault.where or path, fault.do) from fault
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as fault:
        why = f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)
        raise AlignmentsError(f"not {what}, or a damaged one ({ascii(why)[1:-1][:120]})", path) from fault


def table(value: object) -> Mapping[object, object]:
    """Return a dictionary."""
    if not isinstance(value, dict):
        raise TypeError(f"a {type(value).__name__} where a dictionary should be")
    return value


def row(value: object) -> Sequence[object]:
    """Return a list or tuple."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"a {type(value).__name__} where a list should be")
    return value


def text(value: object) -> str:
    """Return a text of a name's length, in one line and with nothing in it that cannot be written."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise TypeError("a name that is none")
    return value


def file_name(value: object) -> str:
    """Return the name of a file, which leads to no other folder."""
    name = text(value)
    if not name or name in (".", "..") or "/" in name or "\\" in name:
        raise ValueError("a frame with a name that no file has")
    return name


def number(value: object) -> float:
    """Return a number that can be a place in a frame."""
    if isinstance(value, InertArray) and value.value is not None and value.value.ndim == 0:
        value = value.value.item()
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= FARTHEST:
        raise ValueError("a number that is none, or far outside")
    return float(value)


def whole(value: object) -> int:
    """Return a whole number, which may be large."""
    if isinstance(value, InertArray) and value.value is not None and value.value.ndim == 0:
        value = value.value.item()
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**62:
        raise TypeError("a whole number that is none")
    return value


def numbers(value: object, most: int) -> npt.NDArray[np.float64]:
    """Return up to `most` numbers: (N,)."""
    if isinstance(value, InertArray):
        return _of_array(value, 1, most)
    items = row(value)
    if len(items) > most:
        raise ValueError(f"{len(items)} numbers where {most} would be many")
    return np.array([number(item) for item in items], np.float64)


def rows(value: object, most: int, wide: int) -> npt.NDArray[np.float64]:
    """Return up to `most` rows of `wide` numbers: (N, wide)."""
    if isinstance(value, InertArray):
        found = _of_array(value, 2, most)
        if found.shape[1] != wide:
            raise ValueError(f"{found.shape[1]} numbers in a row of {wide}")
        return found
    items = row(value)
    if len(items) > most:
        raise ValueError(f"{len(items)} rows where {most} would be many")
    parts = [numbers(item, wide) for item in items]
    if any(len(part) != wide for part in parts):
        raise ValueError(f"a row without its {wide} numbers")
    return np.array(parts, np.float64).reshape(-1, wide)


def affine(value: object) -> npt.NDArray[np.float64]:
    """Return a (2, 3) map that can be undone, from one of 2 by 3 or 3 by 3."""
    matrix = rows(value, 3, 3)
    if len(matrix) < 2 or not math.isfinite(area := float(np.linalg.det(matrix[:2, :2]))) or abs(area) < 1e-9:
        raise ValueError("a map that flattens the frame")
    return matrix[:2]


def octets(value: object, most: int) -> bytes:
    """Return bytes."""
    if isinstance(value, InertArray) and value.value is not None and value.value.dtype == np.uint8:
        value = value.value.tobytes()
    if not isinstance(value, bytes) or len(value) > most:
        raise TypeError("bytes that are none, or too many")
    return value


def _of_array(array: InertArray, axes: int, most: int) -> npt.NDArray[np.float64]:
    found = array.value
    if found is None or found.ndim != axes or len(found) > most:
        raise ValueError("an array of another shape")
    with np.errstate(invalid="ignore"):  # some bit patterns are numbers to no processor; they come out as such
        real = found.astype(np.float64)
    if not (np.abs(real) <= FARTHEST).all():
        raise ValueError("a number that is none, or far outside")
    return real
