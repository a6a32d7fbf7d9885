"""From another tool's faces to ours: rows of the alignments, and face pictures that carry our record."""

from pathlib import Path

import numpy as np

from omote.alignments.describe import face_picture
from omote.alignments.foreign.face import ForeignFace, ForeignFrame
from omote.alignments.foreign.picture_size import decode_small
from omote.alignments.png import with_record
from omote.alignments.record import FaceRecord, FrameRecord, PictureRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError
from omote.core.files import write_bytes
from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import Matrix, compose, inverse, warp
from omote.imaging.quality import sharpness
from omote.media.pictures import frame_stem

_MEASURED = 256  # pixels a side


class Taker:
    """Takes over the frames of one piece of footage.

    Args:
        source: the footage.
        made_by: what the faces come from, as "fsa 2.4".
        folder: for face pictures; None for none.
        size: side in pixels of pictures that are cut anew.
        overwrite: write over pictures of other runs that have the same names; else a new one gets a name of its own.

    Attributes:
        pictures: how many were written.
    """

    def __init__(self, source: SourceRecord, made_by: str, folder: Path | None, size: int, *, overwrite: bool) -> None:
        self._source, self._folder, self._size, self._overwrite = source, folder, size, overwrite
        self._made_by = {"detector": made_by, "landmarker": made_by}
        self._written: set[Path] = set()

    @property
    def pictures(self) -> int:
        """How many pictures were written."""
        return len(self._written)

    def take(self, alignments: Alignments, at: FrameRecord, rgb: Picture | None, frame: ForeignFrame) -> None:
        """Take over all faces of a frame.

        Args:
            alignments: where they go.
            at: the frame.
            rgb: (H, W, 3) its pixels, where the footage is at hand.
            frame: what the other tool tells of it.

        Raises:
            AlignmentsError: a face cannot be used, or the alignments not be written.
            OmoteError: a picture cannot be written.
        """
        seen = [self._face(number, face, at, rgb) for number, face in enumerate(frame.faces)]
        for pictured in (True, False):
            alignments.add(at, [face for face, there in seen if there == pictured], pictured=pictured)

    def _face(self, number: int, face: ForeignFace, at: FrameRecord, rgb: Picture | None) -> tuple[FaceRecord, bool]:
        name = f"{self._source.fingerprint[:12]}-{at.index:06d}-{number}"
        png = None if face.picture is None else face.picture.png()
        try:
            record = face.record(name, at, self._made_by, _sharpness(face, png, rgb))
        except (ValueError, np.linalg.LinAlgError) as fault:
            raise AlignmentsError(f"face {number} of frame {at.name} cannot be used ({fault})") from fault
        if self._folder is None:
            return record, False
        if png is not None and (theirs := face.picture) is not None:
            carried = PictureRecord(record, self._source, theirs.size, theirs.centering, theirs.matrix)
            self._write(self._folder, number, with_record(png, carried), record)
        elif rgb is not None:
            self._write(self._folder, number, face_picture(rgb, record, self._source, self._size), record)
        else:
            return record, False
        return record, True

    def _write(self, folder: Path, number: int, data: bytes, face: FaceRecord) -> None:
        stem = f"{frame_stem(face.frame.name)}_{number}"
        path = folder / f"{stem}.png"
        if path in self._written or (path.exists() and not self._overwrite):
            path = folder / f"{stem}_{face.id}.png"
        write_bytes(path, data, durable=False)
        self._written.add(path)


def _sharpness(face: ForeignFace, png: bytes | None, rgb: Picture | None) -> float:
    if rgb is not None:
        return _measured(rgb, np.eye(3)[:2], face.landmarks)
    if png is None or face.picture is None:
        return 0.0
    return _measured(decode_small(png), face.picture.matrix, face.landmarks)


def _measured(picture: Picture, matrix: Matrix, landmarks: Floats) -> float:
    crop = compose(crop_matrix(landmarks, _MEASURED, "legacy"), inverse(matrix))
    return sharpness(warp(picture, crop, _MEASURED, _MEASURED))
