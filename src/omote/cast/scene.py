"""What happens in a picture, whoever plays it: expression, pose, place, light and what stands behind."""

from dataclasses import dataclass

from omote.core.types import Pose


def _within(thing: object, **ranges: tuple[float, float]) -> None:
    for name, (low, high) in ranges.items():
        if not low <= getattr(thing, name) <= high:
            raise ValueError(f"{name} must be {low} to {high}, not {getattr(thing, name)}")


@dataclass(frozen=True, slots=True)
class Expression:
    """What the face does; all zero is at rest. Right and left are the person's, so right is left in the picture.

    Attributes:
        jaw_open: 0 closed to 1 wide open.
        smile: -0.5 corners down to 1 broad smile.
        pucker: 0 to 1 lips pushed forward and together.
        blink_right, blink_left: 0 open to 1 shut.
        gaze_x: -1 to 1, both eyes to the right of the picture.
        gaze_y: -1 to 1, both eyes up.
        brow_raise: -0.5 frown to 1 raised high.
    """

    jaw_open: float = 0.0
    smile: float = 0.0
    pucker: float = 0.0
    blink_right: float = 0.0
    blink_left: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    brow_raise: float = 0.0

    def __post_init__(self) -> None:
        _within(self, jaw_open=(0, 1), smile=(-0.5, 1), pucker=(0, 1), blink_right=(0, 1), blink_left=(0, 1))
        _within(self, gaze_x=(-1, 1), gaze_y=(-1, 1), brow_raise=(-0.5, 1))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the head is in the picture.

    Attributes:
        x, y: of the point between the ears, in shares of the picture's width and height; 0, 0 is the top-left corner.
        size: height of an average head, crown to chin, in shares of the picture's height.
    """

    x: float = 0.5
    y: float = 0.48
    size: float = 0.58

    def __post_init__(self) -> None:
        _within(self, x=(-1, 2), y=(-1, 2), size=(0.05, 3))


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp and the room's own light.

    Attributes:
        azimuth: degrees, where the lamp stands: 0 beside the camera, positive to the right of the picture.
        elevation: degrees above the horizon.
        ambient: share of light that comes from all around, 0 to 1.
        warmth: -1 bluish to 1 orange.
    """

    azimuth: float = -30.0
    elevation: float = 35.0
    ambient: float = 0.4
    warmth: float = 0.1

    def __post_init__(self) -> None:
        _within(self, azimuth=(-180, 180), elevation=(-90, 90), ambient=(0, 1), warmth=(-1, 1))


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What stands behind and what is worn; the same for whoever plays the scene.

    Attributes:
        seed: which wall, lights and clothes, 0 or more.
    """

    seed: int = 0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")


AHEAD = Pose(0.0, 0.0, 0.0)
"""Looking straight into the camera."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything in one picture but the actor."""

    expression: Expression = Expression()
    pose: Pose = AHEAD
    place: Place = Place()
    light: Light = Light()
    backdrop: Backdrop = Backdrop()
