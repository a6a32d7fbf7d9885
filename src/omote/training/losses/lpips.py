"""LPIPS (Zhang et al. 2018): how far apart a network that knows pictures finds two of them."""

import torch
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.runtime.weight_file import read_weight_file
from omote.training.losses.at_hand import at_hand
from omote.training.losses.term import Term, mean_error

_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_TINY = 1e-10
_CHOICES = (("alexnet-owt-7be5be79.pth", "alex.pth"), ("vgg16-397923af.pth", "vgg.pth"))
_ORIGIN = "the first of a pair is torchvision's, the second lies in the package lpips"
# Output channels, kernel, stride, padding of a convolution; kernel, stride of a pooling before it.
_ALEX = ((64, 11, 4, 2), (3, 2), (192, 5, 1, 2), (3, 2), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1))
_VGG_WIDTHS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


class Trunk(nn.Module):
    """The convolutions of a network that was taught to name pictures, frozen.

    Attributes:
        features: its layers under the numbers that torchvision's checkpoints give them.
        taps: numbers of the layers whose output is looked at.
    """

    def __init__(self, features: nn.Sequential, taps: tuple[int, ...]) -> None:
        super().__init__()
        self.features, self.taps = features, taps
        for name, values in (("shift", _SHIFT), ("scale", _SCALE)):
            self.register_buffer(name, torch.tensor(values)[:, None, None], persistent=False)

    def forward(self, rgb: Tensor) -> list[Tensor]:
        """Return the maps of (B, C, h, w) at the taps, each vector of length 1, for (B, 3, H, W) of 0..1."""
        seen, x = [], (2 * rgb - 1 - self.get_buffer("shift")) / self.get_buffer("scale")
        for number, layer in enumerate(self.features.children()):
            x = layer(x)
            if number in self.taps:
                seen.append(x / (x.square().sum(1, keepdim=True) + _TINY).sqrt())
        return seen


def alexnet() -> Trunk:
    """Return AlexNet's convolutions (Krizhevsky 2014); pictures of 31 px a side or more."""
    layers: list[nn.Module] = []
    inputs = 3
    for shape in _ALEX:
        if len(shape) == 2:
            layers.append(nn.MaxPool2d(*shape))
            continue
        layers += [nn.Conv2d(inputs, *shape), nn.ReLU()]
        inputs = shape[0]
    return Trunk(nn.Sequential(*layers), (1, 4, 7, 9, 11))


def vgg16() -> Trunk:
    """Return the convolutions of VGG-16 (Simonyan, Zisserman 2015); pictures of 16 px a side or more."""
    layers: list[nn.Module] = []
    taps, inputs = [], 3
    for widths in _VGG_WIDTHS:
        layers += [nn.MaxPool2d(2)] if layers else []
        for width in widths:
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
            inputs = width
        taps.append(len(layers) - 1)
    return Trunk(nn.Sequential(*layers), tuple(taps))


class Lpips(Term):
    """Squared differences of a trunk's features, weighed by channel as people's judgement taught, summed over layers.

    Pixels' weights are shrunk to each layer.
    """

    def __init__(self, trunk: Trunk, channels: list[Tensor]) -> None:
        super().__init__()
        self.trunk = trunk
        for number, weights in enumerate(channels):
            self.register_buffer(f"channels{number}", weights)
        self.requires_grad_(False)

    @classmethod
    def at_hand(cls) -> "Lpips":
        """Read the weights, AlexNet's or else VGG-16's, from where `weight_folders` says.

        Raises:
            SettingError: they are not there or not what their names say.
        """
        trunk_file, channel_file = at_hand(*_CHOICES, origin=_ORIGIN)
        trunk = alexnet() if trunk_file.name.startswith("alex") else vgg16()
        features = {key: value for key, value in read_weight_file(trunk_file).items() if key.startswith("features.")}
        channels = read_weight_file(channel_file)
        try:
            trunk.load_state_dict(features)
            taken = [channels[f"lin{number}.model.1.weight"] for number in range(len(trunk.taps))]
        except (RuntimeError, KeyError) as fault:
            raise SettingError("not the weights that LPIPS needs", trunk_file.parent, "fetch them anew") from fault
        return cls(trunk, taken)

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        total = made.new_zeros(len(made))
        for number, (first, second) in enumerate(zip(self.trunk(made), self.trunk(true), strict=True)):
            # The channel weights are means over channels turned to sums, hence no mean here.
            apart = ((first - second).square() * self.get_buffer(f"channels{number}")).sum(1, keepdim=True)
            total = total + mean_error(apart, weight)
        return total
