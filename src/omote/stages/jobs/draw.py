"""Draw into footage what was found in it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import SettingError, Stopped
from omote.core.events import Progress
from omote.stages.context import Context, Report
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.footage import with_footage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omote.alignments.record import FaceRecord
    from omote.core.types import Picture
    from omote.imaging.overlay import Colour

_CROP = 512


class DrawReport(Report):
    """What was drawn."""

    frames: int
    frames_with_face: int
    faces: int
    output: Path


def draw(config: AlignmentsConfig, context: Context) -> DrawReport:
    """Write each frame of the range, with its kept faces' masks, crop, box, points and name, a colour for each person.

    Raises:
        OmoteError: the output is there already, or cannot be written.
        AlignmentsError: the alignments cannot be used, or are not of this footage.
        SettingError: no output is named, or the footage is not found.
        Stopped: someone stopped it; no output is left.
    """
    from omote.core.types import Frame
    from omote.media.sink import open_sink

    if config.output is None:
        raise SettingError("where shall the drawn frames go", do="name a video or a folder with -o")
    first, end = _bounds(config.range)
    if end is not None and end <= first:
        raise SettingError(f"no frame lies in the range {config.range}")
    frames = with_face = total = 0
    with (
        with_footage(config) as (alignments, source),
        open_sink(config.output, source, overwrite=config.overwrite) as sink,
    ):
        last = min(end or source.facts.frames, source.facts.frames or end or 0)
        for frame in islice(source.frames(first), None if end is None else end - first):
            if context.stopped():
                raise Stopped
            faces = list(alignments.faces(frame.index, frame.index))
            sink.write(Frame(frame.index, frame.pts, frame.name, drawn(frame.rgb, faces, config.layers)))
            frames, with_face, total = frames + 1, with_face + bool(faces), total + len(faces)
            context.emit(Progress("draw", frames, max(0, last - first)))
    return DrawReport(frames=frames, frames_with_face=with_face, faces=total, output=config.output)


def _bounds(text: str) -> tuple[int, int | None]:
    first, _, end = text.partition(":")
    return int(first or 0), int(end) if end else None


def drawn(rgb: Picture, faces: Sequence[FaceRecord], layers: Sequence[str]) -> Picture:
    """Return a copy of an (H, W, 3) picture with faces drawn into it.

    Args:
        rgb: the frame.
        faces: in it.
        layers: which of `masks`, `crop`, `box`, `points`, `raw` and `name`.
    """
    from omote.imaging.overlay import colour_of

    canvas = rgb.copy()
    for face in faces:
        _draw_face(canvas, face, layers, colour_of(face.person or face.track))
    return canvas


def _draw_face(canvas: Picture, face: FaceRecord, layers: Sequence[str], colour: Colour) -> None:
    from omote.imaging.crops import corners, crop_matrix
    from omote.imaging.overlay import draw_box, draw_label, draw_outline, draw_points, tint

    if "masks" in layers:
        for mask in face.masks.values():
            tint(canvas, mask.pixels(), mask.matrix, colour)
    if "crop" in layers:
        draw_outline(canvas, corners(crop_matrix(face.landmarks, _CROP), _CROP), colour)
    if "box" in layers:
        draw_box(canvas, face.box, colour)
    if "raw" in layers and face.raw is not None:
        draw_points(canvas, face.raw, (255, 255, 255))
    if "points" in layers:
        draw_points(canvas, face.landmarks, colour)
    if "name" in layers:
        name = " ".join(each for each in (face.person, face.track) if each) or face.id
        draw_label(canvas, name, (float(face.box[0]), float(face.box[1]) - 3), colour)
