"""One step: a batch of each person in, the network a little better, and nothing of it read back from the device."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from omote.faceset.batch import Batch
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.critic import Critic
from omote.models.parts import freeze
from omote.runtime.precision import Precision
from omote.runtime.team import Team
from omote.training.adversary import Adversary
from omote.training.averaging import Average
from omote.training.both import SIDES, Both
from omote.training.chance import generator_of
from omote.training.clipping import Clipper
from omote.training.config import LearnConfig
from omote.training.losses.swap import SwapLoss
from omote.training.optimizers import build_optimizer, put_back, step

Batches = Mapping[Side, Batch]


class Pull(NamedTuple):
    """How a step is taken.

    Attributes:
        rate: the learning rate.
        dropout: share of weights that stay as they are.
        critic: weight of the critic's verdict in the loss; 0: the critic rests.
        seed: of the step's own chance.
    """

    rate: float
    dropout: float
    critic: float
    seed: int


class Learner:
    """A network with all that makes it learn.

    Attributes:
        network: on its device.
        precision: of the network's numbers while it computes.
        loss: how faces are compared.
        named: the parameters that are trained, with their names.
        optimizer: over what is not frozen.
        average: running mean of the weights, where there is one.
        adversary: the critic, where a phase has one.
        skipped: () int64 on the device: steps not taken because their gradient was not finite.
        streak: () int64: how many of them were the latest ones in a row.
    """

    def __init__(
        self, config: LearnConfig, network: SwapNetwork, rate: float, team: Team, precision: Precision
    ) -> None:
        self.config, self.network, self._team, self.precision = config, network, team, precision
        freeze(network, config.freeze)
        self.loss = SwapLoss(config.loss, config.crop).to(team.device)
        self.named = [(name, each) for name, each in network.named_parameters() if each.requires_grad]
        self.optimizer = build_optimizer(self.named, config.optimizer, rate)
        self.clipper = Clipper(config.optimizer)
        self.average = Average(network, config.optimizer.average) if config.optimizer.average else None
        self.adversary = _adversary(config, team)
        self.skipped = torch.zeros((), dtype=torch.int64, device=team.device)
        self.streak = torch.zeros((), dtype=torch.int64, device=team.device)
        self._both = team.wrap(_compiled(Both(network), config, team.device))

    def draw_at(self, size: int) -> None:
        """Let the network make faces of another side; what has no say in these waits, as it is, to learn later."""
        idle = {each for part in self.network.draw_at(size) for each in part.parameters()}
        for _, parameter in self.named:
            parameter.requires_grad_(parameter not in idle)
        # Anew, since several processes agree at this moment on which gradients they exchange, and have room for these.
        del self._both
        self._both = self._team.wrap(_compiled(Both(self.network), self.config, self._team.device))

    def step(self, batches: Iterable[Batches], pull: Pull) -> Tensor:
        """Learn from the batches whose gradients make one step; return (2, terms) losses of A and B, on the device."""
        torch.manual_seed(pull.seed)  # of dropout and noise inside the network; the loop keeps others' chance apart
        losses = self._gradients(batches, pull)
        self._take(pull)
        return losses

    def _gradients(self, batches: Iterable[Batches], pull: Pull) -> Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        whole = list(batches)
        losses = []
        for number, each in enumerate(whole, 1):
            with self._team.no_sync(self._both, number < len(whole)):
                made = self.made(each)
                parts = torch.stack([self.loss(made[side], each[side]) for side in SIDES])
                total = parts.sum()
                if self.adversary and pull.critic:
                    total = total + pull.critic * self.adversary.verdict([made[side].face for side in SIDES])
                self._team.backward(self._scaled(total / len(whole)))
            if self.adversary and pull.critic:
                self.adversary.learn([(made[side].face, each[side].target) for side in SIDES])
            losses.append(parts.detach())
        return torch.stack(losses).mean(0)

    def made(self, batches: Batches) -> dict[Side, Decoded]:
        """Make each person's faces anew."""
        with self.precision.autocast():
            made = self._both(batches["a"].feed, batches["b"].feed)
        return dict(zip(SIDES, made, strict=True))

    def shown(self) -> AbstractContextManager[None]:
        """Let the network have, inside, the weights that are shown and converted with: the running mean's, if any."""
        return self.average.swapped(self.network) if self.average else nullcontext()

    def forget(self, names: Collection[str]) -> None:
        """Drop what the optimizer and the running mean remember of parameters that are new."""
        for name, parameter in self.named:
            if name in names:
                self.optimizer.state.pop(parameter, None)
        if self.average:
            self.average.renew(self.network, names)

    def sound(self) -> bool:
        """Say whether all weights, and all that the optimizer remembers, are finite. Reads the device."""
        remembered = [each for state in self.optimizer.state.values() for each in state.values()]
        numbers = [*self.network.state_dict().values(), *(each for each in remembered if torch.is_tensor(each))]
        finite = [torch.isfinite(each).all().to(self._team.device) for each in numbers]
        return bool(torch.stack(finite).all())

    def _scaled(self, loss: Tensor) -> Tensor:
        return self.precision.scaler.scale(loss) if self.precision.scaler else loss

    def _take(self, pull: Pull) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = pull.rate
        scaler = self.precision.scaler
        if scaler:
            scaler.unscale_(self.optimizer)
        parameters = [each for _, each in self.named]
        finite = torch.isfinite(self.clipper.clip(parameters))
        with put_back(parameters, pull.dropout, generator_of("dropout", pull.seed, device=self._team.device)):
            if scaler:
                scaler.step(self.optimizer)
                scaler.update()
            else:
                step(self.optimizer, finite)
        if self.average:
            self.average.update(self.network)
        broken = (~finite).long()
        self.skipped += broken
        self.streak = (self.streak + broken) * broken


def _adversary(config: LearnConfig, team: Team) -> Adversary | None:
    if not any(phase.critic for phase in config.phases):
        return None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        critic = Critic(config.critic.width, config.critic.depth)
    return Adversary(critic.to(team.device), config.critic.learning_rate, team)


def _compiled(both: Both, config: LearnConfig, device: torch.device) -> nn.Module:
    pays = device.type == "cuda" and find_spec("triton") is not None
    if config.compute.compile == "off" or (config.compute.compile == "auto" and not pays):
        return both
    return cast(nn.Module, torch.compile(both))
