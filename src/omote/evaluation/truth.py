"""How near a swap comes to the true one, inside the face, where a true one exists: drawn actors."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from omote.core.types import Floats, Picture
from omote.training.losses.structure import ssim


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two pictures are inside a mask.

    Attributes:
        ssim: structural similarity, 1 when equal.
        psnr: peak signal to noise ratio in dB, higher is nearer; infinite when equal.
    """

    ssim: float
    psnr: float


def likeness(picture: Picture, truth: Picture, mask: Floats) -> Likeness:
    """Compare two (H, W, 3) pictures where an (H, W) mask of 0..1 lies; each pixel counts as much as its mask.

    Raises:
        ValueError: the mask is empty.
    """
    total = float(mask.sum())
    if total == 0:
        raise ValueError("the mask is empty")
    error = np.square(picture.astype(np.float64) - truth).mean(2)
    mse = float((error * mask).sum() / total)
    first, second = (torch.from_numpy(at).permute(2, 0, 1)[None].float() / 255 for at in (picture, truth))
    similar = ssim(first, second).mean(1)[0].numpy()
    psnr = float("inf") if mse == 0 else 10 * float(np.log10(255**2 / mse))
    return Likeness(float((similar * mask).sum() / total), psnr)


def mean_likeness(each: Iterable[Likeness]) -> Likeness:
    """Return the mean of both measures over frames.

    Raises:
        ValueError: there are none.
    """
    rows = [(one.ssim, one.psnr) for one in each]
    if not rows:
        raise ValueError("nothing to take the mean of")
    return Likeness(*np.mean(rows, axis=0).tolist())
