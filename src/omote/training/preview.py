"""The sheet that shows what a network has learnt: A, A as A, A as B, B, B as B, B as A."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from omote.core.types import Picture
from omote.faceset.batch import Batch
from omote.imaging.overlay import draw_label
from omote.imaging.pictures import sheet
from omote.models.base import Side, SwapNetwork

_CAPTIONS = ("A", "A > A", "A > B", "B", "B > B", "B > A")
_SMALLEST, _LARGEST = 96, 256  # sides of a face on the sheet
_BAR, _BACK, _INK = 20, 32, (235, 235, 235)
_RED, _TINT = (1.0, 0.0, 0.0), 0.3


def preview_sheet(network: SwapNetwork, faces_a: Batch, faces_b: Batch, *, overlay: bool, caption: str = "") -> Picture:
    """Draw the sheet, its rows folded into two halves side by side.

    Args:
        network: in any mode; it and its parts are left in theirs.
        faces_a: plain faces of A, on the network's device, a row for each; the longer of the two sets is cut.
        faces_b: plain faces of B.
        overlay: tint what is outside the face red by 30 %: by the mask that the network made for its face where it
            learns one, else by that of the face it was given.
        caption: a line below the sheet, in ASCII.

    Returns:
        (18 + rows · side + 20, 12 · side, 3) uint8; side is the network's output size, but 96 at least and 256 at most.
        Without a caption the 20 are not there.
    """
    rows = min(len(faces_a.feed), len(faces_b.feed))
    with torch.inference_mode(), _evaluating(network):
        columns = [
            *_columns(network, _first(faces_a, rows), "a", "b", overlay=overlay),
            *_columns(network, _first(faces_b, rows), "b", "a", overlay=overlay),
        ]
    side = max(_SMALLEST, min(network.output_size, _LARGEST))
    drawn = sheet(_folded(list(zip(*columns, strict=True))), _CAPTIONS * 2, side)
    return np.vstack([drawn, _line(caption, drawn.shape[1])]) if caption else drawn


@contextmanager
def _evaluating(network: SwapNetwork) -> Iterator[None]:
    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        yield
    finally:
        for module, training in modes.items():  # one by one: frozen parts may stay in evaluation while others learn
            module.training = training


def _first(batch: Batch, count: int) -> Batch:
    return Batch(*(part[:count] for part in batch))


def _columns(network: SwapNetwork, batch: Batch, this: Side, other: Side, *, overlay: bool) -> Iterator[list[Picture]]:
    """Yield the column of the true faces, and those of the faces made by either decoder."""
    code = network.encode(batch.feed)
    yield _pictures(batch.target, batch.mask if overlay else None)
    for side in (this, other):
        made = network.decode(code, side)
        mask = batch.mask if made.mask is None else made.mask
        yield _pictures(made.face, mask if overlay else None)


def _pictures(faces: Tensor, mask: Tensor | None) -> list[Picture]:
    """Turn (B, 3, H, W) of 0..1 into pictures; where there is a (B, 1, H, W) mask, tint what is outside it."""
    shown = faces.float()
    if mask is not None:
        outside = _TINT * (1 - mask.float())
        shown = shown * (1 - outside) + outside * shown.new_tensor(_RED)[:, None, None]
    whole = (shown.clamp(0, 1).permute(0, 2, 3, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return [np.ascontiguousarray(face) for face in whole]


def _folded(rows: list[tuple[Picture, ...]]) -> list[tuple[Picture, ...]]:
    half = (len(rows) + 1) // 2
    left, right = rows[:half], rows[half:]
    if len(right) < half:
        right.append(tuple(np.zeros_like(picture) for picture in rows[0]))
    return [first + second for first, second in zip(left, right, strict=True)]


def _line(text: str, width: int) -> Picture:
    line = np.full((_BAR, width, 3), _BACK, np.uint8)
    draw_label(line, text, (4, _BAR - 6), _INK)
    return line
