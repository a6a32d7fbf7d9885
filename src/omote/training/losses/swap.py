"""The loss of a swap network: chosen measures of error, weighed where it matters, and the learnt mask's."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from omote.faceset.batch import Batch
from omote.faceset.config import CropConfig
from omote.models.base import Decoded
from omote.training.config import LossConfig, LossName
from omote.training.losses.flip import Flip
from omote.training.losses.frequency import Frequency
from omote.training.losses.gradients import Deviation, gradient_difference
from omote.training.losses.identity import Identity
from omote.training.losses.lpips import Lpips
from omote.training.losses.pixel import Largest, logcosh, mae, mse, smooth
from omote.training.losses.pyramid import Laplacian
from omote.training.losses.structure import MultiScale, dissimilarity
from omote.training.losses.term import Pixels, Term

_MASK = "mask"
_NOTHING = 1e-12
_BY_NAME: Mapping[LossName, Callable[[], Term]] = {
    "ssim": partial(Pixels, dissimilarity),
    "ms_ssim": MultiScale,
    "gmsd": Deviation,
    "mse": partial(Pixels, mse),
    "mae": partial(Pixels, mae),
    "logcosh": partial(Pixels, logcosh),
    "smooth": partial(Pixels, smooth),
    "laplacian": Laplacian,
    "frequency": Frequency,
    "gradient": partial(Pixels, gradient_difference),
    "l_inf": Largest,
    "flip": Flip,
    "lpips": Lpips.at_hand,
}


def term(name: LossName, crop: CropConfig) -> Term:
    """Return the measure of error of a name.

    Raises:
        SettingError: it needs weights that are not at hand.
    """
    return Identity.at_hand(crop) if name == "identity" else _BY_NAME[name]()


class SwapLoss(nn.Module):
    """How far the faces of one person's batch are from the true ones.

    A pixel counts `outside` + (1 - `outside`) × mask, times `eyes` in the eyes and `mouth` in the mouth; an error is
    the mean over all pixels, so that a small mask makes it small, unless `by_area` divides it by the picture's mean
    weight. Measures of whole pictures say themselves how they heed the weights. All of it runs in float32: the
    variances of some are differences of numbers that are nearly equal.

    Args:
        config: which measures, and weights.
        crop: which part of the head the faces show.

    Attributes:
        names: of the parts: the measures with a weight above 0 in the configuration's order, and `mask`.

    Raises:
        SettingError: a measure needs weights that are not at hand.
    """

    def __init__(self, config: LossConfig, crop: CropConfig) -> None:
        super().__init__()
        used = config.terms
        self.names = (*used, _MASK)
        self._config, self._shares = config, tuple(used.values())
        self._terms = nn.ModuleList(term(name, crop) for name in used)

    def forward(self, made: Decoded, true: Batch) -> Tensor:
        """Return the (len(names),) parts, weighted, whose sum is the loss; the mask's is 0 where none was made.

        Smaller faces that were made on the way count as the face does, each beside the target at its size.

        Args:
            made: what the decoder made, at the target's size, in any precision.
            true: the batch it should have made.
        """
        with torch.autocast(true.target.device.type, enabled=False):
            target, weight = true.target.float(), self._weight(true)
            errors = [self._errors(made.face, target, weight)]
            for face in made.smaller:
                size = (face.shape[-2], face.shape[-1])
                errors.append(self._errors(face, adaptive_avg_pool2d(target, size), adaptive_avg_pool2d(weight, size)))
            return torch.cat([torch.stack(errors).sum(0), self._mask_part(made, true)])

    def _errors(self, made: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Return the (terms,) weighted errors of faces of one size."""
        face, target = made.float().contiguous(), target.contiguous()
        errors = torch.stack([
            share * measure(face, target, weight) for share, measure in zip(self._shares, self._terms, strict=True)
        ])  # fmt: skip
        if self._config.by_area:
            errors = errors / weight.mean((1, 2, 3)).clamp_min(_NOTHING)
        return errors.mean(1)

    def _weight(self, true: Batch) -> Tensor:
        config = self._config
        weight = config.outside + (1 - config.outside) * true.mask.float()
        for area, times in ((true.eyes, config.eyes), (true.mouth, config.mouth)):
            weight = weight * (1 + (times - 1) * area.float())
        return weight

    def _mask_part(self, made: Decoded, true: Batch) -> Tensor:
        if made.mask is None:
            return true.target.new_zeros(1, dtype=torch.float32)
        compare = mse if self._config.learned_mask_by == "mse" else mae
        return self._config.learned_mask * compare(made.mask.float(), true.mask.float()).mean()[None]
