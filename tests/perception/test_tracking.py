from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.perception.recognising import Recogniser
from omote.perception.tracking import Tracker

_BLACK = np.zeros((200, 400, 3), np.uint8)
_FAR_FROM_ALL = 9.0

Sight = tuple[float, float, int]
"""Where a face's middle is, and who it is; 0 is somebody whom nobody can tell."""


class Named:
    """An identifier that reads who it is from the picture: red values at the face's middle, one a person."""

    one_person = 1.0

    def __init__(self) -> None:
        self.asked = 0

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        self.asked += len(landmarks)
        return [self._one(picture, points) for points in landmarks]

    def _one(self, picture: Picture, points: Floats) -> Floats:
        x, y = points.mean(0).astype(int)
        vector = np.zeros(8, np.float32)
        vector[picture[y, x, 0]] = _FAR_FROM_ALL
        return vector


def shown(sights: Sequence[Sight]) -> tuple[Picture, list[Floats], list[Floats]]:
    """A picture with its boxes, 40 px wide, and landmarks."""
    picture = _BLACK.copy()
    boxes, landmarks = [], []
    for x, y, who in sights:
        picture[int(y), int(x), 0] = who
        boxes.append(np.array([x - 20, y - 20, x + 20, y + 20], np.float32))
        landmarks.append(np.full((68, 2), (x, y), np.float32))
    return picture, boxes, landmarks


def named(tracker: Tracker, index: int, sights: Sequence[Sight], *, cut: bool = False) -> list[str]:
    picture, boxes, landmarks = shown(sights)
    return tracker.step(index, picture, boxes, landmarks, cut=cut)


@pytest.fixture
def identifier() -> Named:
    return Named()


@pytest.fixture
def tracker(identifier: Named) -> Tracker:
    return Tracker(Recogniser("named", identifier), 12)


def crossing(frames: int = 21) -> list[list[Sight]]:
    """Two people who go past each other; each frame lists the one on the left first."""
    ways = np.linspace(60, 260, frames)
    return [sorted([(float(x), 100.0, 1), (float(320 - x), 104.0, 2)]) for x in ways]


def test_two_people_who_cross_keep_their_names(tracker: Tracker) -> None:
    names: dict[int, set[str]] = {1: set(), 2: set()}
    for index, sights in enumerate(crossing()):
        for (_, _, who), name in zip(sights, named(tracker, index, sights), strict=True):
            names[who].add(name)
    assert names == {1: {"000000-0"}, 2: {"000000-1"}}


def test_where_places_leave_no_doubt_nobody_is_asked(tracker: Tracker, identifier: Named) -> None:
    for index in range(20):
        assert named(tracker, index, [(60 + 3 * index, 100, 1), (300, 100, 2)]) == ["000000-0", "000000-1"]
    assert identifier.asked == 0


def test_a_track_never_goes_over_a_cut(tracker: Tracker) -> None:
    assert named(tracker, 0, [(100, 100, 1)]) == ["000000-0"]
    assert named(tracker, 1, [(100, 100, 1)], cut=True) == ["000001-0"]
    assert named(tracker, 2, [(100, 100, 1)]) == ["000001-0"]


@pytest.mark.parametrize(("gone", "same"), [(1, True), (11, True), (12, False), (40, False)])
def test_a_face_that_vanishes_keeps_its_name_as_long_as_patience_lasts(tracker: Tracker, gone: int, same: bool) -> None:
    named(tracker, 0, [(100, 100, 1)])
    for index in range(1, gone + 1):
        named(tracker, index, [])
    (name,) = named(tracker, gone + 1, [(110, 100, 1)])
    assert (name == "000000-0") is same


def test_who_comes_where_another_one_vanished_is_not_that_one(tracker: Tracker) -> None:
    named(tracker, 0, [(100, 100, 1)])
    for index in range(1, 6):
        named(tracker, index, [])
    assert named(tracker, 6, [(100, 100, 2)]) == ["000006-0"]


def test_a_face_that_jumps_is_known_by_its_looks(tracker: Tracker) -> None:
    named(tracker, 0, [(100, 100, 1)])
    assert named(tracker, 1, [(190, 100, 1)]) == ["000000-0"]
    assert named(tracker, 2, [(100, 100, 2)]) == ["000002-0"]


def test_a_face_that_jumps_is_a_new_one_where_nobody_tells_who_it_is() -> None:
    tracker = Tracker(None, 12)
    named(tracker, 0, [(100, 100, 1)])
    assert named(tracker, 1, [(115, 100, 1)]) == ["000000-0"]
    assert named(tracker, 2, [(205, 100, 1)]) == ["000002-0"]


def test_one_who_hides_behind_another_comes_back_as_who_they_were(tracker: Tracker) -> None:
    for index, sights in enumerate(crossing()):
        hidden = [sight for sight in sights if sight[2] == 1 or abs(sight[0] - 160) > 25]
        names = dict(zip([who for _, _, who in hidden], named(tracker, index, hidden), strict=True))
        assert names[1] == "000000-0"
        assert names.get(2, "000000-1") == "000000-1"


def test_only_every_fifth_frame_counts_as_the_next_one_where_told_so() -> None:
    names = []
    for spacing in (1, 5):
        tracker = Tracker(None, 2, spacing)
        named(tracker, 0, [(100, 100, 0)])
        names += named(tracker, 5, [(105, 100, 0)])
    assert names == ["000005-0", "000000-0"]


def test_the_best_of_all_assignments_is_taken() -> None:
    """Faces stand so close that each overlaps several of the frame before: compare with trying all of them."""
    rng, tried = np.random.default_rng(4), 0
    for _ in range(60):
        before = [(100 + 12 * place + float(rng.uniform(-3, 3)), 100.0, 0) for place in range(4)]
        after = [(x + float(rng.uniform(-6, 6)), y, who) for x, y, who in before]
        order = rng.permutation(4)
        tracker = Tracker(None, 12)
        first = named(tracker, 0, before)
        second = named(tracker, 1, [after[place] for place in order])
        shared = np.array([[max(0, 40 - abs(one[0] - after[place][0])) for place in order] for one in before])
        shared = shared / (80 - shared)
        best = max(permutations(range(4)), key=lambda columns: sum(shared[row, columns[row]] for row in range(4)))
        if all(shared[row, best[row]] > 0.4 for row in range(4)):
            tried += 1
            assert [second[best[row]] for row in range(4)] == first
    assert tried > 30


@pytest.mark.parametrize("broken", [1, 9, 10, 11, 15])
def test_a_run_that_goes_on_after_a_break_gives_the_names_of_an_unbroken_one(broken: int) -> None:
    frames = crossing()
    frames[3].append((360.0, 40.0, 3))
    whole = Tracker(Recogniser("named", Named()), 12)
    names = [named(whole, index, sights) for index, sights in enumerate(frames)]
    again = Tracker(Recogniser("named", Named()), 12)
    for index in range(broken):
        picture, boxes, landmarks = shown(frames[index])
        again.recall(index, picture, zip(names[index], boxes, landmarks, strict=True), cut=False)
    assert [named(again, index, frames[index]) for index in range(broken, len(frames))] == names[broken:]


def test_what_is_recalled_does_not_go_over_a_cut(tracker: Tracker) -> None:
    picture, boxes, landmarks = shown([(100, 100, 1)])
    tracker.recall(0, picture, [("old", boxes[0], landmarks[0])], cut=False)
    tracker.recall(1, picture, [("new", boxes[0], landmarks[0])], cut=True)
    assert named(tracker, 2, [(100, 100, 1)]) == ["new"]


def test_names_are_never_given_twice(tracker: Tracker) -> None:
    rng, begun = np.random.default_rng(1), set()
    for index in range(60):
        sights = [
            (float(x), 100.0, int(rng.integers(1, 6))) for x in rng.choice(np.arange(30, 370, 45), 4, replace=False)
        ]
        names = named(tracker, index, sights, cut=index % 20 == 19)
        assert len(set(names)) == len(names)
        begun |= set(names)
    assert len(begun) > 4
