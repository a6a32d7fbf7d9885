"""Face pictures of drawn actors whose truth is known: each scene a frame of a source."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from omote.alignments.describe import face_picture, face_record, frame_record
from omote.alignments.record import SourceRecord
from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.scene import Scene
from omote.core.files import write_bytes
from omote.core.types import Detection, Face, Floats, Frame, Picture
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import resize, warp
from omote.imaging.landmarks import five_points
from omote.imaging.pose import fit_head, pose_of
from omote.imaging.quality import sharpness

WIDTH, HEIGHT = 320, 240


def put(folder: Path, name: str, pictures: Sequence[tuple[Picture, Floats]], track: str | None = None) -> None:
    """Write the face pictures of a source whose frames are given with the points of the one face in each."""
    height, width = pictures[0][0].shape[:2]
    source = SourceRecord(f"{name}.mp4", f"{name:x<16}", width, height, len(pictures), "1/25")
    for index, (rgb, marks) in enumerate(pictures):
        box = np.concatenate([marks.min(0), marks.max(0)]).astype(np.float32)
        sharp = sharpness(warp(rgb, crop_matrix(marks, 256, "legacy"), 256, 256))
        frame = Frame(index, index, f"{name}_{index + 1:06d}", rgb)
        matrix = alignment(marks)
        face = Face(Detection(box, 1.0, five_points(marks)), marks, pose_of(fit_head(marks, matrix), matrix), sharp)
        record = face_record(frame_record(frame), 0, face, source, {"drawn": "true"}, track)
        write_bytes(folder / f"{frame.name}.png", face_picture(rgb, record, source, 256))


def shots(actor: int, scenes: Sequence[Scene]) -> list[tuple[Picture, Floats]]:
    """Draw scenes; give pictures with their true points."""
    drawn = (render(Actor.from_seed(actor), scene, WIDTH, HEIGHT) for scene in scenes)
    return [(shot.rgb, shot.landmarks) for shot in drawn]


def scaled(picture: tuple[Picture, Floats], by: float) -> tuple[Picture, Floats]:
    """Scale a picture and its points."""
    rgb, marks = picture
    width, height = round(rgb.shape[1] * by), round(rgb.shape[0] * by)
    return resize(rgb, width, height), (marks * (width / rgb.shape[1], height / rgb.shape[0])).astype(np.float32)
