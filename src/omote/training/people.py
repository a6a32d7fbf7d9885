"""The faces of one person as a run uses them: those it learns from, those it is measured on, those it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from omote.faceset.augment import augment, plain
from omote.faceset.batch import Batch, Sizes, Stored
from omote.faceset.chance import draw
from omote.faceset.load import Faceset
from omote.faceset.sampler import Sampler, balanced
from omote.faceset.split import split
from omote.faceset.stream import Stream
from omote.models.base import Side, SwapNetwork
from omote.runtime.team import Team
from omote.training.both import SIDES
from omote.training.chance import generator_of
from omote.training.config import LearnConfig, PhaseConfig

_MOST_MEASURED = 64


@dataclass(eq=False)
class Person:
    """One person's faces.

    Attributes:
        faces: all of them.
        stream: what comes next of those that are learnt from.
        trained: how many these are.
        held: held-out faces, in batches as they are; none where too few faces were given.
        shown: faces of the preview sheet, half of them held out.
    """

    faces: Faceset
    stream: Stream
    trained: int
    held: tuple[Batch, ...]
    shown: Batch


def people(config: LearnConfig, sets: Mapping[Side, Faceset], network: SwapNetwork, team: Team) -> dict[Side, Person]:
    """Return both people's faces, split and ready to be drawn from."""
    splits = {side: split(sets[side], config.data.held_out) for side in SIDES}
    others: dict[Side, Side] = {"a": "b", "b": "a"}
    return {
        side: Person(
            sets[side],
            _stream(config, sets[side], sets[others[side]], splits[side][0], side, team),
            len(splits[side][0]),
            *_seen(config, sets[side], network, team.device),
        )
        for side in SIDES
    }  # fmt: skip


def fitted(config: LearnConfig, person: Person, network: SwapNetwork, team: Team) -> Person:
    """Return a person, going on as before, whose held-out and shown faces have the size that a network makes now."""
    held, shown = _seen(config, person.faces, network, team.device)
    return replace(person, held=held, shown=shown)


def batch(
    config: LearnConfig, phase: PhaseConfig, person: Person, network: SwapNetwork, seed: int, team: Team
) -> Batch:
    """Draw the next varied batch of a person.

    Args:
        config: of the run.
        phase: the run is in.
        person: whose faces.
        network: what they are for.
        seed: of this batch's chance, the same in all processes.
        team: of which this process takes its part.
    """
    chance = generator_of(seed)
    draws = draw(config.batch_size * team.world, config.augment, chance, warp=phase.warp, flip=phase.flip)
    mine = draws.part(team.rank, team.world).to(team.device)
    return augment(person.stream.next(), mine, config.augment, sizes_of(person.faces, network))


def sizes_of(faces: Faceset, network: SwapNetwork) -> Sizes:
    """Return the sides of what is stored, read and made."""
    return Sizes(faces.size, network.input_size, network.output_size)


def _stream(config: LearnConfig, mine: Faceset, other: Faceset, learnt: Tensor, side: Side, team: Team) -> Stream:
    weights = balanced(mine.poses[learnt]) if config.data.balance else None
    sampler = Sampler(len(learnt), generator_of(config.seed, "order", side), weights)
    towards = other if config.augment.warp_to_landmarks else None
    return Stream(
        mine, sampler, config.batch_size, team.device,
        keep=config.data.keep, rank=team.rank, world=team.world, among=learnt, towards=towards,
    )  # fmt: skip


def _seen(
    config: LearnConfig, faces: Faceset, network: SwapNetwork, device: torch.device
) -> tuple[tuple[Batch, ...], Batch]:
    trained, held = split(faces, config.data.held_out)
    shown = _spread(trained, held, config.watch.preview_faces)
    return _held(config, faces, held, network, device), _as_it_is(faces, shown, network, device)


def _held(
    config: LearnConfig, faces: Faceset, held: Tensor, network: SwapNetwork, device: torch.device
) -> tuple[Batch, ...]:
    if not len(held):
        return ()
    spread = held[torch.linspace(0, len(held) - 1, min(len(held), _MOST_MEASURED)).round().long()]
    return tuple(_as_it_is(faces, part, network, device) for part in torch.split(spread, config.batch_size))


def _spread(trained: Tensor, held: Tensor, count: int) -> Tensor:
    """Return `count` faces for the sheet in the order of the set, half of them held-out ones where there are enough."""
    half = min(len(held), count // 2)
    few = held[torch.linspace(0, len(held) - 1, half).round().long()] if half else held[:0]
    rest = min(count - len(few), len(trained))
    more = trained[torch.linspace(0, len(trained) - 1, rest).round().long()] if rest else trained[:0]
    return torch.cat([few, more]).sort().values


def _as_it_is(faces: Faceset, indices: Tensor, network: SwapNetwork, device: torch.device) -> Batch:
    marks = faces.landmarks[indices].to(device)
    return plain(Stored(faces.faces[indices].to(device), marks, marks), sizes_of(faces, network))
