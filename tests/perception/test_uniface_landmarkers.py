from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import similarity, transform
from omote.perception.registry import landmarker

pytest.importorskip("uniface", reason="the extra omote[models] is not installed")

from omote.perception.uniface_chips import FIVE
from omote.perception.uniface_landmarkers import FROM_98, upright_box

BOX = np.array([100, 80, 160, 160], np.float32)
BLACK: Picture = np.zeros((300, 320, 3), np.uint8)


def mean_face(count: int) -> Floats:
    from tests.tiny_networks import MEAN_FACES

    return MEAN_FACES[count]


def in_box(unit: Floats, box: Floats) -> Floats:
    """Where points of the square that PIPNet is shown lie: a tenth wider than the box on both sides, a tenth lower."""
    width, height = box[2:] - box[:2]
    corner = np.array([box[0] - width / 10, box[1] + height / 10])
    points: Floats = (corner + unit * (width * 1.2, height)).astype(np.float32)
    return points


def seen(box: Floats) -> Detection:
    return Detection(box, 1.0, box[:2] + FIVE / np.float32(2))


def turned(face: Detection, degrees: float) -> tuple[Detection, Floats]:
    """The face turned clockwise about its box's middle, and the map."""
    turn = np.radians(degrees)
    middle = (face.box[:2] + face.box[2:]) / 2
    ends = middle + np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    matrix = similarity(middle + np.eye(2), ends)
    corners = transform(np.array([face.box[[0, 1]], face.box[[2, 1]], face.box[[2, 3]], face.box[[0, 3]]]), matrix)
    box = np.concatenate([corners.min(0), corners.max(0)])
    return Detection(box, 1.0, transform(face.points, matrix)), matrix.astype(np.float32)


def test_points_are_decoded_to_where_the_network_says(tiny_weights: Path) -> None:
    (points,) = landmarker("pipnet-68").landmarks(BLACK, [seen(BOX)])
    assert points == pytest.approx(in_box(mean_face(68), BOX), abs=0.01)


def test_of_98_points_the_68_are_taken(tiny_weights: Path) -> None:
    (points,) = landmarker("pipnet-98").landmarks(BLACK, [seen(BOX)])
    assert points == pytest.approx(in_box(mean_face(98)[FROM_98], BOX), abs=0.01)


def test_the_68_of_the_98_mean_the_same_places() -> None:
    ours, theirs = mean_face(68), mean_face(98)[FROM_98]
    # Boxes of other proportions were stretched to squares, so the two mean faces agree up to an affine map.
    flat = np.hstack([theirs, np.ones((68, 1))])
    apart = np.linalg.norm((flat @ np.linalg.lstsq(flat, ours)[0])[:, None] - ours[None], axis=2)
    assert np.diag(apart).mean() < 0.02
    assert (np.diag(apart) < apart.min(1) + 0.01).all()


def test_colours_are_not_swapped(tiny_weights: Path) -> None:
    plain = landmarker("pipnet-68").landmarks(BLACK, [seen(BOX)])[0]
    for channel, moved in ((0, True), (2, False)):
        picture = BLACK.copy()
        picture[..., channel] = 255
        (points,) = landmarker("pipnet-68").landmarks(picture, [seen(BOX)])
        expected = (points - plain) / (72, 80)
        assert expected == pytest.approx(np.full((68, 2), 0.1 if moved else 0.0), abs=0.002)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_face_that_lies_is_looked_at_upright(tiny_weights: Path, degrees: float) -> None:
    face, matrix = turned(seen(BOX), degrees)
    (points,) = landmarker("pipnet-68").landmarks(BLACK, [face])
    assert points == pytest.approx(transform(in_box(mean_face(68), BOX), matrix.astype(float)), abs=0.05)


def test_a_face_that_leans_is_looked_at_upright() -> None:
    face, _ = turned(seen(BOX), 25)
    eyes = transform(face.points[:2], upright_box(face))
    assert abs(eyes[0, 1] - eyes[1, 1]) < 1


def test_a_box_without_height_gives_no_fault(tiny_weights: Path) -> None:
    flat = Detection(np.array([100, 80, 160, 80], np.float32), 1.0, seen(BOX).points)
    assert np.isfinite(landmarker("pipnet-68").landmarks(BLACK, [flat])[0]).all()
