"""Face pictures into their folder: as faces are found, or afterwards for those that have none. Overwrites no file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from omote.alignments.describe import face_picture
from omote.alignments.folder import ASIDE
from omote.alignments.mask import MaskRecord
from omote.alignments.png import read_record, rewrite_record
from omote.core.events import Progress
from omote.core.files import write_bytes
from omote.media.pictures import frame_stem
from omote.perception.registry import assessor, segmenter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        places: where each face has its picture, by the face's id; grows with every one that is written.
    """

    folder: Path
    source: SourceRecord
    size: int
    places: dict[str, Path] = field(default_factory=dict)

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
        self.places[face.id] = path

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

    def update(self, faces: Mapping[str, FaceRecord]) -> None:
        """Let the pictures say what is known of their faces now: who each is, and its vectors."""
        for name, face in faces.items():
            path = self.places.get(name)
            kept = None if path is None else read_record(path)
            if path is None or kept is None:
                continue
            if kept.face.person != face.person or kept.face.vectors.keys() != face.vectors.keys():
                known = replace(kept.face, person=face.person, vectors=kept.face.vectors | face.vectors)
                rewrite_record(path, replace(kept, face=known))

    def set_aside(self, faces: Sequence[str], why: str) -> None:
        """Move the pictures of faces to where walks over the folder pass them over."""
        for name in faces:
            path = self.places.pop(name, None)
            if path is None:
                continue
            place = self.folder / ASIDE / why
            place.mkdir(parents=True, exist_ok=True)
            target = place / path.name
            path.rename(target if not target.exists() else place / f"{path.stem}_{name}{path.suffix}")
