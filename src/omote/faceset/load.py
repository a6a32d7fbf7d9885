"""Folders of face pictures as one faceset in memory: each picture is decoded, cropped and masked once."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from omote.alignments.folder import face_pictures
from omote.alignments.record import PictureRecord
from omote.core.errors import OmoteError, Stopped
from omote.core.types import Floats, Picture
from omote.faceset.areas import areas
from omote.faceset.cache import cached, fingerprint, key_of, store
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, inverse, shifted, transform, warp
from omote.imaging.pictures import decode

MARGIN = 1.32
"""Side of what is kept of a face over the side of what a network sees.

By default a face is turned by up to 10°, scaled by up to 5 % and moved by up to 5 % of the size. A square turned by
10° is cos 10° + sin 10° = 1.158 times as wide, and 1.05 times 1.158 and 2 times 0.05 make 1.316. So what is learnt
from is real pixels; only bending may reach past them, at the corners, where the outermost pixel is repeated.
"""

_TOGETHER = 128  # pictures between two looks at whether someone wants to stop

Item = tuple[Path, PictureRecord]


@dataclass(frozen=True, slots=True, eq=False)
class Faceset:
    """Faces of one person on the CPU, ready to be drawn from. Its tensors are not to be written to.

    Attributes:
        faces: (N, 6, S, S) uint8: RGB, mask of the face, of the eyes, of the mouth; S ≥ `size`.
        landmarks: (N, 68, 2) float32 in pixels of those.
        poses: (N, 2) float32: yaw and pitch in degrees.
        frames: (N) "source/index": fingerprint of the footage, and which of its frames.
        ids: (N) names of the faces.
        size: side in pixels of what the network sees, in the middle of S.
        digest: 16 hex digits of the ids, so that a run knows its data again.
    """

    faces: Tensor
    landmarks: Tensor
    poses: Tensor
    frames: tuple[str, ...]
    ids: tuple[str, ...]
    size: int
    digest: str

    def __post_init__(self) -> None:
        count, side = len(self.ids), max(self.size, self.faces.shape[-1])
        _check("faces", self.faces, torch.uint8, (count, 6, side, side))
        _check("landmarks", self.landmarks, torch.float32, (count, 68, 2))
        _check("poses", self.poses, torch.float32, (count, 2))
        if not count or len(self.frames) != count:
            raise ValueError(f"a faceset has faces and a frame for each, not {len(self.frames)} for {count}")

    def __len__(self) -> int:
        return len(self.ids)


def stored_side(size: int) -> int:
    """Return the side in pixels of what is kept, so that what the network sees lies in its middle on whole pixels."""
    return size + 2 * round(size * (MARGIN - 1) / 2)


def digest_of(ids: Sequence[str]) -> str:
    """Return 16 hex digits that are the same for the same faces, whatever their order."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]


def load_faceset(
    folders: Sequence[Path],
    size: int,
    crop: CropConfig,
    *,
    cache: bool = True,
    progress: Callable[[int, int], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    note: Callable[[str], None] | None = None,
) -> Faceset:
    """Read all face pictures below some folders, in the order of the faces' ids.

    Args:
        folders: of face pictures as `omote extract` writes them, one or more.
        size: side in pixels of the larger of what the network reads and makes.
        crop: which part of the head.
        cache: read them from the disk where they were kept, or keep them there.
        progress: told how many of how many pictures are decoded.
        stopped: asked now and then whether no more is wanted.
        note: told, once, when they could not be kept.

    Raises:
        OmoteError: there is no such folder, it has no face pictures, or one of them is damaged.
        Stopped: `stopped` said so.
    """
    items = _found(folders)
    key = _key(items, size, crop) if cache else None
    kept = None if key is None else cached(key)
    if kept is None:
        kept = _decoded(items, size, crop, progress, stopped)
        hindrance = None if key is None else store(key, kept)
        if hindrance is not None and note is not None:
            note(hindrance)
    ids = tuple(record.face.id for _, record in items)
    frames = tuple(f"{record.source.fingerprint}/{record.face.frame.index}" for _, record in items)
    return Faceset(kept["faces"], kept["landmarks"], kept["poses"], frames, ids, size, digest_of(ids))


def _found(folders: Sequence[Path]) -> list[Item]:
    items: list[Item] = []
    for folder in folders:
        found = list(face_pictures(folder))
        if not found:
            raise OmoteError("no face pictures in this folder", folder, "run omote extract with it as output first")
        items += found
    return sorted(items, key=lambda item: (item[1].face.id, item[0]))


def _key(items: Sequence[Item], size: int, crop: CropConfig) -> str:
    with _pool() as pool:
        contents = list(pool.map(fingerprint, [path for path, _ in items]))
    return key_of(zip([record.face.id for _, record in items], contents, strict=True), size, crop)


def _decoded(
    items: Sequence[Item],
    size: int,
    crop: CropConfig,
    progress: Callable[[int, int], None] | None,
    stopped: Callable[[], bool] | None,
) -> dict[str, Tensor]:
    side = stored_side(size)
    faces = np.empty((len(items), 6, side, side), np.uint8)
    landmarks = np.empty((len(items), 68, 2), np.float32)

    def put(place: int) -> None:
        faces[place], landmarks[place] = _crop(*items[place], size, crop)

    if progress is not None:
        progress(0, len(items))
    with _pool() as pool:
        for start in range(0, len(items), _TOGETHER):
            if stopped is not None and stopped():
                raise Stopped
            list(pool.map(put, range(start, min(start + _TOGETHER, len(items)))))
            if progress is not None:
                progress(min(start + _TOGETHER, len(items)), len(items))
    poses = np.array([(record.face.pose.yaw, record.face.pose.pitch) for _, record in items], np.float32)
    return {name: torch.from_numpy(a) for name, a in (("faces", faces), ("landmarks", landmarks), ("poses", poses))}


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1)


def _crop(path: Path, record: PictureRecord, size: int, crop: CropConfig) -> tuple[Picture, Floats]:
    """Return a face's (6, S, S) bytes and its (68, 2) points there."""
    try:
        picture = decode(path.read_bytes())
    except OSError as fault:
        raise OmoteError(f"cannot be read ({fault.strerror})", path) from fault
    if picture is None:
        raise OmoteError("a damaged face picture", path, "delete it and run the command again")
    marks, side = record.face.landmarks, stored_side(size)
    # The very crop that conversion cuts, with a margin around it.
    seen = crop_matrix(marks, size, crop.centering, crop.coverage, crop.vertical_offset)
    matrix = compose(shifted((side - size) / 2, (side - size) / 2), seen)
    # A picture that was scaled by its owner still has its record.
    face = warp(picture, compose(matrix, inverse(record.matrix_at(picture.shape[1]))), side, side)
    points = transform(marks, matrix)
    return np.concatenate([face.transpose(2, 0, 1), areas(points, side, size, crop.mask)]), points


def _check(name: str, tensor: Tensor, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    if tensor.dtype != dtype or tensor.shape != shape:
        raise ValueError(f"{name} must be {dtype} {shape}, not {tensor.dtype} {tuple(tensor.shape)}")
