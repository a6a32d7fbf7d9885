import pytest

from omote.core.errors import SettingError
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.plan import Map

OPTIONS = """
    learn_mask output_size shared_fc enable_gblock split_fc split_gblock split_decoders enc_architecture enc_scaling
    enc_load_weights bottleneck_type bottleneck_norm bottleneck_size bottleneck_in_encoder fc_depth fc_min_filters
    fc_max_filters fc_dimensions fc_filter_slope fc_dropout fc_upsampler fc_upsamples fc_upsample_filters
    fc_gblock_depth fc_gblock_min_nodes fc_gblock_max_nodes fc_gblock_filter_slope fc_gblock_dropout dec_upscale_method
    dec_upscales_in_fc dec_norm dec_min_filters dec_max_filters dec_slope_mode dec_filter_slope dec_res_blocks
    dec_output_kernel dec_gaussian dec_skip_last_residual fs_original_depth fs_original_min_filters
    fs_original_max_filters fs_original_use_alt mobilenet_width mobilenet_depth mobilenet_dropout
    mobilenet_minimalistic
"""


def test_options_have_the_reference_s_names() -> None:
    assert list(PhazeAConfig.model_fields) == OPTIONS.split()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_size": 100}, "output_size"),
        ({"output_size": 4096}, "output_size"),
        ({"bottleneck_size": 1000}, "bottleneck_size"),
        ({"fc_filter_slope": 1.0}, "fc_filter_slope"),
        ({"enc_architecture": "alexnet"}, "enc_architecture"),
        ({"dec_output_kernel": 4}, "dec_output_kernel should be odd, not 4"),
        ({"output_size": 160}, "output_size 160 cannot be reached"),
        ({"output_size": 64, "fc_dimensions": 16, "fc_upsamples": 3}, "larger than output_size 64"),
        ({"dec_upscales_in_fc": 5}, "dec_upscales_in_fc is 5, but the decoder has 4 levels"),
    ],
)
def test_what_cannot_be_built_is_said_in_one_line(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        PhazeAConfig.checked(options)


def test_the_map_of_the_fully_connected_follows_from_its_upsampler() -> None:
    assert PhazeAConfig().fc_map == Map(1024, 8)
    assert PhazeAConfig(fc_upsampler="subpixel").fc_map == Map(512, 8)
    assert PhazeAConfig(fc_upsampler="subpixel", fc_upsamples=0).fc_map == Map(1024, 4)


def test_only_a_published_nasnet_is_tied_to_its_size() -> None:
    assert PhazeAConfig(enc_architecture="nasnet_large", enc_scaling=50).input_size == 331
    assert PhazeAConfig(enc_architecture="nasnet_large", enc_scaling=50, enc_load_weights=False).input_size == 160
    assert PhazeAConfig(enc_architecture="vgg16", enc_scaling=50).input_size == 112
