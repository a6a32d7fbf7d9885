"""One face under every choice of colour and mask, to choose by eye."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.types import Picture, Region
from omote.imaging.blending import region_around, unit
from omote.imaging.crops import corners
from omote.imaging.geometry import resize
from omote.imaging.masks import HULLS
from omote.imaging.overlay import colour_of, draw_label
from omote.imaging.pictures import sheet
from omote.swapping.colouring import MATCHES
from omote.swapping.composite import composite
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.swap import Swapped


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What one choice makes of a face.

    Attributes:
        mask: name of the mask, or of several joined by *.
        colour: name of the match of colours.
        picture: (h, w, 3) uint8, the part of the frame around the face.
    """

    mask: str
    colour: str
    picture: Picture


def choices(frame: npt.NDArray[Any], placement: Placement, swapped: Swapped, config: CompositeConfig) -> list[Choice]:
    """Set a face into copies of its part of the frame, under each mask that it has and each match of colours.

    Args:
        frame: (H, W, 3) uint8 or uint16.
        placement: of the face.
        swapped: the face.
        config: all other settings; its own mask is among the choices, too.

    Returns:
        Mask by mask. Empty when the face lies outside the frame.
    """
    region = region_around(corners(placement.matrix, placement.size)).within(frame.shape[1], frame.shape[0])
    if not region.width or not region.height:
        return []
    return [
        Choice(mask, colour, _made(frame, region, placement, swapped, config, {"mask": mask, "colour": colour}))
        for mask in _masks(placement, swapped, config)
        for colour in ("none", *MATCHES)
    ]


def choices_sheet(made: Sequence[Choice], size: int = 240) -> Picture:
    """Lay choices out, a row for each mask and a column for each match of colours, with their names.

    Args:
        made: what `choices` made, at least one.
        size: side of each picture in pixels.
    """
    rows = [list(row) for _, row in groupby(made, key=lambda one: one.mask)]
    captions = [one.colour for one in rows[0]]
    return sheet([[_named(one, size) for one in row] for row in rows], captions, size)


def _masks(placement: Placement, swapped: Swapped, config: CompositeConfig) -> list[str]:
    names = [*HULLS, "crop", *placement.masks]
    if swapped.mask is not None:
        names += ["learned", "extended*learned"]
    chosen = [] if config.mask == "auto" else [config.mask]  # auto is one of those above
    return list(dict.fromkeys([*names, *chosen]))


def _made(
    frame: npt.NDArray[Any], region: Region, placement: Placement, swapped: Swapped, config: CompositeConfig,
    choice: dict[str, str],
) -> Picture:  # fmt: skip
    whole = frame.copy()
    composite(whole, placement, swapped, CompositeConfig.checked({**config.model_dump(), **choice}))
    return np.rint(unit(region.of(whole)) * 255).astype(np.uint8)


def _named(choice: Choice, size: int) -> Picture:
    height, width = choice.picture.shape[:2]
    share = size / max(height, width)
    small = resize(choice.picture, max(1, round(width * share)), max(1, round(height * share)))
    square = np.zeros((size, size, 3), np.uint8)
    square[: small.shape[0], : small.shape[1]] = small
    draw_label(square, choice.mask, (4, size - 6), colour_of(None))
    return square
