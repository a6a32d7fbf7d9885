import numpy as np
import pytest
import torch

from omote.core.types import Picture
from omote.models.base import SwapNetwork
from omote.models.registry import build
from omote.runtime.precision import pick_precision
from omote.swapping.swap import swap_faces

Pictures = list[Picture]


@pytest.fixture(scope="module")
def network() -> SwapNetwork:
    torch.manual_seed(0)
    return build("nano", {"learn_mask": True}).eval()


@pytest.fixture(scope="module")
def crops() -> Pictures:
    return list(np.random.default_rng(0).integers(0, 255, (5, 64, 64, 3), np.uint8))


def test_batches_do_not_matter_and_order_is_kept(network: SwapNetwork, crops: Pictures) -> None:
    made = swap_faces(network, crops, "b", batch=2)
    assert len(made) == 5
    for crop, one in zip(crops, made, strict=True):
        feed = torch.from_numpy(crop).permute(2, 0, 1)[None].float() / 255
        with torch.inference_mode():
            alone = network(feed, "b")
        np.testing.assert_allclose(one.face, alone.face[0].permute(1, 2, 0), atol=1e-4)
        assert one.mask is not None
        np.testing.assert_allclose(one.mask, alone.mask[0, 0], atol=1e-4)


def test_deep_crops_make_the_faces_of_plain_ones(network: SwapNetwork, crops: Pictures) -> None:
    deep = [crop.astype(np.uint16) * 257 for crop in crops]
    for one, other in zip(swap_faces(network, crops, "a", 8), swap_faces(network, deep, "a", 8), strict=True):
        np.testing.assert_allclose(one.face, other.face, atol=1e-5)


def test_the_flip_average_is_a_mean_with_what_the_mirror_image_makes(network: SwapNetwork, crops: Pictures) -> None:
    plain = swap_faces(network, crops, "b", 3)
    mirrored = swap_faces(network, [np.ascontiguousarray(crop[:, ::-1]) for crop in crops], "b", 3)
    for both, one, other in zip(swap_faces(network, crops, "b", 3, flip_average=True), plain, mirrored, strict=True):
        np.testing.assert_allclose(both.face, (one.face + other.face[:, ::-1]) / 2, atol=1e-5)
        assert one.mask is not None
        assert other.mask is not None
        assert both.mask is not None
        np.testing.assert_allclose(both.mask, (one.mask + other.mask[:, ::-1]) / 2, atol=1e-5)


def test_low_precision_makes_the_same_faces_within_a_grey_level(network: SwapNetwork, crops: Pictures) -> None:
    low = pick_precision("bf16", torch.device("cpu"))
    exact, made = swap_faces(network, crops, "b", 8), swap_faces(network, crops, "b", 8, precision=low)
    apart = [np.abs(one.face - other.face).mean() for one, other in zip(exact, made, strict=True)]
    assert 0 < max(apart) <= 1 / 255
    assert made[0].face.dtype == np.float32


def test_no_faces_need_no_network(network: SwapNetwork) -> None:
    assert swap_faces(network, [], "a", batch=4) == []
