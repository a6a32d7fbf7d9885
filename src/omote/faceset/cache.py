"""Decoded facesets kept on disk, so that the next run starts at once. All of it can be made again from the pictures.

One file a faceset, a safetensors file named by its content, which is mapped into memory when it is read: only the
pages that are looked at are read, and the system may drop them again. What cannot be kept is no fault, just slower.
"""

import hashlib
import json
import os
import re
import shutil
import struct
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from omote.core.errors import AlignmentsError, OmoteError
from omote.core.files import explained
from omote.faceset.config import CropConfig

FORMAT = 1
"""Of what is kept; to be raised whenever the same pictures come to be decoded, cropped or masked otherwise."""

LARGEST = 20 << 30
"""Bytes that all kept facesets may take together; beyond it those that were not used for longest are dropped."""

_SPARE = 2 << 30  # bytes of the disk that are left to others, models say
_ABANDONED = 24 * 3600  # seconds after which a file that was never finished belongs to no living process
_OURS = re.compile(r"[0-9a-f]{64}\.safetensors|\.[0-9a-f]{32}\.safetensors")
_DTYPES = {torch.uint8: "U8", torch.float32: "F32"}
_SUM = "crc32"
_PIECE = 16 << 20


def place() -> Path:
    """Return the folder: `$OMOTE_CACHE`, `$XDG_CACHE_HOME/omote` or `~/.cache/omote`, and `facesets` in it.

    Raises:
        FileNotFoundError: none of these is known.
    """
    if own := os.environ.get("OMOTE_CACHE"):
        return Path(own) / "facesets"
    if users := os.environ.get("XDG_CACHE_HOME"):
        return Path(users) / "omote" / "facesets"
    try:
        return Path.home() / ".cache" / "omote" / "facesets"
    except RuntimeError as fault:
        raise FileNotFoundError("no home folder; name one with OMOTE_CACHE") from fault


def fingerprint(path: Path) -> bytes:
    """Return what a PNG file says of its content: its size, and kind, length and checksum of each of its chunks.

    Raises:
        AlignmentsError: it cannot be read, or ends inside a chunk.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault
    parts, at = [struct.pack(">Q", len(data))], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise AlignmentsError("the PNG file is cut short", path)
        parts += [data[at : at + 8], data[end - 4 : end]]
        at = end
    return b"".join(parts)


def key_of(pictures: Iterable[tuple[str, bytes]], size: int, crop: CropConfig) -> str:
    """Return the name under which a faceset is kept, 64 hex digits.

    Args:
        pictures: id and fingerprint of each face, in order.
        size: side in pixels of what the network sees.
        crop: which part of the head.
    """
    sum_ = hashlib.sha256(json.dumps([FORMAT, size, crop.model_dump(mode="json")]).encode())
    for name, content in pictures:
        for part in (name.encode(), content):
            sum_.update(struct.pack(">Q", len(part)) + part)
    return sum_.hexdigest()


def cached(key: str) -> dict[str, Tensor] | None:
    """Return a kept faceset's tensors, which are not to be written to, or None when it is not kept or damaged."""
    try:
        path = _path(key)
        with safe_open(path, framework="pt") as file:
            wanted = (file.metadata() or {}).get(_SUM)
            tensors: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except (OSError, SafetensorError):
        return None
    if wanted != _checksum(tensors):
        return None
    with suppress(OSError):  # it may be someone else's; then it just looks older than it is
        os.utime(path)
    return tensors


def store(key: str, tensors: dict[str, Tensor]) -> str | None:
    """Keep a faceset's tensors; return what was in the way, as a line for the user, or None.

    Processes that keep the same faceset at once do not disturb each other: each writes a file of its own, and the
    last one stays.

    Args:
        key: see `key_of`.
        tensors: by name; contiguous, uint8 or float32, on the CPU.
    """
    size = sum(tensor.nbytes for tensor in tensors.values())
    try:
        path = _path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        if size <= LARGEST:
            _drop_old(path.parent, LARGEST - size)
        if size > LARGEST or shutil.disk_usage(path.parent).free < size + _SPARE:
            return f"decoded faces are not kept, {size / (1 << 30):.1f} GiB are too much: {path.parent}"
        _write(path, tensors)
    except (OSError, OmoteError) as fault:
        return f"decoded faces are not kept: {fault}"
    return None


def _write(path: Path, tensors: dict[str, Tensor]) -> None:
    # Not flushed to the disk, which takes as long as decoding did: the checksum tells what a power cut has left.
    own = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    with explained(path):
        try:
            with own.open("wb") as file:
                file.writelines(chain([_head(tensors)], _pieces(tensors)))
            own.replace(path)
        except OSError:
            own.unlink(missing_ok=True)
            raise


def _path(key: str) -> Path:
    return place() / f"{key}.safetensors"


def _ordered(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Put wide numbers first, so that each lies at a multiple of its own width."""
    return dict(sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])))


def _pieces(tensors: dict[str, Tensor]) -> Iterator[bytes]:
    for tensor in _ordered(tensors).values():
        flat = tensor.reshape(-1).view(torch.uint8).numpy()
        for start in range(0, len(flat), _PIECE):
            yield flat[start : start + _PIECE].tobytes()


def _checksum(tensors: dict[str, Tensor]) -> str:
    shapes = [(name, _DTYPES.get(tensor.dtype), *tensor.shape) for name, tensor in _ordered(tensors).items()]
    total = zlib.crc32(json.dumps(shapes).encode())
    for piece in _pieces(tensors):
        total = zlib.crc32(piece, total)
    return f"{total:08x}"


def _head(tensors: dict[str, Tensor]) -> bytes:
    """Return what stands before the tensors' bytes; safetensors' own writer would need them all in one string."""
    facts: dict[str, object] = {"__metadata__": {_SUM: _checksum(tensors)}}
    at = 0
    for name, tensor in _ordered(tensors).items():
        end = at + tensor.nbytes
        facts[name] = {"dtype": _DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(facts).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def _drop_old(folder: Path, room: int) -> None:
    """Delete what was not used for longest until the rest takes at most `room` bytes, and files no one finished."""
    now = time.time()
    files = []
    for path in folder.iterdir():
        try:
            facts = path.stat()
            if not _OURS.fullmatch(path.name):
                continue
            if path.name.startswith(".") and now - facts.st_mtime > _ABANDONED:
                path.unlink()
            else:
                files.append((facts.st_mtime, facts.st_size, path))
        except FileNotFoundError:  # another process was faster
            continue
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= room:
            break
        path.unlink(missing_ok=True)
        total -= size
