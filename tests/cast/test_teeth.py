import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.expression import Rig
from omote.cast.grid import net
from omote.cast.landmarks import Marks
from omote.cast.lips import Lips
from omote.cast.scene import Expression
from omote.cast.teeth import Mouth, mouth


@pytest.fixture(scope="module")
def inside(man: Actor, body: Rig) -> Mouth:
    return mouth(body.rest, Lips.of(man).half, 0.8)


def test_the_lower_teeth_go_with_the_jaw_and_the_upper_ones_stay(inside: Mouth, body: Rig) -> None:
    shut, wide = (inside.posed(body.posed(pose), pose) for pose in (Expression(), Expression(jaw_open=1.0)))
    _, tongue, lower, upper = ((b - a)[..., 1].mean() for a, b in zip(shut, wide, strict=True))
    assert upper == 0
    assert lower < -1.2
    assert tongue < -1


def test_a_pucker_hides_the_teeth_behind_the_lips(inside: Mouth, body: Rig, spots: Marks) -> None:
    pose = Expression(pucker=1.0)
    face = body.posed(pose)
    corner = spots.on(face)[54, 0]
    assert all(points[..., 0].max() < corner + 0.1 for points in inside.posed(face, pose))


def test_everything_lies_behind_the_lips(inside: Mouth, body: Rig) -> None:
    row = net().mouth
    for pose in (Expression(), Expression(jaw_open=0.7), Expression(smile=0.8)):
        face = body.posed(pose)
        for points in inside.posed(face, pose):
            middle = points[np.abs(points[..., 0]) < 0.5]
            assert middle[:, 2].max() < face[row, :, 2].max()


def test_the_dark_reaches_the_corners(inside: Mouth, body: Rig, spots: Marks) -> None:
    pose = Expression(jaw_open=0.8)
    face = body.posed(pose)
    dark = inside.posed(face, pose)[0]
    corners = spots.on(face)[[60, 64], 0]
    assert dark[:, 0, 0].max() < corners[0]
    assert dark[:, -1, 0].min() > corners[1]


def test_teeth_are_white_and_all_of_it_counts_as_face(inside: Mouth) -> None:
    dark, _, _, upper = (part.sheet.paint.texels for part in inside.solids)
    assert upper[-5:, 100:140, :3].mean() > 0.4
    assert dark[..., :3].max() < 0.1
    assert all((part.sheet.paint.texels[..., 4] == 1).all() for part in inside.solids)
