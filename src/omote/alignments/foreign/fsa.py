"""faceswap's alignments file, `.fsa`: a deflated pickle of plain values, read from version 2.0 on and written as 2.4.

It is read by an interpreter that runs nothing (`inert_pickle`); a hostile one is refused before it has done anything.
What is written names no code at all, so every reader that forbids all names can read it.
"""

import pickle
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from omote.alignments.foreign.checked import file_name, row, table, told, whole
from omote.alignments.foreign.face import ForeignFrame, ForeignSource
from omote.alignments.foreign.faceswap_face import OLDEST, VERSION, face_from, version_of
from omote.alignments.foreign.frame_names import footage_of
from omote.alignments.foreign.inert_pickle import read_pickle
from omote.core.errors import AlignmentsError

SUFFIX = "_alignments.fsa"
_STEM_SUFFIX = "_alignments"
# Real files deflate to a third, those of many empty frames to a tenth; a bomb to a thousandth.
_SMALL, _GROWTH, _MOST = 16 * 2**20, 32, 2**31
_PROTOCOL = 4
_OLD = "open it once with faceswap 2.3, which brings it up to date"


def looks_like_fsa(head: bytes) -> bool:
    """Whether a file's first bytes are deflated, which nothing else is that could be imported."""
    try:
        return bool(zlib.decompressobj().decompress(head, 1))
    except zlib.error:
        return False


def read_fsa(path: Path) -> ForeignSource:
    """Read an `.fsa` file.

    Raises:
        AlignmentsError: it cannot be read, is no such file, is damaged, older than 2.0, wants something to be run, or
            would take far more memory than its length allows.
    """
    with told(path, "faceswap's alignments"):
        content = table(read_pickle(_inflated(path.read_bytes())))
        if "__meta__" not in content:
            raise AlignmentsError(f"faceswap's alignments older than {OLDEST}", path, _OLD)
        version = _version(table(content["__meta__"])["version"], path)
        frames = tuple(_frame(file_name(name), value) for name, value in table(content["__data__"]).items())
        timed = any(frame.pts is not None for frame in frames)
        stem = path.stem.removesuffix(_STEM_SUFFIX)
        name, video = footage_of([frame.name for frame in frames], stem, path.absolute().parent.name, video=timed)
        return ForeignSource(f"fsa {version:g}", name, video, None, frames)


def _version(value: object, path: Path) -> float:
    try:
        return version_of(value)
    except ValueError as fault:
        raise AlignmentsError(f"faceswap's alignments of {fault}", path, _OLD) from fault


def _frame(name: str, value: object) -> ForeignFrame:
    facts = {"faces": value} if isinstance(value, list | tuple) else table(value)  # a list before version 2.3
    timing = table(facts.get("video_meta") or {})
    pts = whole(timing["pts_time"]) if "pts_time" in timing else None
    try:
        return ForeignFrame(name, pts, tuple(face_from(face) for face in row(facts["faces"])))
    except (ValueError, TypeError) as fault:
        raise ValueError(f"{name}: {fault}") from fault


def _inflated(packed: bytes) -> bytes:
    most = min(_MOST, _SMALL + _GROWTH * len(packed))
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, most)
    except zlib.error as fault:
        raise ValueError(f"not deflated, {fault}") from fault
    if inflater.unconsumed_tail or (not inflater.eof and len(data) == most):
        raise ValueError(f"inflates to more than {most >> 20} MiB")
    if not inflater.eof:
        raise ValueError("cut short")
    return data


def fsa_bytes(frames: Iterable[tuple[str, Mapping[str, object], list[dict[str, object]]]]) -> bytes:
    """Return the file of frames: their names, `video_meta`, and faces as `face_to` gives them, with a thumbnail."""
    data = {name: {"faces": faces, "video_meta": dict(timing)} for name, timing, faces in frames}
    content = {"__meta__": {"version": VERSION}, "__data__": data}
    return zlib.compress(pickle.dumps(content, protocol=_PROTOCOL))
