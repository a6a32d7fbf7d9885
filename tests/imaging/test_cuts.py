from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Picture
from omote.imaging.cuts import glance, is_cut
from omote.media.source import open_source


def test_light_and_small_motion_are_no_cut_and_another_picture_is(picture: Picture) -> None:
    here = glance(picture)
    darker = (picture * 0.5).astype(np.uint8)
    assert not is_cut(here, glance(darker))
    assert not is_cut(here, glance(np.roll(picture, 6, axis=1)))
    assert is_cut(here, glance(np.ascontiguousarray(picture[::-1, ::-1])))
    grey = np.full_like(picture, 90)
    assert is_cut(here, glance(grey))


@pytest.mark.footage
def test_the_cuts_of_a_real_clip_are_found_and_no_others(footage: Path) -> None:
    """`multi_hamilton_360p.mp4` has three cuts; seen by eye before frames 20, 82 and 211."""
    seen = [glance(frame.rgb) for frame in open_source(footage / "clips" / "multi_hamilton_360p.mp4").frames()]
    assert [index for index in range(1, len(seen)) if is_cut(seen[index - 1], seen[index])] == [20, 82, 211]
