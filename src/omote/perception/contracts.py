"""What each kind of plugin must do. Pictures are (H, W, 3) uint8 RGB; coordinates as in `core.types`."""

from collections.abc import Sequence
from typing import Protocol

from omote.core.types import Detection, Floats, Picture


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
    """Says who a face is, as a vector: the nearer two vectors, the likelier one person."""

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        """Return one (D,) vector for each face of one picture, given its (68, 2) points."""
        ...
