import pytest

from omote.cast.scene import Backdrop, Expression, Light, Place, Scene


@pytest.mark.parametrize(
    ("thing", "values"),
    [
        (Expression, {"jaw_open": 1.1}),
        (Expression, {"smile": -0.6}),
        (Expression, {"blink_left": -0.1}),
        (Expression, {"gaze_y": 1.5}),
        (Place, {"size": 0.0}),
        (Light, {"ambient": 1.2}),
        (Light, {"elevation": 91.0}),
        (Backdrop, {"seed": -1}),
    ],
)
def test_what_cannot_be_is_refused(thing: type, values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        thing(**values)


def test_a_plain_scene_is_at_rest_and_can_be_looked_up() -> None:
    scene = Scene()
    assert scene.expression == Expression(jaw_open=0.0)
    assert (scene.pose.yaw, scene.pose.pitch, scene.pose.roll) == (0, 0, 0)
    assert {scene: 1}[Scene()] == 1
