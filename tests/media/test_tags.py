from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.media.tags import container_tags


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_tags_are_those_that_were_written(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"film{suffix}"
    with av.open(str(path), "w") as output:
        output.metadata["comment"] = "as told"
        stream = output.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    tags = {name.lower(): text for name, text in container_tags(path).items()}
    assert tags["comment"] == "as told"


def test_a_file_that_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("rubbish")
    with pytest.raises(MediaError):
        container_tags(tmp_path / "a.mp4")
