"""faceswap's JSON of boxes and points: `{frame: [{"detected": [l, t, r, b], "landmarks_2d": [[x, y], …]}]}`."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from omote.alignments.foreign.centres import from_centres, to_centres
from omote.alignments.foreign.checked import file_name, numbers, row, rows, table, told
from omote.alignments.foreign.face import ForeignFace, ForeignFrame, ForeignSource
from omote.alignments.foreign.frame_names import footage_of
from omote.alignments.foreign.points68 import as_68
from omote.alignments.record import FaceRecord
from omote.core.errors import AlignmentsError

SUFFIX = "_alignments.json"
_LARGEST = 2**28
_MOST_POINTS = 98


def looks_like_json(head: bytes) -> bool:
    """Whether a file's first bytes are those of a JSON object."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_faceswap_json(path: Path) -> ForeignSource:
    """Read a JSON file.

    Raises:
        AlignmentsError: it cannot be read, is no such file or a damaged one, or its faces have other than 68 or 98
            points.
    """
    with told(path, "faceswap's JSON of boxes and points"):
        if path.stat().st_size > _LARGEST:
            raise AlignmentsError(f"larger than {_LARGEST >> 20} MiB", path)
        content = table(json.loads(path.read_bytes()))
        frames = tuple(_frame(file_name(name), faces) for name, faces in content.items())
        stem = path.stem.removesuffix(Path(SUFFIX).stem)
        name, video = footage_of([frame.name for frame in frames], stem, path.absolute().parent.name, video=False)
        return ForeignSource("faceswap-json", name, video, None, frames)


def _frame(name: str, faces: object) -> ForeignFrame:
    try:
        return ForeignFrame(name, None, tuple(_face(face) for face in row(faces)))
    except (ValueError, TypeError) as fault:
        raise ValueError(f"{name}: {fault}") from fault


def _face(value: object) -> ForeignFace:
    facts = table(value)
    landmarks = from_centres(as_68(rows(facts["landmarks_2d"], _MOST_POINTS, 2)))
    box = facts.get("detected")
    edges = np.array([*landmarks.min(0), *landmarks.max(0)]) if box is None else numbers(box, 4)
    return ForeignFace(edges.astype(np.float32), landmarks)


def json_bytes(frames: Iterable[tuple[str, Sequence[FaceRecord]]]) -> bytes:
    """Return the JSON file of frames: their names and faces. Boxes are whole pixels there."""
    content = {
        name: [
            {
                "detected": [round(float(edge)) for edge in face.box],
                "landmarks_2d": to_centres(face.landmarks).tolist(),
            }
            for face in faces
        ]
        for name, faces in frames
    }
    return json.dumps(content, indent=1).encode()
