"""DeepFaceLab's face pictures: JPEG files with a pickle of plain values in their APP15 segment. Read only."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from omote.alignments.foreign.centres import from_centres, map_from_centres
from omote.alignments.foreign.checked import affine, file_name, numbers, octets, row, rows, table, text, told, whole
from omote.alignments.foreign.face import ForeignFace, ForeignPicture, FoundFace
from omote.alignments.foreign.inert_pickle import read_pickle
from omote.alignments.foreign.picture_size import LARGEST, decode_small, jpeg_segments, picture_size
from omote.alignments.mask import MaskRecord
from omote.alignments.masking import kept
from omote.core.types import FaceMask, Floats
from omote.imaging.geometry import Matrix, inverse, similarity, transform
from omote.imaging.pictures import encode_png
from omote.imaging.polygons import painted

_APP15 = 0xEF
_MOST_POLYGONS, _MOST_CORNERS = 64, 4096
_INCLUDE = 1


def read_dfl_jpg(path: Path) -> FoundFace | None:
    """Return the face of a JPEG file, or None when it has no record of DeepFaceLab's.

    Raises:
        AlignmentsError: the record is damaged, or wants something to be run.
    """
    with told(path, "a face picture of DeepFaceLab's"):
        data = path.read_bytes()
        record = next((content for marker, content in jpeg_segments(data) if marker == _APP15), None)
        if record is None or not record.startswith(b"\x80"):
            return None
        size = picture_size(data)
        if size is None or size[0] != size[1] or not 16 <= size[0] <= LARGEST:
            raise ValueError("not a square of a face picture's size")
        return _found(path, table(read_pickle(record)), size[0])


def _found(path: Path, facts: Mapping[object, object], size: int) -> FoundFace:
    marks = from_centres(rows(facts["landmarks"], 68, 2))
    known = facts.get("source_landmarks")
    landmarks = None if known is None else from_centres(rows(known, 68, 2))
    matrix = _matrix(facts.get("image_to_face_mat"), marks, landmarks)
    if landmarks is None:
        landmarks = transform(marks, inverse(matrix))
    if len(landmarks) != 68:
        raise ValueError(f"{len(landmarks)} points and not 68")
    seen = transform(landmarks, matrix)
    if not ((seen > -size) & (seen < 2 * size)).all():
        raise ValueError("a face that lies outside its picture")
    kind = text(facts.get("face_type", "unknown"))
    picture = ForeignPicture(path.stem, size, f"dfl-{kind}", matrix, partial(_png, path))
    box = facts.get("source_rect")
    edges = np.array([*landmarks.min(0), *landmarks.max(0)]) if box is None else numbers(box, 4)
    centering = "head" if kind.startswith("head") else "face"
    masks = _masks(facts, size, matrix, centering)
    name = file_name(facts["source_filename"])
    return FoundFace(ForeignFace(edges.astype(np.float32), landmarks, masks, {}, picture), name, 0, False, None)


def _matrix(value: object, marks: Floats, landmarks: Floats | None) -> Matrix:
    """Return the map from the frame to the picture; older files have it only in that they have its points twice."""
    if value is not None:
        return map_from_centres(affine(value))
    if landmarks is None or landmarks.shape != marks.shape:
        raise ValueError("nothing that says where in its frame the face is")
    return similarity(landmarks, marks)


def _masks(facts: Mapping[object, object], size: int, matrix: Matrix, centering: str) -> dict[str, MaskRecord]:
    found = {}
    if (packed := facts.get("xseg_mask")) is not None:
        pixels = decode_small(octets(packed, 2**20))[..., 0]
        if pixels.shape[0] != pixels.shape[1]:
            raise ValueError("a mask that is not square")
        scale = len(pixels) / size
        found["dfl-xseg"] = kept(FaceMask(np.diag([scale, scale, 1.0])[:2], centering, pixels), matrix)
    if (painting := facts.get("seg_ie_polys")) is not None and (polygons := _polygons(painting)):
        found["custom"] = kept(FaceMask(np.eye(3)[:2], centering, painted(size, polygons)), matrix)
    return found


def _polygons(value: object) -> list[tuple[Floats, bool]]:
    listed = row(table(value)["polys"] if isinstance(value, dict) else value)
    if len(listed) > _MOST_POLYGONS:
        raise ValueError(f"{len(listed)} painted parts")
    found = []
    for each in listed:
        kind, points = (each["type"], each["pts"]) if isinstance(each, dict) else row(each)
        corners = from_centres(rows(points, _MOST_CORNERS, 2))
        if len(corners) >= 3:
            found.append((corners, whole(kind) == _INCLUDE))
    return found


def _png(path: Path) -> bytes:
    with told(path, "a face picture of DeepFaceLab's"):
        return encode_png(decode_small(path.read_bytes()))
