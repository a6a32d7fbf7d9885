"""Alignments as plain JSON for other programs. Nothing reads it back: alignments are made anew from face pictures.

    {"omote_alignments": 1, "sources": [{
        "name", "fingerprint", "width", "height", "frames", "time_base",    the footage
        "finished", "settings",                                            how far and how it was looked at
        "looked_at": [{
            "index", "pts", "seconds", "name",                             a frame: from 0, in units of time_base, ...
            "faces": [{
                "id", "state",                                             kept, deleted or unwanted
                "box",                                                     left, top, right, bottom in pixels
                "landmarks", "raw",                                        68 × (x, y), steadied and as they were found
                "score", "confidence", "sharpness", "quality",
                "pose",                                                    yaw, pitch, roll in degrees
                "track", "person", "made_by",
                "vectors": {name: numbers},
                "masks": {name: {"size", "centering", "matrix", "pixels"}} base64 of size × size deflated bytes; matrix
            }]                                                             leads from the frame to the mask's pixels
        }]
    }]}

Coordinates have their origin at the top left corner of the top left pixel, whose centre is (0.5, 0.5).
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from omote.alignments.record import FaceRecord, FrameRecord, face_facts
from omote.alignments.store import Alignments
from omote.alignments.tables import State
from omote.core.errors import AlignmentsError

_VERSION = 1


def as_json(files: Iterable[Path]) -> Iterator[str]:
    """Give the JSON text of alignments files in pieces, so that it needs no memory.

    Raises:
        AlignmentsError: a file cannot be used.
    """
    yield f'{{"omote_alignments": {_VERSION}, "sources": ['
    for number, file in enumerate(files):
        with Alignments.open(file) as alignments:
            yield ",\n" if number else "\n"
            yield from _source(alignments)
    yield "\n]}\n"


def _source(alignments: Alignments) -> Iterator[str]:
    facts = {**asdict(alignments.source), "finished": alignments.finished, "settings": alignments.settings}
    yield json.dumps(facts)[:-1] + ', "looked_at": ['
    for number, piece in enumerate(_frames(alignments)):
        yield (",\n" if number else "\n") + piece
    yield "\n]}"


def _frames(alignments: Alignments) -> Iterator[str]:
    empty = deque(alignments.frames())  # and those that are not, until their faces come
    rejected, unit = alignments.rejections(), _unit(alignments)

    def text(frame: FrameRecord, faces: list[FaceRecord]) -> str:
        states = [rejected.get(face.id, State.KEPT).name.lower() for face in faces]
        facts = [{"state": state, **face_facts(face)} for state, face in zip(states, faces, strict=True)]
        return json.dumps({**asdict(frame), "seconds": float(frame.pts * unit), "faces": facts})

    for index, group in groupby(alignments.faces(rejected=True), lambda face: face.frame.index):
        faces = list(group)
        while empty and empty[0].index < index:
            yield text(empty.popleft(), [])
        if empty and empty[0].index == index:
            empty.popleft()
        yield text(faces[0].frame, faces)
    yield from (text(frame, []) for frame in empty)


def _unit(alignments: Alignments) -> Fraction:
    try:
        return Fraction(alignments.source.time_base)
    except (ValueError, ZeroDivisionError) as fault:
        raise AlignmentsError(f"its time base is damaged ({alignments.source.time_base})", alignments.path) from fault
