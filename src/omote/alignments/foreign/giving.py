"""From our faces to what faceswap reads: its alignments, its JSON and its face pictures."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from omote.alignments.folder import face_pictures
from omote.alignments.foreign.faceswap_face import face_to
from omote.alignments.foreign.faceswap_json import json_bytes
from omote.alignments.foreign.faceswap_png import head_matrix, header_of, with_header
from omote.alignments.foreign.frame_names import frame_key, is_still
from omote.alignments.foreign.fsa import fsa_bytes
from omote.alignments.foreign.picture_size import decode_small
from omote.alignments.record import FaceRecord, FrameRecord, PictureRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError
from omote.core.types import Picture
from omote.imaging.crops import corners
from omote.imaging.geometry import compose, inverse, resize, transform, warp
from omote.imaging.pictures import encode_jpeg, encode_png

_THUMB, _THUMB_QUALITY = 96, 60
_NEAR = 1.0  # pixels of a picture's corners
_HEAD = 512


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The faces of one piece of footage.

    Attributes:
        source: the footage.
        frames: those that were looked at, or of which there are pictures, in their order.
        faces: of the frames by their places, in the order that numbers them.
        pictures: face pictures with their records, by the ids of the faces.
    """

    source: SourceRecord
    frames: Sequence[FrameRecord]
    faces: Mapping[int, Sequence[FaceRecord]]
    pictures: Mapping[str, tuple[Path, PictureRecord]] = field(default_factory=dict)

    @property
    def video(self) -> bool:
        """Whether the footage is a video."""
        return not any(is_still(frame.name) for frame in self.frames)

    def numbered(self) -> Iterator[tuple[FrameRecord, int, FaceRecord]]:
        """Walk over all faces, with their numbers in their frames."""
        for frame in self.frames:
            for number, face in enumerate(self.faces.get(frame.index, ())):
                yield frame, number, face


def given(path: Path) -> list[Given]:
    """Read an alignments file, or a folder of face pictures, which may be of several sources.

    Raises:
        OmoteError: it is not there.
        AlignmentsError: it is damaged or has no faces.
    """
    found = _of_folder(path) if path.is_dir() else [_of_file(path)]
    if not any(each.faces for each in found):
        raise AlignmentsError("no faces in it", path)
    return found


def _of_file(path: Path) -> Given:
    with Alignments.open(path) as alignments:
        faces = _by_frame(alignments.faces())
        return Given(alignments.source, alignments.frames(), faces)


def _of_folder(folder: Path) -> list[Given]:
    sources: dict[str, dict[str, tuple[Path, PictureRecord]]] = defaultdict(dict)
    for path, record in face_pictures(folder):
        sources[record.source.fingerprint].setdefault(record.face.id, (path, record))
    found = []
    for pictures in sources.values():
        records = [record for _, record in pictures.values()]
        frames = {record.face.frame.index: record.face.frame for record in records}
        faces = _by_frame(record.face for record in records)
        found.append(Given(records[0].source, [frames[index] for index in sorted(frames)], faces, pictures))
    return found


def _by_frame(faces: Iterator[FaceRecord]) -> dict[int, list[FaceRecord]]:
    found: dict[int, list[FaceRecord]] = defaultdict(list)
    for face in faces:
        found[face.frame.index].append(face)
    return {index: sorted(each, key=lambda face: (len(face.id), face.id)) for index, each in found.items()}


def faceswap_crop(face: FaceRecord, rgb: Picture, size: int = _HEAD) -> Picture:
    """Return faceswap's head-centred picture of a face: (size, size, 3), cut from its frame."""
    return warp(rgb, head_matrix(face.landmarks, size), size, size)


def faceswap_picture(path: Path, record: PictureRecord) -> tuple[bytes, Picture]:
    """Return a face picture as faceswap cuts it: PNG file and pixels.

    The pixels stay what they are where the crop is faceswap's to within a pixel, as in all that extract writes (half a
    pixel of 512 lies between its crops and ours); a picture that was cut in another way is cut anew from itself.

    Raises:
        AlignmentsError: it is damaged.
    """
    try:
        png = path.read_bytes()
        rgb = decode_small(png)
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault
    except ValueError as fault:
        raise AlignmentsError(str(fault), path) from fault
    wanted = head_matrix(record.face.landmarks, record.size)
    off = transform(corners(record.matrix, record.size), wanted) - corners(np.eye(3)[:2], record.size)
    if np.abs(off).max() <= _NEAR and rgb.shape[:2] == (record.size, record.size):
        return png, rgb
    cut = warp(rgb, compose(wanted, inverse(record.matrix)), record.size, record.size)
    return encode_png(cut), cut


def thumbnail(rgb: Picture) -> list[int]:
    """Return faceswap's small view of a face, a JPEG, as it keeps it."""
    return list(encode_jpeg(resize(rgb, _THUMB, _THUMB), _THUMB_QUALITY))


def to_fsa(one: Given, thumbnails: Mapping[str, list[int]], keys: frozenset[int] | None) -> tuple[bytes, list[str]]:
    """Return the `.fsa` file of one source, and what it has no place for.

    Args:
        one: the faces of the source.
        thumbnails: by the ids of the faces; where there is none, faceswap makes it.
        keys: times of the video's key frames; None where the video is not at hand: then no times are written, and
            faceswap looks for them itself.
    """
    lost: set[str] = set()

    def face(record: FaceRecord) -> dict[str, object]:
        facts, left_out = face_to(record)
        lost.update(left_out)
        return {**facts, "thumb": thumbnails.get(record.id)}

    def timing(frame: FrameRecord) -> dict[str, object]:
        return {} if keys is None else {"pts_time": frame.pts, "keyframe": frame.pts in keys}

    frames = (
        (frame_key(frame, one.source), timing(frame), [face(each) for each in one.faces.get(frame.index, ())])
        for frame in one.frames
    )
    return fsa_bytes(frames), sorted(lost)


def to_json(one: Given) -> bytes:
    """Return faceswap's JSON of one source: boxes and points only."""
    return json_bytes((frame_key(frame, one.source), one.faces.get(frame.index, ())) for frame in one.frames)


def to_png(one: Given, frame: FrameRecord, number: int, face: FaceRecord, png: bytes) -> tuple[str, bytes, list[str]]:
    """Return name and content of faceswap's picture of a face, and what it has no place for.

    Raises:
        AlignmentsError: the size of its frame is not known, or the PNG is damaged.
    """
    if not (one.source.width and one.source.height):
        what = f"the size of the frames of {one.source.name} is not known"
        raise AlignmentsError(what, do="import them with --source first")
    facts, lost = face_to(face)
    size = (one.source.width, one.source.height)
    header = header_of(facts, frame_key(frame, one.source), number, size, video=one.video)
    return f"{Path(frame_key(frame, one.source)).stem}_{number}.png", with_header(png, header), lost
