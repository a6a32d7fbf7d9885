"""A made face into its frame. Only the face's region is read, computed and written."""

import numpy as np

from omote.core.types import Floats, Picture, Region
from omote.imaging.blending import blend, region_around
from omote.imaging.colour import match_mean_and_spread
from omote.imaging.crops import corners
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, warp
from omote.imaging.masks import eroded, face_mask, feathered
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.swap import Swapped


def composite(frame: Picture, placement: Placement, swapped: Swapped, config: CompositeConfig) -> Region:
    """Set a face into a frame, in place.

    Args:
        frame: (H, W, 3), changed inside the returned region only.
        placement: where the face goes.
        swapped: the face; its size may differ from the crop's.
        config: colour and mask.

    Returns:
        The region that may have changed; empty when the face lies outside the frame.

    Raises:
        ValueError: a learnt mask is asked for and the face has none.
    """
    whole = region_around(corners(placement.matrix, placement.size))
    region = whole.within(frame.shape[1], frame.shape[0])
    if region.width == 0 or region.height == 0:
        return region
    # The mask is made for all of the crop and then cut: a face that leaves the frame does not fade at its edge.
    mask = region.seen_from(whole).of(_mask(placement, swapped, whole, config))
    to_region = _to_region(placement, swapped, region)
    face = np.clip(warp(swapped.face, to_region, region.width, region.height), 0, 1)
    plate = region.of(frame)
    if config.colour == "lab":
        face = match_mean_and_spread(face, (plate / np.float32(255)).astype(np.float32), mask)
    plate[...] = blend(plate, face, mask)
    return region


def _to_region(placement: Placement, swapped: Swapped, region: Region) -> Matrix:
    """Return the map from the made face's pixels to the region's."""
    share = placement.size / swapped.face.shape[0]
    to_crop = np.diag([share, share, 1.0])[:2]
    to_frame = compose(inverse(placement.matrix), to_crop)
    return compose(shifted(-region.left, -region.top), to_frame)


def _mask(placement: Placement, swapped: Swapped, region: Region, config: CompositeConfig) -> Floats:
    to_region = _to_region(placement, swapped, region)
    side = placement.size / scale_of(placement.matrix)
    if config.mask == "learned":
        if swapped.mask is None:
            raise ValueError("this face was made without a mask")
        shape = np.clip(warp(swapped.mask, to_region, region.width, region.height, border=0), 0, 1)
    else:
        here = placement.landmarks - np.array([region.left, region.top], np.float32)
        shape = face_mask(here, region.width, region.height, config.mask)
    # What the network did not see it cannot make: the mask ends with the crop.
    seen = warp(_box(swapped.face.shape[0]), to_region, region.width, region.height, border=0)
    inside = np.minimum(shape, np.clip(seen, 0, 1)).astype(np.float32)
    return feathered(eroded(inside, config.erode / 100 * side), config.feather / 100 * side)


def _box(side: int) -> Floats:
    box = np.zeros((side, side), np.float32)
    box[1:-1, 1:-1] = 1
    return box
