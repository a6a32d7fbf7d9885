from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
import torch
from torch import Tensor

from omote.core.errors import SettingError
from omote.faceset.batch import Batch
from omote.faceset.config import CropConfig
from omote.models.base import Decoded
from omote.training.config import LossConfig, LossName
from omote.training.losses.structure import ssim
from omote.training.losses.swap import SwapLoss, term
from tests.training.losses.fakes import alike

NAMES: tuple[LossName, ...] = get_args(LossName)
CROP = CropConfig()


def batch(target: Tensor, mask: Tensor | None = None, eyes: Tensor | None = None, mouth: Tensor | None = None) -> Batch:
    nowhere = torch.zeros_like(target[:, :1])
    areas = (torch.ones_like(nowhere) if mask is None else mask, eyes, mouth)
    return Batch(target, target, *(nowhere if area is None else area for area in areas))


def areas(like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The left half is the face; above in it are the eyes, and right of them, overlapping in part, the mouth."""
    mask, eyes, mouth = torch.zeros(3, len(like), 1, *like.shape[-2:])
    mask[..., :16], eyes[..., :8, :8], mouth[..., :8, 4:12] = 1, 1, 1
    return mask, eyes, mouth


@pytest.mark.parametrize(
    ("column", "weight"),
    [(0, 3), (5, 6), (10, 2), (14, 1), (30, 0.25)],
    ids=["eyes", "both", "mouth", "face", "outside"],
)
def test_a_pixel_counts_as_its_areas_say(column: int, weight: float) -> None:
    target = torch.full((1, 3, 32, 32), 0.5)
    made = target.clone()
    made[:, :, 3, column] += 0.1
    config = LossConfig.of({"mse": 2.0}, outside=0.25, eyes=3, mouth=2)
    parts = SwapLoss(config, CROP)(Decoded(made, None), batch(target, *areas(target)))
    assert parts[0].item() == pytest.approx(2 * weight * 0.01 / 32**2, rel=1e-4)


def test_by_area_divides_by_each_pictures_mean_weight() -> None:
    made, target = alike(2, 32, 32, seed=12)
    mask = torch.zeros(2, 1, 32, 32)
    mask[0, :, :16], mask[1, :, :, :4] = 1, 1
    config = LossConfig.of({"mae": 1.0}, outside=0, by_area=True)
    loss = SwapLoss(config, CROP)(Decoded(made, None), batch(target, mask))[0]
    apart = (made - target).abs()
    torch.testing.assert_close(loss, (apart[0, :, :16].mean() + apart[1, :, :, :4].mean()) / 2)


def test_parts_are_named_weighted_and_sum_to_the_loss() -> None:
    made, target = alike(2, 32, 32, seed=13)
    config = LossConfig.of({"mse": 0.5, "ssim": 2.0, "gmsd": 0.0}, outside=1, eyes=1, mouth=1)
    loss = SwapLoss(config, CROP)
    assert loss.names == ("ssim", "mse", "mask")
    parts = loss(Decoded(made, None), batch(target))
    true = torch.stack([2 * (1 - ssim(made, target)).mean(), 0.5 * (made - target).square().mean(), torch.tensor(0.0)])
    torch.testing.assert_close(parts, true)


@pytest.mark.parametrize(("by", "error"), [("mse", 0.0625), ("mae", 0.25)])
def test_the_learnt_mask_is_compared_with_the_true_one(by: str, error: float) -> None:
    target = torch.rand(1, 3, 16, 16)
    config = LossConfig.of({"mse": 1.0}, learned_mask=2, learned_mask_by=by)
    parts = SwapLoss(config, CROP)(Decoded(target, torch.full((1, 1, 16, 16), 0.75)), batch(target))
    torch.testing.assert_close(parts, torch.tensor([0, 2 * error]))


def test_faces_of_low_precision_are_compared_in_float32() -> None:
    made, target = alike(2, 64, 64, seed=14)
    config = LossConfig.of({"ssim": 1.0, "ms_ssim": 1.0, "gmsd": 1.0, "flip": 1.0})
    loss, true = SwapLoss(config, CROP), batch(target, *areas(target))
    with torch.autocast("cpu", torch.bfloat16):
        parts = loss(Decoded(made.bfloat16(), None), Batch(*(part.bfloat16() for part in true)))
    whole = loss(Decoded(made.bfloat16().float(), None), Batch(*(part.bfloat16().float() for part in true)))
    assert parts.dtype == torch.float32
    assert torch.equal(parts, whole)


def test_pictures_in_channels_last_are_compared_likewise() -> None:
    made, target = alike(2, 64, 64, seed=15)
    loss = SwapLoss(LossConfig.of({"ssim": 1.0, "laplacian": 1.0, "flip": 1.0}), CROP)
    other = loss(Decoded(made.to(memory_format=torch.channels_last), None), batch(target))
    assert torch.equal(other, loss(Decoded(made, None), batch(target)))


def pairs(side: int) -> dict[str, tuple[Tensor, Tensor]]:
    made, true = alike(2, side, side, seed=side)
    black, white = torch.zeros_like(true), torch.ones_like(true)
    return {
        "alike": (made, true), "equal": (true, true), "opposite": (1 - true, true), "black": (black, black),
        "white": (white, white), "black for white": (black, white), "white for a face": (white, true),
    }  # fmt: skip


@pytest.mark.parametrize("side", [64, 96, 57])
@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_finite_whatever_is_compared(name: LossName, side: int, all_weights: Path) -> None:
    config = LossConfig.of({name: 1.0}, outside=0, by_area=True)
    loss = SwapLoss(config, CROP)
    nowhere = torch.zeros(2, 1, side, side)
    for what, (made, target) in pairs(side).items():
        for mask in (nowhere, torch.ones(2, 1, side, side), torch.rand(2, 1, side, side)):
            face = made.clone().requires_grad_()
            error = loss(Decoded(face, None), batch(target, mask, mask, nowhere)).sum()
            (slope,) = torch.autograd.grad(error, face)
            assert error.isfinite(), what
            assert slope.isfinite().all(), what
            assert error >= -1e-6, what
            assert error.abs() < 1e-6 or what not in ("equal", "black", "white"), what


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_falls_as_the_made_face_nears_the_true_one(name: LossName, all_weights: Path) -> None:
    made, target = alike(2, 64, 64, seed=16)
    measure, weight = term(name, CROP), torch.ones(2, 1, 64, 64)
    errors = [measure(target + share * (made - target), target, weight).mean() for share in (1, 0.5, 0.25, 0)]
    assert all(one > other for one, other in pairwise(errors))
    face = made.clone().requires_grad_()
    (slope,) = torch.autograd.grad(measure(face, target, weight).mean(), face)
    assert measure((face - 1e-3 * slope / slope.abs().max()).detach(), target, weight).mean() < errors[0]


@pytest.mark.parametrize("name", NAMES)
def test_weights_scale_every_measure(name: LossName, all_weights: Path) -> None:
    made, target = alike(2, 64, 64, seed=17)
    measure, weight = term(name, CROP), torch.ones(2, 1, 64, 64)
    whole, more = (measure(made, target, times * weight) for times in (1, 3))
    torch.testing.assert_close(more, 3 * whole)
    assert not measure(made, target, 0 * weight).any()


@pytest.mark.parametrize("first", range(0, len(NAMES), 4))
def test_a_loss_is_one_graph_so_that_nothing_in_it_waits_for_the_device(first: int, all_weights: Path) -> None:
    made, target = alike(2, 64, 64, seed=18)
    loss = SwapLoss(LossConfig.of(dict.fromkeys(NAMES[first : first + 4], 1.0)), CROP)
    true = batch(target, *areas(target))
    whole = torch.compile(loss, backend="eager", fullgraph=True)(Decoded(made, None), true)
    torch.testing.assert_close(whole, loss(Decoded(made, None), true))


def test_two_steps_agree_to_the_bit() -> None:
    made, target = alike(4, 64, 64, seed=19)
    made.requires_grad_()
    loss = SwapLoss(LossConfig.of({"ssim": 1.0, "laplacian": 1.0, "frequency": 1.0, "flip": 1.0}), CROP)
    slopes = [torch.autograd.grad(loss(Decoded(made, None), batch(target)).sum(), made)[0] for _ in range(2)]
    assert torch.equal(*slopes)


@pytest.mark.parametrize("name", ["lpips", "identity"])
def test_a_measure_whose_weights_are_not_at_hand_is_refused_at_once(name: LossName, no_weights: Path) -> None:
    with pytest.raises(SettingError, match="not at hand"):
        SwapLoss(LossConfig.of({"mse": 1.0, name: 0.1}), CROP)


def test_smaller_faces_count_beside_the_target_at_their_size() -> None:
    target = torch.rand(2, 3, 32, 32)
    small = torch.nn.functional.avg_pool2d(target, 2)
    loss = SwapLoss(LossConfig.of({"mse": 1.0}, outside=1, eyes=1, mouth=1), CROP)
    assert loss(Decoded(target, None, (small,)), batch(target)).sum().item() == pytest.approx(0, abs=1e-10)
    off = loss(Decoded(target + 0.1, None, (small + 0.2,)), batch(target)).sum().item()
    assert off == pytest.approx(0.1**2 + 0.2**2, rel=1e-4)
