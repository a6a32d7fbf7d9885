"""A folder of face pictures as one uint8 tensor."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from omote.alignments.folder import face_pictures
from omote.alignments.record import PictureRecord
from omote.core.errors import OmoteError
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, inverse, shifted, transform, warp
from omote.imaging.masks import face_mask
from omote.imaging.pictures import decode

MARGIN = 1.3
"""Side of what is kept of a face over the side of what a network sees, so that turning shows real pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Faceset:
    """All faces of one person, ready to be batched.

    Attributes:
        faces: (N, 4, S, S) uint8: RGB and mask, S = `MARGIN` times the network's size.
        size: side in pixels of what the network sees, in the middle of S.
        digest: of the pictures' ids, so that a run knows its data again.
    """

    faces: Tensor
    size: int
    digest: str

    def __post_init__(self) -> None:
        if self.faces.ndim != 4 or self.faces.shape[1] != 4 or self.faces.dtype != torch.uint8 or not len(self.faces):
            raise ValueError(f"faces must be uint8 (N, 4, S, S), not {self.faces.dtype} {tuple(self.faces.shape)}")

    def __len__(self) -> int:
        return len(self.faces)


def load_faceset(folder: Path, size: int, crop: CropConfig, device: torch.device) -> Faceset:
    """Read all face pictures below a folder.

    Args:
        folder: of face pictures as `omote extract` writes them.
        size: side in pixels of the larger of what the network reads and makes.
        crop: which part of the head.
        device: where the tensor goes.

    Raises:
        OmoteError: there is no such folder, it has no face pictures, or one of them is damaged.
    """
    found = list(face_pictures(folder))
    if not found:
        raise OmoteError("no face pictures in this folder", folder, "run omote extract with it as output first")
    with ThreadPoolExecutor() as pool:
        faces = list(pool.map(lambda item: _read(*item, size=size, crop=crop), found))
    tensor = torch.from_numpy(np.stack(faces)).permute(0, 3, 1, 2).contiguous()
    return Faceset(tensor.to(device), size, _digest([record.face.id for _, record in found]))


def _read(
    path: Path, record: PictureRecord, *, size: int, crop: CropConfig
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = decode(path.read_bytes())
    if picture is None:
        raise OmoteError("a damaged face picture", path, "delete it and run the command again")
    marks, side = record.face.landmarks, round(size * MARGIN)
    # The very crop that conversion cuts, with a margin around it.
    seen = crop_matrix(marks, size, crop.centering, crop.coverage, crop.vertical_offset)
    matrix = compose(shifted((side - size) / 2, (side - size) / 2), seen)
    face = warp(picture, compose(matrix, inverse(record.matrix)), side, side)
    mask = face_mask(transform(marks, matrix), side, side, crop.mask)
    return np.dstack([face, np.rint(mask * 255).astype(np.uint8)])


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
