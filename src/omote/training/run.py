"""A run: what learns, from whom, and how far it is; and how all of it is put down and taken up again."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Self

import torch
from torch import Tensor

from omote.core.errors import SettingError
from omote.faceset.batch import Batch
from omote.faceset.load import Faceset
from omote.models.base import Side, SwapNetwork
from omote.models.initializers import initialise
from omote.models.parts import reset
from omote.models.presets import with_preset
from omote.models.registry import build, settings
from omote.runtime.model_folder import SCHEMA, Checkpoint
from omote.runtime.precision import Precision
from omote.runtime.team import Team
from omote.training.advice import plateau
from omote.training.both import SIDES
from omote.training.chance import generator_of, seed_of
from omote.training.config import LearnConfig, PhaseConfig
from omote.training.finder import RateSearch, find_rate
from omote.training.history import History, Row
from omote.training.learner import Learner, Pull
from omote.training.measure import Measured, measure
from omote.training.optimizers import default_rate
from omote.training.people import Person, batch, fitted, people
from omote.training.phases import Limits, Moment, Place
from omote.training.rates import factor, warm_up
from omote.training.tally import Tally
from omote.training.tensors import cloned, put_down, take_up, under

_STREAM, _TALLY = "stream.", "tally/"
_PATIENCE = 5000  # iterations without progress after which the schedule `plateau` halves the rate


@dataclass(eq=False)
class Run:
    """What a checkpoint holds, alive.

    Attributes:
        config: the settings.
        learner: the network and what makes it learn.
        people: the faces of either person.
        team: the processes that share the work.
        tally: losses since the last row of the history.
        now: how far it is.
        place: the phase it is in.
        halvings: of the rate in this phase, where its schedule halves it; `halved` is the iteration of the last one.
        lowered: times the rate was halved after a fall back.
        history: what was measured.
    """

    config: LearnConfig
    learner: Learner
    people: Mapping[Side, Person]
    team: Team
    tally: Tally
    now: Moment = field(default_factory=Moment)
    place: Place = field(default_factory=Place)
    halvings: int = 0
    halved: int = 0
    lowered: int = 0
    history: History = field(default_factory=History)

    @property
    def network(self) -> SwapNetwork:
        """The network, on its device."""
        return self.learner.network

    @property
    def phase(self) -> PhaseConfig:
        """The phase it is in."""
        return self.config.phases[self.place.number]

    @classmethod
    def begin(
        cls, config: LearnConfig, network: SwapNetwork, sets: Mapping[Side, Faceset], team: Team, precision: Precision
    ) -> Self:
        """Start from a network's weights.

        Raises:
            SettingError: a phase is to draw faces of a size that the network cannot draw.
        """
        for phase in config.phases:
            if phase.resolution not in (None, *network.sizes):
                sizes = ", ".join(map(str, network.sizes))
                what = f"{config.network} cannot draw faces of {phase.resolution} px"
                raise SettingError(what, f"phase {phase.name}", f"here it draws {sizes} px")
        learner = Learner(config, network, base_rate(config, network), team, precision)
        tally = Tally(len(learner.loss.names), team.device)
        run = cls(config, learner, people(config, sets, network, team), team, tally)
        run.resize()
        return run

    def resize(self) -> None:
        """Draw faces of the size that the phase asks for."""
        size = self.phase.resolution or self.network.sizes[-1]
        if size != self.network.output_size:
            self.learner.draw_at(size)
            self.people = {side: fitted(self.config, self.people[side], self.network, self.team) for side in SIDES}

    def step(self, limits: Limits) -> Tensor:
        """Take one step; return its losses, (2, terms), on the device."""
        losses = self.learner.step(self._batches(), self._pull(limits))
        self.tally.add(losses)
        self.now = replace(self.now, iteration=self.now.iteration + 1)
        return losses

    def _batches(self) -> Iterator[dict[Side, Batch]]:
        for part in range(self.config.optimizer.accumulate):
            yield {
                side: batch(self.config, self.phase, self.people[side], self.network, self._seed(side, part), self.team)
                for side in SIDES
            }

    def _pull(self, limits: Limits) -> Pull:
        since = self.now.iteration - self.place.began.iteration
        ramp = min(1.0, (since + 1) / (self.config.critic.delay + 1))
        return Pull(self.rate(limits), self.phase.dropout, self.phase.critic * ramp, self._seed("step", self.team.rank))

    def search_rate(self, limits: Limits) -> RateSearch:
        """Look for a learning rate; the run is as before after it."""
        before, skipped = cloned(self.checkpoint()), self.learner.skipped.clone()

        def try_step(rate: float) -> float:
            losses = self.learner.step(self._batches(), self._pull(limits)._replace(rate=rate))
            self.now = replace(self.now, iteration=self.now.iteration + 1)
            return float(self.team.mean(losses.sum()))  # the same in all processes, which stop together

        with torch.random.fork_rng(devices=[]):
            search = find_rate(try_step)
        self.restore(before)
        self.learner.skipped.copy_(skipped)
        return search

    def of_batch(self, batch_size: int) -> Self:
        """Return a run of the same network with batches of another size."""
        config = self.config.model_copy(update={"batch_size": batch_size})
        sets = {side: self.people[side].faces for side in SIDES}
        return replace(self, config=config, people=people(config, sets, self.network, self.team))

    def set_rate(self, rate: float) -> None:
        """Take a learning rate."""
        optimizer = self.config.optimizer.model_copy(update={"learning_rate": rate})
        self.config = self.config.model_copy(update={"optimizer": optimizer})

    def reset(self, parts: Sequence[str], fresh: SwapNetwork) -> None:
        """Let parts of the network begin anew.

        Raises:
            SettingError: there is no such part.
        """
        self.learner.forget(reset(self.network, parts, fresh))

    def rate(self, limits: Limits) -> float:
        """Return the learning rate of the next step."""
        progress = self.place.progress(self.config.phases, self.now, limits)
        rise = warm_up(self.now.iteration, self.config.optimizer.warmup)
        share = self.phase.learning_rate * factor(self.phase.schedule, progress, self.halvings) * 0.5**self.lowered
        return base_rate(self.config, self.network) * rise * share

    def turn(self, limits: Limits) -> bool:
        """Go to the next phase where this one is over; say whether it was."""
        phases = self.config.phases
        if self.place.number + 1 == len(phases):
            return False
        stuck = self.phase.plateau is not None and plateau(self.history, self.phase.plateau)
        if not stuck and self.place.progress(phases, self.now, limits) < 1:
            return False
        self.place, self.halvings = self.place.following(self.now, limits), 0
        self.resize()
        return True

    def measure(self) -> Measured | None:
        """Measure it on the held-out faces; None where a person has none."""
        with self.learner.shown():
            mine = measure(self.network, self.learner.loss, {side: self.people[side].held for side in SIDES})
        if mine is None or self.team.world == 1:
            return mine
        # The same to the bit in all processes, lest they decide differently.
        return Measured(*self.team.mean(torch.tensor(mine, device=self.team.device)).tolist())

    def record(self, measured: Measured | None, limits: Limits) -> Row | None:
        """Write down how it stands, with the mean losses since the row before; halve the rate where that is due.

        Returns None, with nothing written, where no step could be taken since then.
        """
        losses = self.tally.mean(self.team)
        if losses is None:
            return None
        row = Row(
            self.now.iteration, self.now.seconds, sum(losses[0]), sum(losses[1]), self.rate(limits), self.phase.name,
            *(measured or ()),
        )  # fmt: skip
        self.history.append(row)
        if self.phase.schedule == "plateau" and plateau(self.history, _PATIENCE, since=self.halved):
            self.halvings, self.halved = self.halvings + 1, self.now.iteration
        return row

    def checkpoint(self) -> Checkpoint:
        """Return all of the run, ready to be written."""
        weights, kept = put_down(self.learner)
        for side in SIDES:
            kept |= {f"{_STREAM}{side}/{name}": each for name, each in self.people[side].stream.state().items()}
        kept |= {_TALLY + "total": self.tally.total, _TALLY + "count": self.tally.count}
        return Checkpoint(weights, kept, self._state(), self.config.to_toml())

    def restore(self, checkpoint: Checkpoint) -> None:
        """Become what a checkpoint holds: with the very batches that would have come next, if the faces are the same.

        Raises:
            ModelError: the weights are of another network, or not finite.
        """
        take_up(self.learner, checkpoint)
        state, kept = checkpoint.state, checkpoint.optimizer
        for side in SIDES:
            order = under(kept, f"{_STREAM}{side}/")
            if order and state["faces"][side] == self._faces(side):
                self.people[side].stream.restore(order)
        self.now = Moment(state["iteration"], state["seconds"])
        self.history = History.from_json(state["history"])
        if "place" in state:
            self.place = Place.from_json(state["place"], self.config.phases)
            self.halvings, self.halved, self.lowered = (state[name] for name in ("halvings", "halved", "lowered"))
            self.resize()
        if kept.get(_TALLY + "total", self.tally.count).shape == self.tally.total.shape:
            self.tally.total.copy_(kept[_TALLY + "total"])
            self.tally.count.copy_(kept[_TALLY + "count"])

    def _seed(self, *what: int | str) -> int:
        # After a fall back the same numbers come with other chance, lest the same step break again.
        return seed_of(self.config.seed, self.lowered, self.now.iteration, *what)

    def _state(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "network": self.config.network,
            # All of them, lest another version's defaults make another network of it.
            "options": settings(self.config.network, _options(self.config)).model_dump(mode="json"),
            "crop": self.config.crop.model_dump(),
            "compute": {"device": self.team.device.type, "precision": self.learner.precision.name},
            "iteration": self.now.iteration,
            "seconds": self.now.seconds,
            "place": self.place.to_json(),
            "drawn": self.network.output_size,
            "halvings": self.halvings,
            "halved": self.halved,
            "lowered": self.lowered,
            "faces": {side: self._faces(side) for side in SIDES},
            "history": self.history.to_json(),
            "versions": {"omote": version("omote"), "torch": torch.__version__, "python": platform.python_version()},
        }  # fmt: skip

    def _faces(self, side: Side) -> dict[str, Any]:
        person = self.people[side]
        return {"count": len(person.faces), "digest": person.faces.digest, "trained": person.trained}


def base_rate(config: LearnConfig, network: SwapNetwork) -> float:
    """Return the learning rate before any schedule."""
    return config.optimizer.learning_rate or default_rate(config.optimizer.name, network.learning_rate)


def fresh_network(config: LearnConfig, device: torch.device) -> SwapNetwork:
    """Build the network of a config, its weights drawn by the config's seed and by nothing else."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = build(config.network, _options(config))
    initialise(network, config.initial.kernel, icnr=config.initial.icnr, generator=generator_of(config.seed, "initial"))
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _options(config: LearnConfig) -> dict[str, Any]:
    return with_preset(config.network, config.preset, config.options)
