"""Faces by themselves, for compositors: a picture of 16 bits, its mask, and a JSON file that says where it goes.

All files wait in a hidden folder until all are made.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from omote.core.errors import MediaError, OmoteError
from omote.core.files import LastTouch, explained, write_bytes
from omote.imaging.geometry import inverse
from omote.imaging.pictures import encode_deep_png
from omote.media.pictures import frame_stem
from omote.media.sink import check_names, check_place
from omote.media.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path
    from types import TracebackType

    from omote.core.types import Frame
    from omote.media.source import Source
    from omote.swapping.plan import Placement
    from omote.swapping.routes import Routes
    from omote.swapping.swapper import Patch

_DEEP = 65535
_PROGRESS = "progress.json"
_ORIGIN = "pixels; x to the right, y down, 0 at the top left corner of the top left pixel, whose centre is at 0.5"


class PatchSink:
    """A folder of patches being written; a run that ends early is gone on with by the next one of the same key.

    Args:
        path: the folder.
        key: says of what conversion the patches are.
        routes: names the models.
        time_base: seconds in a unit of a frame's pts.
        touch: what is done to each picture before it counts as finished.

    Attributes:
        next_frame: the first frame that is still wanted.

    Raises:
        OmoteError: it cannot be written there.
    """

    def __init__(
        self, path: Path, key: str, routes: Routes, time_base: Fraction, touch: LastTouch | None = None
    ) -> None:
        self._path, self._routes, self._time_base, self._touch = path, routes, time_base, touch
        self._key = [key, None if touch is None else touch.key]
        self._waiting = Waiting(path, (_PROGRESS,))
        self.next_frame, self._given = self._begun(), False
        if not self.next_frame:
            with explained(path):
                self._waiting.empty()

    def write(self, made: tuple[Frame, Sequence[Patch]]) -> None:
        """Write a frame's patches; frames come in their order.

        Raises:
            OmoteError: they cannot be written.
        """
        frame, patches = made
        for number, patch in enumerate(patches):
            stem = f"{frame_stem(frame.name)}_{number}"
            face, mask = f"{stem}.png", f"{stem}_mask.png"
            for name, values in ((face, patch.fitted.face), (mask, patch.fitted.mask)):
                self._put(name, encode_deep_png(_deep(values)))
                if self._touch is not None:
                    self._touch.do(self._waiting.folder / name, name)
            facts = {"face": face, "mask": mask, **self._facts(frame, patch)}
            self._put(f"{stem}.json", json.dumps(facts, indent=1).encode())
        self._put(_PROGRESS, json.dumps({"key": self._key, "next_frame": frame.index + 1}).encode())
        self._given = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        if not self.next_frame and not self._given:
            self._waiting.drop()
            raise MediaError("no frame was given to write", self._path)
        with explained(self._path):
            self._waiting.settle()

    def _put(self, name: str, data: bytes) -> None:
        write_bytes(self._waiting.folder / name, data, durable=False)

    def _begun(self) -> int:
        try:
            kept = json.loads((self._waiting.folder / _PROGRESS).read_text("utf-8"))
            return int(kept["next_frame"]) if kept["key"] == self._key else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _facts(self, frame: Frame, patch: Patch) -> dict[str, Any]:
        planned, placed = patch.planned, patch.planned.placed
        height, width, _ = frame.rgb.shape
        return {
            "frame": frame.index,
            "name": frame.name,
            "pts": frame.pts,
            "seconds": float(frame.pts * self._time_base),
            "frame_size": [width, height],
            "person": planned.face.person,
            "track": planned.track,
            "model": str(self._routes.models[planned.route.model]),
            "makes": planned.route.side,
            "coordinates": _ORIGIN,
            "face_size": len(patch.fitted.face),
            "face_to_frame": _back(placed, len(patch.fitted.face)),
            "mask_size": len(patch.fitted.mask),
            "mask_to_frame": _back(placed, len(patch.fitted.mask)),
            "motion": placed.motion.astype(np.float64).tolist(),
            "landmarks": placed.landmarks.astype(np.float64).tolist(),
        }


def check_patches(path: Path, source: Source, *, overwrite: bool) -> None:
    """See that patches can go into a folder, before any work.

    Raises:
        OmoteError: it has a suffix, or holds something already.
        MediaError: pictures of the source are in it, or two of these differ by their suffixes only.
    """
    if path.suffix and not path.is_dir():
        raise OmoteError("patches need a folder", path, "name one without a suffix")
    check_place(path, source, overwrite=overwrite)
    if path.exists() and not path.is_dir():
        raise OmoteError("patches need a folder, and this is a file", path, "choose another name")
    check_names(source)


def _back(placed: Placement, side: int) -> list[list[float]]:
    """Return the (2, 3) map from a square of so many pixels a side to the frame."""
    matrix: list[list[float]] = inverse(placed.matrix * (side / placed.size)).tolist()
    return matrix


def _deep(values: Any) -> Any:  # noqa: ANN401 - float32 of any shape to uint16
    return np.rint(np.clip(values, 0, 1) * _DEEP).astype(np.uint16)
