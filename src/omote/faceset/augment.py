"""Augmentation of a whole batch on its device: colours, then place, then what only the encoder's copy suffers.

Everything is a function of the faces and of what `chance.draw` drew. What a setting turns off costs nothing; that is
decided by the settings alone, so that nothing here ever waits for the device. Call it outside of autocast.
"""

import torch
from torch import Tensor

from omote.faceset.batch import Batch, Sizes, Stored
from omote.faceset.bending import bent, led
from omote.faceset.chance import Draws
from omote.faceset.colour import lab_of, rgb_of, tinted
from omote.faceset.config import AugmentConfig
from omote.faceset.contrast import equalised
from omote.faceset.degrade import softened, squeezed
from omote.faceset.occlusion import occluded
from omote.faceset.placing import lattice, placed, sample


def augment(stored: Stored, draws: Draws, config: AugmentConfig, sizes: Sizes) -> Batch:
    """Return one variation of each face.

    Args:
        stored: B faces.
        draws: for those B faces, on their device.
        config: the settings that the draws were made with.
        sizes: of what is seen, read and made.
    """
    share = sizes.seen / stored.faces.shape[-1]
    rgb = _coloured(stored.faces[:, :3], draws, config)
    straight = placed(lattice(2, rgb.device), draws.place, share)
    target = sample(torch.cat([rgb, stored.faces[:, 3:] / 255], 1), straight, sizes.target, sizes.seen)
    feed = sample(rgb, _bent(stored, draws, config, share, straight), sizes.feed, sizes.seen)
    return Batch(_degraded(feed, draws, config), *_parts(target))


def plain(stored: Stored, sizes: Sizes) -> Batch:
    """Return the faces as they are: what previews, held-out measures and conversion see."""
    faces = stored.faces / 255
    middle = (lattice(2, faces.device) * (sizes.seen / faces.shape[-1])).expand(len(faces), -1, -1, -1)
    feed = sample(faces[:, :3], middle, sizes.feed, sizes.seen)
    return Batch(feed, *_parts(sample(faces, middle, sizes.target, sizes.seen)))


def _parts(target: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return target[:, :3], target[:, 3:4], target[:, 4:5], target[:, 5:6]


def _coloured(rgb: Tensor, draws: Draws, config: AugmentConfig) -> Tensor:
    """Return (B, 3, S, S) 0..1 from uint8."""
    tint = config.lightness > 0 or config.colour > 0
    if not (tint or config.clahe > 0):
        return rgb / 255
    lab = lab_of(rgb)
    if tint:
        lab = tinted(lab, draws.tint)
    if config.clahe > 0:
        lightness = equalised(lab[:, 0], draws.contrast, config.clahe_grid)
        lab = torch.cat([lightness[:, None], lab[:, 1:]], 1)
    return rgb_of(lab)


def _bent(stored: Stored, draws: Draws, config: AugmentConfig, share: float, straight: Tensor) -> Tensor:
    """Return the map from what is read to the stored face."""
    if config.warp_to_landmarks:
        half = stored.faces.shape[-1] / 2
        return led(draws.bend, draws.place, share, stored.landmarks / half - 1, stored.towards / half - 1)
    return bent(draws.bend, draws.place, share) if config.warp > 0 else straight


def _degraded(feed: Tensor, draws: Draws, config: AugmentConfig) -> Tensor:
    """What stands before a face is photographed with it, so that blur and compression come after."""
    if config.occlude > 0:
        feed = occluded(feed, draws.occluder)
    if config.blur > 0 or config.downscale > 0:
        feed = softened(feed, draws.wear)
    return squeezed(feed, draws.wear) if config.jpeg > 0 else feed
