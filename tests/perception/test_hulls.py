import numpy as np
import pytest

from omote.core.types import FaceMask, Floats, Picture
from omote.imaging.geometry import inverse, warp
from omote.imaging.masks import face_mask
from omote.perception.hulls import Components, Extended


def in_frame(mask: FaceMask) -> Floats:
    soft = (mask.pixels / np.float32(255)).astype(np.float32)
    whole: Floats = warp(soft, inverse(mask.matrix), 240, 220, border=0)
    return whole


@pytest.mark.parametrize(("plugin", "name"), [(Components, "components"), (Extended, "extended")])
def test_a_mask_laid_back_on_the_frame_is_the_one_drawn_there(
    picture: Picture, landmarks: Floats, plugin: type[Components], name: str
) -> None:
    (mask,) = plugin().masks(picture, [landmarks])
    truth = face_mask(landmarks, 240, 220, name)  # type: ignore[arg-type]
    back = in_frame(mask)
    assert np.abs(back - truth).mean() < 0.005
    assert ((back > 0.5) != (truth > 0.5)).sum() < 0.02 * truth.sum()


def test_a_face_that_the_border_cuts_has_a_whole_mask(picture: Picture, landmarks: Floats) -> None:
    (inside,) = Components().masks(picture, [landmarks])
    (outside,) = Components().masks(picture, [landmarks - np.float32(90)])
    assert np.abs(inside.pixels.astype(int) - outside.pixels).max() <= 16
