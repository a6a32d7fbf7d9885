import numpy as np
import pytest
import torch
from torch import Tensor

from omote.core.types import Picture
from omote.faceset.augment import augment, plain
from omote.faceset.config import AugmentConfig

STILL = {"rotation": 0, "zoom": 0, "shift": 0, "flip": 0, "warp": 0, "lightness": 0, "colour": 0}


@pytest.fixture
def stored(picture: Picture) -> Tensor:
    """Four equal stored faces of 83 px with 64 px in the middle, the mask brighter to the right."""
    rgb = torch.from_numpy(picture[::2, ::2][:83, :83].copy()).permute(2, 0, 1)
    mask = torch.linspace(0, 255, 83).round().to(torch.uint8).expand(1, 83, 83)
    return torch.cat([rgb, mask])[None].repeat(4, 1, 1, 1)


def only(stored: Tensor, seed: int = 0, **amounts: float) -> tuple[Tensor, Tensor, Tensor]:
    config = AugmentConfig(**{**STILL, **amounts})
    return augment(stored, config, size=64, feed=64, target=64, generator=torch.Generator().manual_seed(seed))


def test_plain_is_the_middle(stored: Tensor) -> None:
    shown = plain(stored, size=63, feed=63, target=63)
    middle = stored[:, :, 10:73, 10:73].float() / 255
    torch.testing.assert_close(shown.feed, middle[:, :3], atol=1e-5, rtol=0)
    torch.testing.assert_close(shown.target, middle[:, :3], atol=1e-5, rtol=0)
    torch.testing.assert_close(shown.mask, middle[:, 3:], atol=1e-5, rtol=0)


def test_sizes_of_feed_and_target_are_their_own(stored: Tensor) -> None:
    shown = plain(stored, size=64, feed=32, target=128)
    assert (shown.feed.shape, shown.target.shape, shown.mask.shape) == (
        (4, 3, 32, 32),
        (4, 3, 128, 128),
        (4, 1, 128, 128),
    )


def test_always_flipped_is_the_mirror(stored: Tensor) -> None:
    still, flipped = only(stored), only(stored, flip=100)
    for before, after in zip(still, flipped, strict=True):
        torch.testing.assert_close(after, before.flip(3), atol=1e-5, rtol=0)


def slow_affine(stored: Tensor, angle: float, zoom: float, x: float, y: float) -> Tensor:
    """Sample pixel by pixel: the exact version, for points well inside."""
    out = torch.zeros(4, 64, 64)
    cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
    for row in range(64):
        for column in range(64):
            u, v = column + 0.5 - 32, row + 0.5 - 32
            at_x, at_y = cos * u - sin * v + x + 41.5 - 0.5, sin * u + cos * v + y + 41.5 - 0.5
            left, top = int(np.floor(at_x)), int(np.floor(at_y))
            p, q = at_x - left, at_y - top
            corner = stored[:, top : top + 2, left : left + 2].float() / 255
            weights = torch.tensor([[(1 - p) * (1 - q), p * (1 - q)], [(1 - p) * q, p * q]], dtype=torch.float32)
            out[:, row, column] = (corner * weights).sum((1, 2))
    return out


def test_the_affine_is_the_one_that_was_drawn(stored: Tensor) -> None:
    _, target, mask = only(stored, rotation=8, zoom=4, shift=3)
    # The same draws in the order that the module takes them: three numbers a face for the tint come first.
    generator = torch.Generator().manual_seed(0)
    torch.rand(4, 3, 1, 1, generator=generator)
    draws = [(torch.rand(4, generator=generator) * 2 - 1) for _ in range(4)]
    for face in range(4):
        angle, zoom = np.radians(8.0 * draws[0][face].item()), 1 + 0.04 * draws[1][face].item()
        x, y = (2 * 0.03 * draws[n][face].item() * 32 for n in (2, 3))
        slow = slow_affine(stored[face], angle, zoom, x, y)
        torch.testing.assert_close(torch.cat([target, mask], 1)[face], slow, atol=2e-4, rtol=0)


def test_the_warp_bends_the_feed_alone_and_as_much_as_asked(stored: Tensor) -> None:
    ramp = torch.zeros(64, 4, 83, 83, dtype=torch.uint8)
    ramp[:, :3] = (torch.arange(83) * 3).to(torch.uint8)
    feed, target, _ = only(ramp, warp=2.0)
    torch.testing.assert_close(target, only(ramp)[1])
    moved = (feed - target)[:, 0, ::63, ::63] * 255 / 3  # corner nodes, in pixels
    assert moved.std().item() == pytest.approx(64 * 0.02, rel=0.15)
    assert (feed - target).abs().max() > 0


def test_the_tint_is_the_same_in_feed_and_target_and_stays_in_range(stored: Tensor) -> None:
    feed, target, mask = only(stored, lightness=75, colour=50)
    torch.testing.assert_close(feed, target)
    assert target.min() >= 0
    assert target.max() <= 1
    torch.testing.assert_close(mask, only(stored)[2])
    assert len({round(face.mean().item(), 3) for face in target}) == 4


def test_the_same_seed_gives_the_same_batch(stored: Tensor) -> None:
    whole = AugmentConfig()
    one, same, other = (
        augment(stored, whole, size=64, feed=64, target=64, generator=torch.Generator().manual_seed(seed))
        for seed in (5, 5, 6)
    )
    assert torch.equal(one.feed, same.feed)
    assert not torch.equal(one.feed, other.feed)
