import pytest
import torch

from omote.models.phaze_a.norms import LevelNormName, norm

ALL: list[LevelNormName] = ["none", "instance", "layer", "rms", "batch", "group"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("channels", [24, 504, 64])
def test_maps_keep_shape_and_layout(name: LevelNormName, channels: int) -> None:
    x = torch.rand(2, channels, 2, 2)
    made = norm(name, channels)(x)
    assert made.shape == x.shape
    assert torch.allclose(norm(name, channels)(x.to(memory_format=torch.channels_last)), made, atol=1e-6)


@pytest.mark.parametrize("name", ["none", "instance", "layer", "rms"])
def test_vectors_are_normed_as_maps_of_one_pixel(name: LevelNormName) -> None:
    x = torch.rand(2, 16)
    layer = norm(name, 16)
    assert torch.allclose(layer(x), layer(x[:, :, None, None]).flatten(1))


@pytest.mark.parametrize(
    ("name", "axes"), [("instance", (1, 2, 3)), ("layer", (1,)), ("batch", (0, 2, 3)), ("group", (2, 3))]
)
def test_what_a_norm_looks_at_has_mean_0_and_deviation_1(name: LevelNormName, axes: tuple[int, ...]) -> None:
    x = 50 * torch.rand(4, 32, 8, 8, generator=torch.Generator().manual_seed(0)) + 3
    made = norm(name, 32)(x)  # 32 channels: a group is one of them
    assert made.mean(axes).abs().max() < 1e-4
    assert (made.std(axes, correction=0) - 1).abs().max() < 1e-3


def test_rms_scales_and_does_not_shift() -> None:
    x = torch.rand(2, 8, 4, 4) + 1
    made = norm("rms", 8)(x)
    assert torch.allclose(made, x / x.square().mean(1, keepdim=True).sqrt())


def test_how_many_parameters_each_has() -> None:
    counts = {name: sum(p.numel() for p in norm(name, 504).parameters()) for name in ALL}
    assert counts == {"none": 0, "instance": 2, "layer": 1008, "rms": 504, "batch": 1008, "group": 1008}


def test_layer_and_rms_norms_are_torch_s() -> None:
    x = torch.rand(2, 8, 4, 4)
    last = x.movedim(1, -1)
    layer, rms = norm("layer", 8), norm("rms", 8)
    for each in (*layer.parameters(), *rms.parameters()):
        torch.nn.init.uniform_(each)
    weight, bias = layer.parameters()
    expected = torch.nn.functional.layer_norm(last, (8,), weight, bias, eps=1e-3)
    assert torch.allclose(layer(x), expected.movedim(-1, 1), atol=1e-6)
    (scale,) = rms.parameters()
    assert torch.allclose(rms(x), torch.nn.functional.rms_norm(last, (8,), scale, eps=1e-8).movedim(-1, 1), atol=1e-6)
