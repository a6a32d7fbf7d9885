"""How well a model restores faces that its training held out: A by A's decoder, B by B's, of which the truth is known.

It says how well a person is known, not how good the swap is: nobody's truth is known there. All models are compared at
one size, lest a small one be judged by easier pictures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from omote.core.errors import SettingError
from omote.evaluation.measures import Measure, measured
from omote.faceset.augment import plain
from omote.faceset.batch import Batch, Sizes, Stored
from omote.faceset.load import Faceset
from omote.faceset.split import split
from omote.models.base import Side, SwapNetwork
from omote.training.both import SIDES
from omote.training.losses.lpips import Lpips, alexnet
from omote.training.losses.structure import ssim

MOST_PSNR = 99.0
"""What stands for equal pictures, in dB."""
_TOGETHER = 16  # faces in a pass
_ONLY = "a face of the same footage, made from itself: not how it swaps"


class Restored(NamedTuple):
    """How near a made face comes to the true one, inside its mask.

    Attributes:
        ssim: structural similarity, 1 when equal.
        psnr: in dB, `MOST_PSNR` when equal.
        lpips: distance in the eyes of a network that knows pictures, 0 when equal; NaN where its weights are missing.
    """

    ssim: float
    psnr: float
    lpips: float


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What faces are compared by: at one size, and by LPIPS where that can be had.

    Attributes:
        size: side of the faces that are compared, in pixels.
        lpips: None where its weights are not at hand.
    """

    size: int
    lpips: Lpips | None

    @classmethod
    def at_hand(cls, size: int, device: torch.device) -> tuple["Judge", str]:
        """Return a judge, and what to say of LPIPS: whose features it sees by, or why there is none."""
        try:
            lpips = Lpips.at_hand().to(device)
        except SettingError as fault:
            return cls(size, None), f"LPIPS is left out: {fault}"
        trunk = "AlexNet" if len(lpips.trunk.features) == len(alexnet().features) else "VGG-16"
        return cls(size, lpips), f"LPIPS by the features of {trunk}"

    def compare(self, made: Tensor, true: Batch) -> list[Restored]:
        """Compare (B, 3, size, size) faces of 0..1 with true ones."""
        mask = true.mask
        total = mask.sum((1, 2, 3)).clamp(min=1e-6)
        alike = (ssim(made, true.target).mean(1, keepdim=True) * mask).sum((1, 2, 3)) / total
        error = ((made - true.target).square().mean(1, keepdim=True) * mask).sum((1, 2, 3)) / total
        psnr = (-10 * error.log10()).clamp(max=MOST_PSNR)
        apart = torch.full_like(psnr, float("nan"))
        if self.lpips is not None:
            apart = self.lpips(made, true.target, mask) / mask.mean((1, 2, 3)).clamp(min=1e-6)
        return [Restored(*row) for row in torch.stack([alike, psnr, apart], 1).tolist()]


def held_out(faces: Faceset, percent: float, feed: int, target: int, device: torch.device) -> list[Batch]:
    """Return the faces that are not learnt from, as they are: `feed` px to read, `target` px to be made."""
    _, held = split(faces, percent)
    stored = [(faces.faces[part].to(device), faces.landmarks[part].to(device)) for part in torch.split(held, _TOGETHER)]
    sizes = Sizes(faces.size, feed, target)
    return [plain(Stored(pictures, marks, marks), sizes) for pictures, marks in stored if len(pictures)]


@torch.inference_mode()
def restored(network: SwapNetwork, side: Side, held: Sequence[Batch], judge: Judge) -> Iterator[list[Restored]]:
    """Make faces of a person anew, a batch at a time, and compare them with what they are made from."""
    size = (judge.size, judge.size)
    for true in held:
        made = network(true.feed, side).face.float()
        if made.shape[-2:] != size:
            made = functional.interpolate(made, size, mode="bicubic", antialias=True).clamp(0, 1)
        yield judge.compare(made, true)


def measures(found: Mapping[Side, Sequence[Restored]]) -> list[Measure]:
    """Return the figures of either person; those that cannot be told are left out."""
    told = []
    for side in SIDES:
        who, rows = f"held-out faces of {side.upper()}", found[side]
        told += [
            measured("SSIM of restored faces", [row.ssim for row in rows],
                     unit="", better="higher", cannot_tell=_ONLY, group=who),
            measured("PSNR of restored faces", [row.psnr for row in rows],
                     unit="dB", better="higher", cannot_tell=f"{_ONLY}; blur costs little", group=who),
            measured("LPIPS of restored faces", [row.lpips for row in rows],
                     unit="", better="lower", cannot_tell=f"{_ONLY}; colour counts little", group=who),
        ]  # fmt: skip
    return [each for each in told if each is not None]
