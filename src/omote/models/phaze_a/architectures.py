"""The encoders that Phaze-A can have: what each is called, and the size of pictures it was published for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

Architecture = Literal[
    "fs_original",
    "clipv_farl-b-16-16", "clipv_farl-b-16-64", "clipv_vit-b-16", "clipv_vit-b-32", "clipv_vit-l-14",
    "clipv_vit-l-14-336px",
    "convnext_tiny", "convnext_small", "convnext_base", "convnext_large", "convnext_extra_large",
    "densenet121", "densenet169", "densenet201",
    "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_b5",
    "efficientnet_b6", "efficientnet_b7",
    "efficientnet_v2_b0", "efficientnet_v2_b1", "efficientnet_v2_b2", "efficientnet_v2_b3", "efficientnet_v2_s",
    "efficientnet_v2_m", "efficientnet_v2_l",
    "inception_v3", "inception_resnet_v2",
    "mobilenet", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large",
    "nasnet_mobile", "nasnet_large",
    "resnet50", "resnet50_v2", "resnet101", "resnet101_v2", "resnet152", "resnet152_v2",
    "vgg16", "vgg19",
    "xception",
]  # fmt: skip
"""fs_original: plain convolutions of our own; the others are known from elsewhere and have published weights."""


class Sizes(NamedTuple):
    """Sides of pictures in pixels.

    Attributes:
        native: what 100 % of `enc_scaling` is; published weights were trained at it.
        least: below this the encoder's layers would have nothing left to look at.
    """

    native: int = 224
    least: int = 32


_OTHERS: dict[Architecture, Sizes] = {
    "fs_original": Sizes(1024),
    "clipv_vit-l-14-336px": Sizes(336),
    "efficientnet_b1": Sizes(240),
    "efficientnet_b2": Sizes(260),
    "efficientnet_b3": Sizes(300),
    "efficientnet_b4": Sizes(380),
    "efficientnet_b5": Sizes(456),
    "efficientnet_b6": Sizes(528),
    "efficientnet_b7": Sizes(600),
    "efficientnet_v2_b1": Sizes(240),
    "efficientnet_v2_b2": Sizes(260),
    "efficientnet_v2_b3": Sizes(300),
    "efficientnet_v2_s": Sizes(384),
    "efficientnet_v2_m": Sizes(480),
    "efficientnet_v2_l": Sizes(480),
    "inception_v3": Sizes(299, 75),
    "inception_resnet_v2": Sizes(299, 75),
    "nasnet_large": Sizes(331),
    "xception": Sizes(299, 71),
}
SIZES: Mapping[Architecture, Sizes] = MappingProxyType(
    {name: _OTHERS.get(name, Sizes()) for name in get_args(Architecture)}
)


def input_size(architecture: Architecture, scaling: int) -> int:
    """Return the side of the pictures an encoder reads: `scaling` percent of its native one, a multiple of 16."""
    native, least = SIZES[architecture]
    return max(least, native * scaling // (100 * 16) * 16)
