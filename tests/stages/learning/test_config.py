from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import SettingError
from omote.stages.learning.config import TrainConfig


def test_a_model_alone_is_enough_since_it_knows_its_faces() -> None:
    config = TrainConfig(model=Path("m"))
    assert (config.a, config.b, config.pretrain, config.find_rate) == (None, None, [], "off")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": "x"}, "faces of both people: --a and --b"),
        ({"b": "x"}, "faces of both people: --a and --b"),
        ({"a": "x", "b": "y", "pretrain": ["z"]}, "give --pretrain, or --a and --b"),
        ({"iterations": 0}, "iterations"),
        ({"minutes": 0}, "minutes"),
        ({"learn": {"batch_sise": 2}}, r"learn\.batch_sise.*batch_size"),
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        TrainConfig.checked({"model": "m", **given})
