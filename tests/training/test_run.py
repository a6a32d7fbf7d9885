import json
from pathlib import Path
from typing import Literal

import pytest
import torch

from omote.core.errors import ModelError
from omote.faceset.config import CropConfig
from omote.faceset.load import Faceset
from omote.runtime.model_folder import read_checkpoint, write_checkpoint
from omote.training.config import LearnConfig
from omote.training.loop import Limits, train
from omote.training.run import Run, fresh_network, same_model

Sets = dict[Literal["a", "b"], Faceset]
CPU = torch.device("cpu")


def trained(run: Run, iterations: int) -> Run:
    train(run, Limits(100), report=lambda _: None, save=lambda: None, stop=lambda: run.iteration == iterations)
    return run


def weights(run: Run) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in run.network.parameters()])


def test_a_resumed_run_is_the_run_that_was_never_stopped(config: LearnConfig, sets: Sets, tmp_path: Path) -> None:
    whole = trained(Run.begin(config, fresh_network(config, CPU), sets), 8)
    first = trained(Run.begin(config, fresh_network(config, CPU), sets), 4)
    write_checkpoint(tmp_path, first.checkpoint())
    second = trained(Run.resume(config, fresh_network(config, CPU), sets, read_checkpoint(tmp_path)), 8)
    assert second.iteration == 8
    torch.testing.assert_close(weights(second), weights(whole), atol=1e-6, rtol=1e-5)


def test_other_faces_begin_their_own_order(config: LearnConfig, sets: Sets, run: Run) -> None:
    checkpoint = trained(run, 2).checkpoint()
    fewer: Sets = {"a": sets["a"], "b": Faceset(sets["b"].faces[:3], 64, "fewer")}
    resumed = Run.resume(config, fresh_network(config, CPU), fewer, checkpoint)
    assert trained(resumed, 4).iteration == 4
    assert len(resumed.samplers["b"].order) < 3


def test_the_seed_alone_draws_the_first_weights(config: LearnConfig, sets: Sets) -> None:
    torch.manual_seed(99)
    one = Run.begin(config, fresh_network(config, CPU), sets)
    state = torch.get_rng_state()
    other = Run.begin(config, fresh_network(config, CPU), sets)
    assert torch.equal(weights(one), weights(other))
    assert torch.equal(torch.get_rng_state(), state)
    seeded = Run.begin(config, fresh_network(config.model_copy(update={"seed": 4}), CPU), sets)
    assert not torch.equal(weights(one), weights(seeded))


def test_the_state_is_json_and_says_what_the_model_is(run: Run) -> None:
    state = json.loads(json.dumps(run.checkpoint().state))
    assert (state["network"], state["iteration"]) == ("nano", 0)
    assert state["faces"]["a"] == {"count": 9, "digest": "1-9"}
    same_model(run.config, state)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"network": "lightweight"}, "network nano, not lightweight"), ({"crop": CropConfig(coverage=0.7)}, "with crop")],
)
def test_a_folder_of_another_model_is_refused(run: Run, change: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        same_model(run.config.model_copy(update=change), run.checkpoint().state)
