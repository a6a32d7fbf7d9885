import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from omote.core.config import laid_over
from omote.core.errors import ModelError, OmoteError, SettingError
from omote.core.events import Event, Note
from omote.runtime.model_folder import Checkpoint, read_checkpoint, read_state, read_weights
from omote.runtime.precision import Precision
from omote.runtime.team import Team
from omote.stages import train
from omote.stages.context import Context
from omote.stages.learning.beginning import began, settings
from omote.stages.learning.config import TrainConfig
from omote.training.config import LearnConfig
from omote.training.phases import Limits
from omote.training.run import Run

ALONE = Team(0, 1, torch.device("cpu"))


class Beginner:
    """Begins runs of the extracted faces, and keeps what was said of the latest."""

    def __init__(self, faces: dict[str, Path], learn: LearnConfig) -> None:
        self.faces, self.learn = faces, learn.model_dump(exclude_unset=True)
        self.said: list[str] = []

    def __call__(self, model: Path, learn: dict[str, Any] | None = None, **changes: Any) -> Run:
        self.said = []
        given = {"a": self.faces["a"], "b": self.faces["b"], "learn": laid_over(self.learn, learn or {})}
        config = TrainConfig.checked({"model": model, **given, **changes})
        run, self.places = began(config, ALONE, Context(self._hear))
        return run

    def _hear(self, event: Event) -> None:
        self.said += [event.text] if isinstance(event, Note) else []


@pytest.fixture
def begin(extracted: dict[str, Path], learn: LearnConfig) -> Beginner:
    return Beginner(extracted, learn)


def stepped(run: Run, steps: int = 1) -> Run:
    with torch.random.fork_rng(devices=[]):
        for _ in range(steps):
            run.step(Limits(100))
    return run


def weights(run: Run) -> dict[str, torch.Tensor]:
    return {name: each.clone() for name, each in run.network.state_dict().items()}


def kept(**values: Any) -> Checkpoint:
    return Checkpoint({}, {}, {}, LearnConfig.checked(values).to_toml())


def given(path: Path | None = None, **learn: Any) -> TrainConfig:
    return TrainConfig(model=Path("m"), recipe=path, learn=LearnConfig.checked(learn))


def test_settings_are_laid_over_each_other_leaf_by_leaf(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("seed = 9\n[augment]\nshift = 4\nflip = 30\n[loss]\nmae = 0.5\n", "utf-8")
    made = settings(given(recipe, augment={"flip": 20}), kept(batch_size=3, augment={"flip": 10, "zoom": 1}))
    assert (made.batch_size, made.seed) == (3, 9)
    assert (made.augment.flip, made.augment.zoom, made.augment.shift) == (20, 1, 4)
    assert (made.loss.ssim, made.loss.mae) == (1, 0.5)


def test_a_list_of_phases_replaces_the_one_before() -> None:
    made = settings(given(phases=[{"name": "only"}]), kept())
    assert [phase.name for phase in made.phases] == ["only"]


def test_without_a_model_the_defaults_hold() -> None:
    assert settings(given(), None) == LearnConfig()


def test_settings_that_cannot_be_read_say_where(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"the model's train\.toml is damaged"):
        settings(given(), Checkpoint({}, {}, {}, "= no toml"))
    with pytest.raises(SettingError, match=r"cannot be read.*none\.toml"):
        settings(given(tmp_path / "none.toml"), None)
    (tmp_path / "bad.toml").write_text("[", "utf-8")
    with pytest.raises(SettingError, match=r"bad\.toml is damaged"):
        settings(given(tmp_path / "bad.toml"), None)


def test_a_new_model_begins_with_the_faces_given(begin: Beginner, tmp_path: Path) -> None:
    run = begin(tmp_path / "new")
    assert (run.now.iteration, len(run.people["a"].faces), len(run.people["b"].faces)) == (0, 6, 6)
    assert begin.places == {side: [begin.faces[side]] for side in ("a", "b")}
    assert any("6 faces of A, 6 faces of B" in line for line in begin.said)
    assert not (tmp_path / "new").exists()


def test_a_model_goes_on_where_it_was_with_what_it_has(begin: Beginner, taught: Path) -> None:
    run = begin(taught, {"batch_size": 1})
    last = read_checkpoint(taught)
    assert (run.now.iteration, run.config.batch_size, run.config.watch.save_every) == (2, 1, 2)
    assert all(torch.equal(each, last.weights[name]) for name, each in weights(run).items())
    assert any(f"going on from iteration 2 of {taught}" in line for line in begin.said)


def test_faces_left_out_are_those_of_the_model(begin: Beginner, taught: Path, extracted: dict[str, Path]) -> None:
    run = begin(taught, a=None, b=None)
    assert begin.places == {side: [extracted[side].absolute()] for side in ("a", "b")}
    order = read_checkpoint(taught).optimizer["stream.a/order"]
    assert torch.equal(run.people["a"].stream.state()["order"], order)


def test_faces_that_were_moved_are_named(begin: Beginner, faces: dict[str, Path], tmp_path: Path) -> None:
    place = tmp_path / "m"
    given = {"a": faces["a"], "b": faces["b"], "model": place, "iterations": 1, "learn": begin.learn}
    train.run(TrainConfig.checked(given), Context())
    shutil.move(faces["b"], tmp_path / "elsewhere")
    with pytest.raises(OmoteError, match=r"faces-b"):
        begin(place, a=None, b=None)
    assert begin(place, a=faces["a"], b=tmp_path / "elsewhere").now.iteration == 1


def test_no_faces_at_all_are_asked_for(begin: Beginner, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no faces given \(give --a FACES_OF_A and --b FACES_OF_B, or --pretrain"):
        begin(tmp_path / "new", a=None, b=None)


def test_pretraining_teaches_both_decoders_all_faces(
    begin: Beginner, tmp_path: Path, extracted: dict[str, Path]
) -> None:
    folders = [extracted["a"], extracted["b"]]
    run = begin(tmp_path / "new", a=None, b=None, pretrain=folders)
    assert begin.places == {"a": folders, "b": folders}
    assert run.people["a"].faces is run.people["b"].faces
    assert len(run.people["a"].faces) == 12
    before = weights(run)
    after = weights(stepped(run))
    for part in ("encoder", "decoders.a", "decoders.b"):
        changed = [not torch.equal(before[name], after[name]) for name in before if name.startswith(part)]
        assert changed
        assert all(changed)


def test_both_people_of_a_pretrained_model_get_faces_in_orders_of_their_own(
    begin: Beginner, tmp_path: Path, extracted: dict[str, Path]
) -> None:
    run = begin(tmp_path / "new", a=None, b=None, pretrain=[extracted["a"], extracted["b"]])
    drawn = [[run.people[side].stream.next().faces for _ in range(4)] for side in ("a", "b")]
    assert not torch.equal(torch.stack(drawn[0]), torch.stack(drawn[1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "lightweight"}, r"model of another network: nano, not lightweight \(.*and \d+ more\)"),
        (
            {"options": {"learn_mask": False}},
            r"nano with \{'learn_mask': True\}, not nano with \{'learn_mask': False\}"
            r" \(decoders\.a\.\S+ is 16×\S+ there, 12×\S+ here",  # noqa: RUF001
        ),
    ],
)
def test_what_changes_the_network_is_refused_with_how_to_take_its_weights(
    change: dict[str, Any], message: str, begin: Beginner, taught: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in taught.rglob("*")}
    with pytest.raises(ModelError, match=message) as refused:
        begin(taught, change)
    assert f"-m NEW --load-weights {taught}" in str(refused.value)
    assert {path: path.stat().st_mtime_ns for path in taught.rglob("*")} == before


def test_weights_of_another_model_are_taken_as_far_as_they_fit(begin: Beginner, taught: Path, tmp_path: Path) -> None:
    run = begin(tmp_path / "new", {"options": {"learn_mask": False}, "seed": 5}, load_weights=taught)
    theirs, mine = read_weights(taught), weights(run)
    taken = [name for name in mine if torch.equal(mine[name], theirs[name])]
    fits = [name for name in mine if mine[name].shape == theirs[name].shape]
    assert taken == fits
    assert 0 < len(fits) < len(mine)
    assert run.now.iteration == 0
    (line,) = (line for line in begin.said if line.startswith(f"weights of {taught}"))
    for part in ("encoder", "decoders.a", "decoders.b"):
        of_part = [name for name in mine if name.startswith(part)]
        assert f"{part}: {len(set(of_part) & set(fits))} of {len(of_part)}" in line


def test_weights_that_all_fit_are_all_taken(begin: Beginner, taught: Path, tmp_path: Path) -> None:
    theirs = read_weights(taught)
    run = begin(tmp_path / "new", {"seed": 5}, load_weights=taught)
    assert all(torch.equal(each, theirs[name]) for name, each in weights(run).items())


def test_frozen_parts_stay_to_the_bit_while_the_others_learn(begin: Beginner, taught: Path) -> None:
    run = begin(taught, {"freeze": ["encoder"], "optimizer": {"weight_decay": 0.1, "name": "adamw"}})
    before = weights(run)
    after = weights(stepped(run, 2))
    same = {name for name in before if torch.equal(before[name], after[name])}
    assert same == {name for name in before if name.startswith("encoder.")}


def test_a_part_that_begins_anew_is_said_and_the_rest_stays(begin: Beginner, taught: Path) -> None:
    run, theirs = begin(taught, {"seed": 8}, reset=["inter"]), read_weights(taught)
    changed = {name for name, each in weights(run).items() if not torch.equal(each, theirs[name])}
    assert changed == {f"encoder.4.{layer}.{kind}" for layer in ("squeeze", "widen") for kind in ("weight", "bias")}
    assert any("inter begins anew" in line for line in begin.said)


@pytest.mark.parametrize("change", [{"reset": ["middle"]}, {"learn": {"freeze": ["middle"]}}])
def test_a_part_that_is_not_there_is_named(change: dict[str, Any], begin: Beginner, taught: Path) -> None:
    with pytest.raises(SettingError, match=r"no part middle \(known: encoder, decoders"):
        begin(taught, **change)


def test_a_precision_that_was_chosen_stays(begin: Beginner, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def pick(name: str, device: torch.device) -> object:
        asked.append(name)
        return Precision("fp32", "asked for", device)

    monkeypatch.setattr("omote.runtime.precision.pick_precision", pick)
    auto = {"compute": {"precision": "auto"}}
    begin(model, auto)
    assert read_state(model)["compute"] == {"device": "cpu", "precision": "fp32"}
    begin(model.with_name("new"), auto)
    assert asked == ["fp32", "auto"]


def test_a_damaged_model_is_refused(begin: Beginner, model: Path) -> None:
    (model / "last" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="damaged weights"):
        begin(model)


def test_an_unknown_preset_is_refused_with_those_there_are(begin: Beginner, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"unknown preset 'huge' of phaze-a .*clipfaker128"):
        begin(tmp_path / "new", {"network": "phaze-a", "preset": "huge"})


def test_an_encoder_with_published_weights_asks_for_their_file(begin: Beginner, tmp_path: Path) -> None:
    learn = {"network": "phaze-a", "preset": "clipfaker128"}
    with pytest.raises(SettingError, match=r"come as a file.*enc_load_weights=false"):
        begin(tmp_path / "new", learn)
