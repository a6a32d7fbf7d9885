"""A discriminator that looks at patches, and both sides of the hinge loss by which it and the network are trained."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from omote.models.blocks import conv

_WIDEST = 8
"""Layers stop widening at so many times the first one's width, as in PatchGAN."""


class Critic(nn.Module):
    """Says of every patch of a face how true it looks: PatchGAN (Isola et al. 2017), each layer of spectral norm 1.

    Spectral normalisation (Miyato et al. 2018) bounds how steep the verdict can be; its power iteration goes on with
    every forward pass in training mode, and its vectors are buffers, so that a checkpoint holds them.
    All chance is torch's own at birth: seed it around the constructor, as for the networks.

    Args:
        width: channels of the first layer; each further one has twice as many, up to eight times.
        depth: how many times it halves the face. A patch is 5 · 2^depth − 2 pixels wide: 38 for depth 3.
    """

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        widths = [3, *(width * min(2**level, _WIDEST) for level in range(depth))]
        self.least_size = 2**depth
        self.layers = nn.Sequential()
        for inputs, outputs in pairwise(widths):
            # A kernel that the stride divides touches every pixel equally often: no checkerboard in the gradient.
            self.layers.extend([spectral_norm(conv(inputs, outputs, 4, stride=2)), nn.LeakyReLU(0.2)])
        self.layers.append(spectral_norm(conv(widths[-1], 1, 3)))

    def forward(self, face_BCHW: Tensor) -> Tensor:
        """Judge (B, 3, H, W) RGB faces of 0 to 1: (B, 1, H / 2^depth, W / 2^depth) logits, high where it looks true.

        Raises:
            ValueError: a side is shorter than 2^depth pixels.
        """
        if min(face_BCHW.shape[2:]) < self.least_size:
            raise ValueError(f"a face of {tuple(face_BCHW.shape[2:])} for a critic of {self.least_size} at least")
        verdict: Tensor = self.layers(face_BCHW * 2 - 1)
        return verdict


def hinge_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Return the critic's loss: 0 where true patches are at 1 or above and made ones at −1 or below.

    max(0, 1 − real) + max(0, 1 + fake), each as its mean (Lim & Ye 2017, arXiv:1705.02894).
    """
    return functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()


def hinge_maker(fake: Tensor) -> Tensor:
    """Return the network's loss, −mean(fake): the better its faces look to the critic, the lower (Lim & Ye 2017)."""
    return -fake.mean()
