import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import omote.models
from omote.models.initializers import sub_pixel_convolutions
from omote.models.parts import freeze
from omote.models.phaze_a.network import PhazeA
from omote.models.registry import build

PRESETS = Path(omote.models.__file__).parent / "presets" / "phaze-a"
TINY: dict[str, Any] = {
    "output_size": 64,
    "fs_original_depth": 3,
    "fs_original_min_filters": 16,
    "fs_original_max_filters": 256,
    "bottleneck_size": 128,
    "fc_max_filters": 128,
    "fc_min_filters": 128,
    "fc_dimensions": 2,
    "fc_upsamples": 0,
    "fc_gblock_max_nodes": 128,
    "fc_gblock_min_nodes": 128,
    "dec_min_filters": 16,
    "dec_max_filters": 256,
    "enable_gblock": False,
    "dec_gaussian": False,
    "dec_upscale_method": "upscale_dny",
    "dec_slope_mode": "cap_min",
    "dec_filter_slope": 0.9,
}
SPLIT, SHARED = "decoder_a decoder_b", "decoder_both"
# encoder; others by name; each decoder; input and output: as counted of the reference's own networks
COUNTS: dict[str, tuple[int, dict[str, int], str, int, int, int]] = {
    "": (
        33_992_960,
        {"fc_a": 16_793_600, "fc_b": 16_793_600, "fc_gblock": 1_050_112, "g_block_both": 23_864_832},
        *(SHARED, 31_271_107, 64, 128),
    ),
    "clipfaker128": (86_054_400, {"fc_both": 27_281_408}, SPLIT, 21_833_923, 64, 128),
    "clipfaker256": (86_091_264, {"fc_both": 27_281_408}, SPLIT, 69_025_987, 128, 256),
    "clipfaker448": (86_192_640, {"fc_both": 23_812_480}, SPLIT, 87_900_355, 224, 448),
    "dfaker": (33_992_960, {"fc_both": 35_670_016}, SPLIT, 21_833_923, 64, 128),
    "dfl-h128": (50_769_664, {"fc_both": 26_249_216}, SPLIT, 15_348_611, 128, 128),
    "dfl-sae-df": (49_711_796, {"fc_both": 26_249_216}, SPLIT, 26_897_411, 128, 128),
    "dfl-sae-liae": (16_681_140, {"fc_a": 34_375_936, "fc_b": 34_375_936}, SHARED, 36_187_139, 128, 128),
    "dfl-saehd-df": (4_306_560, {"fc_both": 14_959_872}, SPLIT, 16_815_747, 128, 128),
    "dfl-saehd-liae": (4_306_560, {"fc_a": 26_249_472, "fc_b": 26_249_472}, SHARED, 30_971_523, 128, 128),
    "dny1024": (23_334_672, {"fc_both": 15_993_856}, SPLIT, 7_077_651, 1024, 1024),
    "dny256": (13_895_440, {"fc_both": 11_274_240}, SPLIT, 2_358_035, 256, 256),
    "iae": (
        17_214_720,
        {"fc_a": 25_175_040, "fc_shared": 25_175_040, "fc_b": 25_175_040},
        *(SHARED, 25_076_163, 64, 64),
    ),
    "lightweight": (20_884_224, {"fc_both": 8_922_112}, SPLIT, 10_630_019, 64, 64),
    "original": (33_992_960, {"fc_both": 35_670_016}, SPLIT, 6_199_747, 64, 64),
    "stojo": (
        62_506_824,
        {"fc_a": 42_024_960, "fc_gblock": 787_968, "fc_b": 42_024_960, "g_block_both": 36_187_648},
        *(SHARED, 33_837_475, 224, 256),
    ),
    "sym384": (20_177_488, {"fc_both": 177_561_600}, SPLIT, 8_831_931, 384, 384),
}


def preset(name: str) -> dict[str, Any]:
    return tomllib.loads((PRESETS / f"{name}.toml").read_text("utf-8")) if name else {}


def small(**options: Any) -> PhazeA:
    torch.manual_seed(0)
    network = build("phaze-a", TINY | options)
    assert isinstance(network, PhazeA)
    return network


def on_meta(**options: Any) -> Any:
    with torch.device("meta"):
        return build("phaze-a", options)


def counts(network: nn.Module) -> dict[str, int]:
    sizes = {name: parameters(part) for name, part in network.named_children()}
    return {name: size for name, size in sizes.items() if size}


def parameters(part: nn.Module) -> int:
    return sum(parameter.numel() for parameter in part.parameters())


def ladder(*widths: int) -> int:
    """Parameters of sub-pixel levels of these widths, each but the last with a residual block."""
    ups = sum(9 * inputs * 4 * outputs + 4 * outputs for inputs, outputs in pairwise(widths))
    return ups + sum(2 * (9 * width**2 + width) for width in widths[1:-1])


@pytest.mark.parametrize("name", COUNTS)
def test_every_part_of_the_presets_has_the_reference_s_size(name: str) -> None:
    encoder, inters, decoders, size, reads, makes = COUNTS[name]
    network = on_meta(**preset(name))
    assert counts(network) == {"encoder": encoder, **inters, **dict.fromkeys(decoders.split(), size)}
    assert (network.input_size, network.output_size) == (reads, makes)


def test_dny512_stands_between_its_siblings() -> None:
    # Levels of 512 filters: one more convolution pair in the encoder than dny256, one more ladder level in the FC.
    pair, level = 2 * (9 * 512 * 512 + 512), 2 * (9 * 512 * 512 + 512)
    network = on_meta(**preset("dny512"))
    assert counts(network) == {
        "encoder": 13_895_440 + pair,
        "fc_both": 11_274_240 + level,
        "decoder_a": 2_358_035,
        "decoder_b": 2_358_035,
    }
    assert (network.input_size, network.output_size) == (512, 512)


def test_there_are_17_presets_and_each_makes_faces_of_its_size() -> None:
    names = sorted(path.stem for path in PRESETS.glob("*.toml"))
    assert len(names) == 17
    for name in names:
        network = on_meta(**preset(name))
        code = network.encode(torch.rand(1, 3, network.input_size, network.input_size, device="meta"))
        assert network.decode(code, "b").face.shape == (1, 3, network.output_size, network.output_size)


def test_a_learnt_mask_repeats_the_ladder_at_one_channel() -> None:
    with_mask = on_meta(learn_mask=True, **preset("dfaker"))
    last = 25 * 64 * 2 + 2  # the last convolution makes one channel and not three
    assert parameters(with_mask.masks) == 2 * (21_833_923 - last)
    assert counts(with_mask)["decoder_a"] == 21_833_923
    made = small(learn_mask=True)(torch.rand(2, 3, 64, 64), "a")
    assert made.mask.shape == (2, 1, 64, 64)
    assert small()(torch.rand(2, 3, 64, 64), "a").mask is None


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        ({"bottleneck_norm": "layer"}, 2 * 1024),
        ({"bottleneck_norm": "instance"}, 2),
        ({"dec_norm": "batch"}, 2 * (512 + 256 + 128 + 64)),
        ({"dec_norm": "rms"}, 512 + 256 + 128 + 64),
        ({"dec_res_blocks": 2}, sum(2 * (9 * width**2 + width) for width in (512, 256, 128))),
        ({"dec_skip_last_residual": False}, 2 * (9 * 64**2 + 64)),
        ({"split_gblock": True}, 23_864_832),
        ({"split_decoders": True}, 31_271_107),
        ({"split_fc": False}, -16_793_600),
        ({"enable_gblock": False}, -1_050_112 - 23_864_832),
        ({"fc_depth": 2, "fc_min_filters": 64}, 2 * (1024 * 1024 + 1024)),
        ({"fs_original_depth": 3}, -13_108_224 + (8 * 8 * 512 - 4 * 4 * 1024) * 1024),
        ({"output_size": 256}, ladder(1024, 512, 296, 184, 112, 64) - ladder(1024, 512, 256, 128, 64)),
        ({"bottleneck_size": 512}, -512 * (16_384 + 1) - 512 * (2 * 16_384 + 512)),
    ],
)
def test_options_change_the_size_by_what_they_add(options: dict[str, Any], difference: int) -> None:
    assert parameters(on_meta(**options)) - 123_766_211 == difference


@pytest.mark.parametrize("shared", ["none", "full", "half"])
@pytest.mark.parametrize("split", [False, True])
def test_wirings_of_the_fully_connected_make_faces(shared: str, split: bool) -> None:
    network = small(shared_fc=shared, split_fc=split)
    names = {"fc_a", "fc_b"} if split else {"fc_both"}
    names |= {"fc_shared"} if shared == "full" else set()
    assert {name for name in counts(network) if name.startswith("fc")} == names
    assert network(torch.rand(2, 3, 64, 64), "b").face.shape == (2, 3, 64, 64)


def change(network: PhazeA, part: str) -> None:
    with torch.no_grad():
        for parameter in network.parts()[part].parameters():
            parameter.mul_(1.3).add_(0.01)


def faces(network: PhazeA, x: Tensor) -> dict[str, Tensor]:
    code = network.encode(x)
    return {"a": network.decode(code, "a").face, "b": network.decode(code, "b").face}


@pytest.mark.parametrize(
    ("options", "part", "changed"),
    [
        ({"split_decoders": True}, "decoder_b", {"b"}),
        ({"split_decoders": True}, "decoder_a", {"a"}),
        ({"split_fc": True}, "fc_b", {"b"}),
        ({"split_fc": True}, "fc_a", {"a"}),
        ({"split_fc": True, "shared_fc": "half"}, "fc_b", {"b"}),
        ({"split_fc": True, "shared_fc": "half"}, "fc_a", {"a", "b"}),
        ({"split_fc": True, "shared_fc": "full"}, "fc_shared", {"a", "b"}),
        ({"enable_gblock": True, "split_gblock": True}, "g_block_a", {"a"}),
        ({"enable_gblock": True}, "fc_gblock", {"a", "b"}),
        ({}, "encoder", {"a", "b"}),
    ],
)
def test_each_person_s_parts_change_that_person_s_face_alone(
    options: dict[str, Any], part: str, changed: set[str]
) -> None:
    network = small(**options).eval()
    x = torch.rand(1, 3, 64, 64)
    before = faces(network, x)
    change(network, part)
    after = faces(network, x)
    assert {side for side in before if not torch.equal(before[side], after[side])} == changed


@pytest.mark.parametrize(
    "options",
    [
        {"split_decoders": True, "dec_upscale_method": "subpixel", "dec_filter_slope": 0.9},
        {"shared_fc": "half", "dec_upscales_in_fc": 1},
    ],
)
def test_it_learns_a_batch(options: dict[str, Any]) -> None:
    network = small(**options)
    x = functional.interpolate(torch.rand(2, 3, 8, 8), 64)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    losses = []
    for _ in range(30):
        code = network.encode(x)
        loss = sum(functional.mse_loss(network.decode(code, side).face, x) for side in ("a", "b"))
        assert isinstance(loss, Tensor)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_noise_is_of_training_alone() -> None:
    network = small(dec_gaussian=True, enable_gblock=True)
    x = torch.rand(1, 3, 64, 64)
    assert not torch.equal(network(x, "a").face, network(x, "a").face)
    network.eval()
    assert torch.equal(network(x, "a").face, network(x, "a").face)


def test_the_layout_of_memory_makes_no_difference() -> None:
    network = small(dec_norm="layer", bottleneck_in_encoder=False).eval()
    x = torch.rand(2, 3, 64, 64)
    plain = network(x, "b").face
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert torch.allclose(network(x.to(memory_format=torch.channels_last), "b").face, plain, atol=1e-5)


def test_parts_have_the_reference_s_names_and_those_of_all_networks() -> None:
    network = small(split_decoders=True, enable_gblock=True, shared_fc="full", learn_mask=True)
    parts = network.parts()
    assert {
        *("encoder", "fc_a", "fc_b", "fc_shared", "fc_gblock", "g_block_both", "decoder_a", "decoder_b"),
        *("inter", "decoders", "masks", "masks.a", "masks.b"),
    } == parts.keys()
    covered = {
        parameter for name in ("encoder", "inter", "decoders", "masks") for parameter in parts[name].parameters()
    }
    assert covered == set(network.parameters())


def test_a_known_encoder_can_be_frozen_without_its_bottleneck() -> None:
    with torch.device("meta"):
        network = build("phaze-a", preset("stojo"))
    freeze(network, ["keras_encoder"])
    encoder = network.parts()["encoder"]
    free = sum(parameter.numel() for parameter in encoder.parameters() if parameter.requires_grad)
    assert free == 44_958_208
    tower = network.parts()["keras_encoder"]
    assert not any(part.training for part in tower.modules() if list(part.parameters()))


def test_sub_pixels_are_known_to_the_initializers() -> None:
    for name in ("original", "clipfaker128"):
        network = on_meta(**preset(name))
        shuffles = [part for part in network.modules() if isinstance(part, nn.PixelShuffle)]
        assert len(list(sub_pixel_convolutions(network))) == len(shuffles) > 0


def test_published_weights_are_asked_for_and_taken_after_birth() -> None:
    assert small().begins_with is None
    with torch.device("meta"):
        network = build("phaze-a", preset("sym384"))
        fresh = build("phaze-a", preset("sym384") | {"enc_load_weights": False})
    assert isinstance(network, PhazeA)
    assert isinstance(fresh, PhazeA)
    assert network.begins_with == "efficientnet_v2_s"
    assert fresh.begins_with is None
    learnt = build("phaze-a", TINY | {"enc_architecture": "efficientnet_b0", "enc_scaling": 29})
    other = build("phaze-a", TINY | {"enc_architecture": "efficientnet_b0", "enc_scaling": 29})
    assert isinstance(learnt, PhazeA)
    assert isinstance(other, PhazeA)
    source: Any = learnt.encoder.tower
    other.load_published({**source.net.state_dict(), "classifier.weight": torch.rand(1000, 1280)})
    mine: Any = other.encoder.tower
    assert all(torch.equal(values, mine.net.state_dict()[key]) for key, values in source.net.state_dict().items())
