from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from omote.media.noted import noted


def test_what_is_noted_has_ffmpegs_name_and_bytes(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("a.mp4", [np.zeros((48, 64, 3), np.uint8)], rotation=(180, False, False))
    with av.open(str(clip)) as container:
        frame = next(container.decode(video=0))
    matrix = np.frombuffer(noted(frame)["DISPLAYMATRIX"], np.int32).reshape(3, 3)
    assert matrix.tolist() == [[-65536, 0, 0], [0, -65536, 0], [0, 0, 1 << 30]]


def test_a_frame_about_which_nothing_is_noted() -> None:
    assert noted(av.VideoFrame(16, 16, "yuv420p")) == {}
