"""What each kind of plugin must do. Pictures are (H, W, 3) uint8 RGB; coordinates as in `core.types`."""

from collections.abc import Sequence
from typing import Protocol

from omote.core.types import Detection, FaceMask, Floats, Picture


class Detector(Protocol):
    """Finds faces."""

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first."""
        ...


class Landmarker(Protocol):
    """Places the 68 points."""

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        """Return (68, 2) points for each face of one picture."""
        ...


class Identifier(Protocol):
    """Says who a face is, as a vector: the nearer two vectors, the likelier one person.

    Attributes:
        one_person: the Euclidean distance of two vectors up to which they are taken to be of one person.
    """

    one_person: float

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        """Return one (D,) vector for each face of one picture, given its (68, 2) points."""
        ...


class Segmenter(Protocol):
    """Says which pixels belong to a face."""

    def masks(self, picture: Picture, landmarks: Sequence[Floats]) -> list[FaceMask]:
        """Return one mask for each face of one picture, given its (68, 2) points."""
        ...


class Assessor(Protocol):
    """Says how good a view of a face is, to choose the views that describe a person best."""

    def qualities(self, picture: Picture, landmarks: Sequence[Floats]) -> list[float]:
        """Return 0 (useless) to 1 (as good as can be) for each face of one picture, given its (68, 2) points."""
        ...
