import collections

import pytest

from omote.core.errors import SettingError
from omote.core.registry import known, resolve

TABLE = {"deque": "collections:deque", "broken": "no.such.module:Thing"}


def test_a_name_gives_its_class_and_loads_no_other() -> None:
    assert resolve(TABLE, "omote.nothing", "deque") is collections.deque


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SettingError, match=r"unknown nothing 'dequeue' \(known: broken, deque\)"):
        resolve(TABLE, "omote.nothing", "dequeue")


def test_entry_points_join_the_table() -> None:
    assert "pytest" in known({}, "console_scripts")
