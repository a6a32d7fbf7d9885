import math
from typing import Any

import pytest
import torch

from omote.faceset.chance import Draws, draw
from omote.faceset.config import AugmentConfig

EVERYTHING = AugmentConfig(warp_to_landmarks=True, blur=50, jpeg=50, downscale=50, occlude=50)
NOTHING = AugmentConfig(rotation=0, zoom=0, shift=0, flip=0, warp=0, lightness=0, colour=0, clahe=0)


def drawn(config: AugmentConfig, count: int = 6, seed: int = 0, *, warp: bool = True, flip: bool = True) -> Draws:
    return draw(count, config, torch.Generator().manual_seed(seed), warp=warp, flip=flip)


def tensors(draws: Draws) -> dict[str, torch.Tensor]:
    groups: dict[str, Any] = draws._asdict()
    return {f"{name}.{field}": tensor for name, group in groups.items() for field, tensor in group._asdict().items()}


def changed(one: Draws, other: Draws) -> set[str]:
    return {name for name, tensor in tensors(one).items() if not torch.equal(tensor, tensors(other)[name])}


@pytest.mark.parametrize("warp", [True, False])
def test_settings_do_not_change_how_much_chance_is_used(warp: bool) -> None:
    states = []
    for config in (EVERYTHING, NOTHING, AugmentConfig()):
        generator = torch.Generator().manual_seed(3)
        draw(5, config, generator, warp=warp, flip=not warp)
        states.append(generator.get_state())
    assert torch.equal(states[0], states[1])
    assert torch.equal(states[0], states[2])


@pytest.mark.parametrize(
    ("setting", "value", "moves"),
    [
        ("rotation", 20, {"place.angle"}),
        ("zoom", 9, {"place.zoom"}),
        ("shift", 9, {"place.shift"}),
        ("flip", 0, {"place.mirror"}),
        ("warp", 4, {"bend.nodes"}),
        ("lightness", 10, {"tint.light"}),
        ("colour", 20, {"tint.shift"}),
        ("clahe", 0, {"contrast.chosen"}),
        ("clahe_grid", 8, {"contrast.step"}),
        ("blur", 0, {"wear.blur"}),
        ("downscale", 0, {"wear.coarse"}),
        ("jpeg", 0, {"wear.quality"}),
        ("occlude", 0, {"occluder.chosen"}),
        ("warp_to_landmarks", False, {"bend.follow"}),
    ],
)
def test_another_strength_of_one_thing_leaves_all_others(setting: str, value: float, moves: set[str]) -> None:
    other = EVERYTHING.model_copy(update={setting: value})
    assert changed(drawn(EVERYTHING, 40), drawn(other, 40)) == moves


def test_phases_without_warp_or_flip_change_only_these() -> None:
    usual = drawn(EVERYTHING, 40)
    assert changed(usual, drawn(EVERYTHING, 40, warp=False)) == {"bend.nodes", "bend.jitter", "bend.follow"}
    assert changed(usual, drawn(EVERYTHING, 40, flip=False)) == {"place.mirror"}
    straight = drawn(EVERYTHING, 40, warp=False, flip=False)
    assert all((part == 0).all() for part in straight.bend)
    assert (straight.place.mirror == 1).all()


def test_strengths_are_those_of_the_settings() -> None:
    much = drawn(EVERYTHING, 4000)
    assert much.place.angle.abs().max() == pytest.approx(math.radians(10), rel=0.01)
    assert (much.place.zoom - 1).abs().max() == pytest.approx(0.05, rel=0.01)
    assert much.place.shift.abs().max() == pytest.approx(0.05, rel=0.01)
    assert (much.place.mirror < 0).float().mean() == pytest.approx(0.5, abs=0.03)
    assert much.bend.nodes.std() == pytest.approx(5 / 256, rel=0.01)
    assert much.bend.jitter.std() == pytest.approx(2 / 256, rel=0.01)
    assert much.tint.light.abs().max() == pytest.approx(0.3, rel=0.01)
    assert much.tint.shift.abs().max() == pytest.approx(10.24, rel=0.01)
    assert much.contrast.chosen.mean() == pytest.approx(0.5, abs=0.03)
    assert much.contrast.step.int().bincount().tolist() == pytest.approx([800] * 5, abs=110)
    assert much.occluder.kind.int().bincount().tolist() == pytest.approx([1333] * 3, abs=150)
    for strength, none in ((much.wear.blur, 0), (much.wear.coarse, 1), (much.wear.quality, 0)):
        assert (strength != none).float().mean() == pytest.approx(0.5, abs=0.03)


def test_parts_make_the_whole() -> None:
    whole = drawn(EVERYTHING, 6)
    parts = [tensors(whole.part(rank, 3)) for rank in range(3)]
    for name, tensor in tensors(whole).items():
        assert torch.equal(torch.cat([part[name] for part in parts]), tensor)


@pytest.mark.parametrize(("rank", "world"), [(0, 4), (3, 3), (-1, 2)])
def test_a_part_that_there_is_not_is_refused(rank: int, world: int) -> None:
    with pytest.raises(ValueError, match=f"6 faces have no part {rank} of {world}"):
        drawn(EVERYTHING, 6).part(rank, world)


def test_what_arrives_on_a_device_has_the_shapes_and_values_that_were_sent() -> None:
    sent = drawn(EVERYTHING, 3)
    assert sent.to(torch.device("cpu")) is sent
    # Another name of the CPU is another device, so that all is packed, moved and unpacked.
    arrived = sent.to(torch.device("cpu", 0))
    assert changed(sent, arrived) == set()
    assert {name: part.shape for name, part in tensors(arrived).items()} == {
        n: p.shape for n, p in tensors(sent).items()
    }
