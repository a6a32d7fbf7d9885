"""Face pictures into their folder: as faces are found, or afterwards for those that have none. Overwrites no file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from omote.alignments.describe import face_picture
from omote.alignments.folder import Pictured
from omote.alignments.mask import MaskRecord
from omote.alignments.png import read_record, rewrite_record
from omote.core.events import Progress
from omote.core.files import write_bytes
from omote.media.pictures import frame_stem
from omote.perception.registry import assessor, segmenter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from omote.alignments.record import FaceRecord, SourceRecord
    from omote.alignments.store import Alignments
    from omote.core.types import Frame, Picture
    from omote.media.source import Source
    from omote.perception.contracts import Assessor, Segmenter
    from omote.stages.context import Context

_TOGETHER = 32  # pictures between two notes that they are there


class Appraiser:
    """Adds to a face what its pixels say: masks and quality.

    Args:
        masks: names of segmenters.
        quality: name of an assessor, or none.
    """

    def __init__(self, masks: Sequence[str], quality: str) -> None:
        self._segmenters: dict[str, Segmenter] = {name: segmenter(name) for name in masks}
        self._assessor: Assessor | None = None if quality == "none" else assessor(quality)
        self._made_by = {} if quality == "none" else {"quality": quality}

    def appraised(self, picture: Picture, faces: Sequence[FaceRecord]) -> list[FaceRecord]:
        """Return the faces of one frame with their masks and quality."""
        marks = [face.landmarks for face in faces]
        masks = {name: each.masks(picture, marks) for name, each in self._segmenters.items()}
        qualities = self._assessor.qualities(picture, marks) if self._assessor else [None] * len(faces)
        return [
            replace(
                face,
                quality=quality,
                made_by=face.made_by | self._made_by,
                masks={
                    name: MaskRecord.pack(made[number].pixels, made[number].matrix, made[number].centering)
                    for name, made in masks.items()
                },
            )
            for number, (face, quality) in enumerate(zip(faces, qualities, strict=True))
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """The face pictures of one source in a folder.

    Attributes:
        folder: with the pictures of other sources, too, and whatever its owner keeps there.
        source: the footage.
        size: side of a new picture in pixels.
        places: the pictures that are there, by the ids of their faces; grows with every one that is written.
    """

    folder: Path
    source: SourceRecord
    size: int
    places: dict[str, Pictured] = field(default_factory=dict)

    def write(self, frame: Frame, face: FaceRecord) -> None:
        """Write the picture of a face that has none.

        Raises:
            OmoteError: it cannot be written.
        """
        if face.id in self.places:
            return
        stem = f"{frame_stem(frame.name)}_{face.id.rpartition('-')[2]}"
        path = self.folder / f"{stem}.png"
        if path.exists():  # a frame of the same name in another source, or a file of the user's
            path = self.folder / f"{stem}_{face.id}.png"
        write_bytes(path, face_picture(frame.rgb, face, self.source, self.size))
        self.places[face.id] = Pictured(path, face.person, frozenset(face.vectors))

    def paths(self) -> dict[str, Path]:
        """Return where the pictures lie, by the ids of their faces."""
        return {face: there.path for face, there in self.places.items()}

    def without(self, faces: Iterable[str]) -> list[Path]:
        """Forget the pictures of some faces; return where they lie."""
        return [self.places.pop(face).path for face in faces if face in self.places]

    def write_missing(self, footage: Source, alignments: Alignments, context: Context) -> bool:
        """Write the pictures of all kept faces that never had one; return False when someone stopped it."""
        missing: dict[int, set[str]] = {}
        for index, name in alignments.without_picture():
            missing.setdefault(index, set()).add(name)
        done: list[str] = []
        frames = footage.frames(min(missing)) if missing else ()
        for frame in frames:
            if frame.index in missing:
                for face in alignments.faces(frame.index, frame.index):
                    if face.id in missing[frame.index]:
                        self.write(frame, face)
                        done.append(face.id)
                context.emit(Progress("pictures", frame.index + 1, max(missing) + 1))
            last = frame.index >= max(missing)
            if len(done) >= _TOGETHER or last or context.stopped():
                alignments.picture(done)
                done.clear()
            if last or context.stopped():
                return last
        alignments.picture(done)
        return True

    def update(self, alignments: Alignments) -> None:
        """Let the pictures say who their faces are, where the alignments know it and they do not."""
        for face, (person, vectors) in alignments.identities().items():
            there = self.places.get(face)
            if there is None or (there.person == person and there.vectors >= vectors.keys()):
                continue
            record = read_record(there.path)
            if record is not None:
                known = replace(record.face, person=person, vectors=record.face.vectors | vectors)
                rewrite_record(there.path, replace(record, face=known))
                self.places[face] = Pictured(there.path, person, frozenset(known.vectors))
