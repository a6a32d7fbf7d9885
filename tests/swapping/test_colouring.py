from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.colour import to_lab, to_rgb
from omote.imaging.geometry import inverse, shifted, transform, warp
from omote.swapping.colouring import MATCHES, coloured
from omote.swapping.config import BalanceConfig, CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.steady import Memory

ONES = np.ones((256, 256), np.float32)


@pytest.fixture
def plate(picture: Picture) -> Picture:
    """Of colours that a face may be given: none is near black or white."""
    return (picture // 2 + 60).astype(np.uint8)


def seen(plate: Picture, place: Placement) -> Floats:
    return warp(plate, place.matrix, 64, 64).astype(np.float32) / np.float32(255)


def test_a_face_of_other_colours_comes_back_to_the_plate_s(plate: Picture, place: Placement) -> None:
    """What a network made is the plate's own face, but in another light; the true answer is the face itself."""
    right = seen(plate, place)
    for colour, cast, near in (
        ("mean", right + np.array([0.06, -0.04, 0.02], np.float32), 0.004),
        ("lab", to_rgb(to_lab(right) * 0.8 + np.array([18, 2, -5], np.float32)), 0.01),
        ("mkl", right @ np.array([[0.9, 0.05, 0], [0.05, 1.0, 0], [0, 0, 0.8]], np.float32) + np.float32(0.02), 0.01),
        ("histogram", (0.1 + 0.8 * right) ** 1.2, 0.012),
        ("seamless", right + np.array([0.06, -0.04, 0.02], np.float32), 0.004),
    ):
        mask = ONES.copy()
        mask[:20] = mask[-20:] = mask[:, :20] = mask[:, -20:] = 0
        made = coloured(
            plate, place, cast.astype(np.float32), mask, CompositeConfig.checked({"colour": colour}), Memory()
        )
        inside = (slice(6, -6), slice(6, -6))
        assert np.abs(made - right)[inside].mean() < near, colour
        assert np.abs(cast - right)[inside].mean() > 2 * near, colour


@pytest.mark.parametrize("colour", MATCHES)
def test_a_plate_of_16_bits_gives_the_same_colours(plate: Picture, place: Placement, colour: str) -> None:
    face = np.random.default_rng(0).uniform(0.3, 0.6, (64, 64, 3)).astype(np.float32)
    config = CompositeConfig.checked({"colour": colour})
    shallow, deep = (
        coloured(frame, place, face, ONES, config, Memory()) for frame in (plate, plate.astype(np.uint16) * 257)
    )
    np.testing.assert_allclose(shallow, deep, atol=0.01)


def test_what_lies_outside_the_frame_does_not_count(plate: Picture, place: Placement) -> None:
    """The same face, cut by the frame's edge: of the part that is seen the mean is found, as by hand."""
    face = np.full((64, 64, 3), 0.5, np.float32)
    cut = plate[:, 110:]
    matrix = place.matrix @ np.vstack([shifted(110, 0), (0, 0, 1)])
    made = coloured(cut, replace(place, matrix=matrix), face, ONES, CompositeConfig(colour="mean"), Memory())
    y = transform(np.stack([np.zeros(64), np.arange(64) + 0.5], 1), inverse(place.matrix))[:, 1]
    right = seen(plate, place)[(y >= 0) & (y <= 220), 32:].mean((0, 1))  # the face's middle lies at x = 110
    np.testing.assert_allclose(made[0, 0], right, atol=0.01)


@pytest.mark.parametrize("colour", MATCHES)
def test_a_network_s_wavering_is_gone_at_once(plate: Picture, place: Placement, colour: str) -> None:
    """The made face is lighter in each second frame; what is set in is not."""
    memory, config = Memory(), CompositeConfig.checked({"colour": colour, "steady_colour": 8})
    face = np.random.default_rng(0).uniform(0.3, 0.6, (64, 64, 3)).astype(np.float32)
    mask = ONES.copy()
    mask[:20] = mask[-20:] = mask[:, :20] = mask[:, -20:] = 0
    made = [
        coloured(plate, replace(place, frame=frame), face + np.float32(0.08 * (frame % 2)), mask, config, memory)
        for frame in range(6)
    ]
    assert max(np.abs(after - before).max() for before, after in pairwise(made)) < 0.02


def test_all_but_the_mean_is_evened_out_over_the_frames_of_a_track(plate: Picture, place: Placement) -> None:
    grey = np.random.default_rng(0).normal(0.5, 0.05, (64, 64, 1)).astype(np.float32)
    face, memory, config = np.repeat(grey, 3, 2), Memory(), CompositeConfig(colour="mkl", steady_colour=4)
    quiet, lively = (
        np.rint(128 + size * np.random.default_rng(1).normal(0, 1, plate.shape)).clip(0, 255).astype(np.uint8)
        for size in (20, 30)
    )
    frames = [lively if frame == 2 else quiet for frame in range(3)]
    spread = [
        float(coloured(shown, replace(place, frame=frame), face, ONES, config, memory).std())
        for frame, shown in enumerate(frames)
    ]
    alone = [float(coloured(shown, place, face, ONES, config, Memory()).std()) for shown in (quiet, lively)]
    assert spread[0] == pytest.approx(spread[1]) == pytest.approx(alone[0])
    share = 1 / (1 + np.exp(-1 / 4) + np.exp(-2 / 4))
    assert spread[2] == pytest.approx(alone[0] + share * (alone[1] - alone[0]), rel=0.02)


def test_no_match_leaves_the_face_and_the_balance_comes_last(plate: Picture, place: Placement) -> None:
    face = np.full((64, 64, 3), 0.5, np.float32)
    assert coloured(plate, place, face, ONES, CompositeConfig(colour="none"), Memory()) is face
    by_hand = CompositeConfig(colour="none", balance=BalanceConfig(red=10, brightness=5))
    made = coloured(plate, place, face, ONES, by_hand, Memory())
    np.testing.assert_allclose(made[3, 4], [0.6, 0.55, 0.55], atol=1e-4)
