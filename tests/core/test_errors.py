from pathlib import Path

import pytest

from omote.core.errors import MediaError, OmoteError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OmoteError("gone"), "gone"),
        (OmoteError("gone", Path("a/b")), "gone: a/b"),
        (MediaError("gone", "a", "look elsewhere"), "gone: a (look elsewhere)"),
    ],
)
def test_an_error_is_one_line(error: OmoteError, line: str) -> None:
    assert str(error) == line
    assert isinstance(error, OmoteError)


def test_a_line_stays_one_whatever_is_in_it() -> None:
    assert str(OmoteError("no\nline\x1b[1m", "a\0.db")) == "no line [1m: a .db"
