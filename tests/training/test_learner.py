import copy
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from omote.faceset.batch import Batch
from omote.models.base import Decoded, Side, SwapNetwork
from omote.runtime.precision import pick_precision
from omote.runtime.team import Team
from omote.training.learner import Batches, Learner, Pull
from omote.training.run import fresh_network
from tests.training.conftest import ALONE, CPU, small

SIDES: tuple[Side, Side] = ("a", "b")
PLAIN = Pull(1e-3, 0, 0, 1)
CALM: dict[str, Any] = {"optimizer": {"epsilon_exponent": -3}, "loss": {"ssim": 0}}
"""Adam with its own epsilon makes whole steps of gradients that are next to nothing, and SSIM's are all but smooth."""


def faces(seed: int, count: int = 2, side: int = 64) -> Batches:
    """Batches of both people in which all is drawn at random."""
    chance = torch.Generator().manual_seed(seed)

    def person() -> Batch:
        picture = torch.rand(2, count, 3, side, side, generator=chance)
        return Batch(*picture, *(torch.rand(3, count, 1, side, side, generator=chance) > 0.5).float())

    return {side: person() for side in SIDES}


def together(first: Batches, second: Batches) -> Batches:
    return {side: Batch(*map(torch.cat, zip(first[side], second[side], strict=True))) for side in SIDES}


def learner(network: SwapNetwork | None = None, **settings: Any) -> Learner:
    config = small(**settings)
    return Learner(config, network or fresh_network(config, CPU), 1e-3, ALONE, pick_precision("fp32", CPU))


def weights(of: nn.Module) -> dict[str, Tensor]:
    return {name: each.clone() for name, each in of.state_dict().items()}


@pytest.fixture(autouse=True)
def own_chance() -> Any:
    with torch.random.fork_rng(devices=[]):
        yield


def test_a_step_is_a_plain_step_of_torch_on_the_sum_of_both_losses() -> None:
    mine = learner(**CALM)
    twin = copy.deepcopy(mine.network)
    rule = torch.optim.Adam(twin.parameters(), 3e-4, eps=1e-3)
    for number in range(3):
        batches = faces(number)
        got = mine.step([batches], PLAIN._replace(rate=3e-4))
        rule.zero_grad()
        parts = [mine.loss(twin(batches[side].feed, side), batches[side]) for side in SIDES]
        (parts[0].sum() + parts[1].sum()).backward()
        rule.step()
        torch.testing.assert_close(got, torch.stack(parts).detach())
    torch.testing.assert_close(weights(mine.network), weights(twin), rtol=1e-4, atol=1e-6)


def test_two_batches_make_the_step_that_one_of_both_makes() -> None:
    apart, whole = learner(**CALM), learner(**CALM)
    losses = apart.step([faces(1), faces(2)], PLAIN), whole.step([together(faces(1), faces(2))], PLAIN)
    torch.testing.assert_close(*losses)
    torch.testing.assert_close(weights(apart.network), weights(whole.network), rtol=1e-4, atol=1e-6)


def test_dropout_leaves_the_share_of_weights_that_was_asked_for() -> None:
    mine = learner()
    mine.step([faces(0)], PLAIN)
    before = torch.cat([each.flatten() for each in weights(mine.network).values()])
    mine.step([faces(1)], PLAIN._replace(dropout=0.3))
    after = torch.cat([each.flatten() for each in weights(mine.network).values()])
    # Of two million weights; a few have no gradient and stay anyway.
    assert float((before == after).float().mean()) == pytest.approx(0.3, abs=0.01)


class Forgetful(SwapNetwork):
    """A network with dropout."""

    input_size = output_size = 64

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Dropout(0.5))
        self.decoders = nn.ModuleDict({side: nn.Conv2d(4, 3, 3, padding=1) for side in SIDES})

    def encode(self, face_BCHW: Tensor) -> Tensor:
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        return Decoded(torch.sigmoid(self.decoders[side](code)), None)


def test_the_chance_inside_a_network_is_that_of_the_steps_seed() -> None:
    network = Forgetful()
    made = []
    for seed in (7, 7, 8):
        torch.rand(3)  # what others draw meanwhile
        mine = learner(copy.deepcopy(network))
        mine.step([faces(1)], PLAIN._replace(seed=seed))
        made.append(weights(mine.network)["encoder.0.weight"])
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


CRITIC: dict[str, Any] = {"critic": {"width": 8, "depth": 2}, "phases": [{"name": "critic", "critic": 0.5}]}


def test_there_is_a_critic_only_where_a_phase_has_one() -> None:
    assert learner().adversary is None
    assert learner(**CRITIC).adversary is not None


def test_a_critic_without_weight_rests() -> None:
    mine, without = learner(**CRITIC), learner()
    assert mine.adversary is not None
    before = weights(mine.adversary.critic)
    mine.step([faces(1)], PLAIN)
    without.step([faces(1)], PLAIN)
    assert all(torch.equal(before[name], each) for name, each in weights(mine.adversary.critic).items())
    assert all(torch.equal(each, weights(without.network)[name]) for name, each in weights(mine.network).items())


def test_the_critics_verdict_is_part_of_the_gradient_and_the_critic_learns() -> None:
    mine = learner(**CALM, **CRITIC)
    assert mine.adversary is not None
    twin, critic = copy.deepcopy(mine.network), copy.deepcopy(mine.adversary.critic)
    rule = torch.optim.Adam(twin.parameters(), 1e-3, eps=1e-3)
    batches = faces(1)
    mine.step([batches], PLAIN._replace(critic=0.5))
    made = {side: twin(batches[side].feed, side) for side in SIDES}
    loss = torch.stack([mine.loss(made[side], batches[side]).sum() for side in SIDES]).sum()
    (loss - 0.5 * critic(torch.cat([made[side].face for side in SIDES])).mean()).backward()
    rule.step()
    torch.testing.assert_close(weights(mine.network), weights(twin), rtol=1e-4, atol=5e-6)
    changed = weights(mine.adversary.critic)
    assert not torch.equal(changed["layers.0.bias"], critic.state_dict()["layers.0.bias"])


def test_the_critic_is_drawn_by_the_seed_alone() -> None:
    drawn = []
    for seed in (3, 3, 4):
        torch.rand(5)
        adversary = learner(seed=seed, **CRITIC).adversary
        assert adversary is not None
        drawn.append(weights(adversary.critic)["layers.0.parametrizations.weight.original"])
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def broken(batches: Batches) -> Batches:
    return {side: each._replace(target=each.target * torch.nan) for side, each in batches.items()}


@pytest.mark.parametrize("settings", [{}, {"optimizer": {"name": "lion", "average": 0.9}}, CRITIC])
def test_a_step_whose_gradient_is_not_finite_is_not_taken_and_counted(settings: dict[str, Any]) -> None:
    mine = learner(**settings)
    mine.step([faces(0)], PLAIN._replace(critic=0.5))
    before, streaks = weights(mine.network), []
    for number in range(2):
        mine.step([broken(faces(number))], PLAIN._replace(critic=0.5))
        streaks.append(int(mine.streak))
    assert all(torch.equal(before[name], each) for name, each in weights(mine.network).items())
    assert mine.sound()
    mine.step([faces(3)], PLAIN._replace(critic=0.5))
    assert (streaks, int(mine.streak), int(mine.skipped)) == ([1, 2], 0, 2)
    assert not torch.equal(before["encoder.0.0.1.bias"], weights(mine.network)["encoder.0.0.1.bias"])


def test_a_broken_number_anywhere_is_found() -> None:
    mine = learner()
    mine.step([faces(0)], PLAIN)
    assert mine.sound()
    state = next(iter(mine.optimizer.state.values()))
    state["exp_avg_sq"][0, 0, 0, 1] = torch.inf
    assert not mine.sound()
    state["exp_avg_sq"][0, 0, 0, 1] = 0
    assert mine.sound()
    with torch.no_grad():
        list(mine.network.parameters())[-1][0] = torch.nan
    assert not mine.sound()


def test_what_is_shown_is_the_running_mean_and_only_meanwhile() -> None:
    mine = learner(optimizer={"average": 0.9})
    assert mine.average is not None
    for number in range(3):
        mine.step([faces(number)], PLAIN)
    own, mean = weights(mine.network), mine.average.weights()
    with mine.shown():
        assert all(torch.equal(each, mean[name]) for name, each in weights(mine.network).items())
    assert all(torch.equal(each, own[name]) for name, each in weights(mine.network).items())
    assert not torch.equal(own["encoder.0.0.1.weight"], mean["encoder.0.0.1.weight"])


def test_frozen_parts_are_not_given_to_the_optimizer() -> None:
    mine = learner(freeze=["encoder"])
    assert all(name.startswith("decoders.") for name, _ in mine.named)
    assert sum(len(group["params"]) for group in mine.optimizer.param_groups) == len(mine.named)


def test_what_is_forgotten_starts_afresh_and_the_rest_is_kept() -> None:
    mine = learner()
    mine.step([faces(0)], PLAIN)
    names = dict(mine.named)
    mine.forget(["decoders.b.2.weight"])
    assert names["decoders.b.2.weight"] not in mine.optimizer.state
    assert len(mine.optimizer.state) == len(mine.named) - 1


@pytest.mark.parametrize("name", ["adamw", "adamax", "nadam", "adabelief", "rmsprop", "lion", "prodigy"])
def test_every_rule_takes_steps_at_the_rate_it_is_told(name: str) -> None:
    mine = learner(optimizer={"name": name})
    before = weights(mine.network)
    mine.step([faces(0)], PLAIN._replace(rate=0.0))
    assert all(torch.equal(before[key], each) for key, each in weights(mine.network).items())
    mine.step([faces(1)], PLAIN)
    assert not torch.equal(before["encoder.0.0.1.weight"], weights(mine.network)["encoder.0.0.1.weight"])


class Growing(SwapNetwork):
    """A network that draws at the side it is given, or with one more layer at twice that."""

    input_size, output_size, sizes = 64, 128, (64, 128)

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Conv2d(3, 4, 3, padding=1)
        self.decoders = nn.ModuleDict({side: nn.Conv2d(4, 3, 3, padding=1) for side in SIDES})
        self.finer = nn.Conv2d(3, 3, 3, padding=1)

    def draw_at(self, size: int) -> list[nn.Module]:
        self.output_size = size
        return [self.finer] if size == 64 else []

    def encode(self, face_BCHW: Tensor) -> Tensor:
        return torch.tanh(self.encoder(nn.functional.adaptive_avg_pool2d(face_BCHW, 64)))

    def decode(self, code: Tensor, side: Side) -> Decoded:
        face = self.decoders[side](code)
        if self.output_size == 128:
            face = self.finer(nn.functional.interpolate(face, scale_factor=2))
        return Decoded(torch.sigmoid(face), None)


def grown(team: Team) -> dict[str, Tensor]:
    """Learn at one size and then at twice that, by this process's part of each batch; return the weights."""
    torch.manual_seed(0)
    config = small(**CALM)
    mine = Learner(config, Growing(), 1e-3, team, pick_precision("fp32", CPU))
    for size in (64, 128):
        mine.draw_at(size)
        for number in range(3):
            whole = faces(number, 4, size)
            part = {side: Batch(*(each.chunk(team.world)[team.rank] for each in whole[side])) for side in SIDES}
            mine.step([part], PLAIN)
    return weights(mine.network)


@pytest.mark.slow
def test_a_network_grows_in_two_processes_as_it_does_in_one(tmp_path: Path) -> None:
    launch = [sys.executable, "-W", "error", "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path.cwd())}
    told = subprocess.run([*launch, __file__, tmp_path], capture_output=True, text=True, check=False, env=environment)
    assert told.returncode == 0, told.stderr
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    alone = grown(ALONE)
    torch.manual_seed(0)
    fresh = weights(Growing())
    for name, value in alone.items():
        assert torch.equal(first[name], second[name])
        assert not torch.equal(value, fresh[name])
        torch.testing.assert_close(first[name], value, rtol=1e-4, atol=1e-6, msg=name)


if __name__ == "__main__":
    warnings.simplefilter("error")
    team = Team.join("cpu")
    save_file({name: each.contiguous() for name, each in grown(team).items()}, f"{sys.argv[1]}/{team.rank}.safetensors")
