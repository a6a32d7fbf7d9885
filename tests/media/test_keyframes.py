from pathlib import Path

import pytest

from omote.core.errors import MediaError
from omote.media.keyframes import keyframes
from omote.media.source import open_source
from tests import foreign_faces


def test_key_frames_are_frames_and_the_first_is_one(tmp_path: Path) -> None:
    path = foreign_faces.film(tmp_path)
    times = [frame.pts for frame in open_source(path).frames()]
    assert times[0] in keyframes(path) < set(times)
    (tmp_path / "a.mp4").write_text("no video")
    with pytest.raises(MediaError):
        keyframes(tmp_path / "a.mp4")
