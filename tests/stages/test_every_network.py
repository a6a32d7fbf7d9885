"""The whole line with every network that is registered: two actors are found in footage, learnt, and one swapped.

Both play the same scene, so that the true swap is known: after 50 iterations B's face must be nearest to it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from omote.alignments.store import Alignments
from omote.core.types import Floats
from omote.imaging.blending import region_around
from omote.imaging.crops import corners, crop_matrix
from omote.imaging.masks import face_mask
from omote.media.source import open_source
from omote.models.base import Side
from omote.runtime.model_folder import read_state
from omote.stages import convert, train
from omote.stages.context import Context
from omote.swapping.config import CompositeConfig
from omote.training.config import LearnConfig
from tests.models import networks
from tests.stages.conftest import FRAMES

Pixels = npt.NDArray[np.bool_]

every_network = pytest.mark.parametrize("name", networks.NAMES)
ITERATIONS = 50
PLAIN: Mapping[str, Any] = {
    "batch_size": 1, "data": {"held_out": 0}, "compute": {"precision": "fp32"},
    "watch": {"save_every": 1000, "measure_every": ITERATIONS // 5, "preview_faces": 2, "tensorboard": False},
    "augment": dict.fromkeys(("rotation", "zoom", "shift", "flip", "warp", "lightness", "colour", "clahe"), 0),
}  # fmt: skip
"""Faces as they are, without what is done to them in training: 50 iterations suffice to know them."""
STEADY: Mapping[str, Mapping[str, Any]] = {"phaze-a": {"enable_gblock": False, "dec_gaussian": False}}
"""Settings without the noise through which a network learns for long."""
PLAINLY: Mapping[str, Mapping[str, Any]] = {**STEADY, "dlight": {"details": "fast"}}
"""The same for light networks; without norms, too, whose statistics move by a hundredth a step."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that goes at once: some models take gigabytes."""
    with TemporaryDirectory(dir=tmp_path) as folder:
        yield Path(folder)


@every_network
def test_a_light_one_swaps(name: str, films: dict[str, Path], extracted: dict[str, Path], place: Path) -> None:
    with networks.lightly_built(name):
        options = {**networks.LIGHT.get(name, {}), **PLAINLY.get(name, {})}
        learn = {"network": name, "options": options, "optimizer": {"learning_rate": 3e-3}}
        assert_swaps(learn, films, extracted, place)


@pytest.mark.line
@pytest.mark.slow
@every_network
def test_one_of_full_width_swaps(name: str, films: dict[str, Path], extracted: dict[str, Path], place: Path) -> None:
    assert_swaps({"network": name, "options": dict(STEADY.get(name, {}))}, films, extracted, place)


def assert_swaps(learn: Mapping[str, Any], films: dict[str, Path], faces: dict[str, Path], place: Path) -> None:
    """Learn, convert A's film to either person, and compare with both films."""
    model = place / "model"
    losses = learnt(learn, faces, model)
    assert (losses[-1] < 0.95 * losses[0]).all()
    as_a, as_b = (converted(films["a"], model, place / side, side) for side in networks.SIDES)
    plate, truth = (pictures(films[side]) for side in networks.SIDES)
    near, inside = where_faces_are(faces["a"] / "film-a.alignments.db", plate.shape)
    for made in (as_a, as_b):
        assert np.array_equal(made[~near], plate[~near])

    def distance(one: Floats, other: Floats) -> float:
        return float(np.abs(one - other)[inside].mean())

    assert distance(as_b, plate) > distance(as_a, plate)
    assert distance(as_b, truth) < distance(as_a, truth)
    assert distance(as_b, truth) < distance(plate, truth)


def learnt(learn: Mapping[str, Any], faces: dict[str, Path], model: Path) -> Floats:
    """Train; return the mean losses of A and B in each fifth of the run, (5, 2)."""
    settings = train.TrainConfig(
        a=faces["a"], b=faces["b"], model=model, iterations=ITERATIONS, device="cpu",
        learn=LearnConfig.checked({**PLAIN, **learn}),
    )  # fmt: skip
    report = train.run(settings, Context())
    assert (report.network, report.iterations, report.skipped_steps) == (learn["network"], ITERATIONS, 0)
    return np.array([row[2:4] for row in read_state(model)["history"]], np.float32)


def converted(film: Path, model: Path, output: Path, person: Side) -> Floats:
    config = convert.ConvertConfig(
        source=film, model=model, output=output, person=person, device="cpu",
        composite=CompositeConfig(colour="none"),  # else both would have the plate's colours
    )  # fmt: skip
    report = convert.run(config, Context())
    assert report.frames == report.frames_swapped == FRAMES
    return pictures(output)


def pictures(film: Path) -> Floats:
    """Return all frames, (N, H, W, 3)."""
    return np.stack([frame.rgb.astype(np.float32) for frame in open_source(film).frames()])


def where_faces_are(alignments: Path, shape: tuple[int, ...]) -> tuple[Pixels, Pixels]:
    """Return which pixels may change and which are surely of the face, both (N, H, W)."""
    count, height, width, _ = shape
    near, inside = np.zeros((2, count, height, width), bool)
    with Alignments.open(alignments) as kept:
        for index, face in enumerate(kept.faces()):
            square = corners(crop_matrix(face.landmarks, 64, "face", 0.85, -11), 64)
            region_around(square).within(width, height).of(near[index])[...] = True
            inside[index] = face_mask(face.landmarks, width, height, "components") > 0.99
    return near, inside
