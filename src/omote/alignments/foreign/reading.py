"""The way in: what tool a file or folder is of is told by its content, never by its name."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from omote.alignments.chunks import SIGNATURE
from omote.alignments.foreign.checked import told
from omote.alignments.foreign.dfl_jpg import read_dfl_jpg
from omote.alignments.foreign.face import ForeignFrame, ForeignSource, FoundFace
from omote.alignments.foreign.faceswap_json import looks_like_json, read_faceswap_json
from omote.alignments.foreign.faceswap_png import read_faceswap_png
from omote.alignments.foreign.frame_names import numbered
from omote.alignments.foreign.fsa import looks_like_fsa, read_fsa
from omote.alignments.png import read_record
from omote.core.errors import AlignmentsError

_KNOWN = "known: faceswap's .fsa, JSON and face pictures, DeepFaceLab's face pictures"
_HEAD = 4096
_JPEG = b"\xff\xd8"
_OURS = b"SQLite format 3\0"


def read_foreign(path: Path) -> list[ForeignSource]:
    """Read another tool's alignments, a face picture, or a folder of face pictures with its sub-folders.

    Returns:
        what it tells, for each piece of footage that it is about.

    Raises:
        AlignmentsError: it is not there, is of no known kind, is damaged, wants something to be run, or has no face.
    """
    if path.is_dir():
        pictures = [found for file in sorted(path.rglob("*")) for found in _picture(file, path)]
        sources = _by_footage(pictures, path.absolute().name)
    else:
        with told(path, "a file that can be imported"), path.open("rb") as file:
            head = file.read(_HEAD)
        sources = _file(path, head)
    if not any(source.faces() for source in sources):
        raise AlignmentsError("no faces of another tool in it", path, _why_none(path))
    return sources


def _file(path: Path, head: bytes) -> list[ForeignSource]:
    if looks_like_fsa(head):
        return [read_fsa(path)]
    if looks_like_json(head):
        return [read_faceswap_json(path)]
    if head.startswith((SIGNATURE, _JPEG)):
        return _by_footage(list(_picture(path, path.parent)), path.absolute().parent.name)
    if head.startswith(_OURS):
        raise AlignmentsError("omote's own alignments, which need no import", path)
    raise AlignmentsError("of no known kind", path, _KNOWN)


def _picture(path: Path, folder: Path) -> Iterator[FoundFace]:
    if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
        return
    with told(path, "a face picture"), path.open("rb") as file:
        head = file.read(len(SIGNATURE))
    found = None
    if head == SIGNATURE:
        found = read_faceswap_png(path)
    elif head.startswith(_JPEG):
        found = read_dfl_jpg(path)
    if found is not None:
        yield found


def _by_footage(pictures: Sequence[FoundFace], folder: str) -> list[ForeignSource]:
    """Gather pictures by the video that their frames are of; those of frames that were pictures stay together."""
    groups: dict[tuple[str, bool], list[FoundFace]] = defaultdict(list)
    for picture in pictures:
        parts = numbered(picture.frame) if picture.video else None
        groups[(folder, False) if parts is None else (parts[0] + parts[2], True)].append(picture)
    return [_source(name, group, video=video) for (name, video), group in sorted(groups.items())]


def _source(name: str, pictures: Sequence[FoundFace], *, video: bool) -> ForeignSource:
    frames: dict[str, list[FoundFace]] = defaultdict(list)
    for picture in pictures:
        frames[picture.frame].append(picture)
    made = (ForeignFrame(frame, None, tuple(each.face for each in _once(found))) for frame, found in frames.items())
    kinds = {each.face.picture.centering for each in pictures if each.face.picture is not None}
    kind = "dfl-jpg" if any(each.startswith("dfl") for each in kinds) else "faceswap-png"
    size = next((each.size for each in pictures if each.size is not None), None)
    return ForeignSource(kind, name, video, size, tuple(made))


def _once(pictures: Sequence[FoundFace]) -> list[FoundFace]:
    """Return the faces of a frame in the order of their numbers, one of each: people keep copies of pictures."""
    kept: list[FoundFace] = []
    for picture in sorted(pictures, key=lambda each: each.number):
        marks = picture.face.landmarks
        if not any(np.array_equal(marks, other.face.landmarks) for other in kept):
            kept.append(picture)
    return kept


def _why_none(path: Path) -> str:
    if path.is_dir():
        for file in path.rglob("*.png"):
            try:
                if read_record(file) is not None:
                    return "its face pictures are omote's own and need no import"
            except AlignmentsError:
                continue
    return _KNOWN


def fingerprint_of(source: ForeignSource) -> str:
    """Return 16 hex digits that stand for footage that is not at hand, the same for the same faces."""
    digest = hashlib.sha256(source.name.encode())
    for frame in sorted(source.frames, key=lambda each: each.name):
        digest.update(frame.name.encode())
        for face in frame.faces:
            digest.update(face.landmarks.tobytes())
    return digest.hexdigest()[:16]
