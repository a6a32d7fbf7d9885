"""Error by frequency."""

import torch
from torch import Tensor

from omote.training.losses.term import Term

_TINY = 1e-12


class Frequency(Term):
    """Focal frequency loss (Jiang et al. 2021) with α = 1, of the whole picture as one patch.

    Each frequency's squared error counts by its share in the largest one's, as a fixed weight. The pictures are
    multiplied by the root of the pixels' weights before they are transformed, and so a pixel counts in the squares as
    much as it does in the mean squared error (Parseval).
    """

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        # The transform is linear, and that of real numbers is its own mirror image: half of it is enough.
        half = torch.view_as_real(torch.fft.rfft2((made - true) * weight.sqrt(), norm="ortho"))
        power = half.square().sum(-1)
        size = power.detach().sqrt()
        focus = size / size.amax((2, 3), keepdim=True).clamp_min(_TINY)
        column = torch.arange(power.shape[-1], device=power.device)
        once = (column == 0) | (column * 2 == made.shape[-1])
        twice = 2 - once.to(power.dtype)
        return (focus * power * twice).sum((2, 3)).mean(1) / (made.shape[-1] * made.shape[-2])
