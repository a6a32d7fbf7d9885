import builtins
import os
import pickle
import pickletools
import struct
import time
import tracemalloc
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.alignments.foreign.inert_numpy import InertArray
from omote.alignments.foreign.inert_pickle import read_pickle
from omote.core.errors import AlignmentsError


class Calls:
    """Pickles as a call of anything."""

    def __init__(self, what: Any, *args: Any) -> None:
        self.what, self.args = what, args

    def __reduce__(self) -> Any:
        return self.what, self.args


def value_of(array: object) -> Any:
    assert isinstance(array, InertArray)
    return array.value


@pytest.mark.parametrize("protocol", range(6))
def test_plain_values_are_read_as_pickle_reads_them(protocol: int) -> None:
    plain = {
        "a": [1, -5, 300, 70_000, 2**40, -(2**70), 1.5, None, True, False, "é\n\\u", b"x\xff" * 200, "y" * 300],
        "b": [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (), {}, {3: 4}, [[]]],
    }
    plain["c"] = [plain["a"], plain["a"]]
    assert read_pickle(pickle.dumps(plain, protocol)) == plain


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3), np.arange(6, dtype=">i2"), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(3, dtype=np.uint8), np.array([[1.5]], np.float32), np.array(2.5), np.array([True, False]),
    ],
)  # fmt: skip
def test_arrays_are_read_as_pickle_reads_them(array: Any, protocol: int) -> None:
    found = value_of(read_pickle(pickle.dumps(array, protocol)))
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)
    old = pickle.dumps(array, protocol).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    if protocol < 4:  # where names stand without their lengths
        np.testing.assert_array_equal(value_of(read_pickle(old)), array)


def test_numbers_of_numpy_are_numbers() -> None:
    assert read_pickle(pickle.dumps([np.float32(2.5), np.int64(-3), np.bool_(True)], 4)) == [2.5, -3, True]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "what", [os.system, builtins.eval, builtins.exec, builtins.getattr, OrderedDict, np.load, Path, pickle.loads]
)
def test_nothing_that_a_pickle_names_is_run(what: Any, protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    call = Calls(what, f"touch {mark}" if what is os.system else f"__import__('os').mkdir({str(mark)!r})")
    for hostile in (call, {"__data__": [1, {"x": call}]}, (call,)):
        with pytest.raises(AlignmentsError, match=r"wants to run .*refused, and nothing was run"):
            read_pickle(pickle.dumps(hostile, protocol))
    assert not mark.exists()


def test_the_name_that_is_refused_is_told_in_one_line() -> None:
    with pytest.raises(AlignmentsError, match=r"wants to run posix\.system"):
        read_pickle(pickle.dumps(Calls(os.system, "true"), 4))
    with pytest.raises(AlignmentsError) as told:
        read_pickle(b"\x80\x04\x8c\x05a\nb\xc3\xbc\x8c\x02\x1b[\x93.")
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    "hostile",
    [
        Calls(np.ndarray, (10**12,)),
        Calls(np.dtype, "O"),
        Calls(np.dtype, [("a", "O")]),
        np.array([None, {}], object),
        np.array(["a"]),
        np.zeros(2, [("a", "f4")]),
        np.array(["2020"], "M8[s]"),
    ],
)
def test_arrays_of_anything_but_numbers_are_refused(hostile: Any) -> None:
    with pytest.raises(AlignmentsError, match="damaged pickle"):
        read_pickle(pickle.dumps(hostile, 4))


def test_an_array_is_not_larger_than_its_bytes() -> None:
    whole = pickle.dumps(np.arange(4, dtype=np.uint8), 2)
    for size in (b"M\xff\xff", b"\x8a\x06\xff\xff\xff\xff\xff\x00", b"\x8a\x01\xff"):
        with pytest.raises(AlignmentsError, match="damaged"):
            read_pickle(whole.replace(b"K\x04\x85", size + b"\x85"))


BOMBS = {
    "a size without bytes": b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b".",
    "bytes without an end": b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b".",
    "a far place in the memo": b"\x80\x04Nr\xff\xff\xff\x7f.",
    "a deep list": b"\x80\x04" + b"(" * 100_000 + b"l" * 100_000 + b".",
    "a million lists": b"\x80\x04(" + b"]" * 1_000_000 + b"l.",
    "a million tuples": b"\x80\x04N" + b"\x85" * 1_000_000 + b".",
    "laughter": b"\x80\x04]\x94" + b"".join(b"](" + b"h" + bytes([n]) * 1 + (b"h" + bytes([n])) * 9 + b"e\x94"
                                            for n in range(30)) + b".",
    "itself": b"\x80\x04]\x94h\x00a.",
    "bytes of one text again and again": b"\x80\x02X\x10\x27\x00\x00" + b"a" * 10_000 + b"q\x00c_codecs\nencode\nq\x01"
    + b"X\x06\x00\x00\x00latin1q\x020" + b"(" + b"h\x01h\x00h\x02\x86R" * 5_000 + b"l.",
    "a key that takes for ever to hash": b"\x80\x04}N" + b"\x94h\x00\x86" * 40 + b"Ns.",
    "an empty file": b"",
    "no end": b"\x80\x04]",
    "nothing on the stack": b"\x80\x04.",
    "a number of many digits": b"\x80\x02I" + b"9" * 100_000 + b"\n.",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_take_neither_memory_nor_time(name: str) -> None:
    began = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(AlignmentsError):
            read_pickle(BOMBS[name])
        assert tracemalloc.get_traced_memory()[1] < 256 * 2**20
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - began < 30  # a second or two on an idle machine; for ever, if it were not stopped


def test_every_opcode_that_can_call_or_name_is_known_here() -> None:
    """Those of Python's table that make or fetch objects are refused, but for the three that are inert here."""
    for opcode in pickletools.opcodes:
        if opcode.name in {"INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4"}:
            with pytest.raises(AlignmentsError, match="opcode that plain data never has"):
                read_pickle(b"\x80\x04" + opcode.code.encode("latin-1") + b"\0" * 8 + b".")
