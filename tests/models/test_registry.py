import pytest

from omote.core.errors import SettingError
from omote.models.registry import build


def test_an_unknown_network_lists_the_known_ones() -> None:
    with pytest.raises(SettingError, match=r"unknown model 'nan' \(known: lightweight, nano\)"):
        build("nan", {})


def test_an_unknown_option_names_the_network() -> None:
    with pytest.raises(SettingError, match="unknown setting wide; known: learn_mask: settings of the network nano"):
        build("nano", {"wide": 3})
