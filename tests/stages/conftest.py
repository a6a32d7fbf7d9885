"""Short clips of drawn actors, and faces extracted from them once."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture, face_record, frame_record, source_record
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.render import Shot
from omote.cast.take import take
from omote.core.files import write_bytes
from omote.core.types import Detection, Face, Floats
from omote.imaging.landmarks import five_points
from omote.imaging.pictures import encode_png
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.stages import extract, train
from omote.stages.context import Context
from omote.training.config import LearnConfig

FRAMES = 6
CAST = ((0,), (0, 1), (), (1,))
"""Who is in the frames of the set: nobody in the third, both in the second."""


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A clip of actor A and one of actor B, who play the same: each is the true swap of the other."""
    folder = tmp_path_factory.mktemp("films")
    paths = {}
    for side, seed in (("a", 1), ("b", 2)):
        clip = Clip(f"film-{side}", Actor.from_seed(seed), take(1, FRAMES), 320, 240)
        paths[side] = folder / f"film-{side}.mp4"
        with open_sink(paths[side], clip, settings=EncodeConfig(preset="ultrafast")) as sink:
            for frame in clip.frames():
                sink.write(frame)
    return paths


@pytest.fixture(scope="session")
def extracted(films: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {side: tmp_path_factory.mktemp("faces") / side for side in films}
    for side, film in films.items():
        assert extract.run(extract.ExtractConfig(sources=[film], faces=folders[side]), Context()).faces == FRAMES
    return folders


@pytest.fixture
def faces(extracted: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Face folders of both actors, free to be changed."""
    return {side: Path(shutil.copytree(folder, tmp_path / f"faces-{side}")) for side, folder in extracted.items()}


@pytest.fixture(scope="session")
def learn() -> LearnConfig:
    """Settings of steps that cost little."""
    return LearnConfig.checked({
        "batch_size": 2, "compute": {"precision": "fp32"},
        "watch": {"save_every": 2, "measure_every": 2, "preview_faces": 2, "tensorboard": False},
    })  # fmt: skip


@pytest.fixture(scope="session")
def taught(extracted: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, learn: LearnConfig) -> Path:
    """A model of two iterations of the extracted faces; to be read only."""
    place = tmp_path_factory.mktemp("taught") / "model"
    settings = train.TrainConfig(a=extracted["a"], b=extracted["b"], model=place, iterations=2, learn=learn)
    train.run(settings, Context())
    return place


@pytest.fixture
def model(taught: Path, faces: dict[str, Path], tmp_path: Path) -> Path:
    """The model of two iterations, free to be changed, as if it had learnt from `faces`."""
    copy = Path(shutil.copytree(taught, tmp_path / "model"))
    place = copy / "last" / "state.json"
    state = json.loads(place.read_text())
    place.write_text(json.dumps({**state, "folders": {side: [str(folder)] for side, folder in faces.items()}}))
    return copy


@pytest.fixture(scope="session")
def drawn_set(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Floats]]:
    """A folder with footage (`set`) and its faces as they truly are (`faces`), and each face's mask by the face's id.

    The footage is 4 pictures of 640 by 240 px: two drawn actors side by side in front of grey.
    """
    place, truth = tmp_path_factory.mktemp("set"), {}
    clips = [Clip(f"actor-{seed}", Actor.from_seed(seed), take(seed, len(CAST)), 320, 240) for seed in (1, 2)]
    shots = [{who: clips[who].shot(number) for who in cast} for number, cast in enumerate(CAST)]
    for number, shown in enumerate(shots):
        rgb = np.full((240, 640, 3), 128, np.uint8)
        for who, shot in shown.items():
            rgb[:, 320 * who : 320 * who + 320] = shot.rgb
        write_bytes(place / "set" / f"take_{number + 1:02d}.png", encode_png(rgb))
    source = open_source(place / "set")
    record = source_record(source.facts)
    with Alignments.open(place / "faces" / "set.alignments.db", record) as alignments:
        for frame in source.frames():
            shown = shots[frame.index]
            faces = [_true_face(shot, who) for who, shot in shown.items()]
            at = frame_record(frame)
            found = [face_record(at, n, face, record, {"drawn": "true"}) for n, face in enumerate(faces)]
            for face, (who, shot) in zip(found, shown.items(), strict=True):
                name = f"take_{frame.index + 1:02d}_{face.id.rpartition('-')[2]}.png"
                write_bytes(place / "faces" / name, face_picture(frame.rgb, face, record, 512))
                truth[face.id] = np.zeros((240, 640), np.float32)
                truth[face.id][:, 320 * who : 320 * who + 320] = shot.mask
            alignments.add(at, found, pictured=True)
        alignments.finish()
    return place, truth


def _true_face(shot: Shot, who: int) -> Face:
    marks = shot.landmarks + np.array([320 * who, 0], np.float32)
    box = np.concatenate([marks.min(0), marks.max(0)]).astype(np.float32)
    return Face(Detection(box, 1.0, five_points(marks)), marks, shot.pose, 100.0)


@pytest.fixture
def on_set(drawn_set: tuple[Path, dict[str, Floats]], tmp_path: Path) -> dict[str, Path]:
    """The footage and the faces of the set, free to be changed."""
    names = {"source": "set", "faces": "faces"}
    return {part: Path(shutil.copytree(drawn_set[0] / name, tmp_path / name)) for part, name in names.items()}


@pytest.fixture
def true_masks(drawn_set: tuple[Path, dict[str, Floats]]) -> dict[str, Floats]:
    """The (240, 640) mask of each face of the set, by the face's id."""
    return drawn_set[1]
