import numpy as np

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
    alone, crowd = Gathering(), Gathering()
    for one in film[:12]:
        alone.add(one.rgb, [one.landmarks], one.seconds)
        crowd.add(one.rgb, [one.landmarks, moved(one.landmarks, 0, 500)], one.seconds)
    single, several = alone.evidence(), crowd.evidence()
    assert single is not None and several is not None
    assert several.chance >= min(1.0, single.chance)
