from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from omote.cast.actor import Actor
from omote.cast.backdrop import behind
from omote.cast.render import Shot, render, render_together
from omote.cast.scene import Expression, Light, Place, Scene
from omote.core.types import Floats, Picture, Pose

SCENE = Scene(light=Light(azimuth=-20))


@pytest.fixture(scope="module")
def shots(man: Actor, woman: Actor) -> tuple[Shot, Shot]:
    return render(man, SCENE), render(woman, SCENE)


def at(picture: Picture | Floats, points: npt.NDArray[np.floating]) -> np.ndarray:
    column, row = np.floor(points).astype(int).T
    return np.asarray(picture[row, column])


def test_a_shot_is_a_picture_with_its_truth(shots: tuple[Shot, Shot]) -> None:
    for shot in shots:
        assert [part.shape for part in (shot.rgb, shot.landmarks, shot.mask)] == [(360, 480, 3), (68, 2), (360, 480)]
        assert [part.dtype for part in (shot.rgb, shot.landmarks, shot.mask)] == [np.uint8, np.float32, np.float32]
        assert 0 == shot.mask.min() < shot.mask.max() == 1
        assert shot.pose == SCENE.pose


def test_the_same_scene_gives_the_same_bytes(man: Actor, shots: tuple[Shot, Shot]) -> None:
    again = render(man, SCENE)
    assert (again.rgb == shots[0].rgb).all()
    assert (again.mask == shots[0].mask).all()
    assert (again.landmarks == shots[0].landmarks).all()


def test_the_mask_covers_the_face_and_nothing_of_the_backdrop(shots: tuple[Shot, Shot]) -> None:
    mask, points = shots[0].mask, shots[0].landmarks
    assert at(mask, points[17:]).min() == 1
    assert mask[:40].max() == 0
    assert mask[:, :120].max() == 0
    assert mask[int(points[8, 1]) + 15 :].max() == 0


def test_another_actor_in_the_same_scene_is_the_true_swap(shots: tuple[Shot, Shot]) -> None:
    one, other = shots
    apart = np.abs(one.rgb.astype(int) - other.rgb.astype(int)).max(axis=2)
    both = (one.mask > 0.9) & (other.mask > 0.9)
    assert both.mean() > 0.05
    assert apart[both].mean() > 15
    assert apart[:, :40].max() == 0
    assert apart[:10].max() == 0
    eyes = [shot.landmarks[36:48].mean(axis=0) for shot in shots]
    assert np.linalg.norm(eyes[0] - eyes[1]) < 6


def test_behind_everybody_is_the_backdrop(shots: tuple[Shot, Shot]) -> None:
    corner = behind(SCENE.backdrop, 480, 360)[:30, :30] ** (1 / 2.2) * 255
    assert shots[0].rgb[:30, :30] == pytest.approx(corner, abs=6)


def test_a_straight_face_has_symmetric_points(shots: tuple[Shot, Shot]) -> None:
    x, y = shots[0].landmarks.T
    for left, right in ((0, 16), (4, 12), (17, 26), (36, 45), (39, 42), (31, 35), (48, 54)):
        assert x[left] + x[right] == pytest.approx(480, abs=0.1)
        assert y[left] == pytest.approx(y[right], abs=0.1)
    assert x[[8, 27, 30, 33, 51, 57, 62, 66]] == pytest.approx(np.full(8, 240), abs=0.1)


def test_signs_of_the_pose(man: Actor) -> None:
    def nose(pose: Pose) -> Floats:
        points = render(man, replace(SCENE, pose=pose), 160, 120).landmarks
        return np.asarray(points[30] - (points[2] + points[14]) / 2, np.float32)

    straight = nose(Pose(0, 0, 0))
    assert nose(Pose(20, 0, 0))[0] > straight[0] + 3
    assert nose(Pose(0, 12, 0))[1] < straight[1] - 3
    assert nose(Pose(0, 0, 10))[0] < straight[0]


def test_a_blink_covers_the_iris(shots: tuple[Shot, Shot], woman: Actor) -> None:
    shut = render(woman, replace(SCENE, expression=Expression(blink_left=1, blink_right=1)))
    for eye in (slice(36, 42), slice(42, 48)):
        pupil = shots[1].landmarks[eye].mean(axis=0, keepdims=True)
        assert at(shut.rgb, pupil).sum() > at(shots[1].rgb, pupil).sum() + 100
        height = np.ptp(shut.landmarks[eye][[1, 2, 4, 5], 1])
        assert height < 0.5 * np.ptp(shots[1].landmarks[eye][[1, 2, 4, 5], 1])


def test_an_open_mouth_is_dark_and_lowers_the_lower_lip(shots: tuple[Shot, Shot], man: Actor) -> None:
    wide = render(man, replace(SCENE, expression=Expression(jaw_open=0.9)))
    assert wide.landmarks[66, 1] > shots[0].landmarks[66, 1] + 8
    assert wide.landmarks[57, 1] > shots[0].landmarks[57, 1] + 8
    assert wide.landmarks[27] == pytest.approx(shots[0].landmarks[27], abs=0.01)
    inside = (wide.landmarks[62:63] + 2 * wide.landmarks[66:67]) / 3
    assert at(wide.rgb, inside).mean() < 70
    assert at(wide.mask, inside) == pytest.approx(1)


@pytest.mark.parametrize("yaw", [-35, 35])
def test_nobody_looks_through_a_head(man: Actor, yaw: int) -> None:
    scene = replace(SCENE, pose=Pose(yaw, 0, 0), expression=Expression(jaw_open=0.8))
    shot = render(man, scene)
    lips = shot.landmarks[[60, 61, 62, 63, 64, 65, 66, 67]]
    y, x = np.mgrid[0:360, 0:480] + 0.5
    after = np.roll(lips, -1, axis=0)
    turns = [(b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) for a, b in zip(lips, after, strict=True)]
    opening = np.min(turns, axis=0) > 0
    assert opening.sum() > 50
    assert shot.mask[opening].min() == 1


def test_the_picture_can_have_any_size_and_place(man: Actor) -> None:
    shot = render(man, Scene(place=Place(0.3, 0.6, 0.9)), 90, 160)
    assert shot.rgb.shape == (160, 90, 3)
    assert shot.landmarks[27] == pytest.approx([27, 96], abs=4)
    away = render(man, Scene(place=Place(2.0, 0.5, 0.3)), 90, 60)
    assert away.mask.max() == 0


def test_light_can_be_turned_down(man: Actor, shots: tuple[Shot, Shot]) -> None:
    dark = render(man, replace(SCENE, light=Light(azimuth=-170, elevation=0, ambient=0.3)))
    face = shots[0].mask > 0.9
    assert dark.rgb[face].mean() < 0.75 * shots[0].rgb[face].mean()


def test_the_one_in_front_hides_the_other(man: Actor, woman: Actor, shots: tuple[Shot, Shot]) -> None:
    alone = shots[0]
    apart = [replace(SCENE, place=Place(x=x)) for x in (0.2, 0.8)]
    first, second = render_together([(man, apart[0]), (woman, apart[1])])
    assert first.rgb is second.rgb
    left, right = (render(*each) for each in ((man, apart[0]), (woman, apart[1])))
    for shot, single in ((first, left), (second, right)):
        np.testing.assert_array_equal(shot.landmarks, single.landmarks)
        np.testing.assert_array_equal(shot.mask, single.mask)
        seen = single.mask > 0.99
        np.testing.assert_array_equal(shot.rgb[seen], single.rgb[seen])
    behind_her, before = render_together([(man, SCENE), (woman, SCENE)])
    assert (before.rgb[shots[1].mask > 0.99] == shots[1].rgb[shots[1].mask > 0.99]).all()
    assert behind_her.mask.sum() < 0.05 * alone.mask.sum()
    np.testing.assert_array_equal(behind_her.landmarks, alone.landmarks)
