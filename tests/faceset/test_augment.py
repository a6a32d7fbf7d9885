import numpy as np
import pytest
import torch
from torch import Tensor

from omote.core.types import Picture
from omote.faceset import augment as augmentation
from omote.faceset.augment import augment, plain
from omote.faceset.batch import Batch, Sizes, Stored
from omote.faceset.chance import Draws, draw
from omote.faceset.colour import lab_of, rgb_of, tinted
from omote.faceset.config import AugmentConfig
from omote.faceset.contrast import equalised

STILL = AugmentConfig(rotation=0, zoom=0, shift=0, flip=0, warp=0, lightness=0, colour=0, clahe=0)
EVERYTHING = AugmentConfig(blur=50, jpeg=50, downscale=50, occlude=50)
SIZES = Sizes(64, 64, 64)


@pytest.fixture
def stored(picture: Picture) -> Stored:
    """Four stored faces of 84 px with 64 px in the middle, other colours and areas in each."""
    rgb = torch.from_numpy(picture[:168:2, :168:2].copy()).permute(2, 0, 1)
    faces = torch.cat([rgb, rgb.flip(1, 2)])[None].repeat(4, 1, 1, 1)
    faces[1] = faces[1].roll(2, 0)
    faces[2] = 255 - faces[2]
    marks = torch.rand(4, 68, 2, generator=torch.Generator().manual_seed(0)) * 40 + 22
    return Stored(faces, marks, marks + 2)


def only(**amounts: float) -> AugmentConfig:
    return STILL.model_copy(update=amounts)


def draws(config: AugmentConfig, seed: int = 0, count: int = 4) -> Draws:
    return draw(count, config, torch.Generator().manual_seed(seed), warp=True, flip=True)


def made(stored: Stored, config: AugmentConfig, seed: int = 0, sizes: Sizes = SIZES) -> Batch:
    return augment(stored, draws(config, seed, len(stored.faces)), config, sizes)


def same(one: Batch, other: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_plain_is_the_middle(stored: Stored) -> None:
    shown, middle = plain(stored, SIZES), stored.faces[:, :, 10:74, 10:74] / 255
    for part, truth in zip(shown, (middle[:, :3], middle[:, :3], *torch.split(middle[:, 3:], 1, 1)), strict=True):
        torch.testing.assert_close(part, truth, atol=1e-5, rtol=0)


def test_settings_of_zero_show_the_face_as_it_is(stored: Stored) -> None:
    for part, truth in zip(made(stored, STILL), plain(stored, SIZES), strict=True):
        torch.testing.assert_close(part, truth, atol=1e-5, rtol=0)


def test_what_is_switched_off_is_not_computed(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("lab_of", "tinted", "equalised", "rgb_of", "bent", "led", "occluded", "softened", "squeezed"):
        monkeypatch.setattr(augmentation, step, None)
    augment(stored, draws(EVERYTHING), STILL, SIZES)


@pytest.mark.parametrize("sizes", [Sizes(64, 32, 64), Sizes(64, 64, 16), Sizes(60, 30, 60)])
def test_sizes_of_feed_and_target_are_their_own_and_show_the_same(stored: Stored, sizes: Sizes) -> None:
    shown, whole = plain(stored, sizes), plain(stored, Sizes(sizes.seen, sizes.seen, sizes.seen))
    for part, side in zip(shown, (sizes.feed, *[sizes.target] * 4), strict=True):
        assert part.shape[2:] == (side, side)
    for part, full in zip(shown, whole, strict=True):
        small = torch.nn.functional.adaptive_avg_pool2d(full, part.shape[-1])
        torch.testing.assert_close(part, small, atol=1e-4, rtol=0)


def test_always_flipped_is_the_mirror_of_picture_and_areas(stored: Stored) -> None:
    for before, after in zip(made(stored, STILL), made(stored, only(flip=100)), strict=True):
        torch.testing.assert_close(after, before.flip(3), atol=1e-4, rtol=0)


def centre(plane: Tensor) -> tuple[float, float]:
    weights = plane.double().numpy()
    y, x = np.mgrid[: weights.shape[0], : weights.shape[1]] + 0.5
    return float((x * weights).sum() / weights.sum()), float((y * weights).sum() / weights.sum())


def test_dots_land_in_feed_and_target_where_the_draws_say_to_a_tenth_of_a_pixel() -> None:
    config, count = only(rotation=10, zoom=5, shift=5, flip=50), 6
    y, x = np.mgrid[:84, :84] + 0.5
    dots = [(30.3, 35.8), (52.1, 40.6), (42.0, 56.9)]
    planes = np.stack([255 * np.exp(-((x - u) ** 2 + (y - v) ** 2) / 6) for u, v in dots])
    faces = torch.from_numpy(planes.repeat(2, 0).round().astype(np.uint8)).expand(count, 6, 84, 84)
    # Channels of the picture: dots 0, 0, 1; mask 1; eyes and mouth 2.
    chance = draws(config, 4, count)
    shown = augment(Stored(faces, torch.zeros(count, 68, 2), torch.zeros(count, 68, 2)), chance, config, SIZES)
    for face in range(count):
        angle, zoom, mirror = (
            float(part[face]) for part in (chance.place.angle, chance.place.zoom, chance.place.mirror)
        )
        move = complex(*(chance.place.shift[face].double() * 64).tolist())
        for u, v in dots:
            back = (complex(u - 42, v - 42) - move) * np.exp(-1j * angle) / zoom
            expected = (back.real * mirror + 32, back.imag + 32)
            plane = {30.3: shown.target[face, 0], 52.1: shown.mask[face, 0], 42.0: shown.mouth[face, 0]}[u]
            np.testing.assert_allclose(centre(plane), expected, atol=0.1)
        np.testing.assert_allclose(centre(shown.feed[face, 2]), centre(shown.mask[face, 0]), atol=0.01)


def test_the_warp_bends_the_feed_alone_and_as_much_as_asked() -> None:
    ramp = (torch.arange(84) * 3).to(torch.uint8).expand(64, 6, 84, 84)
    marks = torch.zeros(64, 68, 2)
    shown = made(Stored(ramp, marks, marks), only(warp=2.0))
    moved = (shown.feed - shown.target)[:, 0] * 255 / 3
    line = torch.tensor([0, 16, 32, 48, 63])
    at_nodes = moved[:, line[:, None], line]  # a nearest pixel's centre is half a pixel off: 31/32 of the node's move
    assert at_nodes.std() == pytest.approx(64 * 0.02 * 0.94, rel=0.08)
    assert shown.target.equal(made(Stored(ramp, marks, marks), STILL).target)


def test_landmarks_lead_the_feed_alone(stored: Stored) -> None:
    config = STILL.model_copy(update={"warp_to_landmarks": True})
    away = stored._replace(towards=stored.landmarks + torch.tensor([3.0, 0]))
    shown, still = made(away, config), made(away, STILL)
    assert torch.equal(shown.target, still.target)
    assert not torch.equal(shown.feed, still.feed)


def test_colours_are_tint_then_contrast_and_the_same_in_feed_and_target(stored: Stored) -> None:
    config = only(lightness=40, colour=20, clahe=50)
    shown, chance = made(stored, config), draws(config)
    lab = tinted(lab_of(stored.faces[:, :3]), chance.tint)
    lightness = equalised(lab[:, 0], chance.contrast, config.clahe_grid)
    expected = rgb_of(torch.cat([lightness[:, None], lab[:, 1:]], 1))[:, :, 10:74, 10:74]
    torch.testing.assert_close(shown.feed, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(shown.target, expected, atol=1e-5, rtol=0)
    assert torch.equal(shown.mask, made(stored, STILL).mask)


@pytest.mark.parametrize("wear", ["blur", "jpeg", "downscale", "occlude"])
def test_only_the_feed_is_degraded(stored: Stored, wear: str) -> None:
    shown, still = made(stored, only(**{wear: 100})), made(stored, STILL)
    assert same(Batch(still.feed, *shown[1:]), still)
    assert (shown.feed - still.feed).abs().amax((1, 2, 3)).min() > 0.01


def test_the_same_draws_give_the_same_batch_to_the_bit(stored: Stored) -> None:
    assert same(made(stored, EVERYTHING, 5), made(stored, EVERYTHING, 5))
    assert not torch.equal(made(stored, EVERYTHING, 5).feed, made(stored, EVERYTHING, 6).feed)


def test_a_face_does_not_depend_on_the_others_of_its_batch(stored: Stored) -> None:
    whole = made(stored, EVERYTHING)
    half = Stored(*(part[2:] for part in stored))
    alone = augment(half, draws(EVERYTHING).part(1, 2), EVERYTHING, SIZES)
    for part, same_part in zip(whole, alone, strict=True):
        torch.testing.assert_close(part[2:], same_part, atol=1e-4, rtol=0)


@pytest.mark.parametrize("lead", [False, True])
def test_channels_last_gives_the_same(stored: Stored, lead: bool) -> None:
    config = EVERYTHING.model_copy(update={"warp_to_landmarks": lead})
    last = stored._replace(faces=stored.faces.contiguous(memory_format=torch.channels_last))
    for part, other in zip(made(stored, config), made(last, config), strict=True):
        torch.testing.assert_close(part, other, atol=1e-5, rtol=0)


@pytest.mark.parametrize("lead", [False, True])
def test_nothing_asks_the_device_for_a_value(stored: Stored, lead: bool) -> None:
    # A meta tensor has no values: asking for one, or for a shape that depends on one, raises.
    config = EVERYTHING.model_copy(update={"warp_to_landmarks": lead})
    meta = torch.device("meta")
    there = Stored(*(part.to(meta) for part in stored))
    shown = augment(there, draws(config).to(meta), config, Sizes(64, 32, 64))
    assert [part.shape[1:] for part in shown] == [(3, 32, 32), (3, 64, 64), (1, 64, 64), (1, 64, 64), (1, 64, 64)]
    assert all(part.is_meta and part.dtype == torch.float32 for part in shown)
