from typing import Any

import pytest
import torch
from torch.nn import functional

from omote.core.errors import SettingError
from omote.models.registry import build
from tests.models import networks

SMALL = {"input_size": 64, "encoder_dims": 64, "decoder_dims": 32}  # widths that a sixteenth can be taken of


def test_df_has_as_many_weights_as_the_reference() -> None:
    found = networks.counts(networks.weightless("dfl-sae", {}))
    assert found["encoder"] == 75_961_012
    assert found["decoders.a"] == found["decoders.b"] == 27_023_853
    assert found["total"] == 130_008_718


def test_liae_has_as_many_weights_as_the_reference() -> None:
    assert networks.counts(networks.weightless("dfl-sae", {"architecture": "liae"})) == {
        "encoder": 16_681_140,
        "inter_b": 34_375_936,
        "inter_both": 34_375_936,
        "inter": 2 * 34_375_936,
        "decoder": 36_313_581,
        "total": 121_746_593,
    }


@pytest.mark.parametrize("architecture", ["df", "liae"])
@pytest.mark.parametrize(
    ("size", "dims", "encoder", "decoder", "multiscale"),
    [(128, 0, 42, 21, True), (80, 96, 21, 10, False), (64, 1024, 85, 85, True), (256, 256, 50, 33, False)],
)
def test_options_widen_and_enlarge_what_they_say(
    architecture: str, size: int, dims: int, encoder: int, decoder: int, multiscale: bool
) -> None:
    options = {
        "architecture": architecture, "input_size": size, "autoencoder_dims": dims, "encoder_dims": encoder,
        "decoder_dims": decoder, "multiscale_decoder": multiscale, "learn_mask": True,
    }  # fmt: skip
    found = networks.counts(networks.weightless("dfl-sae", options))
    liae = architecture == "liae"
    numbers = dims or (256 if liae else 512)
    wide, thin = 3 * encoder, 3 * decoder
    halvings = sum(networks.convolution(i, o, 5) for i, o in [(3, wide), (wide, 2 * wide), (2 * wide, 4 * wide),
                                                              (4 * wide, 8 * wide)])  # fmt: skip
    side = size // 16
    middle = networks.linear(8 * wide * side**2, numbers) + networks.linear(numbers, 512 * side**2)
    middle += networks.convolution(512, 4 * 512, 3)
    steps = [(1024 if liae else 512, 8 * thin), (8 * thin, 4 * thin), (4 * thin, 2 * thin)]
    doublings = sum(networks.convolution(i, 4 * o, 3) for i, o in steps)
    residuals = sum(4 * networks.convolution(o, o, 3) for _, o in steps)
    pictures = sum(networks.convolution(o, 3, 5) for _, o in (steps if multiscale else steps[-1:]))
    for part in ("decoder",) if liae else ("decoders.a", "decoders.b"):
        assert found[part] == doublings + residuals + pictures
    for part in ("masks.both",) if liae else ("masks.a", "masks.b"):
        assert found[part] == doublings + networks.convolution(2 * thin, 1, 5)
    assert found["encoder"] == halvings + (0 if liae else middle)
    assert found["inter"] == (2 * middle if liae else middle - networks.convolution(512, 4 * 512, 3))


@pytest.mark.parametrize(("architecture", "code"), [("df", (512, 10, 10)), ("liae", (1008, 5, 5))])
def test_it_makes_faces_and_masks_of_the_size_it_reads(architecture: str, code: tuple[int, ...]) -> None:
    options = {"architecture": architecture, "input_size": 80, "learn_mask": True}
    network = networks.weightless("dfl-sae", options)
    coded = network.encode(torch.empty(2, 3, 80, 80, device="meta"))
    assert coded.shape == (2, *code)
    made = network.decode(coded, "b")
    assert made.face.shape == (2, 3, 80, 80)
    assert made.mask is not None
    assert made.mask.shape == (2, 1, 80, 80)
    assert made.smaller == ()


@pytest.mark.parametrize("architecture", ["df", "liae"])
def test_a_multiscale_decoder_also_makes_faces_of_a_half_and_a_quarter(architecture: str) -> None:
    options = SMALL | {"architecture": architecture, "multiscale_decoder": True}
    network = networks.thin("dfl-sae", options)
    made = networks.swapped(network, networks.faces(2, 64))["b"]
    assert [face.shape for face in (made.face, *made.smaller)] == [(2, 3, size, size) for size in (64, 32, 16)]
    assert all(0 < face.min() < face.max() < 1 for face in made.smaller)


def test_smaller_faces_learn_too() -> None:
    network = networks.thin("dfl-sae", SMALL | {"multiscale_decoder": True})
    face = networks.faces(2, 64)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    errors = []
    for _ in range(20):
        made = network(face, "b").smaller
        each = [functional.mse_loss(small, functional.avg_pool2d(face, 64 // small.shape[-1])) for small in made]
        optimizer.zero_grad()
        torch.stack(each).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        errors.append([error.item() for error in each])
    assert all(last < 0.9 * first for first, last in zip(errors[0], errors[-1], strict=True))


@pytest.mark.parametrize(
    "options", [{"input_size": 72}, {"encoder_dims": 20}, {"autoencoder_dims": 48}, {"architecture": "saehd"}]
)
def test_settings_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=next(iter(options))):
        build("dfl-sae", options)


def test_liae_learns() -> None:
    assert networks.error_after_learning(networks.thin("dfl-sae", SMALL | {"architecture": "liae"})) < 0.9


def test_with_df_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("dfl-sae", SMALL)
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_with_liae_only_the_way_of_b_tells_people_apart() -> None:
    network = networks.thin("dfl-sae", SMALL | {"architecture": "liae"})
    assert networks.whose_face_changes_with(network, "inter_b") == {"b"}
    assert networks.whose_face_changes_with(network, "inter_both") == {"a", "b"}
    assert networks.whose_face_changes_with(network, "decoder") == {"a", "b"}


def test_with_liae_a_is_what_both_share_twice_and_b_its_own_before_that() -> None:
    network = networks.thin("dfl-sae", SMALL | {"architecture": "liae"}).eval()
    face, parts = networks.faces(1, 64), network.parts()
    made = networks.swapped(network, face)
    code = network.encode(face)
    own, both = parts["inter_b"](code), parts["inter_both"](code)
    assert torch.equal(made["a"].face, parts["decoder"](torch.cat([both, both], 1))[0])
    assert torch.equal(made["b"].face, parts["decoder"](torch.cat([own, both], 1))[0])


@pytest.mark.parametrize("architecture", ["df", "liae"])
def test_channels_last_makes_the_same_faces(architecture: str) -> None:
    assert networks.is_right_with_channels_last(networks.thin("dfl-sae", SMALL | {"architecture": architecture}))
