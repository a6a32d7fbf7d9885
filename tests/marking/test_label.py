import numpy as np

from omote.core.types import Picture
from omote.marking.label import draw_note


def test_the_note_is_white_on_black_in_the_lower_left_corner() -> None:
    grey = np.full((720, 1280, 3), 90, np.uint8)
    before = grey.copy()
    region = draw_note(grey)
    part = region.of(grey)
    assert region.left < 40 and region.bottom > 690 and region.right < 400 and region.top > 640
    assert part.max() > 250 and part.min() < 5
    region.of(before)[...] = part
    assert (before == grey).all()


def test_deep_frames_have_the_same_note(picture: Picture) -> None:
    shallow, deep = picture.copy(), picture.astype(np.uint16) * 257
    assert draw_note(shallow) == draw_note(deep)
    assert np.abs(deep / 257 - shallow).max() <= 0.51
