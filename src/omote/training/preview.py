"""The sheet that shows what a network has learnt: A, A as A, A as B, B, B as B, B as A."""

import numpy as np
import torch
from torch import Tensor

from omote.core.types import Picture
from omote.faceset.augment import plain
from omote.faceset.load import Faceset
from omote.imaging.pictures import sheet
from omote.models.base import Side
from omote.training.run import Run

_CAPTIONS = ("A", "A > A", "A > B", "B", "B > B", "B > A")
_ROWS, _SIDE = 14, 96


@torch.inference_mode()
def preview_sheet(run: Run) -> Picture:
    """Draw the sheet with up to 14 rows in two halves, of faces spread evenly over each set.

    Returns:
        (H, W, 3) uint8.
    """
    run.network.eval()
    columns = [*_columns(run, "a", "b"), *_columns(run, "b", "a")]
    run.network.train()
    rows = list(zip(*columns, strict=False))
    half = (len(rows) + 1) // 2
    folded = [left + right for left, right in zip(rows[:half], rows[half:], strict=False)]
    if len(folded) < half:
        folded.append(rows[half - 1] + tuple(np.zeros_like(picture) for picture in rows[half - 1]))
    return sheet(folded, _CAPTIONS * 2, max(_SIDE, min(run.network.output_size, 128)))


def _columns(run: Run, this: Side, other: Side) -> tuple[list[Picture], list[Picture], list[Picture]]:
    network, faces = run.network, run.sets[this]
    shown = plain(_spread(faces), size=faces.size, feed=network.input_size, target=network.output_size)
    code = network.encode(shown.feed)
    made = (shown.target, network.decode(code, this).face, network.decode(code, other).face)
    return _pictures(made[0]), _pictures(made[1]), _pictures(made[2])


def _spread(faces: Faceset) -> Tensor:
    chosen = torch.linspace(0, len(faces) - 1, min(_ROWS, len(faces))).round().long()
    return faces.faces[chosen.to(faces.faces.device)]


def _pictures(faces: Tensor) -> list[Picture]:
    whole = (faces.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return [np.ascontiguousarray(face) for face in whole]
