from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from omote.core.errors import SettingError
from omote.models import dlight
from omote.models.dlight import Dlight, DlightConfig, Features
from omote.models.registry import build
from tests.models import networks
from tests.models.networks import convolution

ENCODERS = {"lowmem": 22_672_608, "fair": 45_243_136, "best": 61_783_296}
GOOD = {128: 46_645_283, 256: 74_959_907, 384: 122_150_947}
FAST = {128: 38_423_939, 256: 95_053_187, 384: 189_435_267}
TOTALS = {
    ("lowmem", "fast", 128): 67_966_070,
    ("lowmem", "fast", 256): 124_595_318,
    ("lowmem", "fast", 384): 218_977_398,
    ("lowmem", "good", 128): 76_187_414,
    ("lowmem", "good", 256): 104_502_038,
    ("lowmem", "good", 384): 151_693_078,
    ("fair", "fast", 128): 90_536_598,
    ("fair", "fast", 256): 147_165_846,
    ("fair", "fast", 384): 241_547_926,
    ("fair", "good", 128): 98_757_942,
    ("fair", "good", 256): 127_072_566,
    ("fair", "good", 384): 45_243_136 + 6_869_523 + 122_150_947,  # the reference's count is not at hand: its parts are
    ("best", "fast", 128): 107_076_758,
    ("best", "fast", 256): 163_706_006,
    ("best", "fast", 384): 258_088_086,
    ("best", "good", 128): 115_298_102,
    ("best", "good", 256): 143_612_726,
    ("best", "good", 384): 190_803_766,
}
both_details = pytest.mark.parametrize("details", ["good", "fast"])


class Thin(Dlight):
    width = 64


def thin(monkeypatch: pytest.MonkeyPatch, **options: Any) -> Dlight:
    torch.manual_seed(0)
    monkeypatch.setitem(dlight.FEATURES, "lowmem", Features(4, 32))
    return Thin(DlightConfig(features="lowmem", **{"output_size": 128, **options}))


def slopes(part: nn.Module) -> list[float]:
    return [module.negative_slope for module in part.modules() if isinstance(module, nn.LeakyReLU)]


@pytest.mark.parametrize(("features", "details", "size"), TOTALS)
def test_every_part_has_as_many_weights_as_the_reference(features: str, details: str, size: int) -> None:
    network = networks.weightless("dlight", {"features": features, "details": details, "output_size": size})
    found = networks.counts(network)
    assert found["encoder"] == ENCODERS[features]
    assert found["decoders.a"] == 6_869_523
    assert found["decoders.b"] == (GOOD if details == "good" else FAST)[size]
    assert found["total"] == TOTALS[features, details, size]
    statistics = [value for name, value in network.named_buffers() if name.endswith(("running_mean", "running_var"))]
    assert sum(value.numel() for value in statistics) == (1_280 if details == "good" else 0)


@both_details
def test_a_mask_has_the_face_s_doublings(details: str) -> None:
    found = networks.counts(networks.weightless("dlight", {"details": details, "learn_mask": True}))

    def hybrid(inputs: int, outputs: int) -> int:
        return convolution(inputs, 2 * outputs, 3) + convolution(inputs, outputs // 2, 3)

    def fast(inputs: int, outputs: int) -> int:
        return convolution(inputs, 4 * outputs, 3) + convolution(inputs, outputs, 3)

    double = hybrid if details == "good" else fast
    assert found["masks.b"] == (
        double(512, 512) + double(512, 256) + double(256, 128) + double(128, 64) + convolution(64, 1, 5)
    )
    assert found["masks.a"] == found["decoders.a"] - convolution(32, 3, 5) + convolution(32, 1, 5)


@both_details
@pytest.mark.parametrize("size", [128, 256, 384])
def test_it_makes_faces_and_masks_of_every_size(details: str, size: int) -> None:
    network = networks.weightless("dlight", {"details": details, "output_size": size, "learn_mask": True})
    code = network.encode(torch.empty(2, 3, 128, 128, device="meta"))
    assert code.shape == (2, 1024, 4, 4)
    for side in networks.SIDES:
        made = network.decode(code, side)
        assert made.face.shape == (2, 3, size, size)
        assert made.mask is not None
        assert made.mask.shape == (2, 1, size, size)


@pytest.mark.parametrize(("option", "value"), [("output_size", 192), ("output_size", 512), ("features", "worst")])
def test_what_the_reference_does_not_allow_is_refused(option: str, value: object) -> None:
    with pytest.raises(SettingError, match=f"{option} .*: settings of the network dlight"):
        build("dlight", {option: value})


def test_every_stage_of_the_encoder_keeps_the_picture_beside_its_features(monkeypatch: pytest.MonkeyPatch) -> None:
    network = thin(monkeypatch)
    face = torch.rand(2, 3, 128, 128)
    maps: Any = face
    stages = list(network.encoder.children())[:-1]
    for number, stage in enumerate(stages, 1):
        maps = stage(maps)
        assert maps.shape[2] == 128 >> number
        torch.testing.assert_close(maps[:, -3:], functional.avg_pool2d(face, 1 << number))


def test_a_twentieth_of_the_numbers_is_dropped_while_it_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    network = thin(monkeypatch)
    face = torch.rand(16, 3, 128, 128)
    with torch.no_grad():
        learning, in_use = network.train().encode(face), network.eval().encode(face)
    assert (learning == 0).float().mean().item() == pytest.approx(0.05, abs=0.01)
    assert in_use.count_nonzero() == in_use.numel()
    assert torch.equal(in_use, network.encode(face))


def test_the_norms_of_a_good_b_alone_follow_what_they_see(monkeypatch: pytest.MonkeyPatch) -> None:
    network = thin(monkeypatch)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    code = network.encode(torch.rand(2, 3, 128, 128))
    network.decode(code, "a")
    assert all(norm.num_batches_tracked == 0 for norm in norms)
    network.decode(code, "b")
    assert [int(norm.num_batches_tracked) for norm in norms if norm.num_batches_tracked is not None] == [1, 1]
    assert [norm.num_features for norm in norms] == [64, 16]


def test_a_good_b_is_activated_after_both_halves_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    network = thin(monkeypatch)
    hybrid, activation = network.decoders["b"].get_submodule("0").children()
    code = torch.randn(2, 128, 4, 4)
    joined = hybrid(code)
    assert joined.shape == (2, 64, 8, 8)
    assert (joined < 0).any(dim=(0, 2, 3)).all()
    torch.testing.assert_close(activation(joined), torch.where(joined < 0, 0.2 * joined, joined))


def test_maps_are_bent_as_in_the_reference() -> None:
    good, fast = (networks.weightless("dlight", {"details": details}).parts() for details in ("good", "fast"))
    block = [0.2, 0.2]
    assert slopes(good["encoder"]) == [0.1] * 10
    assert slopes(good["decoders.a"]) == [0.1] * 4
    assert slopes(good["decoders.b"]) == [
        *(0.2, *block * 3), *(0.2, *block * 2), *(0.2, *block), *(0.2, *block), 0.1
    ]  # fmt: skip
    assert slopes(fast["decoders.b"]) == [0.1] * 5


def test_the_fast_one_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert networks.error_after_learning(thin(monkeypatch, details="fast")) < 0.9


@both_details
@pytest.mark.parametrize(
    ("part", "whose"), [("decoders.a", {"a"}), ("decoders.b", {"b"}), ("encoder", {"a", "b"}), ("inter", {"a", "b"})]
)
def test_a_part_shows_in_the_faces_of_those_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, details: str, part: str, whose: set[str]
) -> None:
    assert networks.whose_face_changes_with(thin(monkeypatch, details=details), part) == whose


@both_details
def test_each_person_has_a_mask(monkeypatch: pytest.MonkeyPatch, details: str) -> None:
    network = thin(monkeypatch, details=details, learn_mask=True)
    made = networks.swapped(network.eval(), networks.faces(1, 128))
    assert made["a"].mask is not None
    assert made["b"].mask is not None
    assert not torch.equal(made["a"].mask, made["b"].mask)


@both_details
def test_channels_last_makes_the_same_faces(monkeypatch: pytest.MonkeyPatch, details: str) -> None:
    assert networks.is_right_with_channels_last(thin(monkeypatch, details=details))
