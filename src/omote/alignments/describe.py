"""From what was seen in a frame to what is kept of it: records, and pictures that carry them."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from omote.alignments.png import with_record
from omote.alignments.record import FaceRecord, FrameRecord, PictureRecord, SourceRecord
from omote.core.types import Face, Floats, Frame, Picture
from omote.imaging.crops import Centering, crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pictures import encode_png

_CENTERING: Centering = "head"


def describe(
    frame: Frame,
    faces: Sequence[Face],
    source: SourceRecord,
    made_by: dict[str, str],
    vectors: Mapping[str, Sequence[Floats]],
) -> list[FaceRecord]:
    """Return the records of a frame's faces; the same faces of the same source always get the same ids.

    Args:
        frame: where they are.
        faces: what was seen, in the order that numbers them.
        source: the footage.
        made_by: names of the plugins, by their role.
        vectors: for each identity plugin, one vector a face.
    """
    at = FrameRecord(frame.index, frame.pts, frame.name)
    return [
        FaceRecord(
            f"{source.fingerprint[:12]}-{frame.index:06d}-{number}",
            at,
            face.detection.box,
            face.detection.score,
            face.landmarks,
            face.pose,
            face.sharpness,
            made_by,
            {name: each[number] for name, each in vectors.items()},
        )
        for number, face in enumerate(faces)
    ]


def face_picture(rgb: Picture, face: FaceRecord, source: SourceRecord, size: int) -> bytes:
    """Return the PNG file of a face: a head-centred square of `size` pixels with the face's record in it."""
    matrix: npt.NDArray[np.float64] = crop_matrix(face.landmarks, size, _CENTERING)
    picture = warp(rgb, matrix, size, size)
    return with_record(encode_png(picture), PictureRecord(face, source, size, _CENTERING, matrix))
