import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.runtime.team import Team

STEPS = 4


class Two(nn.Module):
    """As a swap network has it: one part for both people, one for each, and a result that is not a tensor."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.shared = nn.Conv2d(3, 4, 3, stride=2)
        self.own = nn.ModuleList([nn.Conv2d(4, 2, 1), nn.Conv2d(4, 2, 1)])
        for weight in self.parameters():
            nn.init.normal_(weight, generator=generator)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, x_BCHW: Tensor) -> dict[str, Tensor | None]:
        code = torch.tanh(self.shared(x_BCHW))
        return {"a": self.own[0](code), "b": self.own[1](code), "mask": None}


def batch(step: int) -> Tensor:
    faces = torch.rand(8, 3, 9, 9, generator=torch.Generator().manual_seed(step))
    return faces.to(memory_format=torch.channels_last)


def learn(team: Team) -> dict[str, Tensor]:
    """Take steps on this process's part of each batch, the last ones with two batches each; return what came of it."""
    network = Two(seed=team.rank)  # the main process's weights are to be everyone's
    wrapped = team.wrap(network)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    results: dict[str, Tensor] = {}
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        for more in (True, False) if step > 1 else (False,):
            mine = batch(2 * step + more).chunk(team.world)[team.rank]
            with team.no_sync(wrapped, more):
                made = wrapped(mine)
                loss = (made["a"] - 1).square().mean() + (made["b"] + 1).abs().mean()
                team.backward(loss)
        optimizer.step()
        results[f"loss {step}"] = team.mean(loss)
    gradients = {f"gradient {name}": weight.grad for name, weight in network.named_parameters()}
    return results | {name: grad for name, grad in gradients.items() if grad is not None} | network.state_dict()


def talk(team: Team) -> dict[str, Tensor]:
    """Return what each question got for an answer in this process."""
    last, first = team.rank == team.world - 1, team.rank == 0
    team.barrier()
    answers = [team.agree(False), team.agree(last), team.agree(first), team.agree(True), team.agree(False)]
    said = team.share(f"rank {team.rank}")
    mine = torch.tensor([1.0, 2.0]) * (team.rank + 1)
    mean = team.mean(mine)
    return {
        "agreed": torch.tensor(answers),
        "said": torch.tensor([ord(letter) for letter in said]),
        "mean": mean,
        "kept": mine,
    }


def test_alone_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "4")  # of some other launcher
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    team = Team.join("cpu")
    assert (team.rank, team.world, team.device, team.main) == (0, 1, torch.device("cpu"), True)
    network = nn.Linear(2, 1)
    assert team.wrap(network) is network
    assert (team.agree(True), team.agree(False)) == (True, False)
    assert team.share("x") == "x"
    loss = network(torch.ones(1, 2)).sum()
    with team.no_sync(network):
        team.backward(loss)
    assert network.weight.grad is not None
    assert torch.equal(network.weight.grad, torch.ones(1, 2))
    assert torch.equal(team.mean(loss), loss.detach())
    assert not team.mean(loss).requires_grad


def test_fabric_is_not_imported_for_one_process() -> None:
    script = (
        "import sys; from omote.runtime.team import Team; Team.join('cpu'); print('lightning_fabric' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_what_several_processes_cannot_share_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(SettingError, match=r"4 processes for 2 GPUs here \(--nproc-per-node 2\)"):
        Team.join("cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    with pytest.raises(SettingError, match="several processes cannot share the device mps"):
        Team.join("mps")


@pytest.mark.slow
def test_two_processes_learn_as_one_does_from_batches_twice_as_large(tmp_path: Path) -> None:
    launch = [sys.executable, "-W", "error", "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    told = subprocess.run([*launch, __file__, tmp_path], capture_output=True, text=True, check=False, env=environment)
    assert told.returncode == 0, told.stderr
    assert told.stdout == told.stderr == ""
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    alone = learn(Team(0, 1, torch.device("cpu")))
    assert alone.keys() <= first.keys()
    for name, value in alone.items():
        torch.testing.assert_close(first[name], value, rtol=1e-5, atol=1e-6, msg=name)
    for name in alone.keys() | {"agreed", "said", "mean"}:
        assert torch.equal(first[name], second[name])
    assert first["agreed"].tolist() == [False, True, True, True, False]
    assert first["said"].tolist() == [ord(letter) for letter in "rank 0"]
    assert first["mean"].tolist() == [1.5, 3.0]
    assert (first["kept"].tolist(), second["kept"].tolist()) == ([1.0, 2.0], [2.0, 4.0])


def main(folder: Path) -> None:
    warnings.simplefilter("error")
    team = Team.join("cpu")
    found = {name: value.contiguous() for name, value in (learn(team) | talk(team)).items()}
    save_file(found, folder / f"{team.rank}.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
