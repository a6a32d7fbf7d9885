"""One suite over every network that is registered: at full width without weights, and light with weights."""

from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
import torch
from torch import nn

from omote.models.anatomy import blueprint, layers, parameters
from omote.models.initializers import initialise, sub_pixel_convolutions
from omote.models.parts import freeze
from omote.models.presets import preset, preset_names
from omote.models.registry import settings
from omote.models.weights import load_weights
from omote.runtime.model_folder import Checkpoint, read_weights, write_checkpoint
from omote.swapping.as_onnx import as_onnx, resizing
from tests.models import networks

every_network = pytest.mark.parametrize("name", networks.NAMES)
every_preset = pytest.mark.parametrize(
    ("name", "chosen"), [(name, chosen) for name in networks.NAMES for chosen in (None, *preset_names(name))]
)
NOISY = {"phaze-a"}
"""Networks that add so much noise while they learn that 30 steps do not bring them below a person's mean colour."""
with_and_without_mask = pytest.mark.parametrize("learn_mask", [False, True])


@every_network
@with_and_without_mask
def test_all_of_a_network_takes_part_in_its_faces(name: str, learn_mask: bool) -> None:
    network = blueprint(name, {"learn_mask": learn_mask})
    code = network.encode(torch.empty(2, 3, network.input_size, network.input_size, device="meta"))
    for side in networks.SIDES:
        made = network.decode(code, side)
        assert made.face.shape == (2, 3, network.output_size, network.output_size)
        assert (made.mask is not None) == learn_mask
        if made.mask is not None:
            assert made.mask.shape == (2, 1, network.output_size, network.output_size)
        learnt = (made.face, *made.smaller, *(() if made.mask is None else (made.mask,)))
        torch.stack([face.sum() for face in learnt]).sum().backward(retain_graph=True)  # type: ignore[no-untyped-call]
    assert [part for part, parameter in network.named_parameters() if parameter.grad is None] == []


@every_network
def test_every_setting_has_a_help_and_a_mask_is_one_of_them(name: str) -> None:
    fields = type(settings(name, {})).model_fields
    assert "learn_mask" in fields
    assert all(field.description for field in fields.values())


@every_preset
def test_the_layers_of_every_preset_hold_all_its_parameters(name: str, chosen: str | None) -> None:
    network = blueprint(name, {} if chosen is None else preset(name, chosen))
    assert sum(layer.parameters for layer in layers(network)) == parameters(network)


@every_network
@with_and_without_mask
def test_every_pixel_shuffle_is_known_to_the_initializers(name: str, learn_mask: bool) -> None:
    network = blueprint(name, {"learn_mask": learn_mask})
    shuffles = [module for module in network.modules() if isinstance(module, nn.PixelShuffle)]
    feeding = list(sub_pixel_convolutions(network))
    assert len({layer for layer, _ in feeding}) == len(feeding) == len(shuffles)


@every_network
def test_sub_pixels_can_begin_as_plain_enlargement(name: str) -> None:
    network = networks.light(name)
    initialise(network, "he_uniform", icnr=True, generator=torch.Generator().manual_seed(0))
    for layer, factor in sub_pixel_convolutions(network):
        by_channel = layer.weight.view(-1, factor**2, *layer.weight.shape[1:])
        assert torch.equal(by_channel, by_channel[:, :1].expand_as(by_channel))


@every_network
@with_and_without_mask
def test_the_parts_cover_the_network_and_can_be_frozen(name: str, learn_mask: bool) -> None:
    network = blueprint(name, {"learn_mask": learn_mask})
    parts = network.parts()
    assert "encoder" in parts
    assert parts.keys() & {"decoders", "decoder"}
    assert {weight for part in parts.values() for weight in part.parameters()} == set(network.parameters())
    freeze(network, ["encoder"])
    network(torch.empty(1, 3, network.input_size, network.input_size, device="meta"), "a").face.sum().backward()
    assert all(weight.grad is None for weight in parts["encoder"].parameters())


@every_network
def test_a_batch_is_learnt_by_heart(name: str) -> None:
    errors = networks.errors_while_learning(networks.light(name))
    assert errors[-1] < 0.9 * errors[0]
    assert errors[-1] < 0.9 or name in NOISY


@every_network
def test_each_person_s_own_parts_change_that_person_s_face_alone(name: str) -> None:
    network = networks.light(name)
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}
    for side in networks.SIDES:
        own = [part for part in network.parts() if part.endswith((f".{side}", f"_{side}"))]
        assert own
        assert all(networks.whose_face_changes_with(network, part) == {side} for part in own)


@every_network
def test_the_seed_alone_decides_how_a_network_begins(name: str) -> None:
    first, second = (networks.light(name).state_dict() for _ in range(2))
    assert all(torch.equal(tensor, second[key]) for key, tensor in first.items())


@every_network
@with_and_without_mask
def test_faces_and_masks_are_from_0_to_1_and_each_persons_own(name: str, learn_mask: bool) -> None:
    network = networks.light(name, learn_mask).eval()
    made = networks.swapped(network, networks.faces(2, network.input_size))
    for decoded in made.values():
        for picture in (decoded.face, *decoded.smaller, *(() if decoded.mask is None else (decoded.mask,))):
            assert 0 <= picture.min() <= picture.max() <= 1
    assert not torch.equal(made["a"].face, made["b"].face)


@every_network
def test_a_network_that_was_saved_makes_the_same_faces_to_the_bit(name: str, tmp_path: Path) -> None:
    network = networks.light(name, learn_mask=True).eval()
    face = networks.faces(2, network.input_size)
    before = networks.swapped(network, face)
    state = {"schema": 1, "network": name, "options": {}, "crop": {}, "iteration": 0, "seconds": 0, "faces": 0}
    write_checkpoint(tmp_path / "model", Checkpoint(network.state_dict(), {}, {**state, "history": []}, ""))
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.zero_()
    load_weights(network, read_weights(tmp_path / "model"))
    after = networks.swapped(network, face)
    for side in networks.SIDES:
        assert torch.equal(before[side].face, after[side].face)
        mask, again = before[side].mask, after[side].mask
        assert mask is not None
        assert again is not None
        assert torch.equal(mask, again)


@every_network
def test_the_memory_layout_of_training_makes_the_same_faces(name: str) -> None:
    assert networks.is_right_with_channels_last(networks.light(name))


@every_network
def test_a_dfm_of_a_network_makes_the_same_faces(name: str) -> None:
    network = networks.light(name, learn_mask=True)
    reader = onnxruntime.InferenceSession(as_onnx(network, "b", "dfm", {}), providers=["CPUExecutionProvider"])
    face = networks.faces(2, network.output_size)
    resize = resizing(network.output_size, network.input_size)
    made = networks.swapped(network, resize @ face @ resize.T)
    given, swapped, mask = reader.run(None, {"in_face:0": face.flip(1).permute(0, 2, 3, 1).contiguous().numpy()})
    np.testing.assert_allclose(swapped[..., ::-1].transpose(0, 3, 1, 2), made["b"].face, atol=1e-3)
    for found, side in ((given, "a"), (mask, "b")):
        wanted = made[side].mask  # type: ignore[index]
        assert wanted is not None
        np.testing.assert_allclose(found.transpose(0, 3, 1, 2), wanted, atol=1e-3)
