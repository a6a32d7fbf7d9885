import json
from pathlib import Path

import av
import numpy as np
import pytest

from bench import convert
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink

_FRAMES = 6


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = Clip("a", Actor.from_seed(1), take(1, _FRAMES), 200, 200)
    path = tmp_path_factory.mktemp("convert") / "a.mp4"
    with open_sink(path, drawn, settings=EncodeConfig(preset="ultrafast")) as sink:
        for frame in drawn.frames():
            sink.write(frame)
    return path


@pytest.mark.slow
def test_the_measure_is_one_json_object(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert.main([str(clip), "--frames", "4", "--runs", "1", "--set", "encode.preset=ultrafast"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"fps", "transcode_fps", "ratio", "peak_mib"} <= found.keys()
    assert found["frames"] == 4
    assert found["ratio"] == pytest.approx(found["fps"] / found["transcode_fps"], abs=0.02)
    assert 100 < found["peak_mib"] < 4096


def test_both_sides_code_the_same_frames_in_the_same_way(clip: Path, tmp_path: Path) -> None:
    bench = convert.Bench(clip, None, "nano", 5, ["encode.codec=h265", "encode.pixels=yuv444p"], tmp_path)
    for made in (bench.convert(), bench.transcode()):
        with av.open(str(made)) as film:
            assert film.streams.video[0].codec_context.name == "hevc"
            shapes = [(frame.width, frame.height, frame.format.name) for frame in film.decode(video=0)]
            assert shapes == [(200, 200, "yuv444p")] * 5


def test_the_memory_of_a_process_is_not_that_of_the_one_that_starts_it() -> None:
    ballast = np.ones(2**27, np.uint8)
    assert convert.peak_mib("pass") < ballast.nbytes / 2**20
    assert convert.peak_mib(f"held = bytearray({2**26})") > 64
