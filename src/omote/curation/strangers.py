"""Whose faces do not belong to the person that a faceset is of."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import Floats
from omote.curation.clusters import clustered
from omote.curation.faces import FacePicture


def strangers(faces: Sequence[FacePicture], vectors: Sequence[Floats | None], one_person: float) -> list[list[int]]:
    """Return the places of the faces of everyone but who has most, a list a person, most faces first.

    Faces that do not say who they are, are not suspected. Faces like no other are a list each, at the end.

    Args:
        faces: N faces.
        vectors: (D,) of each, or None.
        one_person: distance of two vectors up to which they are taken to be of one person.
    """
    frames = [(face.record.source.fingerprint, face.record.face.frame.index) for face in faces]
    people = clustered(vectors, one_person, frames)
    others = [np.flatnonzero(people == person).tolist() for person in range(1, int(people.max(initial=0)) + 1)]
    known_one = [place for place in np.flatnonzero(people < 0).tolist() if vectors[place] is not None]
    # A set in which nobody is seen twice is of nobody.
    return [*others, *([place] for place in known_one)] if (people == 0).any() else []
