from pathlib import Path

import pytest

from omote.core.errors import SettingError
from omote.models import presets
from omote.models.presets import preset, preset_names, with_preset


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two presets of nano, and a secret beside them."""
    folder = tmp_path / "presets" / "nano"
    folder.mkdir(parents=True)
    (folder / "masked.toml").write_text("learn_mask = true\n[inner]\na = 1\nb = 2\n")
    (folder / "bare.toml").write_text("")
    (folder / "notes.txt").write_text("")
    (tmp_path / "secret.toml").write_text("")
    monkeypatch.setattr(presets, "files", lambda _: tmp_path)


@pytest.mark.usefixtures("own")
def test_a_preset_is_its_file() -> None:
    assert preset("nano", "masked") == {"learn_mask": True, "inner": {"a": 1, "b": 2}}
    assert preset_names("nano") == ["bare", "masked"]


@pytest.mark.usefixtures("own")
def test_what_is_given_lies_over_the_preset() -> None:
    assert with_preset("nano", "masked", {"learn_mask": False, "inner": {"b": 3}}) == {
        "learn_mask": False, "inner": {"a": 1, "b": 3},
    }  # fmt: skip
    assert with_preset("nano", None, {"x": 1}) == {"x": 1}


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("name", ["../../secret", "notes", "", "maskd"])
def test_an_unknown_preset_lists_the_known_ones(name: str) -> None:
    with pytest.raises(SettingError, match=rf"unknown preset '{name}' of nano \(known: bare, masked\)"):
        preset("nano", name)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("network", ["original", "..", ""])
def test_a_network_without_presets_has_none(network: str) -> None:
    assert preset_names(network) == []
    with pytest.raises(SettingError, match="it has none"):
        preset(network, "masked")


def test_the_presets_of_the_package_are_found() -> None:
    assert all(preset("phaze-a", name) for name in preset_names("phaze-a"))
