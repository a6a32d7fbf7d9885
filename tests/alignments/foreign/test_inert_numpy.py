import numpy as np
import pytest

from omote.alignments.foreign.inert_numpy import NAMES, InertArray, InertType


def test_an_array_of_no_rows_keeps_their_width() -> None:
    array = InertArray()
    array.build((1, (0, 2), InertType("f4"), False, b""))
    assert array.value is not None
    assert array.value.shape == (0, 2)


def test_the_order_of_bytes_is_followed() -> None:
    kind = InertType("i2")
    kind.build((3, ">", None, None, None, -1, -1, 0))
    array = InertArray()
    array.build((1, (2,), kind, False, b"\0\1\1\0"))
    assert array.value is not None
    assert array.value.tolist() == [1, 256]
    assert InertType("<f8").dtype() == np.dtype("f8")


@pytest.mark.parametrize(
    "state", [(), None, (1, (2,), InertType("f4"), False, [1, 2]), (1, (2,), "f4", False, b"x" * 8)]
)
def test_states_that_are_none_are_refused(state: object) -> None:
    with pytest.raises(ValueError, match="not of numbers"):
        InertArray().build(state)


def test_a_type_with_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="not of numbers"):
        InertType("f4").build((3, "<", None, ("a",), {"a": 1}, 8, 1, 0))


def test_nothing_but_what_arrays_need_has_a_name() -> None:
    assert {name for _, name in NAMES} == {"ndarray", "dtype", "_reconstruct", "scalar", "encode"}
    encode = NAMES["_codecs", "encode"].make
    assert encode is not None
    assert encode(("\xff", "latin1")) == b"\xff"
    with pytest.raises(ValueError, match="no bytes"):
        encode(("a", "rot13"))
