import inspect
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from omote.cli.commands import COMMANDS
from omote.cli.flags import gathered, settings_help, signature, with_signature
from omote.core.errors import SettingError

TRAIN = COMMANDS["train"]


def values(**given: Any) -> dict[str, Any]:
    return {**dict.fromkeys(signature(TRAIN).parameters), "a": Path("a"), "b": Path("b"), "model": Path("m"), **given}


def test_the_signature_has_the_flags_and_what_all_commands_share() -> None:
    parameters = signature(COMMANDS["extract"]).parameters
    assert parameters["sources"].kind is inspect.Parameter.POSITIONAL_ONLY
    assert parameters["sources"].default is inspect.Parameter.empty
    assert parameters["look__threshold"].default is None
    assert list(parameters)[-4:] == ["settings", "file", "json", "debug"]


def test_flags_reach_nested_settings_and_the_rest_keeps_its_default() -> None:
    config: Any = gathered(TRAIN, values(learn__batch_size=3, settings=["learn.augment.flip=7"]))
    assert (config.learn.batch_size, config.learn.augment.flip, config.learn.augment.zoom) == (3, 7, 5)
    assert config.learn.model_fields_set == {"batch_size", "augment"}


def test_a_flag_that_may_be_repeated_has_no_default_to_show() -> None:
    assert "default" not in str(signature(COMMANDS["masks"]).parameters["add"].annotation.__metadata__[0].help)
    assert "[default: extended]" in str(
        signature(COMMANDS["extract"]).parameters["masks"].annotation.__metadata__[0].help
    )


def test_what_is_on_by_default_can_be_turned_off() -> None:
    for flag, wanted in (("--no-realign", False), ("--realign", True)):
        parameters = signature(COMMANDS["extract"]).parameters
        assert parameters["look__realign"].annotation.__metadata__[0].get_negatives is not None
        app = App(result_action="return_value")
        app.default(with_signature(lambda *_, **given: given, signature(COMMANDS["extract"]), ""))
        assert app(["clip.mp4", flag])["look__realign"] is wanted


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("a = ")
    with pytest.raises(SettingError, match=r"cannot read the settings.*bad\.toml"):
        gathered(TRAIN, values(file=tmp_path / "bad.toml"))


def test_help_lists_what_is_no_flag() -> None:
    rows = {name: (default, text) for name, default, text in settings_help(TRAIN.config, set(TRAIN.flags))}
    assert rows["learn.augment.flip"][0] == "50"
    assert "mirrored" in rows["learn.augment.flip"][1]
    assert "learn.batch_size" not in rows
    assert all(text for _, text in rows.values())
    assert not any("Undefined" in default for default, _ in rows.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_are_shown_in_words(name: str) -> None:
    shown = [str(parameter.annotation) for parameter in signature(COMMANDS[name]).parameters.values()]
    assert not [text for text in shown if "Undefined" in text]
