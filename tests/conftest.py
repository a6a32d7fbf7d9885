"""What many tests need: where the real footage is, and faces that cost nothing to draw."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import dlib
import numpy as np
import pytest

from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.core.types import Floats, Picture, Pose
from omote.imaging.landmarks import MEAN_FACE


@pytest.fixture(scope="session", autouse=True)
def weights_read_once() -> Iterator[None]:
    """dlib takes most of a second to read its files, and many tests look for faces."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("shape_predictor", "face_recognition_model_v1"):
            patch.setattr(dlib, name, lru_cache(getattr(dlib, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the user's runs have kept, or signs with the user's certificate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMOTE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("OMOTE_CONFIG", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(scope="session")
def footage() -> Path:
    folder = Path(os.environ.get("OMOTE_FOOTAGE", Path(__file__).parents[2] / "shared" / "data" / "dev"))
    if not folder.is_dir():
        pytest.skip(f"no real footage at {folder} (OMOTE_FOOTAGE)")
    return folder


@pytest.fixture
def landmarks() -> Floats:
    """The mean face with a round jaw, 100 px wide, its unit square's corner at (60, 50)."""
    turn = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.5 + 0.56 * np.cos(turn), 0.25 + 0.95 * np.sin(turn)], 1)
    return (np.concatenate([jaw, MEAN_FACE]) * 100 + (60, 50)).astype(np.float32)


@pytest.fixture
def picture() -> Picture:
    """A smooth colourful picture, 240 by 220 px, in which every place looks different."""
    y, x = np.mgrid[0:220, 0:240].astype(np.float64)
    rgb = np.stack([x, y, 127 + 60 * np.sin(x / 9) * np.cos(y / 11)], 2)
    whole: Picture = np.clip(rgb, 0, 255).astype(np.uint8)
    return whole


@pytest.fixture
def source() -> SourceRecord:
    return SourceRecord("clip.mp4", "0123456789abcdef", 240, 220, 3, "1/25")


@pytest.fixture
def face(landmarks: Floats) -> FaceRecord:
    box = np.array([60, 50, 160, 160], np.float32)
    pose = Pose(3.5, -2.25, 0.5)
    return FaceRecord("0123-000001-0", FrameRecord(1, 40, "clip_000002"), box, 0.875, landmarks, pose, 12.5, {"d": "x"})


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("uniface", reason="the extra omote[models] is not installed")
    pytest.importorskip("onnx", reason="onnx is not installed, which makes the tiny networks")
    from tests import tiny_networks

    folder = tmp_path_factory.mktemp("weights")
    tiny_networks.put(folder)
    return folder


@pytest.fixture
def tiny_weights(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights in which each plugin of uniface finds a tiny network, taken for the right one."""
    from tests import tiny_networks

    tiny_networks.use(tiny_folder, monkeypatch)
    return tiny_folder
