import numpy as np

from bench.following import _LABELLED
from bench.switches import Label, Seen, judged, labels


def at(frame: int, x: float, who: str) -> Label:
    return Label(frame, x, 50, who)


def seen(frame: int, x: float, track: str, person: str = "") -> Seen:
    return Seen(frame, np.array([x - 20, 20, x + 20, 80], np.float32), track, person or track)


def test_tracks_that_keep_to_their_people() -> None:
    known = [at(frame, x, who) for frame in (0, 5, 10) for x, who in ((50, "man"), (150, "woman"))]
    found = [seen(frame, x, track) for frame in range(11) for x, track in ((52, "a"), (148, "b"))]
    assert judged(known, found, []) == {
        "labels": 6, "frames": 3, "switches": 0, "fragments": 0,
        "people": {"right": 1, "of": 1, "apart": 0, "together": 0}, "missed": {},
    }  # fmt: skip


def test_two_people_who_change_tracks_are_four_switches() -> None:
    """Each person's track changes, and each track goes over to the other."""
    known = [at(0, 50, "man"), at(0, 150, "woman"), at(5, 50, "man"), at(5, 150, "woman")]
    found = [seen(0, 50, "a"), seen(0, 150, "b"), seen(5, 50, "b"), seen(5, 150, "a")]
    told = judged(known, found, [])
    assert (told["switches"], told["fragments"]) == (4, 2)


def test_a_track_that_ends_is_a_switch_within_a_shot_and_none_over_a_cut() -> None:
    known = [at(0, 50, "man"), at(5, 50, "man")]
    found = [seen(0, 50, "a"), seen(5, 50, "b")]
    assert judged(known, found, [])["switches"] == judged(known, found, [])["fragments"] == 1
    assert judged(known, found, [5])["switches"] == judged(known, found, [5])["fragments"] == 0
    assert judged(known, found, [6])["switches"] == 1


def test_people_over_cuts() -> None:
    known = [at(0, 50, "man"), at(5, 50, "man"), at(5, 150, "woman"), at(5, 250, "someone far off")]
    found = [seen(0, 50, "a", "1"), seen(5, 50, "b", "2"), seen(5, 150, "c", "1"), seen(5, 250, "d", "1")]
    assert judged(known, found, [3])["people"] == {"right": 1, "of": 3, "apart": 1, "together": 1}


def test_a_missed_face_is_named_and_a_point_belongs_to_the_nearest_of_two_boxes() -> None:
    known = [at(0, 50, "man"), at(0, 72, "woman"), at(0, 300, "child")]
    told = judged(known, [seen(0, 52, "a"), seen(0, 71, "b")], [])
    assert told["missed"] == {"child": 1}
    assert told["switches"] == 0


def test_a_face_belongs_to_one_label_alone() -> None:
    """The woman's own face was not found; that her point lies in the man's box makes it not hers."""
    known = [at(0, 50, "man"), at(0, 65, "woman"), at(5, 50, "man"), at(5, 65, "woman")]
    told = judged(known, [seen(0, 50, "a"), seen(5, 52, "a")], [])
    assert told["switches"] == 0
    assert told["missed"] == {"woman": 2}


def test_each_clip_has_labels_and_no_point_twice() -> None:
    for clip in _LABELLED:
        points = labels(clip)
        assert len({label.who for label in points}) > 1
        assert len({(label.frame, label.who) for label in points}) == len(points) > 20
    assert labels("another.mp4") == []
