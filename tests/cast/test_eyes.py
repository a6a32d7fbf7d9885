import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.expression import Rig
from omote.cast.eyes import SIDE, eyeball, glint, lid_shadow, lining, rolled
from omote.cast.grid import net
from omote.cast.lids import BALL
from omote.cast.scene import Expression, Light
from omote.cast.shade import Rays


def pupil(body: Rig, pose: Expression) -> np.ndarray:
    points, _ = rolled(body.eyes[1], pose)
    middle = slice(SIDE // 2 - 1, SIDE // 2 + 1)
    return np.asarray(points.reshape(SIDE, SIDE, 3)[middle, middle].mean(axis=(0, 1)))


def test_the_pupil_is_black_the_iris_coloured_the_rest_white(man: Actor) -> None:
    paper = eyeball(man).paint.texels
    middle = np.array(paper.shape[:2]) // 2
    assert paper[*middle, :3].max() < 0.05
    assert paper[middle[0], -25, :3].min() > 0.3
    assert (paper[..., 4] == 1).all()


def test_eyes_look_where_they_are_told(body: Rig) -> None:
    ahead = pupil(body, Expression())
    assert ahead[0] == pytest.approx(body.eyes[1].x, abs=0.01)
    assert pupil(body, Expression(gaze_x=1))[0] > ahead[0] + 0.3
    assert pupil(body, Expression(gaze_y=1))[1] > ahead[1] + 0.2


def test_eyeballs_are_round_and_stay_in_place(body: Rig) -> None:
    eye = body.eyes[0]
    points, out = rolled(eye, Expression(gaze_x=-0.7, gaze_y=0.4))
    assert np.linalg.norm(points - (eye.x, 0, eye.z), axis=1) == pytest.approx(np.full(SIDE * SIDE, BALL), abs=1e-4)
    assert np.linalg.norm(out, axis=1) == pytest.approx(np.ones(SIDE * SIDE), abs=1e-4)


def test_the_lamp_is_mirrored_on_its_side(body: Rig) -> None:
    _, out = rolled(body.eyes[0], Expression())
    for side in (-1, 1):
        bright = glint(out, Rays.of(Light(side * 40, 20, 0.3)))
        assert bright.max() > 0.3
        assert np.sign(out[bright > 0.2, 0].mean()) == side
        assert (bright > 0.05).mean() < 0.1


def test_lids_shade_the_eyeball(body: Rig) -> None:
    eye = body.eyes[1]
    points, _ = rolled(eye, Expression())
    near = np.abs(points[:, 0] - eye.x) < 0.2
    shade = lid_shadow(points, eye, Expression())
    assert shade[near & (points[:, 1] > 0.35)].max() < shade[near & (np.abs(points[:, 1]) < 0.1)].min()
    assert lid_shadow(points, eye, Expression(blink_left=1.0)).max() < shade.max()


def test_flesh_fills_the_slit_up_to_the_outer_corner(body: Rig) -> None:
    face, row = body.posed(Expression()), net().eye
    ahead = face[row, :, 2] > 0
    for eye in body.eyes:
        flesh = lining(eye, face[row, ahead], face[row + 1, ahead]).points
        across = eye.across(flesh[..., 0])
        assert 0.85 < across.max() < 1
        assert across.min() < -1
        assert flesh[..., 2].max() < face[row, ahead, 2].max()
