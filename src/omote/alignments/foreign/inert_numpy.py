"""Arrays that a pickle describes, built from their bytes without letting NumPy's own unpickling see the file.

NumPy's way takes any shape and any type that a pickle names, and then memory or the process is gone. Here an array is
numbers, and as large as the bytes that the file really has.
"""

import math
import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

_NUMBERS = re.compile(r"[<>|=]?[fiub][1248]")
_ORDERS = {"<": "<", ">": ">", "|": "|", "=": "=", None: "="}
_MOST_AXES = 4
_SPARE = 512  # an array of no numbers may still say how many its rows would have


class InertArray:
    """An array whose numbers come after it, as pickles have it.

    Attributes:
        value: the numbers; None until they came.
    """

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: npt.NDArray[np.generic] | None = None

    def build(self, state: object) -> None:
        """Take the numbers.

        Raises:
            ValueError: they are not numbers, or not as many as the shape says.
        """
        match state:
            case (int(), tuple(shape), InertType() as kind, bool() | int() as by_column, bytes() | bytearray() as raw):
                self.value = _array(kind.dtype(), shape, bytes(raw), by_column=bool(by_column))
            case _:
                raise ValueError("an array is not of numbers")


class InertType:
    """What an array's numbers are, without their order of bytes until that came."""

    __slots__ = ("_code", "_order")

    def __init__(self, code: str) -> None:
        self._code, self._order = code, "="

    def build(self, state: object) -> None:
        """Take the order of bytes.

        Raises:
            ValueError: the type has parts, or is none of numbers.
        """
        match state:
            case (int(), str() | None as order, None, None, None, *_) if order in _ORDERS:
                self._order = _ORDERS[order]
            case _:
                raise ValueError("an array's type is not of numbers")

    def dtype(self) -> np.dtype[np.generic]:
        """Return it as NumPy's."""
        plain = self._code.lstrip("<>|=")
        return np.dtype(plain if self._order == "|" or plain.endswith("1") else self._order + plain)


def _reconstruct(args: tuple[object, ...]) -> object:
    if len(args) != 3:
        raise ValueError("an array without type or shape")
    return InertArray()  # its shape and type here are place-holders, and the real ones follow


def _type(args: tuple[object, ...]) -> object:
    match args:
        case (str(code), *_) if _NUMBERS.fullmatch(code):
            return InertType(code)
        case _:
            raise ValueError("an array's type is not of numbers")


def _scalar(args: tuple[object, ...]) -> object:
    match args:
        case (InertType() as kind, bytes(raw)):
            return _array(kind.dtype(), (), raw, by_column=False).item()
        case _:
            raise ValueError("a number that is none")


def _encode(args: tuple[object, ...]) -> object:
    match args:
        case (str(text), "latin1" | "latin-1"):
            return text.encode("latin-1")
        case _:
            raise ValueError("a text that is no bytes")


class Named:
    """A name that a pickle may have, with what it means here; nothing is looked up by it."""

    def __init__(self, make: Callable[[tuple[object, ...]], object] | None = None) -> None:
        self.make = make


_ARRAY, _RECONSTRUCT, _SCALAR = Named(), Named(_reconstruct), Named(_scalar)
NAMES: dict[tuple[str, str], Named] = {
    ("numpy", "ndarray"): _ARRAY,
    ("numpy", "dtype"): Named(_type),
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy.core.multiarray", "scalar"): _SCALAR,
    ("numpy._core.multiarray", "scalar"): _SCALAR,
    ("_codecs", "encode"): Named(_encode),
}
"""All that a pickle may name: how arrays, their types and numbers, and bytes in older files, are written."""


def _array(
    dtype: np.dtype[np.generic], shape: tuple[object, ...], raw: bytes, *, by_column: bool
) -> npt.NDArray[np.generic]:
    sides = [side for side in shape if type(side) is int and 0 <= side <= len(raw) + _SPARE]
    if len(sides) != len(shape) or len(sides) > _MOST_AXES or math.prod(sides) * dtype.itemsize != len(raw):
        raise ValueError("an array is not of the size it says")
    flat = np.frombuffer(raw, dtype) if raw else np.zeros(0, dtype)
    return flat.reshape(sides, order="F" if by_column else "C")
