import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Place, Scene
from omote.core.types import Detection, Face, Floats, Pose
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.aligning import Aligner
from omote.perception.config import LookConfig
from omote.perception.ways import Way, next_faces, pairs_of, ways_of


def at(left: float, top: float, side: float = 40) -> Detection:
    box = np.array([left, top, left + side, top + side], np.float32)
    return Detection(box, 0.9, np.zeros((5, 2), np.float32))


def face(landmarks: Floats, score: float = 0.9) -> Face:
    """A face whose box leaves a fifth of its width on each side."""
    low, high = landmarks.min(0), landmarks.max(0)
    room = 0.2 * (high - low)[0]
    box = np.concatenate([low - room, high + room]).astype(np.float32)
    return Face(Detection(box, score, five_points(landmarks)), landmarks, Pose(0, 0, 0), 50)


def seen(x: float, y: float = 0.5) -> Shot:
    return render(Actor.from_seed(1), Scene(place=Place(x=x, y=y, size=0.4)), 240, 180)


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner(LookConfig(refeed=0))


def test_the_same_faces_in_nearly_the_same_places_are_paired_in_any_order() -> None:
    before, after = [at(0, 0), at(100, 0)], [at(104, 3), at(2, -3)]
    assert pairs_of(before, after) == [(before[0], after[1]), (before[1], after[0])]
    assert pairs_of([], []) == []


@pytest.mark.parametrize(
    "after",
    [[], [at(0, 0)], [at(0, 0), at(100, 0), at(200, 0)], [at(0, 0), at(200, 0)], [at(10, 0), at(2, 0)]],
    ids=["none", "fewer", "more", "elsewhere", "both-near-one"],
)
def test_what_is_not_plain_is_not_paired(after: list[Detection]) -> None:
    assert pairs_of([at(0, 0), at(100, 0)], after) is None


def test_a_detection_goes_where_its_face_goes(landmarks: Floats) -> None:
    """Half way between a face and the same one moved and grown, seen where it is expected: in the middle of both."""
    there = (landmarks * 1.2 + np.array([30, -10])).astype(np.float32)
    first, last = face(landmarks, 0.8), face(there, 0.6)
    way = Way(first, last, (np.zeros((16, 16), np.float32),) * 2, landmarks)
    halfway = ((landmarks + there) / 2).astype(np.float32)
    found = way.detection(halfway, 0.5)
    np.testing.assert_allclose(found.box, face(halfway).detection.box, atol=0.05)
    np.testing.assert_allclose(found.points, five_points(halfway), atol=0.05)
    assert found.score == pytest.approx(0.7)
    np.testing.assert_allclose(way.detection(landmarks, 0).box, first.detection.box, atol=0.01)
    np.testing.assert_allclose(way.detection(there, 1).box, last.detection.box, atol=0.01)


def test_a_face_is_found_a_frame_on_and_its_box_with_it(aligner: Aligner) -> None:
    first, here, last = seen(0.5), seen(0.52), seen(0.6)
    ends = [(shot.rgb, [face(shot.landmarks)]) for shot in (first, last)]
    pairs = [(ends[0][1][0].detection, ends[1][1][0].detection)]
    ways = ways_of(ends[0], ends[1], pairs)
    assert ways is not None
    found = next_faces(aligner, here.rgb, ways, 0.2, 4)
    assert found is not None
    error = np.linalg.norm(found[0].landmarks - here.landmarks, axis=1)[17:].mean()
    assert error < 0.1 * eye_distance(here.landmarks)
    np.testing.assert_allclose(found[0].detection.box, face(here.landmarks).detection.box, atol=3)


def test_what_does_not_look_like_the_face_is_none(aligner: Aligner) -> None:
    first, last, gone = seen(0.5), seen(0.52), seen(2, 2)
    ends = [(shot.rgb, [face(shot.landmarks)]) for shot in (first, last)]
    ways = ways_of(ends[0], ends[1], [(ends[0][1][0].detection, ends[1][1][0].detection)])
    assert ways is not None
    assert next_faces(aligner, gone.rgb, ways, 0.5, 1) is None
    assert next_faces(aligner, first.rgb, [], 0.5, 1) == []


def test_two_ways_that_lead_to_one_face_are_not_plain(aligner: Aligner) -> None:
    shot = seen(0.5)
    faces = [face(shot.landmarks), face(shot.landmarks)]
    pairs = [(each.detection, each.detection) for each in faces]
    ways = ways_of((shot.rgb, faces), (shot.rgb, faces), pairs)
    assert ways is not None
    assert next_faces(aligner, shot.rgb, ways, 0.5, 1) is None
    assert next_faces(aligner, shot.rgb, ways[:1], 0.5, 1) is not None


def test_a_face_that_one_side_has_not_kept_has_no_way(landmarks: Floats) -> None:
    shot = seen(0.5)
    kept, dropped = face(shot.landmarks), face(landmarks)
    pairs = [(kept.detection, kept.detection), (dropped.detection, dropped.detection)]
    ways = ways_of((shot.rgb, [kept, dropped]), (shot.rgb, [kept]), pairs)
    assert ways is not None
    assert [way.first for way in ways] == [kept]
    assert ways_of((shot.rgb, [kept]), (shot.rgb, [kept]), None) is None
