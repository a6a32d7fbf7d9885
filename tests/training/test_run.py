import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from omote.core.errors import ModelError, SettingError
from omote.runtime.model_folder import Checkpoint, read_checkpoint, write_checkpoint
from omote.runtime.precision import pick_precision
from omote.runtime.team import Team
from omote.training.config import LearnConfig, PhaseConfig
from omote.training.history import Row
from omote.training.loop import train
from omote.training.phases import Limits, Moment
from omote.training.run import Run, base_rate, fresh_network
from omote.training.tensors import cloned
from tests.training.conftest import ALONE, CPU, Notebook, Sets, Shelf, assert_same, blobs, never, small, weights

Begin = Callable[[LearnConfig], Run]
FAR = Limits(8)


def stepped(run: Run, steps: int, limits: Limits = FAR) -> Run:
    with torch.random.fork_rng(devices=[]):
        for _ in range(steps):
            run.step(limits)
    return run


def written(run: Run, folder: Path) -> Checkpoint:
    write_checkpoint(folder, run.checkpoint())
    return read_checkpoint(folder)


RUNS: dict[str, dict[str, Any]] = {
    "adam with a mean": {"optimizer": {"average": 0.9}},
    "prodigy": {"optimizer": {"name": "prodigy", "warmup": 4}},
    "autoclip over two batches": {"optimizer": {"clipping": "autoclip", "clip_history": 3, "accumulate": 2}},
    "from memory towards the other": {"data": {"keep": "memory"}, "augment": {"warp_to_landmarks": True}},
    "dropout, then a critic": {
        "critic": {"width": 8, "depth": 2, "delay": 2},
        "phases": [
            {"name": "dropout", "iterations": 4, "dropout": 0.3},
            {"name": "critic", "critic": 0.1, "schedule": "cosine", "warp": False},
        ],
    },
    "small faces, then large ones": {
        "network": "noh",
        "options": {"size": "s", "resolution": 256},
        "optimizer": {"average": 0.9},
        "phases": [{"name": "small", "iterations": 4, "resolution": 128}, {"name": "large"}],
    },
}


@pytest.mark.parametrize("settings", RUNS.values(), ids=RUNS.keys())
def test_a_run_resumed_from_a_save_is_the_run_that_was_never_stopped(
    settings: dict[str, Any], begin: Begin, tmp_path: Path
) -> None:
    config = small(**settings)
    whole, shelf = begin(config), Shelf(folder=tmp_path)
    train(whole, FAR, shelf, never)
    assert shelf.saved == [0, 3, 6, 8]
    for saved, until in ((3, 8), (6, 8)):
        resumed = begin(config)
        resumed.restore(shelf.at(saved))
        assert_same(resumed.checkpoint(), shelf.at(saved))
        train(resumed, Limits(until), Shelf(folder=tmp_path / "resumed"), never)
        assert_same(resumed.checkpoint(), whole.checkpoint())


def test_what_was_learnt_after_the_save_is_learnt_again_alike(begin: Begin, tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    run = begin(small())
    train(run, Limits(6), shelf, lambda: run.now.iteration == 5)
    stopped_between = cloned(run.checkpoint())
    again = begin(small())
    again.restore(shelf.at(3))
    train(again, Limits(6), Shelf(folder=tmp_path / "again"), lambda: again.now.iteration == 5)
    assert again.now.iteration == stopped_between.state["iteration"] == 5
    assert_same(again.checkpoint(), stopped_between)


def test_the_seed_alone_draws_weights_and_batches(begin: Begin) -> None:
    torch.manual_seed(99)
    one = begin(small())
    before = torch.get_rng_state()
    other = begin(small())
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(weights(one), weights(other))
    stepped(one, 2)
    torch.manual_seed(7)
    stepped(other, 2)
    assert_same(one.checkpoint(), other.checkpoint())
    assert not torch.equal(weights(begin(small())), weights(begin(small(seed=4))))


def test_other_batches_come_of_another_seed(begin: Begin) -> None:
    faces = [next(begin(small(seed=seed))._batches())["a"].feed for seed in (3, 3, 4)]
    assert torch.equal(faces[0], faces[1])
    assert not torch.equal(faces[0], faces[2])


def test_the_state_is_json_and_says_what_the_model_is(begin: Begin) -> None:
    state = json.loads(json.dumps(begin(small()).checkpoint().state))
    assert (state["network"], state["options"], state["iteration"]) == ("nano", {"learn_mask": True}, 0)
    assert (state["faces"]["a"]["count"], state["faces"]["b"]["count"]) == (9, 11)
    assert state["compute"] == {"device": "cpu", "precision": "fp32"}
    assert {"omote", "torch", "python"} == state["versions"].keys()


def with_faces(sets: Sets, config: LearnConfig) -> Run:
    return Run.begin(config, fresh_network(config, CPU), sets, ALONE, pick_precision("fp32", CPU))


def test_other_faces_begin_their_own_order(begin: Begin, sets: Sets, tmp_path: Path) -> None:
    kept = written(stepped(begin(small()), 2), tmp_path)
    changed: Sets = {"a": sets["a"], "b": blobs(5, 4)}
    run, untouched = with_faces(changed, small()), with_faces(changed, small())
    run.restore(kept)
    assert run.now.iteration == 2
    for _ in range(3):
        assert torch.equal(run.people["b"].stream.next().faces, untouched.people["b"].stream.next().faces)
    # A's go on where they were.
    assert not torch.equal(run.people["a"].stream.next().faces, untouched.people["a"].stream.next().faces)
    assert stepped(run, 1).now.iteration == 3


@pytest.mark.parametrize(("before", "after"), [(0, 20), (20, 0)])
def test_another_share_of_held_out_faces_begins_its_own_order(
    begin: Begin, tmp_path: Path, before: float, after: float
) -> None:
    kept = written(stepped(begin(small(data={"held_out": before})), 1), tmp_path)
    run, untouched = begin(small(data={"held_out": after})), begin(small(data={"held_out": after}))
    assert run.people["a"].trained != kept.state["faces"]["a"]["trained"]
    run.restore(kept)
    assert torch.equal(run.people["a"].stream.next().faces, untouched.people["a"].stream.next().faces)
    assert stepped(run, 1).now.iteration == 2


CHANGES: dict[str, dict[str, Any]] = {
    "optimizer": {"optimizer": {"name": "lion"}},
    "loss": {"loss": {"mae": 1, "mse": 0, "gradient": 0.5}},
    "batch size": {"batch_size": 3},
    "augmentation": {"augment": {"flip": 0, "warp": 0, "jpeg": 100, "occlude": 100}},
    "mean of weights": {"optimizer": {"average": 0.99}},
    "clipping": {"optimizer": {"clipping": "autoclip"}},
    "phases": {"phases": [{"name": "only"}]},
    "critic": {"critic": {"width": 16}, "phases": [{"name": "critic", "critic": 0.1}]},
    "frozen": {"freeze": ["encoder"]},
    "balance": {"data": {"balance": True, "keep": "memory"}},
}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Of three steps in its second phase, which has a critic."""
    phases = [{"name": "first", "iterations": 1}, {"name": "second", "critic": 0.1}]
    config = small(critic={"width": 8, "delay": 0}, phases=phases)
    run = with_faces({"a": blobs(1, 9), "b": blobs(2, 11)}, config)
    stepped(run, 1).turn(FAR)
    return written(stepped(run, 2), tmp_path_factory.mktemp("first"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_does_not_change_the_network_may_change_between_runs(
    change: dict[str, Any], begin: Begin, first_run: Checkpoint
) -> None:
    run = begin(small(**change))
    run.restore(first_run)
    kept = torch.cat([first_run.weights[name].flatten() for name, _ in run.network.named_parameters()])
    assert torch.equal(weights(run), kept)
    assert (run.now.iteration, run.place.number) == (3, len(run.config.phases) - 1)
    stepped(run, 1)
    assert run.now.iteration == 4
    assert torch.isfinite(weights(run)).all()
    assert not torch.equal(weights(run), kept)


def test_a_mean_that_is_given_up_leaves_the_learnt_weights(begin: Begin, tmp_path: Path) -> None:
    first = stepped(begin(small(optimizer={"average": 0.9})), 3)
    kept, learnt = written(first, tmp_path), weights(first)
    second = begin(small())
    second.restore(kept)
    assert torch.equal(weights(second), learnt)


def test_a_run_goes_on_from_weights_alone_as_a_slot_of_the_best_has_them(begin: Begin, tmp_path: Path) -> None:
    first = stepped(begin(small()), 2)
    kept = written(first, tmp_path)
    run = begin(small())
    run.restore(Checkpoint(kept.weights, {}, kept.state, kept.settings))
    assert torch.equal(weights(run), weights(first))
    assert stepped(run, 1).now.iteration == 3


def test_broken_weights_are_refused_with_where_to_go_on_from(begin: Begin, tmp_path: Path) -> None:
    run = begin(small())
    with torch.no_grad():
        next(run.network.parameters()).fill_(float("nan"))
    with pytest.raises(ModelError, match=r"weights are broken.*go on from best or a snapshot"):
        begin(small()).restore(written(run, tmp_path))


def test_the_search_for_a_rate_leaves_the_run_as_it_was_to_the_bit(begin: Begin) -> None:
    config = small(
        optimizer={"average": 0.9, "clipping": "autoclip"}, critic={"width": 8, "depth": 2, "delay": 0},
        phases=[{"name": "critic", "critic": 0.01}], data={"keep": "memory"},
    )  # fmt: skip
    run, never_searched = stepped(begin(config), 2), stepped(begin(config), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("omote.training.finder.find_rate.__defaults__", (24,))
        search = run.search_rate(FAR)
    assert len(search.rates) <= 24
    assert_same(run.checkpoint(), never_searched.checkpoint())
    assert int(run.learner.skipped) == 0
    assert_same(stepped(run, 2).checkpoint(), stepped(never_searched, 2).checkpoint())


def test_a_search_that_breaks_the_numbers_leaves_the_run_as_it_was(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, never_searched = stepped(begin(small()), 1), stepped(begin(small()), 1)

    def find(try_step: Callable[[float], float]) -> float:
        losses = [try_step(1e18) for _ in range(3)]
        with torch.no_grad():
            next(run.network.parameters()).fill_(float("nan"))
        return losses[-1] + try_step(1.0)

    monkeypatch.setattr("omote.training.run.find_rate", find)
    run.search_rate(FAR)
    assert int(run.learner.skipped) == 0  # what a search leaves out is none of the run's steps
    assert_same(stepped(run, 1).checkpoint(), stepped(never_searched, 1).checkpoint())


def test_a_rate_that_was_found_is_the_rate_of_the_next_step(begin: Begin) -> None:
    run = begin(small())
    run.set_rate(2e-3)
    assert run.rate(FAR) == pytest.approx(2e-3)
    assert "learning_rate = 0.002" in run.checkpoint().settings


def test_a_part_that_begins_anew_is_new_and_forgotten_and_all_else_stays(begin: Begin) -> None:
    run = stepped(begin(small()), 2)
    before, fresh = cloned(run.checkpoint()), fresh_network(small(seed=8), CPU)
    run.reset(["inter"], fresh)
    after = run.checkpoint()
    inter = {name for name, _ in run.network.named_parameters() if name.startswith("encoder.4.")}
    drawn = fresh.state_dict()
    assert len(inter) == 4
    for name, each in after.weights.items():
        assert torch.equal(each, drawn[name] if name in inter else before.weights[name]), name
    gone = {name for name in before.optimizer if name.split("/")[1] in inter}
    assert gone
    assert after.optimizer.keys() == before.optimizer.keys() - gone
    stepped(run, 1)
    assert run.checkpoint().optimizer.keys() == before.optimizer.keys()


def test_the_decoders_begin_anew_by_the_name_of_both(begin: Begin) -> None:
    run, fresh = stepped(begin(small()), 1), fresh_network(small(seed=8), CPU)
    encoder = [each.clone() for each in run.network.encoder.state_dict().values()]  # type: ignore[union-attr]
    run.reset(["decoders"], fresh)
    assert all(map(torch.equal, encoder, run.network.encoder.state_dict().values()))  # type: ignore[union-attr]
    twin = fresh.state_dict()
    assert all(torch.equal(each, twin[name]) for name, each in run.network.state_dict().items() if "decoders" in name)


def test_an_unknown_part_is_named_with_those_that_there_are(begin: Begin) -> None:
    run = begin(small())
    with pytest.raises(SettingError, match=r"no part middle.*known: encoder, decoders, decoders.a, decoders.b, inter"):
        run.reset(["middle"], run.network)


def test_the_rate_follows_warm_up_phase_schedule_and_falls(begin: Begin) -> None:
    phases = [{"name": "first", "iterations": 4, "learning_rate": 0.5}, {"name": "second", "schedule": "cosine"}]
    run = begin(small(optimizer={"learning_rate": 1e-4, "warmup": 2}, phases=phases))
    rates = []
    for _ in range(8):
        rates.append(run.rate(FAR) / 1e-4)
        stepped(run, 1)
        run.turn(FAR)
    falling = [(1 + torch.cos(torch.tensor(torch.pi * part / 4)).item()) / 2 for part in range(4)]
    assert rates == pytest.approx([0.25, 0.5, 0.5, 0.5, *falling], rel=1e-5)
    run.lowered = 2
    run.now = run.place.began
    assert run.rate(FAR) == pytest.approx(1e-4 / 4)


def test_each_rule_and_network_has_its_own_rate_unless_one_is_given() -> None:
    network = fresh_network(small(), CPU)
    assert base_rate(small(), network) == network.learning_rate
    assert base_rate(small(optimizer={"name": "prodigy"}), network) == 1
    assert base_rate(small(optimizer={"name": "prodigy", "learning_rate": 0.5}), network) == 0.5


def flat_history(run: Run, until: int) -> None:
    for iteration in range(1000, until + 1, 500):
        run.history.append(Row(iteration, 1.0, 1.0, 1.0, 1e-4, run.phase.name, 0.5, 0.5, 0.8, 0.8))


def test_a_plateau_of_the_held_out_measure_ends_a_phase(begin: Begin) -> None:
    phases = [{"name": "first", "plateau": 4000}, {"name": "second"}]
    run = begin(small(phases=phases))
    run.now = Moment(3000)
    flat_history(run, 3000)
    assert not run.turn(Limits(100_000))
    for iteration in range(3500, 12_001, 500):
        run.history.append(Row(iteration, 1.0, 1.0, 1.0, 1e-4, "first", 0.5, 0.5, 0.8, 0.8))
    assert run.turn(Limits(100_000))
    assert run.phase.name == "second"
    assert not run.turn(Limits(100_000))


def test_the_schedule_plateau_halves_the_rate_and_waits_before_it_does_so_again(begin: Begin) -> None:
    run = begin(small(phases=[{"name": "only", "schedule": "plateau"}]))
    rate, far = run.rate(Limits(10**6)), Limits(10**6)
    flat_history(run, 14_000)
    for iteration in (15_000, 16_000):
        run.now = Moment(iteration)
        run.tally.add(torch.ones_like(run.tally.total))
        run.record(None, far)
    assert (run.halvings, run.halved) == (1, 15_000)
    assert run.rate(far) == pytest.approx(rate / 2)


def test_a_row_is_the_mean_since_the_row_before_and_none_where_no_step_was_taken(begin: Begin) -> None:
    run = begin(small())
    losses = [run.step(FAR).sum(1) for _ in range(3)]
    row = run.record(None, FAR)
    assert row is not None
    assert (row.iteration, row.phase, row.held_loss_a) == (3, "learn", None)
    mean = torch.stack(losses).mean(0)
    assert [row.loss_a, row.loss_b] == pytest.approx(mean.tolist())
    assert run.record(None, FAR) is None
    assert len(run.history.rows) == 1


def test_a_critic_is_let_in_slowly(begin: Begin) -> None:
    phases = [{"name": "first", "iterations": 2}, {"name": "critic", "critic": 0.5}]
    run = begin(small(critic={"width": 8, "delay": 3}, phases=phases))
    heard = []
    for _ in range(7):
        heard.append(run._pull(FAR).critic)
        run.now = Moment(run.now.iteration + 1)
        run.turn(FAR)
    assert heard == pytest.approx([0, 0, 0.125, 0.25, 0.375, 0.5, 0.5])


def test_a_fall_changes_the_chance_of_the_same_iterations(begin: Begin) -> None:
    run, fallen = begin(small()), begin(small())
    fallen.lowered = 1
    assert not torch.equal(next(run._batches())["a"].feed, next(fallen._batches())["a"].feed)


def test_a_run_of_another_batch_size_has_the_same_network(begin: Begin) -> None:
    run = begin(small())
    larger = run.of_batch(3)
    assert larger.network is run.network
    assert next(larger._batches())["b"].feed.shape[0] == 3
    assert run.config.batch_size == 2


def test_means_over_processes_decide_alike_in_all(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin(small())
    alone = run.measure()
    assert alone is not None
    monkeypatch.setattr(Team, "mean", lambda _, tensor: tensor / 2)
    run.team = Team(0, 2, CPU)
    assert run.measure() == pytest.approx([value / 2 for value in alone])


def test_the_mean_of_weights_is_what_is_measured(begin: Begin) -> None:
    run = stepped(begin(small(optimizer={"average": 0.9})), 3)
    assert run.learner.average is not None
    shown = run.measure()
    other = begin(small())
    other.network.load_state_dict(run.learner.average.weights())
    assert shown == other.measure()
    assert shown != stepped(begin(small()), 3).measure()


def test_phases_decide_whether_faces_are_bent_and_mirrored(begin: Begin) -> None:
    straight = {"name": "straight", "warp": False, "flip": False}
    run = begin(small(phases=[straight]))
    assert run.phase == PhaseConfig.checked(straight)
    for drawn in next(run._batches()).values():
        torch.testing.assert_close(drawn.feed, drawn.target, rtol=0, atol=1e-6)
    bent = next(begin(small())._batches())["a"]
    assert (bent.feed - bent.target).abs().max() > 0.01


def growing(*sizes: int | None, **changes: Any) -> LearnConfig:
    phases = [{"name": f"at {size}", "iterations": 2, "resolution": size} for size in sizes]
    return small(network="noh", options={"size": "s", "resolution": 256}, phases=phases, **changes)


def test_a_network_grows_in_one_run_and_nothing_that_was_learnt_is_lost(begin: Begin) -> None:
    run = begin(growing(128, None))
    assert run.network.output_size == 128
    held = run.people["a"].held[0].target
    finer = {name for name, each in run.learner.named if not each.requires_grad}
    drawn = weights(run)
    stepped(run, 2)
    remembered = {name: run.learner.optimizer.state[each] for name, each in run.learner.named if name not in finer}
    assert finer and not any(run.learner.optimizer.state.get(each) for name, each in run.learner.named if name in finer)
    faces = run.people["a"].held[0].feed
    with torch.inference_mode():
        before = torch.logit(run.network(faces, "a").face)
    assert run.turn(FAR)
    assert run.network.output_size == 256
    assert run.people["a"].held[0].target.shape[-1] == 2 * held.shape[-1] == 256
    with torch.inference_mode():
        after = torch.logit(run.network(faces, "a").face)
    enlarged = torch.nn.functional.interpolate(before, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(after, enlarged, atol=1e-3, rtol=1e-3)
    steps = {name: int(state["step"]) for name, state in remembered.items()}
    stepped(run, 2)
    assert {int(remembered[name]["step"]) - step for name, step in steps.items()} == {2}
    learnt = {name for name, each in run.learner.named if run.learner.optimizer.state.get(each)}
    assert finer < learnt
    assert not torch.equal(drawn, weights(run))


def test_a_fall_back_to_before_it_grew_makes_it_small_again(begin: Begin, keeper: Notebook) -> None:
    run = begin(growing(128, None))
    stepped(run, 1)
    keeper.save(run)
    stepped(run, 1)
    run.turn(FAR)
    stepped(run, 1)
    run.restore(keeper.last())
    assert (run.network.output_size, run.people["b"].shown.target.shape[-1]) == (128, 128)
    assert_same(run.checkpoint(), keeper.last())


def test_a_frozen_part_stays_frozen_when_the_network_grows(begin: Begin) -> None:
    run = begin(growing(128, None, freeze=["decoders.a"]))
    mine = {name: each.clone() for name, each in run.network.named_parameters() if name.startswith("decoders.a")}
    stepped(run, 2)
    run.turn(FAR)
    stepped(run, 1)
    for name, each in run.network.named_parameters():
        assert name not in mine or torch.equal(each, mine[name])


@pytest.mark.parametrize(("network", "known"), [("noh", "128, 256"), ("nano", "64")])
def test_a_size_that_a_network_cannot_draw_is_refused_before_any_work(network: str, known: str, begin: Begin) -> None:
    config = growing(64 if network == "noh" else 128)
    options = config.options if network == "noh" else {}
    with pytest.raises(SettingError, match=rf"cannot draw faces of .*\(here it draws {known} px\)"):
        begin(config.model_copy(update={"network": network, "options": options}))
