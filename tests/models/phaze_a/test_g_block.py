import torch

from omote.models.phaze_a.g_block import GBlock, adaptive
from omote.models.phaze_a.plan import Map


def test_its_size_is_the_reference_s() -> None:
    for channels, count in ((1024, 23_864_832), (1280, 36_187_648)):
        with torch.device("meta"):
            block = GBlock(Map(channels, 8), 512)
        assert sum(parameter.numel() for parameter in block.parameters()) == count


def test_adaptive_norm_gives_each_channel_its_deviation_and_mean() -> None:
    x = 7 * torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) - 1
    scale, shift = torch.rand(2, 3, 1, 1) + 1, torch.rand(2, 3, 1, 1)
    made = adaptive(x, scale, shift)
    assert torch.allclose(made.mean((2, 3), keepdim=True), shift, atol=1e-5)
    assert torch.allclose(made.std((2, 3), correction=0, keepdim=True), scale, rtol=1e-3)


def test_flat_channels_have_a_slope() -> None:
    x = torch.ones(1, 2, 4, 4, requires_grad=True)
    adaptive(x, torch.ones(1, 2, 1, 1), torch.zeros(1, 2, 1, 1)).square().sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()


def test_the_style_alone_changes_the_map_and_use_has_no_chance() -> None:
    torch.manual_seed(0)
    block = GBlock(Map(8, 4), 16).eval()
    x, style = torch.rand(1, 8, 4, 4), torch.rand(2, 16)
    first, second = (block(x, one[None]) for one in style)
    assert first.shape == x.shape
    assert not torch.allclose(first, second)
    assert torch.equal(block(x, style[:1]), first)
    block.train()
    assert not torch.equal(block(x, style[:1]), block(x, style[:1]))
