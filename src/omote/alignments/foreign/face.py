"""One face as another tool knew it, already in our coordinates; it lacks what only we keep."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord
from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import Matrix
from omote.imaging.pose import fit_head, pose_of

_SMALLEST, _LARGEST = 1e-3, 8192.0  # pixels
PngBytes: TypeAlias = Callable[[], bytes]


@dataclass(frozen=True, slots=True, eq=False)
class ForeignPicture:
    """A face picture of another tool.

    Attributes:
        name: of its file, without suffix.
        size: side in pixels.
        centering: what lies in its middle, in the other tool's words.
        matrix: (2, 3) map from the frame to the picture.
        png: makes the PNG file of its pixels, without the other tool's header.
    """

    name: str
    size: int
    centering: str
    matrix: Matrix
    png: PngBytes


@dataclass(frozen=True, slots=True, eq=False)
class ForeignFace:
    """A face.

    Attributes:
        box: (4,) left, top, right, bottom.
        landmarks: (68, 2).
        masks: by our names.
        vectors: identity vectors by the names of their networks.
        picture: its picture, where there is one.
    """

    box: Floats
    landmarks: Floats
    masks: dict[str, MaskRecord] = field(default_factory=dict)
    vectors: dict[str, Floats] = field(default_factory=dict)
    picture: ForeignPicture | None = None

    def __post_init__(self) -> None:
        spread = np.ptp(self.landmarks[17:], axis=0)
        if not (spread > _SMALLEST).all():
            raise ValueError("points that all lie on one spot or line")
        if not (spread < _LARGEST).all():
            raise ValueError("a face larger than any frame")

    def record(self, face: str, frame: FrameRecord, made_by: Mapping[str, str], sharpness: float) -> FaceRecord:
        """Return what we keep of it; score 1, since someone took it for a face, and the pose as its points have it.

        Args:
            face: the id that it gets.
            frame: where it is.
            made_by: who says so.
            sharpness: see `imaging.quality`; 0 where no pixels are at hand.

        Raises:
            ValueError: no head fits its points.
        """
        aligned = alignment(self.landmarks)
        pose = pose_of(fit_head(self.landmarks, aligned), aligned)
        if not np.isfinite([pose.yaw, pose.pitch, pose.roll]).all():
            raise ValueError("points that no head fits")
        told = FaceRecord(face, frame, self.box, 1.0, self.landmarks, pose, sharpness, dict(made_by))
        return replace(told, vectors=self.vectors, masks=self.masks)


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face picture of another tool.

    Attributes:
        face: the face, with its picture.
        frame: name of its frame.
        number: of the face in its frame.
        video: whether the frame is one of a video.
        size: width and height of the frame; None when not told.
    """

    face: ForeignFace
    frame: str
    number: int
    video: bool
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ForeignFrame:
    """A frame.

    Attributes:
        name: as the other tool calls it: a picture's file name, or `<stem>_<number from 1, six digits>` with a suffix.
        pts: its time in units of the source's time base; None when not told.
        faces: all of its faces, in the other tool's order.
    """

    name: str
    pts: int | None
    faces: tuple[ForeignFace, ...]


@dataclass(frozen=True, slots=True)
class ForeignSource:
    """All that a file or folder of another tool tells about one piece of footage.

    Attributes:
        format: which tool's, with the version where it has one: "fsa 2.4".
        name: of the footage, as far as it can be told.
        video: whether it is a video.
        size: width and height of its frames; None when not told.
        frames: those that it names.
    """

    format: str
    name: str
    video: bool
    size: tuple[int, int] | None
    frames: tuple[ForeignFrame, ...]

    def faces(self) -> int:
        """Return how many faces it has."""
        return sum(len(frame.faces) for frame in self.frames)
