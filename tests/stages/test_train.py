from pathlib import Path

import pytest

from omote.core.errors import ModelError, OmoteError, SettingError
from omote.core.events import Event, Note, Progress, Trained
from omote.runtime.model_folder import read_checkpoint, read_state
from omote.stages.context import Context
from omote.stages.train import TrainConfig, kept_settings, run
from omote.training.config import LearnConfig


def settings(faces: dict[str, Path], model: Path, iterations: int, **learn: object) -> TrainConfig:
    return TrainConfig.checked(
        {"a": faces["a"], "b": faces["b"], "model": model, "iterations": iterations, "learn": learn}
    )


def test_a_model_folder_with_previews_comes_out(faces: dict[str, Path], tmp_path: Path) -> None:
    said: list[Event] = []
    report = run(settings(faces, tmp_path / "m", 5, batch_size=2, save_every=2), Context(said.append))
    assert (report.iterations, report.network, report.finished) == (5, "nano", True)
    assert report.preview == tmp_path / "m" / "previews" / "0000005.jpg"
    assert [path.stem for path in sorted((tmp_path / "m" / "previews").iterdir())] == ["0000002", "0000004", "0000005"]
    assert sorted(path.name for path in (tmp_path / "m" / "last").iterdir()) == [
        "model.safetensors", "optimizer.safetensors", "state.json", "train.toml",
    ]  # fmt: skip
    assert any(isinstance(event, Trained) for event in said)
    assert any(isinstance(event, Progress) and event.total == 5 for event in said)
    state = read_state(tmp_path / "m")
    assert state["folders"] == {side: str(faces[side]) for side in ("a", "b")}
    assert state["faces"]["a"]["count"] == 6


def test_a_model_goes_on_with_the_settings_it_has(faces: dict[str, Path], model: Path) -> None:
    said: list[Event] = []
    report = run(settings(faces, model, 4, save_every=100), Context(said.append))
    assert report.iterations == 4
    assert any(isinstance(event, Note) and "going on from iteration 2" in event.text for event in said)
    kept = read_checkpoint(model).settings
    assert "batch_size = 2" in kept
    assert "save_every = 100" in kept


def test_a_stop_keeps_what_was_learnt(faces: dict[str, Path], tmp_path: Path) -> None:
    said: list[Event] = []
    config = settings(faces, tmp_path / "m", 1000, batch_size=2, save_every=1)
    report = run(config, Context(said.append, lambda: sum(isinstance(event, Trained) for event in said) == 3))
    assert (report.finished, report.iterations) == (False, 3)
    assert read_state(tmp_path / "m")["iteration"] == 3


def test_a_folder_of_another_model_is_refused_and_kept(faces: dict[str, Path], model: Path) -> None:
    with pytest.raises(ModelError, match="holds a model with network nano, not lightweight"):
        run(settings(faces, model, 4, network="lightweight"), Context())
    with pytest.raises(ModelError, match="with crop"):
        run(settings(faces, model, 4, crop={"coverage": 0.7}), Context())
    assert read_state(model)["iteration"] == 2


def test_a_folder_without_faces_is_named(faces: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OmoteError, match=r"no face pictures.*empty"):
        run(settings({**faces, "b": tmp_path / "empty"}, tmp_path / "m", 1), Context())
    assert not (tmp_path / "m").exists()


def test_settings_are_laid_over_each_other_leaf_by_leaf() -> None:
    kept = LearnConfig.checked({"batch_size": 3, "augment": {"flip": 10, "zoom": 1}}).to_toml()
    both = kept_settings(kept, LearnConfig.checked({"augment": {"flip": 20}}))
    assert (both.batch_size, both.augment.flip, both.augment.zoom) == (3, 20, 1)
    with pytest.raises(SettingError, match=r"train\.toml is damaged"):
        kept_settings("= no toml", LearnConfig())
