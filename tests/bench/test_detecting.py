import shutil
from pathlib import Path

import numpy as np
import pytest

from bench.detecting import counted, loose, measure, pairs
from omote.core.errors import OmoteError

DRAWN = np.array([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]], np.float32)


def test_boxes_are_counted_once_and_ignored_ones_neither_way() -> None:
    found = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [17, -4, 33, 12], [40, 0, 50, 10], [70, 0, 80, 10]], np.float32)
    none = np.zeros(3, bool)
    # Two on the first (one is too many), one loosely on the second, one on the third, one on nothing.
    assert counted(found, DRAWN, none).tolist() == [3, 5, 2, 3, 2]
    assert counted(found, DRAWN, np.array([False, False, True])).tolist() == [2, 4, 1, 2, 2]
    assert counted(found[:0], DRAWN, none).tolist() == [3, 0, 0, 0, 0]


def test_a_loose_match_has_its_centre_inside_and_about_the_size() -> None:
    found = np.array([[-4, -4, 14, 14], [-6, -6, 16, 16], [8, 8, 16, 16], [3, 3, 7, 7]], np.float32)
    assert loose(found, DRAWN[:1])[:, 0].tolist() == [True, False, False, False]


def test_pairs_use_each_row_and_column_once() -> None:
    assert pairs(np.array([[True, True], [True, False], [False, True]])) == 2
    assert pairs(np.zeros((0, 2), bool)) == 0


def test_labels_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match=r"labels.*expected\.csv"):
        measure(tmp_path)


@pytest.mark.footage
def test_unreadable_stills_are_reported_and_right(tmp_path: Path, footage: Path) -> None:
    (tmp_path / "stills").mkdir()
    (tmp_path / "boxes").mkdir()
    for name in ("multi/two_people.jpg", "none/grass.jpg", "format/empty.png"):
        shutil.copy(footage / "stills" / name, tmp_path / "stills")
    rows = "two_people.jpg,m,2,2,\ngrass.jpg,n,1,1,wrong on purpose\nempty.png,f,0,1,\n"
    (tmp_path / "stills/expected.csv").write_text(f"file,category,faces_min,faces_max,note\n{rows}")
    shutil.copy(footage / "boxes/2008_001322.jpg", tmp_path / "boxes")
    (tmp_path / "boxes/boxes.csv").write_text(
        "file,left,top,width,height,ignore\n"
        "2008_001322.jpg,104,162,76,76,0\n2008_001322.jpg,232,218,63,63,0\n2008_001322.jpg,344,155,90,90,0\n"
    )
    found = measure(tmp_path)
    assert (found["stills"]["right"], found["stills"]["of"]) == (2, 3)
    assert found["stills"]["wrong"] == [{"file": "grass.jpg", "expected": "1", "found": 0}]
    assert [row["file"] for row in found["stills"]["unreadable"]] == ["empty.png"]
    assert found["boxes"]["recall_loose"] == 1
    assert found["boxes"]["drawn"] == 3
