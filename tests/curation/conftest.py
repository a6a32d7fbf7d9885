"""Drawn faces whose truth is known, as face pictures in a folder."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Scene
from omote.core.types import Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.quality import sharpness

Put = Callable[..., Path]


@pytest.fixture(scope="session")
def shots() -> Callable[[int, Scene], Shot]:
    """Draws an actor in a scene, each only once."""
    kept: dict[tuple[int, Scene], Shot] = {}

    def shot(seed: int, scene: Scene) -> Shot:
        if (seed, scene) not in kept:
            kept[seed, scene] = render(Actor.from_seed(seed), scene, 320, 240)
        return kept[seed, scene]

    return shot


@pytest.fixture
def put(tmp_path: Path, shots: Callable[[int, Scene], Shot]) -> Put:
    """Writes the face picture of a drawn actor into `tmp_path / "faces"`, measured as extract measures it."""

    def put(
        name: str, seed: int = 1, scene: Scene | None = None, rgb: Callable[[Picture], Picture] = lambda rgb: rgb,
        source: str = "clip.mp4", index: int | None = None, **known: object,
    ) -> Path:  # fmt: skip
        shot = shots(seed, scene or Scene())
        path = tmp_path / "faces" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        number = len(list((tmp_path / "faces").rglob("*.png"))) if index is None else index
        of = SourceRecord(source, f"{source}-0123456789", 320, 240, 0, "1/25")
        picture = rgb(shot.rgb)
        face = FaceRecord(
            f"{source}-{number:06d}-0",
            FrameRecord(number, number, f"{Path(source).stem}_{number + 1:06d}"),
            np.concatenate([shot.landmarks.min(0), shot.landmarks.max(0)]),
            1.0,
            shot.landmarks,
            shot.pose,
            sharpness(warp(picture, crop_matrix(shot.landmarks, 256, "legacy"), 256, 256)),
            {},
        )
        path.write_bytes(face_picture(picture, replace(face, **known), of, 128))  # type: ignore[arg-type]
        return path

    return put
