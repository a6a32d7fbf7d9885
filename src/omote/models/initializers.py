"""How weights are drawn before anything is learnt, where that is not what the blocks draw by themselves."""

import math
from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor, nn

Kernel = Literal["he_uniform", "convaware"]
"""he_uniform: as the blocks draw; convaware: orthogonal in the Fourier domain."""


def initialise(network: nn.Module, kernel: Kernel, icnr: bool, generator: torch.Generator) -> None:
    """Draw a fresh network's convolutions anew; dense layers, 1×1 convolutions, biases and zeros stay as they are.

    Args:
        network: with the weights it was built with.
        kernel: the law of convolutions; `he_uniform` leaves what the blocks have drawn.
        icnr: let every convolution that feeds a pixel shuffle, 1×1 or not, begin as plain enlargement.
        generator: on the CPU; all chance comes from it.
    """
    if kernel == "convaware":
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d) and layer.kernel_size != (1, 1) and layer.weight.any():
                _put(layer.weight, conv_aware(layer.weight.shape, generator))
    if icnr:
        _begin_as_enlargement(network)


def conv_aware(shape: tuple[int, ...], generator: torch.Generator, noise: float = 0.05) -> Tensor:
    """Draw a convolution's weights so that a filter's kernels have orthogonal spectra.

    Convolution-Aware Initialization (Aghajanyan 2017, arXiv:1702.06295): each output filter takes its kernels from
    random orthonormal bases of spectra, a basis for as many kernels as a kernel has pixels; noise is added, and all is
    scaled to the variance of He et al. (2015), 2 / fan-in. The Fourier transform keeps angles (Parseval): a basis drawn
    by Haar's measure has the same law in either domain, so it is drawn in space. Filling half a plane of spectrum with
    real numbers, as is often done, would leave 3×3 kernels five free numbers, all kernels even; these have all nine.

    Args:
        shape: (outputs, inputs for each output, H, W).
        generator: on the CPU.
        noise: standard deviation of what is added to the kernels, whose spectra have norm 1 before.

    Returns:
        Weights of that shape, float32, with mean square 2 / (inputs · H · W) exactly.
    """
    outputs, inputs, height, width = shape
    pixels = height * width
    gaussian = torch.randn(outputs, math.ceil(inputs / pixels), pixels, pixels, generator=generator)
    basis, triangle = torch.linalg.qr(gaussian)
    # Without the signs the basis would follow LAPACK's habits and not Haar's measure (Mezzadri 2007).
    basis *= triangle.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)
    kernels: Tensor = basis.flatten(1, 2)[:, :inputs].reshape(shape) / math.sqrt(pixels)
    kernels += noise * torch.randn(shape, generator=generator)
    scale = torch.sqrt(2 / (inputs * pixels) / kernels.square().mean())
    return kernels * scale


def icnr(values: Tensor, factor: int) -> Tensor:
    """Give all sub-pixels of a channel the weights (or the bias) of its first: the layer then enlarges plainly.

    ICNR (Aitken et al. 2017, arXiv:1707.02937). Filters that were drawn independently keep their law.

    Args:
        values: (channels · factor², …), in the order of `nn.PixelShuffle`: sub-pixel k of channel c at c · factor² + k.
        factor: how many times the pixel shuffle enlarges.
    """
    return values[:: factor**2].repeat_interleave(factor**2, 0)


def sub_pixel_convolutions(network: nn.Module) -> Iterator[tuple[nn.Conv2d, int]]:
    """Yield every convolution that feeds a pixel shuffle, with the shuffle's factor.

    Known by where they stand: before the shuffle in one `nn.Sequential`, with only activations or norms between.
    """
    for chain in network.modules():
        if isinstance(chain, nn.Sequential):
            yield from _feeding_shuffles(chain)


def _feeding_shuffles(chain: nn.Sequential) -> Iterator[tuple[nn.Conv2d, int]]:
    feeding: nn.Conv2d | None = None
    for step in chain:
        if isinstance(step, nn.PixelShuffle):
            if feeding is not None:
                yield feeding, step.upscale_factor
            feeding = None
        elif any(isinstance(part, nn.Conv2d | nn.PixelShuffle) for part in step.modules()):
            feeding = _lone_convolution(step)


def _lone_convolution(step: nn.Module) -> nn.Conv2d | None:
    # blocks.conv returns a convolution, behind its padding where that is not the same on all sides.
    match [step] if isinstance(step, nn.Conv2d) else list(step.children()):
        case [nn.Conv2d() as layer] | [nn.ZeroPad2d(), nn.Conv2d() as layer]:
            return layer
    return None


def _begin_as_enlargement(network: nn.Module) -> None:
    for layer, factor in sub_pixel_convolutions(network):
        _put(layer.weight, icnr(layer.weight, factor))
        if layer.bias is not None:
            _put(layer.bias, icnr(layer.bias, factor))


def _put(parameter: Tensor, values: Tensor) -> None:
    with torch.no_grad():
        parameter.copy_(values)
