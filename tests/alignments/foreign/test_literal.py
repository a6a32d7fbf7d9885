import time

import pytest

from omote.alignments.foreign.literal import read_literal


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, -2.5, 1e-07, True, None], "b": {"c": b"x\x9c\x00'\"\\\n", "d": "é'\"\\\n\u0416"}, "e": (1, 2)}, (1,),
        [], (), {}, (1), "", b"", [[[]]], bytes(range(256)), "".join(map(chr, range(700))),
    ],
)  # fmt: skip
def test_what_repr_wrote_is_read(value: object) -> None:
    assert read_literal(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[1 2]", "{1: 2}", "{'a'}", "{'a': 1", "1 2", "a", "__import__('os')", "[1].x", "f'x'",
        "'\\d'", "'\\x1'",
        "'a' 'b'", "{'a': 1}.get",
        "[" * 200 + "]" * 200, "-" * 99_999 + "1", "9" * 99_999, "'a\nb'", "lambda: 1", "[,]",
        "'\\U000fffff", "(1,,2)", "True1x", ")", "b'\u0416'",
    ],
)  # fmt: skip
def test_what_is_no_plain_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_literal(text)


def test_long_texts_take_no_time() -> None:
    began = time.perf_counter()
    assert len(str(read_literal(repr("\x01" * 500_000)))) == 500_000
    with pytest.raises(ValueError, match="letter"):
        read_literal("b'" + "\\x00" * 500_000)
    assert time.perf_counter() - began < 5
