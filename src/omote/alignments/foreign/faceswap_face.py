"""One face as faceswap writes it, in its alignments and in its pictures alike."""

import numpy as np

from omote.alignments.foreign.centres import from_centres, to_centres
from omote.alignments.foreign.checked import number, numbers, rows, table, text
from omote.alignments.foreign.face import ForeignFace, ForeignPicture
from omote.alignments.foreign.faceswap_masks import masks_from, masks_to
from omote.alignments.foreign.points68 import as_68
from omote.alignments.record import FaceRecord
from omote.core.types import Floats

VERSION = 2.4
"""What is written."""
OLDEST = 2.0
"""What is read at least."""

_NETWORKS = frozenset({"t-face_ir-101", "t-face_ir-50", "vggface2"})
_MOST_POINTS, _LONGEST_VECTOR = 98, 4096


def face_from(value: object, picture: ForeignPicture | None = None) -> ForeignFace:
    """Read a face of version 2.0 or later; keys that are not known are passed over.

    Raises:
        ValueError, TypeError, KeyError: something is not what it should be.
        AlignmentsError: a mask is damaged.
    """
    facts = table(value)
    left, top, width, height = (number(facts[key]) for key in ("x", "y", "w", "h"))
    points = facts["landmarks_xy"] if "landmarks_xy" in facts else facts["landmarksXY"]
    vectors = {
        text(name): numbers(vector, _LONGEST_VECTOR).astype(np.float32)
        for name, vector in table(facts.get("identity") or {}).items()
    }
    return ForeignFace(
        np.array([left, top, left + width, top + height], np.float32),
        from_centres(as_68(rows(points, _MOST_POINTS, 2))),
        masks_from(facts.get("mask") or {}),
        vectors,
        picture,
    )


def face_to(face: FaceRecord) -> tuple[dict[str, object], list[str]]:
    """Return a face with the keys of version 2.4 in their order, all but the thumbnail, and what it has no place for.

    faceswap refuses a file with a key that it does not know, and knows three networks for identity, so nothing else is
    written. Boxes are whole pixels there. What it does not have (track, person, pose, points before they were
    steadied, score, quality) is not named among the lost: it is in no face of faceswap's.
    """
    left, top, right, bottom = (round(float(edge)) for edge in face.box)
    masks, lost = masks_to(face.masks)
    facts: dict[str, object] = {
        "x": left,
        "y": top,
        "w": right - left,
        "h": bottom - top,
        "landmarks_xy": to_centres(face.landmarks).tolist(),
        "mask": masks,
        "identity": {name: _plain(vector) for name, vector in face.vectors.items() if name in _NETWORKS},
    }
    return facts, [f"mask {name}" for name in lost] + [
        f"vector {name}" for name in sorted(face.vectors) if name not in _NETWORKS
    ]


def version_of(value: object) -> float:
    """Return a version that can be read.

    Raises:
        ValueError: it is older or no version.
    """
    version = number(value)
    if version < OLDEST:
        raise ValueError(f"version {version:g}, older than {OLDEST}")
    return version


def _plain(vector: Floats) -> list[float]:
    return [float(value) for value in vector]
