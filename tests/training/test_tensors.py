import copy
from dataclasses import replace
from typing import Any

import pytest
import torch

from omote.core.errors import ModelError
from omote.runtime.model_folder import Checkpoint
from omote.runtime.precision import pick_precision
from omote.training.learner import Learner, Pull
from omote.training.run import fresh_network
from omote.training.tensors import cloned, put_down, take_up, under
from tests.training.conftest import ALONE, CPU, small
from tests.training.test_learner import faces

ALL: dict[str, Any] = {
    "optimizer": {"average": 0.9, "clipping": "autoclip", "clip_history": 4},
    "critic": {"width": 8, "depth": 2}, "phases": [{"name": "critic", "critic": 0.5}],
}  # fmt: skip


def learner(**settings: Any) -> Learner:
    config = small(**settings)
    return Learner(config, fresh_network(config, CPU), 1e-3, ALONE, pick_precision("fp32", CPU))


def taught(mine: Learner, *seeds: int) -> Learner:
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            mine.step([faces(seed)], Pull(1e-3, 0, 0.5, seed))
    return mine


def put(mine: Learner) -> Checkpoint:
    return cloned(Checkpoint(*put_down(mine), {}, ""))


def assert_equal(one: Checkpoint, other: Checkpoint) -> None:
    for mine, theirs in ((one.weights, other.weights), (one.optimizer, other.optimizer)):
        torch.testing.assert_close(dict(mine), dict(theirs), rtol=0, atol=0, equal_nan=True)


def test_what_is_put_down_is_taken_up_to_the_bit_and_learns_on_alike() -> None:
    first, second = taught(learner(**ALL), 1, 2), learner(**ALL, seed=9)
    take_up(second, put(first))
    assert_equal(put(second), put(first))
    assert_equal(put(taught(second, 3)), put(taught(first, 3)))


def test_the_weights_are_the_mean_and_the_learnt_ones_lie_beside_them() -> None:
    mine = taught(learner(**ALL), 1, 2)
    kept = put(mine)
    assert mine.average is not None
    for name, each in mine.network.state_dict().items():
        assert torch.equal(kept.weights[name], mine.average.weights()[name])
        assert torch.equal(kept.optimizer[f"live/{name}"], each)


def test_without_a_mean_the_weights_are_the_learnt_ones() -> None:
    mine = taught(learner(), 1)
    kept = put(mine)
    assert all(torch.equal(kept.weights[name], each) for name, each in mine.network.state_dict().items())
    assert {name.split("/")[0] for name in kept.optimizer} == {"optimizer"}


@pytest.mark.parametrize("place", ["weights", "live"])
def test_weights_that_are_no_numbers_are_refused(place: str) -> None:
    kept = put(taught(learner(**(ALL if place == "live" else {})), 1))
    broken = kept.weights if place == "weights" else kept.optimizer
    name = "encoder.0.0.1.weight" if place == "weights" else "live/encoder.0.0.1.weight"
    broken[name][0, 0, 0, 0] = torch.inf
    with pytest.raises(ModelError, match="weights are broken"):
        take_up(learner(**(ALL if place == "live" else {})), kept)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ModelError, match="another network"):
        take_up(learner(), put(learner(options={"learn_mask": False})))


def test_what_there_is_no_place_for_is_left() -> None:
    kept = put(taught(learner(**ALL), 1))
    plain = learner(optimizer={"name": "lion"})
    before = copy.deepcopy(plain.optimizer.state_dict())
    take_up(plain, kept)
    assert plain.optimizer.state_dict()["state"] == before["state"] == {}
    assert all(torch.equal(kept.optimizer[f"live/{name}"], each) for name, each in plain.network.state_dict().items())


def test_a_critic_of_another_size_begins_anew() -> None:
    kept = put(taught(learner(**ALL), 1))
    wider = learner(**{**ALL, "critic": {"width": 16, "depth": 2}})
    assert wider.adversary is not None
    before = {name: each.clone() for name, each in wider.adversary.critic.state_dict().items()}
    take_up(wider, kept)
    assert all(torch.equal(each, before[name]) for name, each in wider.adversary.critic.state_dict().items())


def test_a_mean_that_is_asked_for_later_begins_with_what_was_learnt() -> None:
    kept = put(taught(learner(), 1, 2))
    later = learner(optimizer={"average": 0.9})
    take_up(later, kept)
    assert_equal(replace(kept, optimizer={}), replace(put(later), optimizer={}))


def test_a_copy_stays_as_it_is() -> None:
    mine = taught(learner(), 1)
    live, copied = Checkpoint(*put_down(mine), {}, ""), put(mine)
    taught(mine, 2)
    name = "encoder.0.0.1.weight"
    assert torch.equal(live.weights[name], mine.network.state_dict()[name])
    assert not torch.equal(copied.weights[name], live.weights[name])


def test_tensors_under_a_name() -> None:
    one, two = torch.ones(1), torch.ones(2)
    assert under({"a/x": one, "ab/x": two, "a/y/z": two}, "a/") == {"x": one, "y/z": two}


def test_the_scale_of_fp16_goes_on() -> None:
    def scaled() -> Learner:
        mine = learner()
        mine.precision = replace(mine.precision, scaler=torch.amp.GradScaler("cpu", init_scale=8.0))
        return mine

    first, second = scaled(), scaled()
    assert first.precision.scaler is not None
    assert second.precision.scaler is not None
    first.precision.scaler.load_state_dict({**first.precision.scaler.state_dict(), "scale": 2.0, "_growth_tracker": 5})
    take_up(second, put(first))
    assert second.precision.scaler.state_dict() == first.precision.scaler.state_dict()
