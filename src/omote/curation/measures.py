"""What faces are measured by: each measure with its unit, the order in which it sorts, and its groups.

Whatever is best, or what nothing is wrong with, comes first; what one may want to take out stands at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from omote.curation.faces import FacePicture, Watch, unwatched
from omote.curation.groups import Group, cut, natural
from omote.curation.looks import looks
from omote.curation.shapes import distances
from omote.curation.steps import Steps, by_side, by_size
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import scale_of

_TURN = (0, 15, 30, 45, 60)

Values = Callable[[Sequence[FacePicture], Watch], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each face.

    Attributes:
        unit: of the number.
        order: which faces come first, for people.
        falling: whether large numbers come first.
        steps: how its groups are cut.
        values: measures faces.
    """

    unit: str
    order: str
    falling: bool
    steps: Steps
    values: Values

    def sort(self, method: str, faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Group]:
        """Measure faces and put them into groups, all in the measure's order; equal ones go by their names.

        Raises:
            MediaError: a picture must be read and cannot be.
        """
        values = dict(zip(map(id, faces), self.values(faces, watch), strict=True))
        ordered = sorted(faces, key=lambda face: natural(face.path.name))
        ordered.sort(key=lambda face: -values[id(face)] if self.falling else values[id(face)])
        return cut(method, ordered, lambda face: self.steps.name_of(values[id(face)]))


def face_side(face: FacePicture) -> float:
    """Return the side of the face-centred crop in pixels of the source: compare it with what a network sees."""
    return 1 / scale_of(crop_matrix(face.record.face.landmarks, 1024, "face")) * 1024


def _told(value: Callable[[FacePicture], float]) -> Values:
    """Measure by the records alone."""
    return lambda faces, watch: [value(face) for face in faces]


def _seen(name: str) -> Values:
    """Measure by the pixels."""
    return lambda faces, watch: [getattr(look, name) for look in looks(faces, watch)]


def _far(faces: Sequence[FacePicture], watch: Watch) -> Sequence[float]:
    return [float(far) for far in distances([face.record.face for face in faces])]


def _named(names: str, *edges: float) -> Steps:
    return Steps(edges, tuple(names.split()))


MEASURES: dict[str, Measure] = {
    "blur": Measure(
        "variance of the Laplacian", "sharpest first", True, _named("blurred soft sharp", 20, 60),
        _told(lambda face: face.record.face.sharpness),
    ),
    "blur-fft": Measure(
        "decibels of fine detail", "sharpest first", True, by_size((-35, -30, -25, -20, -15, -10)), _seen("detail")
    ),
    "yaw": Measure(
        "degrees", "from the left to the right of the picture", False, by_side(_TURN, "left", "right"),
        _told(lambda face: face.record.face.pose.yaw),
    ),
    "pitch": Measure(
        "degrees", "from looking down to looking up", False, by_side(_TURN, "down", "up"),
        _told(lambda face: face.record.face.pose.pitch),
    ),
    "roll": Measure(
        "degrees", "from leaning left to leaning right", False, by_side(_TURN, "left", "right"),
        _told(lambda face: face.record.face.pose.roll),
    ),
    "size": Measure(
        "pixels of the source along a side", "largest first", True, by_size((32, 64, 128, 256, 512, 1024)),
        _told(face_side),
    ),
    "distance": Measure(
        "percent of the mean face's side", "most usual points first, misalignments last", False,
        by_size((2, 3, 4, 6, 9)), _far,
    ),
    "brightness": Measure(
        "lightness of the face, L* 0 to 100", "darkest first", False, by_size((20, 40, 60, 80)), _seen("brightness")
    ),
    "luma": Measure("0 to 255", "darkest first", False, by_size((50, 100, 150, 200)), _seen("luma")),
    "green": Measure(
        "-127 to 127", "from magenta to green", False, by_side((0, 4, 8, 16), "magenta", "green"), _seen("green")
    ),
    "orange": Measure(
        "-127 to 127", "from blue to orange", False, by_side((0, 10, 20, 30, 40), "blue", "orange"), _seen("orange")
    ),
    "black": Measure(
        "share of the picture", "least black first", False,
        _named("none to-5-percent to-20-percent over-20-percent", 0.002, 0.05, 0.2), _seen("black"),
    ),
}  # fmt: skip
"""By the names under which sorting knows them."""
