import os
from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.curation.move_log import LOG, Entry, Move, Stage, begin, note, read_log

ODD = ('with "quotes" -> arrow.png', "line\nend.png", "面.png", "sub/back\\slash.png", os.fsdecode(b"latin-\xe9.png"))


def test_any_name_comes_back(tmp_path: Path) -> None:
    moves = [Move(Path(name), Path("sorted", name)) for name in ODD]
    begin(tmp_path, Entry("move", "odd names", moves))
    assert read_log(tmp_path) == [Entry("move", "odd names", moves, Stage.BEGUN)]


def test_entries_follow_each_other_and_each_says_how_far_it_came(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
    by = Move(Path("a"), Path("b"), Path("a.moving"))
    for stages in ((), (Stage.STEPPED_ASIDE,), (Stage.STEPPED_ASIDE, Stage.DONE)):
        begin(tmp_path, Entry("undo", "sort by\nface", [by]))
        for stage in stages:
            note(tmp_path, stage)
    entries = read_log(tmp_path)
    assert [entry.stage for entry in entries] == [Stage.BEGUN, Stage.STEPPED_ASIDE, Stage.DONE]
    assert {(entry.kind, entry.what, *entry.moves) for entry in entries} == {("undo", "sort by face", by)}


def test_an_entry_cut_while_it_was_written_counts_as_none(tmp_path: Path) -> None:
    begin(tmp_path, Entry("move", "whole", [Move(Path("a"), Path("b"))]))
    note(tmp_path, Stage.DONE)
    whole = (tmp_path / LOG).read_bytes()
    begin(tmp_path, Entry("move", "next", [Move(Path("b"), Path("c"))]))
    both = (tmp_path / LOG).read_bytes()
    for length in range(len(whole), len(both) - len(b"# begun\n")):
        (tmp_path / LOG).write_bytes(both[:length])
        assert [entry.what for entry in read_log(tmp_path)] == ["whole"]
        begin(tmp_path, Entry("move", "after", []))
        assert [entry.what for entry in read_log(tmp_path)] == ["whole", "after"]


def test_a_damaged_log_is_named(tmp_path: Path) -> None:
    begin(tmp_path, Entry("move", "x", [Move(Path("a"), Path("b"))]))
    (tmp_path / LOG).write_text((tmp_path / LOG).read_text().replace('"b"', "b"))
    with pytest.raises(OmoteError, match=rf"damaged at '\"a\" -> b'.*{LOG}"):
        read_log(tmp_path)
