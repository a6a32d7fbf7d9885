import math
from typing import Literal

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn

from omote.faceset.batch import Batch
from omote.faceset.config import CropConfig
from omote.models.base import Decoded, Side, SwapNetwork
from omote.training.config import LossConfig
from omote.training.losses.swap import SwapLoss
from omote.training.measure import Measured, measure

LOSS = SwapLoss(LossConfig(), CropConfig())


class Dimmer(SwapNetwork):
    """Makes each person's faces darker by a share of its own."""

    input_size = output_size = 32

    def __init__(self, **share: float) -> None:
        super().__init__()
        self.share = nn.ParameterDict({side: nn.Parameter(torch.tensor(each)) for side, each in share.items()})
        self.modes: list[bool] = []

    def encode(self, face_BCHW: Tensor) -> Tensor:
        self.modes.append(self.training)
        return face_BCHW

    def decode(self, code: Tensor, side: Side) -> Decoded:
        return Decoded(code * self.share[side], None)


def held(seed: int, *counts: int) -> list[Batch]:
    chance = torch.Generator().manual_seed(seed)
    batches = []
    for count in counts:
        faces = torch.rand(count, 3, 32, 32, generator=chance)
        mask = torch.zeros(count, 1, 32, 32)
        mask[:, :, 6:26, 8:24] = 1
        batches.append(Batch(faces, faces, mask, torch.zeros_like(mask), torch.zeros_like(mask)))
    return batches


def slow_ssim(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Wang et al. 2004 of one channel, window by window as SciPy has it."""

    def mean(x: NDArray[np.float64]) -> NDArray[np.float64]:
        blurred: NDArray[np.float64] = gaussian_filter(x, 1.5, mode="mirror", radius=5)
        return blurred

    a, b = mean(first), mean(second)
    variances = mean(first * first) - a * a + mean(second * second) - b * b
    covariance = mean(first * second) - a * b
    light = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4)
    return light * (2 * covariance + 9e-4) / (variances + 9e-4)


def test_it_is_the_mean_over_all_faces_of_ssim_inside_the_mask() -> None:
    faces = held(1, 3, 2)
    found = measure(Dimmer(a=0.5, b=0.9), LOSS, {"a": faces, "b": faces})
    assert found is not None
    for share, got in ((0.5, found.ssim_a), (0.9, found.ssim_b)):
        alike = [
            slow_ssim(share * channel, channel)[6:26, 8:24].mean()
            for each in faces
            for face in each.target.double().numpy()
            for channel in face
        ]
        assert got == pytest.approx(np.mean(alike), abs=1e-5)


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_loss_is_that_of_training_and_a_mean_over_faces_not_batches(side: Literal["a", "b"]) -> None:
    faces = held(2, 3, 1)
    network = Dimmer(a=0.5, b=0.9)
    found = measure(network, LOSS, {"a": faces, "b": faces})
    one_by_one = [
        LOSS(network(Batch(*(part[n : n + 1] for part in each)).feed, side), Batch(*(part[n : n + 1] for part in each)))
        for each in faces
        for n in range(len(each.feed))
    ]
    assert found is not None
    expected = float(torch.stack([each.sum() for each in one_by_one]).mean().detach())
    assert {"a": found.loss_a, "b": found.loss_b}[side] == pytest.approx(expected, rel=1e-5)


def test_faces_that_are_made_as_they_are_have_no_loss_and_an_ssim_of_one() -> None:
    found = measure(Dimmer(a=1.0, b=1.0), LOSS, {"a": held(1, 2), "b": held(2, 2)})
    assert found == pytest.approx((0, 0, 1, 1), abs=1e-6)


def test_what_lies_outside_the_mask_is_not_in_the_ssim() -> None:
    (face,) = held(1, 2)
    far = face.target.clone()
    far[..., 31:] = 0  # further from the mask than the window is wide
    with_far = face._replace(target=far)
    found = [measure(Dimmer(a=1.0, b=1.0), LOSS, {"a": [each], "b": [each]}) for each in (face, with_far)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].ssim_a == pytest.approx(found[1].ssim_a)
    assert found[0].loss_a < found[1].loss_a


def test_without_faces_to_measure_there_is_no_measure() -> None:
    assert measure(Dimmer(a=1.0, b=1.0), LOSS, {"a": held(1, 2), "b": []}) is None


def test_what_is_not_finite_is_no_measure() -> None:
    assert measure(Dimmer(a=1.0, b=math.nan), LOSS, {"a": held(1, 2), "b": held(2, 2)}) is None


def test_it_is_measured_in_use_mode_and_then_goes_on_training_with_no_gradients_left() -> None:
    network = Dimmer(a=0.5, b=0.5)
    measure(network, LOSS, {"a": held(1, 2), "b": held(2, 2)})
    assert network.modes == [False, False]
    assert network.training
    assert all(each.grad is None for each in network.parameters())


def test_the_lower_the_sum_of_losses_the_better() -> None:
    assert Measured(0.25, 0.5, 0.9, 0.9).loss == 0.75
