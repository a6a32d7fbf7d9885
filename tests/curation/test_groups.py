from collections.abc import Callable
from pathlib import Path

from omote.curation.faces import faces_in
from omote.curation.groups import cut, folder_word, natural


def test_groups_are_cut_where_the_name_changes(tmp_path: Path, put: Callable[..., Path]) -> None:
    for name in ("a1.png", "a2.png", "b1.png"):
        put(name)
    groups = cut("first", faces_in(tmp_path / "faces"), lambda face: face.path.name[0])
    assert [group.folder for group in groups] == ["first_01_a_2-faces", "first_02_b_1-face"]


def test_names_of_anyone_stay_in_their_folder() -> None:
    for text in ("../../etc", "..", "", "a/b\\c:d\n", "." * 9, "x" * 500):
        word = folder_word(text)
        assert word
        assert not word.startswith(".")
        assert not set(word) & set("/\\:\n")
        assert len(word) <= 60
    assert folder_word("clip-1_a") == "clip-1_a"


def test_numbers_count_as_numbers() -> None:
    assert sorted(["img10", "IMG2", "img1", "a"], key=natural) == ["a", "img1", "IMG2", "img10"]
