"""A drawn film with its true faces as alignments and face pictures: what is given to other tools and taken back."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from omote.alignments.describe import face_picture, source_record
from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.types import Floats, Frame
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.pose import fit_head, pose_of
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source

FRAMES = 4
SIZE = 128


def film(folder: Path) -> Path:
    """Write `film.mp4` and return its path."""
    clip, path = _clip(), folder / "film.mp4"
    with open_sink(path, clip, settings=EncodeConfig(preset="ultrafast")) as sink:
        for frame in clip.frames():
            sink.write(frame)
    return path


def faces_of(path: Path, folder: Path) -> Path:
    """Write alignments and face pictures of a film that `film` made; the last frame has no face."""
    source = open_source(path)
    record = source_record(source.facts)
    alignments = folder / "film.alignments.db"
    with Alignments.open(alignments, record) as kept:
        for frame in source.frames():
            faces = [] if frame.index == FRAMES - 1 else [_told(_face(frame, record))]
            for face in faces:
                (folder / f"{frame.name}_0.png").write_bytes(face_picture(frame.rgb, face, record, SIZE))
            kept.add(_at(frame), faces, pictured=True)
        kept.finish()
    return alignments


def mask(landmarks: Floats, centering: str, seed: int = 0) -> MaskRecord:
    """Return a mask of noise in a standard crop of a face."""
    pixels = np.random.default_rng(seed).integers(0, 256, (32, 32)).astype(np.uint8)
    return MaskRecord.pack(pixels, crop_matrix(landmarks, 32, "head" if centering == "head" else "face"), centering)


def _clip() -> Clip:
    return Clip("film", Actor.from_seed(1), take(1, FRAMES), 320, 240)


def _face(frame: Frame, record: SourceRecord) -> FaceRecord:
    landmarks = _clip().shot(frame.index).landmarks.astype(np.float32)
    aligned = alignment(landmarks)
    box = np.array([*landmarks.min(0), *landmarks.max(0)], np.float32)
    pose = pose_of(fit_head(landmarks, aligned), aligned)
    name = f"{record.fingerprint[:12]}-{frame.index:06d}-0"
    return FaceRecord(name, _at(frame), box, 0.9, landmarks, pose, 50.0, {"landmarker": "truth"})


def _told(face: FaceRecord) -> FaceRecord:
    rng = np.random.default_rng(face.frame.index)
    masks = {"bisenet": mask(face.landmarks, "head"), "vgg-clear": mask(face.landmarks, "face")}
    return replace(face, vectors={"vggface2": rng.normal(size=512).astype(np.float32)}, masks=masks)


def _at(frame: Frame) -> FrameRecord:
    return FrameRecord(frame.index, frame.pts, frame.name)
