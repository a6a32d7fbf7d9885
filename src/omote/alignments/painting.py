"""Masks as picture files: painted ones in, kept ones out. Each lies where its face picture does, folder for folder."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from omote.alignments.mask import MaskRecord
from omote.alignments.masking import kept, seen_in
from omote.alignments.record import PictureRecord
from omote.core.errors import AlignmentsError, MediaError
from omote.core.types import FaceMask, Picture
from omote.imaging.geometry import compose, inverse
from omote.imaging.overlay import colour_of, tint
from omote.imaging.painted import painted_mask
from omote.media.pictures import read_picture

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


def paintings(folder: Path) -> dict[Path, Path]:
    """Return the picture files of a folder and its sub-folders by their place in it, without suffix.

    Raises:
        MediaError: there is no such folder, or two files differ by their suffix only.
    """
    if not folder.is_dir():
        raise MediaError("no such folder of painted masks", folder)
    found: dict[Path, Path] = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.suffix.lower() not in _SUFFIXES or any(part.startswith(".") for part in place.parts):
            continue
        if place.with_suffix("") in found:
            raise MediaError(f"{path.name} and {found[place.with_suffix('')].name} are one mask", folder, "remove one")
        found[place.with_suffix("")] = path
    return found


def read_painting(path: Path, record: PictureRecord) -> MaskRecord:
    """Read a mask that was painted for a face picture; of any size, but square as that is.

    Raises:
        MediaError: it cannot be read whole, or is not square.
    """
    read_picture(path)  # which refuses what is cut short; it knows no alpha
    pixels = painted_mask(path.read_bytes())
    if pixels is None:
        raise MediaError("this picture cannot be read", path, "save it as PNG or JPEG")
    height, width = pixels.shape
    if height != width:
        raise MediaError(f"a mask is as square as its face picture, not {width} by {height}", path, "do not crop it")
    scale = width / record.size
    return kept(FaceMask(np.eye(3)[:2] * scale, record.centering, pixels), record.matrix)


def as_pictures(rgb: Picture, record: PictureRecord) -> Iterator[tuple[str, Picture, Picture]]:
    """Give each mask of a face: its name, itself in black and white, and the face picture tinted where it lies.

    Args:
        rgb: (S, S, 3) the face picture.
        record: what it says of itself.

    Raises:
        AlignmentsError: a mask is damaged, or the picture is not square.
    """
    size = len(rgb)
    if rgb.shape[1] != size:
        raise AlignmentsError(f"a face picture is square, not {rgb.shape[1]} by {size}")
    matrix = record.matrix_at(size)
    for name, mask in record.face.masks.items():
        tinted = rgb.copy()
        tint(tinted, mask.pixels(), compose(mask.matrix, inverse(matrix)), colour_of(name))
        yield name, np.repeat(seen_in(mask, matrix, size, size)[..., None], 3, axis=2), tinted
