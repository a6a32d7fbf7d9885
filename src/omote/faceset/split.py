"""Which faces are held out: never trained on, so that what is measured on them is not learnt by heart."""

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor

from omote.faceset.load import Faceset

BLOCK = 25
"""Frames of a source that stay together: neighbours in a clip are near copies of each other."""

_SMALLEST_GAPPED = (
    4  # times the held-out faces that a set must have for as many between them and the trained to go unused
)


def split(faceset: Faceset, percent: float) -> tuple[Tensor, Tensor]:
    """Divide a set into faces that are trained and faces that are held out.

    Whole blocks of 25 frames are held out, those whose hash is low: so a face stays on its side whatever faces are
    added or removed, and in whatever order they come. Where none is low enough, as in a small set, the last frames of
    the lowest are held out; where they are more than half of the faces, the highest of them are not. A set of a single
    block has its last frames held out, with as many unused ones before them where there are enough.

    Args:
        faceset: the faces.
        percent: share of the faces to hold out, 0 to 50.

    Returns:
        Indices of the trained faces and of those held out, (T,) and (H,) int64, rising. H is at most half of the
        faces, 0 where `percent` is 0 or there is but one face.
    """
    if percent <= 0 or len(faceset) < 2:
        return torch.arange(len(faceset)), torch.empty(0, dtype=torch.int64)
    places = [_place(frame) for frame in faceset.frames]
    blocks: dict[str, list[int]] = {}
    for face in sorted(range(len(places)), key=lambda face: (places[face], faceset.ids[face])):
        source, frame = places[face]
        blocks.setdefault(f"{source}/{frame // BLOCK}", []).append(face)
    if len(blocks) == 1:
        (only,) = blocks.values()
        return _last(only, percent)
    held = _low(blocks, percent)
    inside = set(held)
    return _indices([face for face in range(len(faceset)) if face not in inside]), _indices(held)


def _place(frame: str) -> tuple[str, int]:
    source, _, index = frame.rpartition("/")
    return source, int(index)


def _low(blocks: dict[str, list[int]], percent: float) -> list[int]:
    count = sum(map(len, blocks.values()))
    half = count // 2
    ranked = sorted((_hash(name), faces) for name, faces in blocks.items() if len(faces) <= half)
    lowest, faces = ranked[0]
    if lowest >= percent / 100:
        return faces[-max(1, round(count * percent / 100)) :]
    held: list[int] = []
    for share, faces in ranked:
        if held and (share >= percent / 100 or len(held) + len(faces) > half):
            break
        held += faces
    return held


def _hash(name: str) -> float:
    """Return a number from 0 to 1 that follows from a name alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / (1 << 48)


def _last(by_time: Sequence[int], percent: float) -> tuple[Tensor, Tensor]:
    held = min(max(1, round(len(by_time) * percent / 100)), len(by_time) // 2)
    gap = held if len(by_time) >= _SMALLEST_GAPPED * held else 0
    return _indices(by_time[: len(by_time) - held - gap]), _indices(by_time[len(by_time) - held :])


def _indices(faces: Sequence[int]) -> Tensor:
    return torch.tensor(sorted(faces), dtype=torch.int64)
