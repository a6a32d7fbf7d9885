"""Who a face is, or that its picture does not say."""

import numpy as np

from omote.core.types import Floats, Picture
from omote.perception.contracts import Identifier


class Recogniser:
    """An identifier that admits when it sees nothing.

    Of a face that is dark, blurred or hidden the vector lies near that of a black picture, and so do all others of that
    kind, whoever they are. A vector that could be "the same person" as a black picture says nothing.

    Attributes:
        name: of the identifier.
        one_person: distance of two vectors up to which they are taken to be of one person.
    """

    def __init__(self, name: str, identifier: Identifier) -> None:
        self.name, self.one_person = name, identifier.one_person
        self._identifier = identifier
        self._nothing: Floats | None = None

    def vector(self, picture: Picture, landmarks: Floats) -> Floats | None:
        """Return the (D,) vector of a face with (68, 2) points, or None where it says nothing."""
        if self._nothing is None:
            (self._nothing,) = self._identifier.vectors(np.zeros_like(picture), [landmarks])
        (vector,) = self._identifier.vectors(picture, [landmarks])
        return vector if float(np.linalg.norm(vector - self._nothing)) > self.one_person else None
