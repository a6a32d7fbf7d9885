"""Augmentation of a whole batch on its device: turn, zoom, shift, mirror and bend in one resampling, colours in LAB."""

from typing import NamedTuple

import torch
from kornia.color import lab_to_rgb, rgb_to_lab
from torch import Tensor
from torch.nn import functional

from omote.faceset.config import AugmentConfig

_NODES = 5
_LAB_HALF_RANGE = 128.0


class Batch(NamedTuple):
    """What one training step sees of one person.

    Attributes:
        feed: (B, 3, I, I) RGB 0..1, bent: what the encoder reads.
        target: (B, 3, O, O) RGB 0..1, not bent: what the decoder is to make.
        mask: (B, 1, O, O) 0..1: the face in the target.
    """

    feed: Tensor
    target: Tensor
    mask: Tensor


def augment(
    stored: Tensor, config: AugmentConfig, *, size: int, feed: int, target: int, generator: torch.Generator
) -> Batch:
    """Draw one variation of each face.

    Args:
        stored: (B, 4, S, S) uint8, RGB and mask, with the face's `size` pixels in the middle.
        config: how much of what.
        size: side in stored pixels of what the network sees.
        feed: side the encoder reads.
        target: side the decoder makes.
        generator: source of chance, on the CPU; its state makes a run repeatable on every device.
    """
    count, device = len(stored), stored.device
    faces = stored.float() / 255
    tint = _tint(faces[:, :3], config, generator)
    theta = _affine(count, config, generator, share=size / stored.shape[-1]).to(device)
    bend = torch.randn(count, 2, _NODES, _NODES, generator=generator) * (2 * config.warp / 100)
    bent = functional.interpolate(bend.to(device), (feed, feed), mode="bilinear", align_corners=True)
    feed_face = _sample(tint, _grid(feed, device) + bent, theta)
    straight = _sample(torch.cat([tint, faces[:, 3:]], 1), _grid(target, device).expand(count, -1, -1, -1), theta)
    return Batch(feed_face, straight[:, :3], straight[:, 3:])


def plain(stored: Tensor, *, size: int, feed: int, target: int) -> Batch:
    """Return the faces as they are: what previews and conversion see. Arguments as for `augment`."""
    still = AugmentConfig(rotation=0, zoom=0, shift=0, flip=0, warp=0, lightness=0, colour=0)
    return augment(stored, still, size=size, feed=feed, target=target, generator=torch.Generator())


def _affine(count: int, config: AugmentConfig, generator: torch.Generator, share: float) -> Tensor:
    """Draw (B, 2, 3) maps from what the network sees to the stored face, both running from -1 to 1."""

    def spread(most: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * most

    angle, zoom = torch.deg2rad(spread(config.rotation)), 1 + spread(config.zoom / 100)
    shift = torch.stack([spread(2 * config.shift / 100), spread(2 * config.shift / 100)], 1)
    mirror = torch.where(torch.rand(count, generator=generator) * 100 < config.flip, -1.0, 1.0)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    linear = torch.stack([torch.stack([cos * mirror, -sin], 1), torch.stack([sin * mirror, cos], 1)], 1)
    return torch.cat([linear, shift[..., None]], 2) * share


def _grid(side: int, device: torch.device) -> Tensor:
    """Return (1, 2, side, side): x and y of pixel centres, the picture running from -1 to 1."""
    line = (torch.arange(side, device=device) + 0.5) * (2 / side) - 1
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y])[None]


def _sample(faces: Tensor, at_B2HW: Tensor, theta: Tensor) -> Tensor:
    points = torch.einsum("bij,bjhw->bhwi", theta[:, :, :2], at_B2HW) + theta[:, None, None, :, 2]
    return functional.grid_sample(faces, points, mode="bilinear", padding_mode="border", align_corners=False)


def _tint(rgb: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Lighten towards white or darken towards black, and shift the two colour axes, a face at a time."""
    draw = (torch.rand(len(rgb), 3, 1, 1, generator=generator) * 2 - 1).to(rgb.device)
    if not (config.lightness or config.colour):
        return rgb
    light, lab = draw[:, :1] * (config.lightness / 100), rgb_to_lab(rgb)
    lightness = lab[:, :1] + torch.where(light >= 0, 100 - lab[:, :1], lab[:, :1]) * light
    colour = lab[:, 1:] + draw[:, 1:] * (config.colour / 100 * _LAB_HALF_RANGE)
    tinted: Tensor = lab_to_rgb(torch.cat([lightness, colour], 1))
    return tinted
