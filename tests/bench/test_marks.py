from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bench.marks import _share, changed, converted, costs, decode, film
from bench.same import same_model
from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
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


@pytest.mark.slow
def test_faces_are_marked_by_convert_and_else_left(tmp_path: Path) -> None:
    from omote.cast.actor import Actor
    from omote.cast.clip import Clip
    from omote.cast.take import take

    clip, path = Clip("drawn", Actor.from_seed(4), take(8, 26, 25, 0.5, 0.7), 320, 240), tmp_path / "drawn.mp4"
    with open_sink(path, clip, settings=EncodeConfig(preset="ultrafast")) as sink:
        for frame in clip.frames():
            sink.write(frame)
    seen = film(path, "0:26", tmp_path)
    assert sorted(seen.faces) == list(range(26))
    with same_model(tmp_path / "model") as model:
        plain = decode(converted(seen, model, tmp_path / "plain.mkv", mark={"on": False}, encode={"codec": "ffv1"}))
        marked = decode(converted(seen, model, tmp_path / "marked.mkv", encode={"codec": "ffv1"}))
        cost = costs(seen, model, tmp_path)
    x, y = seen.faces[13][0][30].astype(int)
    change = np.abs(marked[13].astype(int) - plain[13])
    assert 0 < change[y - 10 : y + 10, x - 10 : x + 10].mean() < 3
    assert change[:20].max() <= 1
    taken = np.abs(plain[13].astype(int) - decode(path)[13])[y - 10 : y + 10, x - 10 : x + 10]
    assert taken.mean() < 3  # the network gives the face back as it is
    assert 0 < cost["frame"] < cost["inside"] < 0.05


def test_the_share_of_the_marks_that_are_read_back() -> None:
    rows = [{"chance": {"half": chance}} for chance in (1e-9, 1e-3, 1e-7)]
    assert _share(rows, "half") == {"found": 2, "of": 3}
