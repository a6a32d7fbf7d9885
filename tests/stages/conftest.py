"""Short clips of drawn actors, and faces extracted from them once."""

import shutil
from pathlib import Path

import pytest

from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.stages import extract, train
from omote.stages.context import Context
from omote.training.config import LearnConfig

FRAMES = 6


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A clip of actor A and one of actor B."""
    folder = tmp_path_factory.mktemp("films")
    paths = {}
    for side, seed in (("a", 1), ("b", 2)):
        clip = Clip(f"film-{side}", Actor.from_seed(seed), take(seed, FRAMES), 320, 240)
        paths[side] = folder / f"film-{side}.mp4"
        with open_sink(paths[side], clip, settings=EncodeConfig(preset="ultrafast")) as sink:
            for frame in clip.frames():
                sink.write(frame)
    return paths


@pytest.fixture(scope="session")
def extracted(films: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {side: tmp_path_factory.mktemp("faces") / side for side in films}
    for side, film in films.items():
        assert extract.run(extract.ExtractConfig(source=film, faces=folders[side]), Context()).faces == FRAMES
    return folders


@pytest.fixture
def faces(extracted: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Face folders of both actors, free to be changed."""
    return {side: Path(shutil.copytree(folder, tmp_path / f"faces-{side}")) for side, folder in extracted.items()}


@pytest.fixture
def learn() -> LearnConfig:
    return LearnConfig(batch_size=2, save_every=2)


@pytest.fixture
def model(faces: dict[str, Path], tmp_path: Path, learn: LearnConfig) -> Path:
    """A model of two iterations."""
    config = train.TrainConfig(a=faces["a"], b=faces["b"], model=tmp_path / "model", iterations=2, learn=learn)
    train.run(config, Context())
    return tmp_path / "model"
