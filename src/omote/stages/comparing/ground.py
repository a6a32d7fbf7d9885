"""What all trainings of a comparison learn from and are judged by: two folders of faces, or two drawn actors.

Drawn actors are filmed and their faces extracted once, into the comparison's own folder.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.config import Config
from omote.core.errors import OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.stages import extract
from omote.stages.comparing.plan import CastPlan, Plan, digest
from omote.stages.evaluating.actors import shots_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omote.cast.clip import Clip
    from omote.cast.render import Shot
    from omote.cast.scene import Scene
    from omote.core.types import Picture
    from omote.stages.context import Context

SHOWN = 6
"""Faces that are shown of each choice."""

_FEWEST = 2
_AROUND = 1.5  # side of a picture that shows a face, over the face's


class Ground(Config):
    """Where it all is.

    Attributes:
        a: faces of A.
        b: faces of B.
        digest: other for other faces.
        cast: the drawn actors, None where people are real; the others are None with it.
        plate: the clip that is swapped.
        shots: each frame of it, and of the true swap, with their truth.
    """

    a: Path
    b: Path
    digest: str
    cast: CastPlan | None = None
    plate: Path | None = None
    shots: Path | None = None


def prepared(plan: Plan, beside: Path, folder: Path, context: Context) -> Ground:
    """Return what is learnt from and judged by; of drawn actors it is made, unless it is there.

    Args:
        plan: of the comparison.
        beside: where its relative paths are from.
        folder: for what is drawn.
        context: who watches.

    Raises:
        OmoteError: a folder has no faces, or too few.
        Stopped: someone stopped it; what is done is kept.
    """
    if plan.faces is not None:
        a, b = beside / plan.faces.a, beside / plan.faces.b
        return Ground(a=a.absolute(), b=b.absolute(), digest=digest(_listed(a), _listed(b)))
    from omote.stages.filming import filmed

    cast = plan.cast or CastPlan()
    clips, faces = _clips(cast), {}
    for side in ("a", "b"):
        context.emit(Note(f"faces of actor {side.upper()}"))
        faces[side] = folder / f"faces-{side}"
        film = filmed(clips[side], folder, context)
        _done(extract.run(extract.ExtractConfig(sources=[film], faces=faces[side]), context))
        _listed(faces[side])
    plate, shots = trial(cast, folder, context)
    return Ground(
        a=faces["a"].absolute(), b=faces["b"].absolute(), digest=digest(cast.model_dump()), cast=cast,
        plate=plate, shots=shots,
    )  # fmt: skip


def trial(cast: CastPlan, folder: Path, context: Context) -> tuple[Path, Path]:
    """Return the clip that is swapped, its alignments beside it, and what is true of it; made unless it is there.

    Raises:
        Stopped: someone stopped it; what is done is kept.
    """
    from omote.stages.filming import filmed

    clips = _clips(cast)
    plate = filmed(clips["plate"], folder, context)
    _done(extract.run(extract.ExtractConfig(sources=[plate], alignments=folder), context))
    shots = folder / "shots.npz"
    if not shots.is_file():
        _draw_shots(clips, shots, context)
    return plate.absolute(), shots.absolute()


def _clips(cast: CastPlan) -> dict[str, Clip]:
    from omote.cast.pairs import PAIRS, clips_of, trial_of

    pair = PAIRS[cast.pair]
    return clips_of(pair, cast.frames, 1, cast.seed) | trial_of(pair, cast.plate_frames, cast.seed)


def _listed(folder: Path) -> list[tuple[str, int]]:
    """Return names and sizes of a folder's face pictures."""
    from omote.alignments.folder import face_pictures

    rows = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path, _ in face_pictures(folder)]
    if len(rows) < _FEWEST:
        raise OmoteError(f"{len(rows)} face pictures are too few to learn from", folder, "run omote extract first")
    return rows


def _done(report: extract.ExtractReport) -> None:
    if not report.finished:
        raise Stopped


def _draw_shots(clips: Mapping[str, Clip], path: Path, context: Context) -> None:
    """Draw the plate and the true swap with their truth; once, since each picture costs most of a second."""
    import numpy as np

    rows: list[Shot] = []
    for number, (_, plate, truth) in enumerate(shots_of(clips), 1):
        if context.stopped():
            raise Stopped
        rows += [plate, truth]
        context.emit(Progress("draw the true swap", number, len(clips["plate"].scenes)))
    written = io.BytesIO()
    np.savez_compressed(
        written, rgb=[shot.rgb for shot in rows], landmarks=[shot.landmarks for shot in rows],
        mask=[shot.mask for shot in rows], pose=[(shot.pose.yaw, shot.pose.pitch, shot.pose.roll) for shot in rows],
    )  # fmt: skip
    write_bytes(path, written.getvalue())


def true_shots(ground: Ground) -> list[tuple[Scene, Shot, Shot]]:
    """Return of each frame what is played, and the plate and the true swap with their truth."""
    import numpy as np

    from omote.cast.render import Shot
    from omote.core.types import Pose

    if ground.cast is None or ground.shots is None:
        return []
    with np.load(ground.shots) as kept:
        parts = [kept[name] for name in ("rgb", "landmarks", "mask", "pose")]
    shots = [
        Shot(rgb, landmarks, mask, Pose(*map(float, pose))) for rgb, landmarks, mask, pose in zip(*parts, strict=True)
    ]
    scenes = _clips(ground.cast)["plate"].scenes
    return list(zip(scenes, shots[::2], shots[1::2], strict=True))


def spread(count: int) -> list[int]:
    """Return places of up to `SHOWN` of so many things, evenly spread."""
    shown = min(SHOWN, count)
    return [round((number + 0.5) * count / shown - 0.5) for number in range(shown)]


def around_face(picture: Picture, shot: Shot) -> Picture:
    """Return the square of a picture that shows the face of a shot."""
    import numpy as np

    rows, columns = np.nonzero(shot.mask > 0.5)
    height, width = picture.shape[:2]
    side = min(height, width, round(_AROUND * max(np.ptp(rows), np.ptp(columns))))
    top, left = (
        int(np.clip((places.min() + places.max() - side) // 2, 0, most - side))
        for places, most in ((rows, height), (columns, width))
    )
    return np.ascontiguousarray(picture[top : top + side, left : left + side])
