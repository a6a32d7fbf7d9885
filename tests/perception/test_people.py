from itertools import combinations

import numpy as np
import pytest

from omote.core.types import Floats
from omote.perception.people import TrackViews, _share_frames, alike, joined

_LIMIT = 0.6


def towards(angle: float) -> Floats:
    """A vector of length 1; two that are an angle of x apart are about x apart."""
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def track(name: str, frames: range, *angles: float) -> TrackViews:
    return TrackViews(name, frozenset(frames), [towards(angle) for angle in angles])


def test_tracks_of_one_person_are_joined_and_the_person_seen_in_most_frames_is_the_first() -> None:
    tracks = [
        track("a", range(10), 0.0, 0.05),
        track("b", range(10, 18), 1.5),
        track("c", range(20, 29), -0.1),
        track("d", range(40, 50), 1.4, 1.6),
        track("e", range(60, 61), 3.0),
    ]
    people = joined(tracks, _LIMIT)
    assert people == {"a": "person-01", "c": "person-01", "b": "person-02", "d": "person-02", "e": "person-03"}
    assert joined(tracks[::-1], _LIMIT) == people


def test_of_two_people_seen_equally_often_the_earlier_comes_first() -> None:
    people = joined([track("late", range(50, 60), 0.0), track("early", range(10), 2.0)], _LIMIT)
    assert people == {"early": "person-01", "late": "person-02"}


def test_two_tracks_that_share_a_frame_are_two_people_however_alike() -> None:
    people = joined([track("a", range(10), 0.0), track("b", range(9, 20), 0.0)], _LIMIT)
    assert len(set(people.values())) == 2


@pytest.mark.parametrize("count", [2, 12, 60])
def test_one_shared_frame_outweighs_any_number_of_tracks_that_could_be_one_person(count: int) -> None:
    tracks = [track(f"{place:02d}", range(10 * place, 10 * place + 10), 0.0) for place in range(count)]
    tracks += [track("double", range(9, 10), 0.01)]
    people = joined(tracks, _LIMIT)
    assert people["double"] != people["00"]


def test_no_two_tracks_of_a_person_share_a_frame_in_any_crowd() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        tracks = []
        for place in range(25):
            begin = int(rng.integers(200))
            tracks.append(track(str(place), range(begin, begin + int(rng.integers(1, 60))), float(rng.normal(0, 0.5))))
        people = joined(tracks, _LIMIT)
        assert set(people) == {each.name for each in tracks}
        for one, other in combinations(tracks, 2):
            if one.frames & other.frames:
                assert people[one.name] != people[other.name]


def test_a_track_that_does_not_say_who_it_is_of_is_a_person_of_its_own() -> None:
    tracks = [
        track("a", range(5)),
        track("b", range(9, 12)),
        track("c", range(20, 30), 0.0),
        track("d", range(40, 50), 0),
    ]
    people = joined(tracks, _LIMIT)
    assert people == {"c": "person-01", "d": "person-01", "a": "person-02", "b": "person-03"}


def test_few_tracks_or_none() -> None:
    assert joined([], _LIMIT) == {}
    assert joined([track("a", range(5))], _LIMIT) == {"a": "person-01"}


def test_average_linkage_keeps_a_chain_of_likenesses_from_joining_all() -> None:
    """Neighbours are of one person, the ends of the chain plainly not: single linkage would make one person of it."""
    chain = [track(str(place), range(place, place + 1), 0.5 * place) for place in range(6)]
    people = joined(chain, _LIMIT)
    assert 1 < len(set(people.values())) < 6
    assert people["0"] != people["5"]


def test_a_person_is_like_a_reference_by_the_middle_of_all_views() -> None:
    tracks = [
        track("a", range(10), 0.0, 0.1),
        track("b", range(20, 30), 0.05, 2.0),  # one view in four is astray
        track("c", range(20, 30), 2.0),
        track("d", range(5)),
    ]
    people = {"a": "one", "b": "one", "c": "two", "d": "three"}
    assert set(alike(tracks, people, [towards(0.0)], _LIMIT)) == {"one"}
    assert set(alike(tracks, people, [towards(2.0)], _LIMIT)) == {"two"}
    assert set(alike(tracks, people, [towards(2.1), towards(0.1)], _LIMIT)) == {"one", "two"}
    assert set(alike(tracks, people, [towards(1.0)], _LIMIT)) == set()
    assert set(alike(tracks, people, [], _LIMIT)) == set()


@pytest.mark.parametrize("seed", range(5))
def test_tracks_that_share_a_frame_are_found_as_by_comparing_each_with_each(seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = [frozenset(random.choice(10**9 if seed else 30, random.integers(1, 8)).tolist()) for _ in range(20)]
    frames += [frames[0], frozenset({*frames[1], 5})]
    together = _share_frames([TrackViews(str(n), each, []) for n, each in enumerate(frames)])
    assert together.tolist() == [[bool(one & other) for other in frames] for one in frames]
