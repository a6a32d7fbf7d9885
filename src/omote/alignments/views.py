"""Which of a track's many views say best who it is of."""

from collections.abc import Sequence

from omote.alignments.record import FaceRecord

_VIEWS = 3


def best_views(faces: Sequence[FaceRecord]) -> list[FaceRecord]:
    """Return the best face of a track's beginning, of its middle and of its end: three views that differ.

    One that has an identity vector already is taken before a better one that has none.

    Args:
        faces: of one track, by time.
    """
    parts = [faces[len(faces) * part // _VIEWS : len(faces) * (part + 1) // _VIEWS] for part in range(_VIEWS)]
    return [max(part, key=_worth) for part in parts if part]


def _worth(face: FaceRecord) -> tuple[bool, float]:
    quality = face.sharpness if face.quality is None else face.quality
    return bool(face.vectors), quality * face.confidence
