from typing import Any

import pytest
import torch
from torch import nn

from omote.models.blocks import Residual
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.ladder import Ladder, Reshape, decoder, ladder_filters
from omote.models.phaze_a.plan import Map
from omote.models.phaze_a.upscale import Noise


def config(**options: Any) -> PhazeAConfig:
    return PhazeAConfig.checked(
        {"output_size": 64, "dec_min_filters": 16, "dec_max_filters": 256, "dec_gaussian": False} | options
    )


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def count(module: nn.Module, kind: type[nn.Module]) -> int:
    return sum(isinstance(part, kind) for part in module.modules())


def test_levels_lead_from_the_map_to_the_face() -> None:
    settings = config(fc_upsamples=2)  # from 16 px
    assert ladder_filters(settings) == [256, 16]
    with torch.device("meta"):
        made = decoder(settings, Map(1024, 16), 3)(torch.rand(2, 1024, 16, 16))
    assert made.shape == (2, 3, 64, 64)


def test_a_level_has_an_upscale_and_residuals_but_the_last() -> None:
    settings = config(fc_upsamples=2, dec_res_blocks=2, dec_output_kernel=1)
    with torch.device("meta"):
        whole = decoder(settings, Map(1024, 16), 3)
    up = 9 * 1024 * 1024 + 1024 + 9 * 256 * 64 + 64
    residuals = 2 * 2 * (9 * 256 * 256 + 256)
    assert parameters(whole) == up + residuals + 16 * 3 + 3
    assert count(whole, Residual) == 2
    with torch.device("meta"):
        full = decoder(settings.model_copy(update={"dec_skip_last_residual": False}), Map(1024, 16), 3)
    assert count(full, Residual) == 4


@pytest.mark.parametrize(
    ("method", "residuals", "slopes"),
    [
        ("subpixel", 0, [0.1, 0.1]),
        ("subpixel", 1, [0.1, 0.2, 0.2, 0.2]),
        ("upscale_dny", 0, [0.2, 0.2]),
        ("upscale_dny", 1, [0.2, 0.2, 0.2, 0.2, 0.2]),
        ("resize_images", 0, [0.2, 0.1]),
    ],
)
def test_activations_of_a_level(method: str, residuals: int, slopes: list[float]) -> None:
    settings = config(dec_upscale_method=method, dec_res_blocks=residuals, dec_skip_last_residual=False)
    with torch.device("meta"):
        ladder = Ladder(settings, settings.fc_map, [16], bottom=False)
    assert [layer.negative_slope for layer in ladder.modules() if isinstance(layer, nn.LeakyReLU)] == slopes


def test_dny_looks_at_the_map_before_the_first_level_of_all() -> None:
    settings = config(dec_upscale_method="upscale_dny", fc_max_filters=128)
    with torch.device("meta"):
        bottom = Ladder(settings, settings.fc_map, [64], bottom=True)
        middle = Ladder(settings, settings.fc_map, [64], bottom=False)
    level = 9 * 64 * 64 + 64
    assert parameters(bottom) == 16 * 128 * 64 + 64 + level + 2 * level
    assert parameters(middle) == 9 * 128 * 64 + 64 + level
    assert bottom(torch.rand(1, 128, 8, 8, device="meta")).shape == (1, 64, 16, 16)


def test_noise_and_norm_follow_each_upscale() -> None:
    settings = config(dec_gaussian=True, dec_norm="group", fc_upsamples=2)
    with torch.device("meta"):
        whole = decoder(settings, Map(1024, 16), 3)
    assert count(whole, Noise) == count(whole, nn.GroupNorm) == 2


def test_reshaping_keeps_all_numbers_in_order() -> None:
    x = torch.arange(2 * 16 * 4.0).view(2, 16, 2, 2)
    made = Reshape(Map(4, 4))(x.to(memory_format=torch.channels_last))
    assert made.shape == (2, 4, 4, 4)
    assert torch.equal(made.flatten(), x.flatten())


def test_where_all_levels_are_in_the_fully_connected_the_decoder_paints_alone() -> None:
    settings = config(fc_upsamples=2, dec_upscales_in_fc=2)
    assert parameters(decoder(settings, Map(16, 64), 3)) == 25 * 16 * 3 + 3
