import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from omote.core.types import Floats, Picture
from omote.evaluation.surface import Surface, head, surface, surface_measures
from omote.imaging.masks import face_mask

SIDE = 420


@pytest.fixture
def marks(landmarks: Floats) -> Floats:
    return landmarks + np.float32(100)


@pytest.fixture
def plate() -> Picture:
    """A grey picture of fine texture."""
    return np.random.default_rng(0).integers(90, 150, (SIDE, SIDE, 3)).astype(np.uint8)


def pasted(plate: Picture, marks: Floats, by: float, soft: float) -> Picture:
    """The plate with its face brighter, with a hard edge or a soft one."""
    mask = face_mask(marks, SIDE, SIDE, "components")
    mask = gaussian_filter(mask, soft) if soft else np.round(mask)
    return np.rint(plate + by * mask[..., None]).astype(np.uint8)


def test_what_is_not_changed_is_perfect_and_no_swap(plate: Picture, marks: Floats) -> None:
    found = surface(plate, plate, marks)
    assert (found.background, found.swapped, found.detail) == (0, False, 1)
    assert math.isnan(found.seam)


def test_a_face_pasted_in_without_blending_has_a_seam(plate: Picture, marks: Floats) -> None:
    hard, soft = (surface(plate, pasted(plate, marks, 24, width), marks) for width in (0, 8))
    assert hard.swapped
    assert soft.swapped
    assert hard.background == soft.background == 0
    assert hard.seam > 5 * soft.seam
    assert hard.seam == pytest.approx(24 / math.sqrt(2 * math.pi), rel=0.2)  # of a step that is blurred by one pixel
    assert surface(plate, pasted(plate, marks, 12, 0), marks).seam == pytest.approx(hard.seam / 2, rel=0.15)


def test_what_the_codec_changes_is_no_swap_and_does_not_hide_one(plate: Picture, marks: Floats) -> None:
    noise = np.random.default_rng(1).integers(-3, 4, plate.shape)
    coded = (plate + noise).astype(np.uint8)
    found = surface(plate, coded, marks)
    assert not found.swapped
    assert found.background == pytest.approx(np.abs(noise).mean(), rel=0.02)
    swapped = surface(plate, (pasted(plate, marks, 24, 0) + noise).astype(np.uint8), marks)
    assert swapped.swapped
    assert swapped.seam == pytest.approx(surface(plate, pasted(plate, marks, 24, 0), marks).seam, rel=0.15)


def test_a_change_behind_the_head_is_background_and_another_face_is_not(plate: Picture, marks: Floats) -> None:
    changed = plate.copy()
    changed[:40, :40] += 20
    region = head(marks).within(SIDE, SIDE)
    elsewhere = SIDE**2 - region.width * region.height
    assert surface(plate, changed, marks).background == pytest.approx(20 * 1600 / elsewhere)
    assert surface(plate, changed, marks, [(marks - (250, 250)) * np.float32(0.5)]).background == 0


def test_detail_falls_when_the_face_is_blurred_and_only_the_face_counts(plate: Picture, marks: Floats) -> None:
    blurred = gaussian_filter(plate, (1, 1, 0))
    inside = face_mask(marks, SIDE, SIDE, "components")[..., None] > 0.5
    face, around = np.where(inside, blurred, plate), np.where(inside, plate, blurred)
    assert surface(plate, face, marks).detail < 0.4
    assert surface(plate, around, marks).detail == pytest.approx(1, abs=0.02)
    sharper = np.clip(2.0 * plate - blurred, 0, 255).astype(np.uint8)
    assert surface(plate, np.where(inside, sharper, plate), marks).detail > 1.4


def test_a_head_that_fills_the_frame_leaves_no_background(plate: Picture, marks: Floats) -> None:
    large = ((marks - SIDE / 2) * 4 + SIDE / 2).astype(np.float32)
    found = surface(plate, pasted(plate, large, 24, 0), large)
    assert math.isnan(found.background)
    assert found.swapped
    gone = surface(plate, plate, marks + np.float32(5000))
    assert (gone.background, gone.swapped) == (0, False)


def test_frames_without_a_figure_are_left_out_of_its_mean() -> None:
    nan = float("nan")
    found = {each.name: each for each in surface_measures([
        Surface(nan, swapped=True, seam=3.0, detail=0.5), Surface(1.0, swapped=False, seam=nan, detail=1.0),
    ])}  # fmt: skip
    assert {name: (each.value, each.n) for name, each in found.items()} == {
        "background difference": (1, 1), "frames swapped": (50, 2), "seam": (3, 1), "sharpness match": (0.75, 2),
    }  # fmt: skip
