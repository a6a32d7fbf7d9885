"""From what was seen in a frame to what is kept of it: records, and pictures that carry them."""

import numpy as np
import numpy.typing as npt

from omote.alignments.png import with_record
from omote.alignments.record import FaceRecord, FrameRecord, PictureRecord, SourceRecord
from omote.core.types import Face, Floats, Frame, Picture
from omote.imaging.crops import Centering, crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pictures import encode_png
from omote.media.facts import SourceFacts

CENTERING: Centering = "head"
"""What lies in the middle of a face picture."""


def source_record(facts: SourceFacts) -> SourceRecord:
    """Return what is kept of a source."""
    return SourceRecord(
        facts.path.name, facts.fingerprint, facts.width, facts.height, facts.frames, str(facts.time_base)
    )


def frame_record(frame: Frame) -> FrameRecord:
    """Return what is kept of a frame."""
    return FrameRecord(frame.index, frame.pts, frame.name)


def face_record(
    frame: FrameRecord,
    number: int,
    face: Face,
    source: SourceRecord,
    made_by: dict[str, str],
    track: str | None = None,
    raw: Floats | None = None,
) -> FaceRecord:
    """Return the record of a face; the same face of the same source always gets the same id.

    Args:
        frame: where it is.
        number: which of the frame's faces, from 0.
        face: what was seen.
        source: the footage.
        made_by: names of the plugins, by their role.
        track: see `FaceRecord`.
        raw: see `FaceRecord`.
    """
    return FaceRecord(
        f"{source.fingerprint[:12]}-{frame.index:06d}-{number}",
        frame,
        face.detection.box,
        face.detection.score,
        face.landmarks,
        face.pose,
        face.sharpness,
        made_by,
        raw=raw,
        confidence=face.confidence,
        track=track,
    )


def face_picture(rgb: Picture, face: FaceRecord, source: SourceRecord, size: int) -> bytes:
    """Return the PNG file of a face: a head-centred square of `size` pixels with the face's record in it."""
    matrix: npt.NDArray[np.float64] = crop_matrix(face.landmarks, size, CENTERING)
    picture = warp(rgb, matrix, size, size)
    return with_record(encode_png(picture), PictureRecord(face, source, size, CENTERING, matrix))
