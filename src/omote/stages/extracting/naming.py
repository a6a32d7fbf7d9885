"""Who the faces of a source are: a vector for the best views of each track, people joined over the whole source."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from omote.alignments.png import read_record
from omote.alignments.tables import State
from omote.alignments.views import best_views
from omote.core.errors import OmoteError
from omote.core.events import Note, Progress
from omote.imaging.geometry import transform
from omote.media.pictures import read_picture
from omote.media.source import open_source
from omote.perception.look import Looker
from omote.perception.people import TrackViews, alike, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from omote.alignments.record import FaceRecord
    from omote.alignments.store import Alignments
    from omote.core.types import Floats, Picture
    from omote.media.source import Source
    from omote.perception.config import LookConfig
    from omote.perception.recognising import Recogniser
    from omote.stages.context import Context

Tracks = dict[str, list["FaceRecord"]]


def name_people(
    footage: Source, alignments: Alignments, places: Mapping[str, Path], recogniser: Recogniser, context: Context
) -> bool:
    """Find out who each track is of and write it into the alignments; return False when someone stopped it.

    What is known from an earlier run is not asked again.

    Args:
        footage: the source, for faces that have no picture.
        alignments: of the source.
        places: face pictures by the ids of their faces.
        recogniser: tells who a face is.
        context: who watches.
    """
    if not alignments.unnamed():
        return True
    best = [face for faces in tracks_of(alignments).values() for face in best_views(faces)]
    unasked = [face for face in best if recogniser.name not in face.vectors]
    for number, (face, picture, points) in enumerate(_seen(footage, unasked, places), 1):
        vector = recogniser.vector(picture, points)
        if vector is not None:
            alignments.describe(face.id, {recogniser.name: vector})
        context.emit(Progress("people", number, len(unasked), "views"))
        if context.stopped():
            return False
    alignments.name_people(joined(_views(tracks_of(alignments), recogniser), recogniser.one_person))
    return True


def choose_people(
    alignments: Alignments, wanted: Sequence[Floats], unwanted: Sequence[Floats], recogniser: Recogniser,
    context: Context,
) -> list[str]:  # fmt: skip
    """Keep those who look like one of the wanted vectors, drop those who look like an unwanted one.

    Faces of tracks that do not say who they are of are kept where nobody in particular is wanted, and so are those that
    were not followed, as of imported alignments: nobody asked who these are.

    Returns:
        The ids of the faces that are not kept. Their rows stay.
    """
    alignments.restore(State.UNWANTED)
    if not wanted and not unwanted:
        return []
    tracks = tracks_of(alignments)
    views = _views(tracks, recogniser)
    people = {name: faces[0].person or name for name, faces in tracks.items()}
    chosen = set(alike(views, people, wanted, recogniser.one_person)) if wanted else set(people.values())
    chosen -= set(alike(views, people, unwanted, recogniser.one_person))
    kept = alignments.ids()
    dropped = [face.id for name, faces in tracks.items() for face in faces if people[name] not in chosen]
    dropped = [face for face in dropped if face in kept]
    alignments.reject(dropped, State.UNWANTED)
    if unasked := len(kept) - sum(face.id in kept for faces in tracks.values() for face in faces):
        context.emit(Note(f"{unasked} faces were not followed, so nobody knows who they are: kept"))
    context.emit(Note(f"{len(chosen)} of {len(set(people.values()))} people kept, {len(dropped)} faces dropped"))
    return dropped


def reference_vectors(pictures: Iterable[Path], look: LookConfig, recogniser: Recogniser) -> list[Floats]:
    """Return the vector of the largest face in each picture, or in each picture of a folder.

    Raises:
        MediaError: a picture cannot be read.
        OmoteError: no face is found in one, or it does not show who it is.
    """
    looker, vectors = Looker(look.for_kind("pictures")), []
    for path in pictures:
        for frame in open_source(path).frames():
            faces = looker.look(frame.rgb)
            if not faces:
                raise OmoteError("no face found in this reference picture", path, "give one that shows the person")
            vector = recogniser.vector(frame.rgb, faces[0].landmarks)
            if vector is None:
                raise OmoteError("too dark or blurred to tell who this is", path, "give a clearer reference picture")
            vectors.append(vector)
    return vectors


def tracks_of(alignments: Alignments) -> Tracks:
    """Return the faces of each track, in the order of frames; faces that were not followed are in none."""
    tracks: Tracks = {}
    for face in alignments.faces(rejected=True):
        if face.track is not None:
            tracks.setdefault(face.track, []).append(face)
    return tracks


def _views(tracks: Tracks, recogniser: Recogniser) -> list[TrackViews]:
    return [
        TrackViews(
            name,
            frozenset(face.frame.index for face in faces),
            [face.vectors[recogniser.name] for face in faces if recogniser.name in face.vectors],
        )
        for name, faces in tracks.items()
    ]


def _seen(
    footage: Source, faces: Iterable[FaceRecord], places: Mapping[str, Path]
) -> Iterator[tuple[FaceRecord, Picture, Floats]]:
    """Give each face with a picture that shows it and its points there: its own, or else the frame."""
    bare = []
    for face in faces:
        record = read_record(places[face.id]) if face.id in places else None
        if record is None:
            bare.append(face)
        else:
            rgb = read_picture(places[face.id])
            yield face, rgb, transform(face.landmarks, record.matrix_at(rgb.shape[1]))
    if not bare:
        return
    in_order = groupby(sorted(bare, key=lambda face: face.frame.index), attrgetter("frame.index"))
    asked = {index: list(group) for index, group in in_order}
    for frame in footage.frames(min(asked)):
        for face in asked.pop(frame.index, ()):
            yield face, frame.rgb, face.landmarks
        if not asked:
            return
