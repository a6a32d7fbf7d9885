from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bench.marks import changed, decode, marked
from omote.core.types import Floats, Picture
from omote.media.source import open_source


@pytest.mark.parametrize(
    ("attack", "size", "count"), [("half", (110, 120), 10), ("crop", (208, 228), 10), ("fps15", (220, 240), 6)]
)
def test_films_are_changed_as_is_said(
    attack: str, size: tuple[int, int], count: int, picture: Picture, tmp_path: Path
) -> None:
    times = [Fraction(n, 25) for n in range(10)]
    frames = [np.roll(picture, 3 * n, axis=1) for n in range(10)]
    path = changed(frames, times, attack, tmp_path / "changed.mp4")
    seen = decode(path)
    assert len(seen) == count
    assert seen[0].shape[:2] == size
    source = open_source(path)
    shown = [float(frame.pts * source.facts.time_base) for frame in source.frames()]
    np.testing.assert_allclose(shown, np.arange(count) / (15 if attack == "fps15" else 25), atol=1e-3)


def test_marked_frames_are_new_ones(picture: Picture, landmarks: Floats) -> None:
    before = picture.copy()
    assert (marked(picture, [landmarks], 0.0) != picture).any()
    assert (picture == before).all()
