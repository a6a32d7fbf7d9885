from dataclasses import replace

import numpy as np

from omote.alignments.record import FaceRecord, FrameRecord
from omote.swapping.linking import Linker


def at(face: FaceRecord, index: int, right: float, number: int = 0) -> FaceRecord:
    box = np.array([right, 50, right + 100, 150], np.float32)
    return replace(face, id=f"{index}-{number}", frame=FrameRecord(index, index, f"f{index}"), box=box)


def test_faces_in_one_place_are_one_track(face: FaceRecord) -> None:
    linker = Linker()
    for index in range(4):
        both = [linker.track_of(at(face, index, 10 * index + 150 * number, number)) for number in (0, 1)]
        assert both == ["0-0", "0-1"]


def test_a_jump_a_long_gap_and_another_face_begin_a_new_one(face: FaceRecord) -> None:
    linker = Linker()
    steps = [(0, 0.0), (1, 5.0), (4, 10.0), (5, 90.0), (9, 90.0)]
    assert [linker.track_of(at(face, *step)) for step in steps] == ["0-0", "0-0", "0-0", "5-0", "9-0"]
    both = [linker.track_of(at(face, 10, right, number)) for number, right in enumerate((90.0, 95.0))]
    assert both == ["9-0", "10-1"]


def test_a_track_that_is_known_stays(face: FaceRecord) -> None:
    known = replace(at(face, 0, 0), track="t")
    assert Linker().track_of(known) == "t"
