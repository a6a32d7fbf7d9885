"""A face that moves through a film, and what marking needs to know of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Floats, Picture, Region
from omote.imaging.geometry import compose, shifted, transform, warp
from omote.marking.statement import ModelCard
from omote.marking.watermark import Watermark

RATE = 12.5


@dataclass(frozen=True)
class Moment:
    rgb: Picture
    landmarks: Floats
    seconds: float

    def marked(self, watermark: Watermark) -> Picture:
        rgb = self.rgb.copy()
        watermark.put(rgb, Region(0, 0, rgb.shape[1], rgb.shape[0]), self.landmarks, self.seconds)
        return rgb


@pytest.fixture
def film(picture: Picture, landmarks: Floats) -> list[Moment]:
    """Two seconds of a textured face that goes to and fro, with the noise of a camera."""
    rng = np.random.default_rng(1)
    still = picture + 12 * rng.standard_normal((*picture.shape[:2], 1))
    moments = []
    for number in range(25):
        about = np.radians(2 * np.sin(number / 9))
        turned = np.array([[np.cos(about), -np.sin(about), 0], [np.sin(about), np.cos(about), 0]])
        matrix = compose(shifted(120 + 3 * np.sin(number / 5), 110 + number / 8), compose(turned, shifted(-120, -110)))
        seen = warp(still.astype(np.float32), matrix, 240, 220) + 2 * rng.standard_normal(picture.shape)
        moments.append(
            Moment(np.clip(seen.round(), 0, 255).astype(np.uint8), transform(landmarks, matrix), number / RATE)
        )
    return moments


@pytest.fixture
def cards() -> list[ModelCard]:
    return [ModelCard("nano", 1200)]


@pytest.fixture(autouse=True)
def own_config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the user's certificate."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("config") / "omote"
        patch.setenv("OMOTE_CONFIG", str(folder))
        yield folder
