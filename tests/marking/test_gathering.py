import numpy as np
import pytest

from omote.core.types import Floats
from omote.marking.gathering import Gathering
from omote.marking.watermark import Watermark
from tests.marking.conftest import Moment


def moved(points: Floats, x: float, y: float) -> Floats:
    return points + np.array((x, y), np.float32)


def test_of_two_people_the_marked_one_is_found(film: list[Moment]) -> None:
    """The unmarked one is larger in half of the frames, so neither "the largest" nor all together would do."""
    seen, plain = Gathering(), Gathering()
    for number, one in enumerate(film):
        marked, both = one.marked(Watermark()), (one.landmarks, moved(one.landmarks, 240, 0))
        faces = both if number % 2 else both[::-1]
        seen.add(np.hstack([marked, one.rgb]), faces, one.seconds)
        plain.add(np.hstack([one.rgb, one.rgb]), faces, one.seconds)
    found, nothing = seen.evidence(), plain.evidence()
    assert found is not None and found.found and found.sights == len(film)
    assert nothing is not None and not nothing.found


def test_frames_without_faces_give_no_evidence(film: list[Moment]) -> None:
    seen = Gathering()
    seen.add(film[0].rgb, [], 0.0)
    assert seen.evidence() is None


def test_chance_counts_every_reading(film: list[Moment]) -> None:
    """A marked face is as strong where others are not marked, and each more that is read costs its share."""
    alone, crowd = Gathering(), Gathering()
    for one in film:
        marked = one.marked(Watermark(0.5))
        alone.add(marked, [one.landmarks], one.seconds)
        crowd.add(marked, [one.landmarks, *(moved(one.landmarks, 0, 500 * n) for n in range(1, 4))], one.seconds)
    single, several = alone.evidence(), crowd.evidence()
    assert single is not None and several is not None
    assert several.strength == single.strength
    assert several.chance == pytest.approx(5 * single.chance)  # together and each alone


def test_a_trail_ends_with_its_shot(film: list[Moment]) -> None:
    """Two people in one place, one after the other: what one looks like is no change of the other."""
    for cut, pause in ((True, 0.0), (False, 1.5)):
        seen = Gathering()
        for number, one in enumerate(film):
            later, mirrored = number > 12, np.ascontiguousarray(one.rgb[::-1])
            seconds = one.seconds + pause * later
            seen.add(mirrored if later else one.rgb, [one.landmarks], seconds, cut=cut and number == 13)
        assert [len(trail.sights) for trail in seen._trails] == [13, 12]


def test_two_faces_in_each_frame_go_on_each_with_its_own(film: list[Moment]) -> None:
    seen = Gathering()
    for number, one in enumerate(film):
        both = one.landmarks, moved(one.landmarks, 100, 0)
        seen.add(one.rgb, both if number % 2 else both[::-1], one.seconds)
    assert [len(trail.sights) for trail in seen._trails] == [len(film)] * 2
    places = sorted(float(np.ptp([points.mean(0)[0] for points in trail.points])) for trail in seen._trails)
    assert places[1] < 20


def test_points_that_jump_are_made_good_by_what_is_seen(film: list[Moment]) -> None:
    """Half of the time the landmarks lie elsewhere, too long for their neighbours to say so."""
    seen = Gathering()
    for number, one in enumerate(film):
        astray = (number // 6) % 2
        seen.add(one.marked(Watermark()), [moved(one.landmarks, 4 * astray, 7 * astray)], one.seconds)
    found = seen.evidence()
    assert found is not None and found.found
