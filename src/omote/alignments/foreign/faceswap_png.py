"""faceswap's face pictures: head-centred PNG squares with one iTXt chunk `faceswap`, whose text is a Python literal."""

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from omote.alignments.chunks import SIGNATURE, chunk, read_chunks
from omote.alignments.foreign.checked import file_name, row, table, told, whole
from omote.alignments.foreign.face import ForeignFace, ForeignPicture, FoundFace
from omote.alignments.foreign.faceswap_face import VERSION, face_from, version_of
from omote.alignments.foreign.literal import read_literal
from omote.alignments.foreign.picture_size import LARGEST, picture_size
from omote.core.errors import AlignmentsError
from omote.core.types import Floats
from omote.imaging.crops import Centering, crop_matrix
from omote.imaging.geometry import Matrix, compose, shifted

_HEAD = b"faceswap" + b"\0" + b"\0\0\0\0"  # keyword; not compressed, method 0, no language, no translated keyword
_LONGEST = 2**24
_CENTERING: Centering = "head"


def head_matrix(landmarks: Floats, size: int) -> Matrix:
    """Return the map from a frame to faceswap's picture of a face in it, for our points.

    Its crop follows ours figure by figure, but its figures are those of pixel centres on both sides: so what our map
    takes to a place lies half a pixel of the picture further, whatever the scale.
    """
    return compose(shifted(0.5, 0.5), crop_matrix(landmarks, size, _CENTERING))


def read_faceswap_png(path: Path) -> FoundFace | None:
    """Return the face of a PNG file, or None when it has no header of faceswap's.

    Raises:
        AlignmentsError: the header, or the file, is damaged.
    """
    with told(path, "a face picture of faceswap's"):
        with path.open("rb") as file:
            header, size = _header(file.read(33), path)
        return None if header is None else _found(path, header, size)


def _header(head: bytes, path: Path) -> tuple[str | None, int]:
    size = picture_size(head)
    with path.open("rb") as file:
        for kind, data in read_chunks(file):
            if kind == b"iTXt" and data.startswith(_HEAD):
                if size is None or size[0] != size[1] or not 16 <= size[0] <= LARGEST or len(data) > _LONGEST:
                    raise ValueError("not a square of a face picture's size")
                return data[len(_HEAD) :].decode(), size[0]
            if kind == b"IDAT":
                break
    return None, 0


def _found(path: Path, header: str, size: int) -> FoundFace:
    content = table(read_literal(header))
    source = table(content["source"])
    version_of(source.get("alignments_version", VERSION))
    face = face_from(content["alignments"])
    matrix = head_matrix(face.landmarks, size)
    picture = ForeignPicture(path.stem, size, _CENTERING, matrix, partial(_pixels, path))
    dims = source.get("source_frame_dims")
    height, width = (None, None) if dims is None else (whole(side) for side in row(dims)[:2])
    return FoundFace(
        ForeignFace(face.box, face.landmarks, face.masks, face.vectors, picture),
        file_name(source["source_filename"]),
        whole(source.get("face_index", 0)),
        source.get("source_is_video") is True,
        None if width is None or height is None else (width, height),
    )


def _pixels(path: Path) -> bytes:
    with told(path, "a face picture of faceswap's"):
        return with_header(path.read_bytes(), None)


def with_header(png: bytes, content: Mapping[str, object] | None) -> bytes:
    """Return a PNG file's bytes with faceswap's header, or with none, and without any other text.

    Args:
        png: the file.
        content: `alignments` and `source`, of plain values.

    Raises:
        AlignmentsError: the bytes are not a whole PNG file.
    """
    parts, placed = [SIGNATURE], False
    for kind, data in read_chunks(io.BytesIO(png)):
        if kind == b"iTXt":
            continue
        if kind == b"IDAT" and not placed:
            parts += [] if content is None else [chunk(b"iTXt", _HEAD + repr(dict(content)).encode())]
            placed = True
        parts.append(chunk(kind, data))
    if not placed:
        raise AlignmentsError("not a whole PNG file")
    return b"".join(parts)


def header_of(
    face: Mapping[str, object], frame: str, number: int, size: tuple[int, int], *, video: bool
) -> dict[str, object]:
    """Return a picture's header in the order of keys that faceswap writes.

    Args:
        face: as `face_to` gives it.
        frame: faceswap's name of the frame.
        number: of the face in its frame.
        size: width and height of the frame.
        video: whether the frame is one of a video.
    """
    source = {
        "alignments_version": VERSION,
        "original_filename": f"{Path(frame).stem}_{number}.png",
        "face_index": number,
        "source_filename": frame,
        "source_is_video": video,
        "source_frame_dims": [size[1], size[0]],
    }
    return {"alignments": dict(face), "source": source}
