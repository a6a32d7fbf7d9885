from typing import Any

import pytest
import torch
from torch import nn

from omote.core.errors import SettingError
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.fully_connected import FullyConnected, Squeeze, Style
from omote.models.phaze_a.plan import Map


def config(**options: Any) -> PhazeAConfig:
    return PhazeAConfig.checked({"fc_max_filters": 128, "fc_min_filters": 128, "fc_dimensions": 2} | options)


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("kind", "width"), [("average_pooling", 6), ("max_pooling", 6), ("flatten", 54), ("dense", 256)]
)
def test_bottlenecks_of_a_map(kind: str, width: int) -> None:
    x = torch.rand(2, 6, 3, 3)
    squeeze = Squeeze(config(bottleneck_type=kind, bottleneck_size=256), (6, 3, 3))
    made = squeeze(x)
    assert made.shape == (2, squeeze.width) == (2, width)
    truth = {"average_pooling": x.mean((2, 3)), "max_pooling": x.amax((2, 3)), "flatten": x.flatten(1)}
    assert kind == "dense" or torch.allclose(made, truth[kind])


@pytest.mark.parametrize("kind", ["average_pooling", "max_pooling", "flatten"])
def test_a_vector_passes_a_bottleneck_without_weights(kind: str) -> None:
    x = torch.rand(2, 7)
    squeeze = Squeeze(config(bottleneck_type=kind), (7,))
    assert squeeze.width == 7
    assert torch.equal(squeeze(x), x)


@pytest.mark.parametrize(("name", "count"), [("none", 0), ("instance", 2), ("layer", 12), ("rms", 6)])
def test_the_norm_stands_before_the_bottleneck(name: str, count: int) -> None:
    squeeze = Squeeze(config(bottleneck_type="flatten", bottleneck_norm=name), (6, 3, 3))
    assert parameters(squeeze) == count


def test_dense_layers_widen_along_the_curve_and_the_last_fills_the_map() -> None:
    settings = config(fc_depth=3, fc_min_filters=16, fc_filter_slope=0.0, fc_dropout=0.25)
    network = FullyConnected(settings, (10,))
    widths = [layer.out_features for layer in network.modules() if isinstance(layer, nn.Linear)]
    assert widths == [16 * 4, 72 * 4, 128 * 4]
    assert [layer.p for layer in network.modules() if isinstance(layer, nn.Dropout)] == [0.25] * 3
    assert network.outputs == Map(128, 4)
    assert network(torch.rand(2, 10)).shape == (2, 128, 4, 4)


def test_a_lone_dense_layer_fills_the_map_whatever_the_least_filters_are() -> None:
    network = FullyConnected(config(fc_min_filters=16), (10,))
    assert parameters(network) == 10 * 512 + 512


def test_a_bottleneck_that_is_not_the_encoder_s_is_here() -> None:
    network = FullyConnected(config(bottleneck_in_encoder=False, bottleneck_size=128), (6, 3, 3))
    assert parameters(network) == 54 * 128 + 128 + 128 * 512 + 512
    assert network(torch.rand(2, 6, 3, 3)).shape == (2, 128, 4, 4)


@pytest.mark.parametrize("upsampler", ["subpixel", "resize_images", "upscale_fast", "upscale_hybrid"])
def test_upscalers_change_the_channels_once_for_all(upsampler: str) -> None:
    settings = config(fc_upsampler=upsampler, fc_upsamples=2, fc_upsample_filters=192)
    network = FullyConnected(settings, (4,))
    assert network.outputs == Map(192, 8)
    assert network(torch.rand(1, 4)).shape == (1, 192, 8, 8)


def test_without_dense_layers_the_vector_is_the_map() -> None:
    settings = config(fc_depth=0, fc_dimensions=1, fc_upsamples=0, output_size=64)
    network = FullyConnected(settings, (128,))
    x = torch.rand(2, 128)
    assert torch.equal(network(x), x[:, :, None, None])
    with pytest.raises(SettingError, match="bottleneck's 100 numbers should be the map's"):
        FullyConnected(settings, (100,))


def test_first_levels_of_the_decoder_may_be_here() -> None:
    settings = config(dec_upscales_in_fc=2, dec_max_filters=256, dec_min_filters=16, output_size=64)
    with torch.device("meta"):
        network = FullyConnected(settings, (4,))
        assert network.outputs.side == 16
        assert network(torch.rand(1, 4)).shape == (1, *network.outputs, 16)


def test_a_style_is_a_vector() -> None:
    settings = config(fc_gblock_depth=2, fc_gblock_min_nodes=128, fc_gblock_max_nodes=256)
    style = Style(settings, (10,))
    assert style.width == 256
    assert style(torch.rand(2, 10)).shape == (2, 256)
    assert parameters(style) == 10 * 128 + 128 + 128 * 256 + 256
