import importlib
from typing import Any

import pytest
import torch

from omote.models.phaze_a.vit import QuickGelu, Vit, VitSize, resized_positions
from tests.models.phaze_a import fake_timm

TINY = VitSize(8, 128, 2, 32)


def test_it_has_the_reference_s_size_at_every_size_of_picture() -> None:
    for side, count in ((64, 86_054_400), (128, 86_091_264), (224, 86_192_640)):
        with torch.device("meta"):
            net = Vit(VitSize(16), side)
        assert sum(parameter.numel() for parameter in net.parameters()) == count


def test_a_picture_becomes_a_vector_and_ends_that_fill_no_patch_are_not_seen() -> None:
    torch.manual_seed(0)
    net = Vit(TINY, 28).eval()
    x = torch.rand(2, 3, 28, 28)
    made = net(x)
    assert made.shape == (2, 32)
    other = x.clone()
    other[:, :, 24:] = 0
    assert torch.equal(net(other), made)
    other[:, :, 23] = 0
    assert not torch.allclose(net(other), made)


def test_patches_are_told_apart_by_where_they_are() -> None:
    torch.manual_seed(0)
    net = Vit(TINY, 32).eval()
    x = torch.rand(1, 3, 32, 32)
    swapped = torch.cat((x[:, :, 8:16], x[:, :, :8], x[:, :, 16:]), dim=2)
    assert not torch.allclose(net(swapped), net(x), atol=1e-4)
    with torch.no_grad():
        net.positional_embedding.zero_()
    assert torch.allclose(net(swapped), net(x), atol=1e-5)


def test_attention_is_that_of_the_definition() -> None:
    torch.manual_seed(0)
    resblocks: Any = Vit(TINY, 16).transformer["resblocks"]
    block = resblocks[0]
    tokens = torch.rand(1, 5, 128)
    seen = block.ln_1(tokens)
    q, k, v = (seen @ block.attn.in_proj_weight.T + block.attn.in_proj_bias).view(1, 5, 3, 2, 64).permute(2, 0, 3, 1, 4)
    looked = (q @ k.transpose(-1, -2) / 8).softmax(-1) @ v
    after = tokens + block.attn.out_proj(looked.transpose(1, 2).reshape(1, 5, 128))
    assert torch.allclose(block(tokens), after + block.mlp(block.ln_2(after)), atol=1e-5)


def test_quick_gelu_is_near_gelu() -> None:
    x = torch.linspace(-6, 6, 200)
    assert (QuickGelu()(x) - torch.nn.functional.gelu(x)).abs().max() < 0.03


def test_positions_are_fitted_to_another_size() -> None:
    rows, columns = torch.meshgrid(torch.arange(14.0), torch.arange(14.0), indexing="ij")
    first = torch.tensor([[5.0, 6.0]])
    positions = torch.cat((first, torch.stack((rows.flatten(), columns.flatten()), dim=1)))
    made = resized_positions(positions, 50)
    assert made.shape == (50, 2)
    assert torch.equal(made[:1], first)
    square = made[1:].view(7, 7, 2)
    inner = torch.arange(1, 6) * 2 + 0.5  # a plane stays one: the middle of two old places
    assert torch.allclose(square[1:6, 1:6, 1], inner.expand(5, 5), atol=1e-4)
    assert torch.allclose(square[1:6, 1:6, 0], inner[:, None].expand(5, 5), atol=1e-4)
    assert torch.allclose(resized_positions(positions, 197), positions, atol=1e-5)


@pytest.mark.skipif(not fake_timm.real_one_is_here(), reason="timm cannot be loaded here: omote[encoders]")
def test_it_computes_what_timm_s_clip_does_of_weights_with_openai_s_names() -> None:
    torch.manual_seed(0)
    ours = Vit(VitSize(32, 128, 2, 64), 64).eval()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    timm = importlib.import_module("timm")
    theirs = timm.create_model(
        "vit_base_patch32_clip_quickgelu_224", img_size=64, embed_dim=128, depth=2, num_heads=2, num_classes=64
    ).eval()
    filtered = importlib.import_module("timm.models.vision_transformer").checkpoint_filter_fn
    theirs.load_state_dict(filtered({f"visual.{name}": values for name, values in ours.state_dict().items()}, theirs))
    x = torch.rand(2, 3, 64, 64)
    assert torch.allclose(ours(x), theirs(x), atol=1e-5)
