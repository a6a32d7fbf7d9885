from dataclasses import replace

import numpy as np

from omote.alignments.mask import MaskRecord
from omote.core.types import Picture
from omote.imaging.blending import region_around
from omote.imaging.crops import corners
from omote.swapping.choices import choices, choices_sheet
from omote.swapping.composite import composite
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.swap import Swapped

COLOURS = ["none", "mean", "lab", "mkl", "histogram", "seamless"]


def face(learned: bool) -> Swapped:
    made = np.random.default_rng(0).uniform(0.2, 0.5, (32, 32, 3)).astype(np.float32)
    return Swapped(made, np.ones((32, 32), np.float32) if learned else None)


def test_every_mask_that_the_face_has_meets_every_match_of_colours(picture: Picture, place: Placement) -> None:
    stored = replace(
        place, masks={"drawn": MaskRecord.pack(np.full((32, 32), 255, np.uint8), place.matrix / 2, "face")}
    )
    config = CompositeConfig(mask="components*learned", erode=3)
    made = choices(picture, stored, face(True), config)
    masks = ["components", "extended", "crop", "drawn", "learned", "extended*learned", "components*learned"]
    assert [(one.mask, one.colour) for one in made] == [(mask, colour) for mask in masks for colour in COLOURS]
    few = choices(picture, place, face(False), CompositeConfig())
    assert {one.mask for one in few} == {"components", "extended", "crop"}


def test_each_picture_is_what_convert_makes_of_that_choice(picture: Picture, place: Placement) -> None:
    before = picture.copy()
    made = choices(picture, place, face(False), CompositeConfig(erode=3))
    region = region_around(corners(place.matrix, place.size)).within(240, 220)
    for one in made[::4]:
        whole = picture.copy()
        config = CompositeConfig.checked({"erode": 3, "mask": one.mask, "colour": one.colour})
        composite(whole, place, face(False), config)
        assert np.array_equal(one.picture, region.of(whole))
    assert np.array_equal(picture, before)
    deep = choices(picture.astype(np.uint16) * 257, place, face(False), CompositeConfig(erode=3))
    assert all(np.abs(one.picture.astype(int) - two.picture).mean() < 0.5 for one, two in zip(made, deep, strict=True))


def test_the_sheet_has_a_row_for_each_mask_and_a_column_for_each_colour(picture: Picture, place: Placement) -> None:
    made = choices(picture, place, face(False), CompositeConfig())
    page = choices_sheet(made, 80)
    assert page.shape == (18 + 3 * 80, 6 * 80, 3)
    assert len({page[18 + 80 * row : 98 + 80 * row, 80 * column : 80 * column + 80].tobytes()
                for row in range(3) for column in range(6)}) == 18  # fmt: skip
    far = replace(place, matrix=place.matrix + np.array([[0, 0, 1e4], [0, 0, 0]]))
    assert choices(picture, far, face(False), CompositeConfig()) == []
