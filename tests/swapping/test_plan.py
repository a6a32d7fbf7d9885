from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from omote.alignments.record import FaceRecord, FrameRecord
from omote.core.types import Floats
from omote.faceset.config import CropConfig
from omote.imaging.crops import corners, crop_matrix
from omote.swapping.config import PlanConfig
from omote.swapping.plan import Planned, Planner, motion_of, scaled
from omote.swapping.routes import Route, Routes

CROP = CropConfig(centering="legacy", coverage=0.7, vertical_offset=4)
ALL = Routes((Path("m"),), {}, Route(0, "b"))


def seen(
    face: FaceRecord, index: int, landmarks: Floats, track: str | None = "t", person: str | None = None
) -> FaceRecord:
    at = FrameRecord(index, 40 * index, f"f{index}")
    return replace(face, id=f"{index}-{track}", frame=at, landmarks=landmarks, track=track, person=person)


def moved(landmarks: Floats, right: npt.ArrayLike, down: npt.ArrayLike) -> Floats:
    return np.stack([landmarks[:, 0] + np.asarray(right), landmarks[:, 1] + np.asarray(down)], 1).astype(np.float32)


def planned(
    faces: Sequence[FaceRecord], frames: Sequence[int], routes: Routes = ALL, **config: object
) -> list[list[Planned]]:
    planner = Planner(faces, routes, [(CROP, 64), (CropConfig(), 128)], PlanConfig.checked(config))
    return [planner.plan(frame) for frame in frames]


def test_each_face_is_placed_by_the_model_s_crop(face: FaceRecord) -> None:
    ((place,),) = planned([face], [1])
    np.testing.assert_array_equal(place.seen.matrix, crop_matrix(face.landmarks, 64, "legacy", 0.7, 4))
    assert (place.seen.size, place.seen.frame, place.route) == (64, 1, Route(0, "b"))
    assert place.placed is place.seen
    assert planned([face], [0]) == [[]]


def test_people_go_to_their_models_and_the_rest_stays(face: FaceRecord, landmarks: Floats) -> None:
    routes = Routes((Path("m"), Path("n")), {"one": Route(1, "a"), "two": None}, None)
    faces = [seen(face, 3, landmarks + 30 * n, who, who) for n, who in enumerate(("one", "two", "three"))]
    ((only,),) = planned(faces, [3], routes)
    assert (only.face.person, only.route, only.seen.size) == ("one", Route(1, "a"), 128)
    others = replace(routes, others=Route(0, "b"))
    assert {each.face.person: each.route.model for each in planned(faces, [3], others)[0]} == {"one": 1, "three": 0}


def test_the_nearer_face_comes_last(face: FaceRecord, landmarks: Floats) -> None:
    faces = [seen(face, 0, (landmarks * size).astype(np.float32), f"t{size}") for size in (1.0, 0.5, 2.0)]
    assert [each.face.track for each in planned(faces, [0])[0]] == ["t0.5", "t1.0", "t2.0"]


def test_faces_that_lie_before_one_are_known_whoever_they_are(face: FaceRecord, landmarks: Floats) -> None:
    def at(right: float, size: float, name: str, person: str | None = None) -> FaceRecord:
        points = (landmarks * size + (right, 0)).astype(np.float32)
        box = (face.box.reshape(2, 2) * size + (right, 0)).ravel().astype(np.float32)
        return replace(seen(face, 0, points, name, person), box=box)

    far, near, beside = at(0, 1, "far"), at(60, 1.1, "near", "nobody"), at(400, 1.5, "beside")
    again = at(1, 1.02, "again")  # of far: found twice
    plans = planned([near, far, beside, again], [0], Routes((Path("m"),), {"nobody": None}, Route(0, "b")))[0]
    before = {each.face.track: each.placed.nearer for each in plans}
    np.testing.assert_array_equal(before["far"], [near.landmarks])
    assert before.keys() == {"far", "again", "beside"}
    assert before["beside"].shape == (0, 68, 2)


def test_the_plan_does_not_depend_on_where_it_begins(face: FaceRecord, landmarks: Floats) -> None:
    rng = np.random.default_rng(0)
    faces = [seen(face, n, (landmarks + rng.normal(0, 2, 2)).astype(np.float32)) for n in range(30)]
    whole = planned(faces, range(30), steady=4)
    late = planned([each for each in faces if each.frame.index >= 16], range(20, 30), steady=4)
    for (one,), (other,) in zip(whole[20:], late, strict=True):
        np.testing.assert_array_equal(one.seen.matrix, other.seen.matrix)
        np.testing.assert_array_equal(one.seen.motion, other.seen.motion)
    skipping = planned(faces, range(0, 30, 5), steady=4)
    np.testing.assert_array_equal(skipping[4][0].seen.matrix, whole[20][0].seen.matrix)


def test_points_are_steadied_once(face: FaceRecord, landmarks: Floats) -> None:
    rng = np.random.default_rng(0)
    noisy = [moved(landmarks, 5 * n + rng.normal(0, 1.5, 68), rng.normal(0, 1.5, 68)) for n in range(15)]

    def jitter(plans: list[list[Planned]]) -> float:
        middles = np.array([corners(plan.seen.matrix, 64).mean(0) for (plan,) in plans])
        return float(np.diff(middles, 2, axis=0)[2:-2].std())

    trembling = [seen(face, n, points) for n, points in enumerate(noisy)]
    assert jitter(planned(trembling, range(15))) < 0.6 * jitter(planned(trembling, range(15), steady=0))
    done = [replace(each, raw=each.landmarks) for each in trembling]
    np.testing.assert_array_equal(planned(done, [7])[0][0].seen.landmarks, noisy[7])
    nobody = [
        replace(each, track=None, box=each.box + np.array([5, 0, 5, 0], np.float32) * n)
        for n, each in enumerate(trembling)
    ]
    for one, other in zip(planned(trembling, range(15)), planned(nobody, range(15)), strict=True):
        np.testing.assert_array_equal(one[0].seen.landmarks, other[0].seen.landmarks)


def test_motion_is_that_of_the_face_s_middle(face: FaceRecord, landmarks: Floats) -> None:
    faces = [seen(face, n, moved(landmarks, 3 * n, -2 * n)) for n in (0, 1, 2, 4, 9)]
    for at in range(4):
        np.testing.assert_allclose(motion_of(faces[at], faces), (3, -2), atol=1e-4)
    np.testing.assert_array_equal(motion_of(faces[4], faces), (0, 0))


@pytest.mark.parametrize("percent", [-20.0, 30.0])
def test_a_scaled_face_is_larger_around_its_crop_s_middle(face: FaceRecord, percent: float) -> None:
    ((place,),) = planned([face], [1], scale=percent)
    np.testing.assert_array_equal(place.seen.matrix, planned([face], [1])[0][0].seen.matrix)
    before, after = (corners(each.matrix, each.size) for each in (place.seen, place.placed))
    np.testing.assert_allclose(before.mean(0), after.mean(0), atol=1e-3)
    np.testing.assert_allclose(after - after.mean(0), (before - before.mean(0)) * (1 + percent / 100), atol=1e-3)
    middle = before.mean(0)
    np.testing.assert_allclose(
        place.placed.landmarks - middle, (face.landmarks - middle) * (1 + percent / 100), atol=1e-3
    )
    assert scaled(place.seen, 0) is place.seen
