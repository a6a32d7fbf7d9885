"""What is known of a source before its frames are read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

_SAMPLE = 64 * 1024


@dataclass(frozen=True)
class SourceFacts:
    """Facts of a video or of pictures.

    Attributes:
        path: the file, or the folder of pictures.
        kind: whether it is a video or pictures.
        width: pixels across, of the frame as it is shown: upright, square pixels; of the first where they differ.
        height: pixels down, likewise.
        frames: number of frames: exact for pictures; for a video the container's count or an estimate, 0 when unknown.
        time_base: seconds in one unit of `Frame.pts`.
        rate: average frames in a second; 25 for pictures.
        sound_streams: number of sound tracks.
        fingerprint: 16 hex digits, the same for the same content wherever it lies.
        pixels: FFmpeg's name of the pixel format it is coded in; of the first picture where they differ.
        depth: bits of a sample in it, 8 to 16.
    """

    path: Path
    kind: Literal["video", "pictures"]
    width: int
    height: int
    frames: int
    time_base: Fraction
    rate: Fraction
    sound_streams: int
    fingerprint: str
    pixels: str = "rgb24"
    depth: int = 8


def file_fingerprint(path: Path) -> str:
    """Return the fingerprint of a file: of its size and its first and last 64 KiB, so that a film takes no time.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_SAMPLE))
        file.seek(max(_SAMPLE, size - _SAMPLE))
        digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:16]


def names_fingerprint(files: Sequence[Path]) -> str:
    """Return the fingerprint of a folder of pictures: of their names and sizes.

    Raises:
        OSError: a file is not there.
    """
    listing = "\n".join(f"{file.name}\0{file.stat().st_size}" for file in files)
    return hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()[:16]
