"""Which part of a crop the made face replaces. Made in the crop's own square, where a face that moves stands still."""

import numpy as np

from omote.alignments.masking import seen_in
from omote.core.errors import SettingError
from omote.core.types import Floats
from omote.imaging.geometry import resize, transform
from omote.imaging.masks import HULLS, eroded, eroded_sides, face_mask, feathered, thresholded
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement

SIDE = 256
"""Pixels a side of a mask in the crop's square: finer than any edge of a mask is known."""


def matte(placement: Placement, learned: Floats | None, config: CompositeConfig) -> Floats:
    """Return the (256, 256) mask 0..1 of a face in its crop's square, its edge drawn in and softened.

    Where a nearer face lies before it, there is none.

    Args:
        placement: of the face.
        learned: (S, S) mask that the network made, where it makes one.
        config: which masks and what is done to them.

    Raises:
        SettingError: a mask is asked for that this face does not have.
    """
    shape = _named(config.masks[0], placement, learned)
    for name in config.masks[1:]:
        shape = shape * _named(name, placement, learned)
    for points in placement.nearer:
        shape = shape * (1 - face_mask(transform(points, placement.matrix * (SIDE / placement.size)), SIDE, SIDE))
    firm = thresholded(shape, config.threshold / 100)
    sides, share = config.sides, SIDE / 100
    drawn = eroded(firm, config.erode * share)
    drawn = eroded_sides(drawn, sides.top * share, sides.bottom * share, sides.left * share, sides.right * share)
    return feathered(drawn, config.feather * share, config.feather_kind)


def _named(name: str, placement: Placement, learned: Floats | None) -> Floats:
    to_square = placement.matrix * (SIDE / placement.size)
    if name == "auto":
        hull = _named("extended", placement, None)
        return hull if learned is None else hull * _named("learned", placement, learned)
    if name in HULLS:
        return face_mask(transform(placement.landmarks, to_square), SIDE, SIDE, name)
    if name == "crop":
        return np.ones((SIDE, SIDE), np.float32)
    if name == "learned":
        if learned is None:
            raise SettingError("composite.mask has learned, but this face was made without a mask", do="use auto")
        return np.clip(resize(learned, SIDE, SIDE), 0, 1)
    if name not in placement.masks:
        known = ", ".join(sorted({*HULLS, "auto", "crop", "learned", *placement.masks}))
        what = f"composite.mask has {name}, which the face in frame {placement.frame} lacks; it has {known}"
        raise SettingError(what, do=f"run omote masks to make {name} for all faces")
    return seen_in(placement.masks[name], to_square, SIDE, SIDE).astype(np.float32) / np.float32(255)
