from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.core.types import Floats
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import transform
from omote.imaging.landmarks import MEAN_FACE, five_points
from omote.training.losses.identity import Identity, chip_matrix
from tests.training.losses.fakes import alike

# Eyes, nose tip and corners of the mouth as ArcFace wants them; its authors count from the centre of a pixel.
PLACES = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
EVERYWHERE = torch.ones(1, 1, 64, 64)


@pytest.fixture
def face() -> Floats:
    """The mean face with a round jaw, turned by 20 degrees and 150 px wide."""
    turn = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.5 + 0.56 * np.cos(turn), 0.25 + 0.95 * np.sin(turn)], 1)
    angle = np.radians(20)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = (np.concatenate([jaw, MEAN_FACE]) * 150) @ rotation + (90, 70)
    return np.asarray(points, np.float32)


class Chips(nn.Module):
    """Answers with the chips it was shown."""

    def forward(self, chips: Tensor) -> Tensor:
        self.seen = chips
        return chips.flatten(1)


@pytest.mark.parametrize("centering", ["legacy", "face", "head"])
@pytest.mark.parametrize("offset", [-11, 0, 10])
def test_the_features_of_a_face_in_a_crop_come_where_the_network_knows_them(
    centering: Literal["legacy", "face", "head"], offset: float, face: Floats
) -> None:
    crop = CropConfig(centering=centering, vertical_offset=offset, coverage=0.85)
    in_crop = crop_matrix(face, 512, centering, crop.coverage, offset) / 512
    in_chip = transform(transform(five_points(face), in_crop), chip_matrix(crop))
    # The mean face is not shaped exactly as ArcFace's five points are.
    assert np.linalg.norm(in_chip - (PLACES + 0.5), axis=1).max() < 3.5
    assert np.linalg.norm((in_chip - PLACES - 0.5).mean(0)) < 0.3


def test_a_chip_shows_the_pixels_that_its_map_names() -> None:
    crop, network = CropConfig(), Chips()
    line = (torch.arange(96) + 0.5) / 96
    faces = torch.stack([line.expand(96, 96), line[:, None].expand(96, 96), torch.zeros(96, 96)])[None]
    Identity(network, crop)(faces, faces, torch.ones(1, 1, 96, 96))
    matrix = chip_matrix(crop)
    for row, column in ((40, 40), (56, 71), (90, 50)):
        x, y, _ = ((network.seen[0, :, row, column] + 1) / 2).tolist()
        back = transform(np.array([[x, y]]), matrix)[0]
        np.testing.assert_allclose(back, (column + 0.5, row + 0.5), atol=0.05)


def test_the_error_is_one_less_the_cosine() -> None:
    class Sums(nn.Module):
        def forward(self, chips: Tensor) -> Tensor:
            return ((chips + 1) / 2).mean((2, 3))

    red, orange = torch.zeros(2, 1, 3, 64, 64)
    red[:, 0], orange[:, :2] = 0.8, 0.8
    error = Identity(Sums(), CropConfig())(orange, red, EVERYWHERE)
    assert error.item() == pytest.approx(1 - np.sqrt(0.5), abs=1e-5)
    assert Identity(Sums(), CropConfig())(orange, red, EVERYWHERE / 2) < error


def test_what_does_not_count_is_taken_from_the_true_face(all_weights: Path) -> None:
    measure = Identity.at_hand(CropConfig())
    made, true = alike(1, 64, 64, seed=10)
    weight = torch.zeros(1, 1, 64, 64)
    weight[:, :, :, :32] = 1
    half = torch.cat([made[..., :32], true[..., 32:]], 3)
    torch.testing.assert_close(measure(made, true, weight), measure(half, true, EVERYWHERE) / 2, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(measure(true, true, weight), torch.zeros(1), atol=1e-6, rtol=0)


def test_large_faces_do_not_alias() -> None:
    network = Chips()
    stripes = (torch.arange(1024) % 2).float().expand(1, 3, 1024, 1024)
    Identity(network, CropConfig())(stripes, stripes, torch.ones(1, 1, 1024, 1024))
    assert network.seen.abs().max() < 0.5


def test_slopes_reach_the_made_face(all_weights: Path) -> None:
    made, true = alike(1, 64, 64, seed=11)
    made.requires_grad_()
    Identity.at_hand(CropConfig())(made, true, EVERYWHERE).sum().backward()
    assert made.grad is not None
    assert made.grad.isfinite().all()
    assert made.grad.abs().max() > 0


def test_without_weights_the_file_is_named(no_weights: Path) -> None:
    with pytest.raises(SettingError, match=r"arcface_resnet\.onnx .omote models pull arcface"):
        Identity.at_hand(CropConfig())
