"""The identity vectors of the faces of a folder: those that are known, and those that must still be made."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from omote.alignments.png import rewrite_record
from omote.alignments.views import best_views
from omote.core.errors import AlignmentsError
from omote.core.types import Floats
from omote.curation.faces import FacePicture, Watch, unwatched
from omote.imaging.geometry import transform
from omote.perception.recognising import Recogniser

Known = dict[int, Floats]


def vectors_of(faces: Sequence[FacePicture], recogniser: Recogniser, watch: Watch = unwatched) -> list[Floats | None]:
    """Return who each face is, as a (D,) vector, or None where its picture does not say.

    It is the face's own vector where there is one, else the mean of those of its track, which is one person; all faces
    of such a track have the same. A vector that is in no record is made from the face picture and kept in its record,
    so that it is not made again: of the best views of a track, and of every face that was not followed.

    Args:
        faces: of any number of sources.
        recogniser: makes vectors.
        watch: told of every vector that had to be made.

    Raises:
        AlignmentsError: the vectors in the records are no vectors of one identifier.
        OmoteError: a picture cannot be read or written.
    """
    known = _stored(faces, recogniser.name)
    tracks = _tracks(faces)
    unasked = [place for views in tracks if known.keys().isdisjoint(views) for place in _best(faces, views)]
    for done, place in enumerate(unasked, 1):
        vector = _made(faces[place], recogniser)
        if vector is not None:
            known[place] = vector
        watch(done, len(unasked))
    _check(faces, known)
    for views in tracks:
        told = [known[place] for place in views if place in known]
        if told and len(told) < len(views):
            mean: Floats = np.stack(told).mean(0)
            known.update(dict.fromkeys(set(views).difference(known), mean))
    return [known.get(place) for place in range(len(faces))]


def _stored(faces: Sequence[FacePicture], name: str) -> Known:
    there = ((place, face.record.face.vectors.get(name)) for place, face in enumerate(faces))
    return {place: vector for place, vector in there if vector is not None}


def _tracks(faces: Sequence[FacePicture]) -> list[list[int]]:
    """Return the places of the faces of each track, by time; a face that was not followed is alone."""
    tracks: dict[tuple[str, str | int], list[int]] = {}
    for place, face in enumerate(faces):
        track = face.record.face.track
        tracks.setdefault((face.record.source.fingerprint, place if track is None else track), []).append(place)
    return [sorted(views, key=lambda place: faces[place].record.face.frame.index) for views in tracks.values()]


def _best(faces: Sequence[FacePicture], views: Sequence[int]) -> list[int]:
    place_of = {id(faces[place].record.face): place for place in views}
    return [place_of[id(face)] for face in best_views([faces[place].record.face for place in views])]


def _made(picture: FacePicture, recogniser: Recogniser) -> Floats | None:
    record, rgb = picture.record, picture.pixels()
    points = transform(record.face.landmarks, record.matrix_at(rgb.shape[1]))
    vector = recogniser.vector(rgb, points)
    if vector is not None:
        face = replace(record.face, vectors={**record.face.vectors, recogniser.name: vector})
        rewrite_record(picture.path, replace(record, face=face))
    return vector


def _check(faces: Sequence[FacePicture], known: Known) -> None:
    lengths = {len(vector) for vector in known.values()}
    for place, vector in known.items():
        if len(vector) != max(lengths) or not np.isfinite(vector).all():
            what = f"its identity vector cannot be compared with the others ({len(vector)} numbers)"
            raise AlignmentsError(what, faces[place].path, "move the picture away, or extract its source anew")
