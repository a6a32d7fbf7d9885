from collections.abc import Sequence

import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import resize
from omote.imaging.landmarks import five_points
from omote.perception import finding
from omote.perception.config import LookConfig
from omote.perception.finding import Finder, most_certain


def seen(left: float, score: float, side: float = 100, top: float = 0) -> Detection:
    box = np.array([left, top, left + side, top + side], np.float32)
    return Detection(box, score, np.zeros((5, 2), np.float32))


def middles(faces: Sequence[Detection]) -> Floats:
    return np.array([face.points.mean(0) for face in faces], np.float32)


def test_of_faces_that_lie_on_each_other_the_most_certain_is_kept() -> None:
    kept = most_certain([seen(0, 0.6), seen(20, 0.9), seen(200, 0.7), seen(80, 0.8)])
    assert [(face.box[0], face.score) for face in kept] == [(20, 0.9), (80, 0.8), (200, 0.7)]
    assert most_certain([]) == []


def test_a_box_inside_another_is_the_same_face_and_one_that_is_half_outside_is_not() -> None:
    whole, part, other = seen(0, 0.8), seen(40, 0.7, 30, 40), seen(85, 0.6, 30, 40)
    assert most_certain([whole, part, other]) == [whole, other]
    assert most_certain([whole, part], inside=1.1) == [whole, part]


def crowd(shots: list[Shot], width: int, height: int, side: int) -> tuple[Picture, Floats]:
    """A grey picture with six drawn heads, whose pictures are `side` pixels high; the middles of their five points."""
    canvas = np.full((height, width, 3), 120, np.uint8)
    places = []
    for number, shot in enumerate(shots[:6]):
        scale = side / shot.rgb.shape[0]
        small = resize(shot.rgb, round(shot.rgb.shape[1] * scale), side)
        # The lowest third of a height lies where two tiles of it meet.
        left, top = (
            round((number + 0.5) * width / 7),
            (height // 2 - side // 2, height // 8, 3 * height // 4)[number % 3],
        )
        canvas[top : top + side, left : left + small.shape[1]] = small
        places.append(five_points(shot.landmarks).mean(0) * scale + (left, top))
    return canvas, np.array(places, np.float32)


def test_small_faces_of_a_large_picture_are_found_in_tiles_and_each_once(shots: list[Shot]) -> None:
    picture, true = crowd(shots, 3840, 2160, 64)
    without = Finder(LookConfig(tiles="never")).find([picture])[0]
    found = middles(Finder(LookConfig()).find([picture])[0])
    assert len(without) < len(found) == len(true)
    assert np.linalg.norm(found[:, None] - true[None], axis=2).min(0).max() < 8


@pytest.mark.parametrize(("asked", "passes"), [({}, 1), ({"tiles": "always"}, 1 + 6), ({"care": "thorough"}, 2)])
def test_an_ordinary_frame_costs_one_pass_unless_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, shots: list[Shot], asked: dict[str, str], passes: int
) -> None:
    shown: list[Picture] = []

    class Counting:
        def __init__(self, name: str, threshold: float) -> None:
            pass

        def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
            shown.extend(pictures)
            return [
                [Detection(np.array([400, 300, 900, 900], np.float32), 0.9, five_points(shots[0].landmarks))]
            ] * len(pictures)

    monkeypatch.setattr(finding, "detector", Counting)
    Finder(LookConfig.checked(asked)).find([np.zeros((1080, 1920, 3), np.uint8)])
    assert len(shown) == passes


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_picture_on_its_side_is_found_where_care_is_taken(shots: list[Shot], quarter: int) -> None:
    finder = Finder(LookConfig().for_kind("pictures"))
    turned = [np.ascontiguousarray(np.rot90(shot.rgb, quarter)) for shot in shots[:2]]
    for shot, faces in zip(shots, finder.find(turned), strict=False):
        (face,) = faces
        points, (height, width) = five_points(shot.landmarks), shot.rgb.shape[:2]
        for _ in range(quarter):
            points = np.stack([points[:, 1], width - points[:, 0]], 1)
            height, width = width, height
        size = np.linalg.norm(points[0] - points[1])
        assert np.linalg.norm(face.points - points, axis=1).mean() < 0.15 * size


def test_half_a_face_at_the_border_is_found_and_its_box_ends_there(shots: list[Shot]) -> None:
    rgb, nose = shots[0].rgb, round(float(shots[0].landmarks[30, 0]))
    (face,) = Finder(LookConfig(care="thorough")).find([np.ascontiguousarray(rgb[:, nose:])])[0]
    assert face.box[0] == 0
    assert face.points[1, 0] == pytest.approx(five_points(shots[0].landmarks)[1, 0] - nose, abs=20)


def test_nothing_is_found_where_nothing_is(picture: Picture) -> None:
    pictures = [picture, np.zeros((32, 40, 3), np.uint8), np.full((3, 2000, 3), 90, np.uint8)]
    assert Finder(LookConfig(care="thorough", tiles="always", threshold=0.3)).find(pictures) == [[], [], []]
