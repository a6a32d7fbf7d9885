"""What is known of one face, as it stands in the alignments and inside the face's own picture."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.alignments.mask import MaskRecord, leads_to_crop
from omote.core.errors import AlignmentsError
from omote.core.types import Floats, Pose
from omote.imaging.landmarks import INNER

SCHEMA = 2
"""Version of the record; a newer one is refused, never guessed at. 2 has what a clip tells besides its frames."""

_FARTHEST = 1e6  # pixels from a corner of the frame


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
        landmarks: (68, 2) in pixels of the frame; steadied over time where the face was followed.
        pose: where the head looks.
        sharpness: see `imaging.quality`.
        made_by: names of the plugins, by their role.
        vectors: identity vectors by the name of their plugin.
        raw: (68, 2) landmarks before they were steadied; None where they never were.
        confidence: how far the points can be trusted, 0 to 1.
        quality: how good the face is to learn from, 0 to 1, by the plugin that `made_by` names; None: not asked for.
        track: the run of frames through which this face was followed; None where it was not.
        person: who it is, the same over all tracks of one source ("person-01"); None when not known.
        masks: by name.
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
    raw: Floats | None = None
    confidence: float = 1.0
    quality: float | None = None
    track: str | None = None
    person: str | None = None
    masks: dict[str, MaskRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        points = (self.landmarks, *(() if self.raw is None else (self.raw,)))
        if self.box.shape != (4,) or any(each.shape != (68, 2) for each in points):
            raise ValueError(f"a face has 4 box edges and 68 points, not {self.box.shape} and {self.landmarks.shape}")
        if not all((np.abs(each) <= _FARTHEST).all() for each in (self.box, *points)):
            raise ValueError("a face's box and points are finite numbers near its frame")
        if any((each[INNER] == each[INNER][0]).all() for each in points):
            raise ValueError("a face's points do not lie in one place")


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

    def __post_init__(self) -> None:
        if self.size < 1 or not leads_to_crop(self.matrix):
            raise ValueError("a face picture has a size and a map from its frame")

    def matrix_at(self, side: int) -> npt.NDArray[np.float64]:
        """Return the (2, 3) map from the frame to the picture at another size, as its owner may have scaled it."""
        return self.matrix * (side / self.size)

    def to_json(self) -> str:
        """Write as JSON; every number comes back as the float32 or float64 it is."""
        return json.dumps({
            "schema": SCHEMA,
            "source": {name: getattr(self.source, name) for name in SourceRecord.__slots__},
            "frame": {name: getattr(self.face.frame, name) for name in FrameRecord.__slots__},
            **face_facts(self.face),
            "crop": {"size": self.size, "centering": self.centering, "matrix": self.matrix.tolist()},
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> "PictureRecord":
        """Read what `to_json` wrote, or an older omote.

        Raises:
            AlignmentsError: it is not such a record, or a newer omote wrote it.
        """
        try:
            return cls._read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
            raise AlignmentsError(f"not a face record ({type(fault).__name__}: {str(fault)[:200]})") from fault

    @classmethod
    def _read(cls, facts: dict[str, Any]) -> "PictureRecord":
        if facts["schema"] > SCHEMA:
            raise AlignmentsError(f"written by a newer omote (schema {facts['schema']})", do="update omote")
        raw = facts.get("raw")
        face = FaceRecord(
            str(facts["id"]),
            FrameRecord(int(facts["frame"]["index"]), int(facts["frame"]["pts"]), str(facts["frame"]["name"])),
            np.array(facts["box"], np.float32),
            float(facts["score"]),
            np.array(facts["landmarks"], np.float32),
            Pose(*map(float, facts["pose"])),
            float(facts["sharpness"]),
            {str(role): str(plugin) for role, plugin in facts["made_by"].items()},
            {name: np.array(vector, np.float32).reshape(-1) for name, vector in facts["vectors"].items()},
            None if raw is None else np.array(raw, np.float32),
            float(facts.get("confidence", 1)),
            None if facts.get("quality") is None else float(facts["quality"]),
            facts.get("track"),
            facts.get("person"),
            {name: _mask_of(mask) for name, mask in facts.get("masks", {}).items()},
        )
        crop = facts["crop"]
        matrix = np.array(crop["matrix"], np.float64).reshape(2, 3)
        return cls(face, SourceRecord(**facts["source"]), int(crop["size"]), str(crop["centering"]), matrix)


def face_facts(face: FaceRecord) -> dict[str, Any]:
    """Return what is known of a face, but for its frame, as plain values for JSON."""
    return {
        "id": face.id,
        "box": _plain(face.box),
        "score": face.score,
        "landmarks": _plain(face.landmarks),
        "raw": None if face.raw is None else _plain(face.raw),
        "confidence": face.confidence,
        "pose": [face.pose.yaw, face.pose.pitch, face.pose.roll],
        "sharpness": face.sharpness,
        "quality": face.quality,
        "track": face.track,
        "person": face.person,
        "made_by": face.made_by,
        "vectors": {name: _plain(vector) for name, vector in face.vectors.items()},
        "masks": {name: _mask_facts(mask) for name, mask in face.masks.items()},
    }


def _plain(array: Floats) -> Any:  # noqa: ANN401 - lists of any depth
    # The shortest text that names each float32, where tolist would print all digits of its float64.
    return array.astype(np.float32).astype(str).astype(np.float64).tolist()


def _mask_facts(mask: MaskRecord) -> dict[str, Any]:
    packed = base64.b64encode(mask.packed).decode()
    return {"size": mask.size, "centering": mask.centering, "matrix": mask.matrix.tolist(), "pixels": packed}


def _mask_of(facts: dict[str, Any]) -> MaskRecord:
    matrix = np.array(facts["matrix"], np.float64).reshape(2, 3)
    return MaskRecord(int(facts["size"]), str(facts["centering"]), matrix, base64.b64decode(facts["pixels"]))
