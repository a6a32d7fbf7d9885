"""A trial on drawn actors as a chapter of the page: its figures, and plate, result and true swap beside each other."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from omote.evaluation.evaluation_page import Chapter, ranked
from omote.evaluation.true_swap import measures, true_swap
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pictures import encode_jpeg, side_by_side
from omote.stages.evaluating.actors import compared, shots_of, swapped_trial

if TYPE_CHECKING:
    from omote.cast.render import Shot
    from omote.core.types import Picture
    from omote.evaluation.true_swap import Scored
    from omote.stages.context import Context
    from omote.stages.evaluating.actors import ActorsConfig

_SIDE, _QUALITY = 192, 88
_CAPTIONS = ("plate", "result", "true swap")
_APART = 5  # frames


def evaluate_cast(config: ActorsConfig, context: Context) -> Chapter:
    """Measure a model on two drawn actors.

    Raises:
        ModelError: there is no model, or it is damaged.
        SettingError: the device is not there, or a setting asks for what the model cannot do.
        Stopped: someone stopped it.
    """
    told: list[Scored] = []
    pictures: dict[int, bytes] = {}
    with TemporaryDirectory(prefix="omote-actors-") as place:
        _, result = swapped_trial(config, Path(place), context)
        for frame, plate, truth, each in compared(result, shots_of(config.clips()), context):
            told.append(each)
            pictures[frame.index] = _beside(frame.rgb, plate, truth)
    ssim, colour, edges = (
        {frame: float(getattr(each.inside, part)) for frame, each in enumerate(told)}
        for part in ("ssim", "colour", "edges")
    )
    rankings = [
        ranked("likeness to the true swap inside the face, SSIM", ssim, "higher", "", pictures, _APART),
        ranked("colour error inside the face", colour, "lower", "ΔE", pictures, _APART),
        ranked("edge error inside the face", edges, "lower", "levels/px", pictures, _APART),
    ]
    way = 100 * float(np.mean([each.way for each in told]))
    said = (
        f"Actor {config.a} plays what {config.model.name} never saw, {len(told)} frames of it; the true swap is actor "
        f"{config.b} playing the same. The result goes {way:.0f} % of the way from A's own face to the true swap."
    )
    shown = [ranking for ranking in rankings if ranking is not None]
    return Chapter("The model on drawn actors", said, measures(told), shown)


def _beside(made: Picture, plate: Shot, truth: Shot) -> bytes:
    wanted = np.asarray(np.round(true_swap(plate, truth)[0]), np.uint8)
    crop = crop_matrix(plate.landmarks, _SIDE, "head")
    return encode_jpeg(
        side_by_side([warp(each, crop, _SIDE, _SIDE) for each in (plate.rgb, made, wanted)], _CAPTIONS), _QUALITY
    )
