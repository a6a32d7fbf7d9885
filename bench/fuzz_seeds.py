"""Whole files of every kind that omote reads, small, from which damaged ones are made."""

import pickle
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from omote.alignments.describe import face_picture
from omote.alignments.foreign.giving import given, to_fsa, to_json, to_png
from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.types import Pose
from omote.imaging.crops import crop_matrix
from omote.imaging.pictures import decode, encode_jpeg, encode_png
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink

KINDS = {
    "png": ".png",
    "faceswap-png": ".png",
    "fsa": ".fsa",
    "json": ".json",
    "dfl-jpg": ".jpg",
    "sqlite": ".alignments.db",
    "video": ".mp4",
}
"""Every kind with the suffix of its files."""

_SIZE, _FRAMES = 128, 3


def seeds(folder: Path, seed: int) -> dict[str, list[bytes]]:
    """Draw a short film and return whole files of every kind of its faces, one or two of each.

    Args:
        folder: an empty one to work in.
        seed: of the actor.
    """
    clip = Clip("film", Actor.from_seed(seed), take(seed, _FRAMES), 160, 120)
    faces, pictures = _faces(clip, folder / "faces")
    alignments = folder / "film.alignments.db"
    with Alignments.open(alignments, _source()) as kept:
        for face in faces:
            kept.add(face.frame, [face], pictured=True)
        kept.finish()
    (told,) = given(folder / "faces")
    frame, number, face = next(told.numbered())
    return {
        "png": pictures,
        "faceswap-png": [to_png(told, frame, number, face, pictures[0])[1]],
        "fsa": [to_fsa(told, {face.id: [1, 2, 3]}, None)[0]],
        "json": [to_json(told)],
        "dfl-jpg": [_dfl(face, pictures[0])],
        "sqlite": [alignments.read_bytes()],
        "video": [_film(clip, folder / f"film.{end}") for end in ("mp4", "mkv")],
    }


def inner(kind: str, data: bytes, mutate: Callable[[bytes], bytes]) -> bytes:
    """Return a file with its contents mutated inside an outside that stays whole, where it has the two."""
    from zlib import compress, decompress

    from omote.alignments.chunks import SIGNATURE, chunk, read_chunks

    if kind == "fsa":
        return compress(mutate(decompress(data)))
    if kind in ("png", "faceswap-png"):
        from io import BytesIO

        parts = [chunk(name, mutate(text) if name == b"iTXt" else text) for name, text in read_chunks(BytesIO(data))]
        return b"".join([SIGNATURE, *parts])
    if kind == "dfl-jpg":
        (length,) = struct.unpack_from(">H", data, 4)
        content = mutate(data[6 : 4 + length])[:65000]
        return data[:4] + struct.pack(">H", len(content) + 2) + content + data[4 + length :]
    return mutate(data)


def _source() -> SourceRecord:
    return SourceRecord("film.mp4", "0123456789abcdef", 160, 120, _FRAMES, "1/25")


def _faces(clip: Clip, folder: Path) -> tuple[list[FaceRecord], list[bytes]]:
    folder.mkdir()
    faces, pictures = [], []
    for frame in clip.frames():
        points = clip.shot(frame.index).landmarks.astype(np.float32)
        box = np.array([*points.min(0), *points.max(0)], np.float32)
        at = FrameRecord(frame.index, frame.pts, frame.name)
        name = f"{_source().fingerprint[:12]}-{frame.index:06d}-0"
        face = FaceRecord(name, at, box, 0.9, points, Pose(1, 2, 3), 50.0, {"landmarker": "truth"})
        mask = MaskRecord.pack(np.full((32, 32), 9, np.uint8), crop_matrix(points, 32, "face"), "face")
        face = replace(face, masks={"custom": mask}, vectors={"vggface2": points.ravel()})
        pictures.append(face_picture(frame.rgb, face, _source(), _SIZE))
        (folder / f"{frame.name}_0.png").write_bytes(pictures[-1])
        faces.append(face)
    return faces, pictures


def _dfl(face: FaceRecord, png: bytes) -> bytes:
    picture = decode(png)
    if picture is None:
        raise ValueError("no picture")
    matrix = crop_matrix(face.landmarks, _SIZE, "head")
    record = {
        "face_type": "head",
        "landmarks": (face.landmarks @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32),
        "source_filename": "00001.png",
        "source_rect": [int(edge) for edge in face.box],
        "source_landmarks": face.landmarks.tolist(),
        "image_to_face_mat": matrix,
        "xseg_mask": np.frombuffer(encode_png(np.full((32, 32, 3), 200, np.uint8)), np.uint8),
        "seg_ie_polys": {"polys": [{"type": 1, "pts": [[3.0, 3.0], [90.0, 9.0], [50.0, 99.0]]}]},
    }
    content, jpeg = pickle.dumps(record, 4), encode_jpeg(picture)
    return jpeg[:2] + b"\xff\xef" + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def _film(clip: Clip, path: Path) -> bytes:
    with open_sink(path, clip, settings=EncodeConfig(preset="ultrafast")) as sink:
        for frame in clip.frames():
            sink.write(frame)
    return path.read_bytes()
