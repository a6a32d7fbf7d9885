"""What is known of one face, as it stands in the alignments and inside the face's own picture."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.errors import AlignmentsError
from omote.core.types import Floats, Pose

SCHEMA = 1
"""Version of the record and of the tables; a newer one is refused, never guessed at."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """The footage a face is from.

    Attributes:
        name: file or folder name, without its place.
        fingerprint: of the content, so that a moved or renamed source is known again.
        width: in pixels, as shown.
        height: in pixels, as shown.
        frames: number of frames, 0 when unknown.
        time_base: seconds a unit of pts lasts, as "1/30000".
    """

    name: str
    fingerprint: str
    width: int
    height: int
    frames: int
    time_base: str


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """The frame a face is in: place in the source from 0, time in units of the time base, and name."""

    index: int
    pts: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class FaceRecord:
    """One face.

    Attributes:
        id: unique for this face of this source.
        frame: where it is.
        box: (4,) left, top, right, bottom in pixels of the frame.
        score: certainty of the detector, 0 to 1.
        landmarks: (68, 2) in pixels of the frame.
        pose: where the head looks.
        sharpness: see `imaging.quality`.
        made_by: names of the plugins, by their role.
        vectors: identity vectors by the name of their plugin.
    """

    id: str
    frame: FrameRecord
    box: Floats
    score: float
    landmarks: Floats
    pose: Pose
    sharpness: float
    made_by: dict[str, str]
    vectors: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.box.shape != (4,) or self.landmarks.shape != (68, 2):
            raise ValueError(f"a face has 4 box edges and 68 points, not {self.box.shape} and {self.landmarks.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class PictureRecord:
    """What a face picture says of itself.

    Attributes:
        face: the face.
        source: the footage it is from.
        size: side of the picture in pixels.
        centering: what lies in its middle.
        matrix: (2, 3) map from the frame to the picture.
    """

    face: FaceRecord
    source: SourceRecord
    size: int
    centering: str
    matrix: npt.NDArray[np.float64]

    def to_json(self) -> str:
        """Write as JSON; points to a thousandth of a pixel, vectors as float32 prints them."""
        face = self.face
        return json.dumps({
            "schema": SCHEMA,
            "id": face.id,
            "source": {name: getattr(self.source, name) for name in SourceRecord.__slots__},
            "frame": {name: getattr(face.frame, name) for name in FrameRecord.__slots__},
            "box": _plain(face.box, 2),
            "score": round(face.score, 4),
            "landmarks": _plain(face.landmarks, 3),
            "pose": [round(angle, 2) for angle in (face.pose.yaw, face.pose.pitch, face.pose.roll)],
            "sharpness": round(face.sharpness, 2),
            "made_by": face.made_by,
            "vectors": {name: _plain(vector, 6) for name, vector in face.vectors.items()},
            "crop": {"size": self.size, "centering": self.centering, "matrix": _plain(self.matrix, 9)},
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> "PictureRecord":
        """Read what `to_json` wrote.

        Raises:
            AlignmentsError: it is not such a record, or a newer omote wrote it.
        """
        try:
            return cls._read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise AlignmentsError(f"not a face record ({type(fault).__name__}: {fault})") from fault

    @classmethod
    def _read(cls, facts: dict[str, Any]) -> "PictureRecord":
        if facts["schema"] > SCHEMA:
            raise AlignmentsError(f"written by a newer omote (schema {facts['schema']})", do="update omote")
        face = FaceRecord(
            facts["id"],
            FrameRecord(**facts["frame"]),
            np.array(facts["box"], np.float32),
            float(facts["score"]),
            np.array(facts["landmarks"], np.float32),
            Pose(*facts["pose"]),
            float(facts["sharpness"]),
            dict(facts["made_by"]),
            {name: np.array(vector, np.float32) for name, vector in facts["vectors"].items()},
        )
        crop = facts["crop"]
        matrix = np.array(crop["matrix"], np.float64).reshape(2, 3)
        return cls(face, SourceRecord(**facts["source"]), int(crop["size"]), str(crop["centering"]), matrix)


def _plain(array: npt.NDArray[np.floating[Any]], digits: int) -> Any:  # noqa: ANN401 - lists of any depth
    return np.round(array.astype(np.float64), digits).tolist()
