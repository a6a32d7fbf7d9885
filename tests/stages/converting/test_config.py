from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import SettingError
from omote.stages.converting.config import ConvertConfig
from omote.swapping.routes import Route

GOOD: dict[str, Any] = {"source": Path("s"), "model": Path("m"), "output": Path("o")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": None}, "name a model with --model"),
        ({"output": None}, "name an output, a preview, or both"),
        ({"range": "9:3"}, "no frame lies in the range 9:3"),
        ({"range": "nine"}, "range"),
        ({"suffix": "mov"}, "suffix"),
    ],
)
def test_what_does_not_go_together_is_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        ConvertConfig.checked({**GOOD, **change})


def test_a_model_or_people_and_an_output_or_a_preview_are_enough() -> None:
    assert ConvertConfig.checked(GOOD).place == Path("o")
    both = ConvertConfig.checked({"source": Path("s"), "people": ["person-01=n:a"], "preview": Path("look")})
    assert both.place == Path("look")
    assert both.routes().of_person("person-01") == Route(0, "a")


def test_times_wait_for_the_source() -> None:
    assert ConvertConfig.checked({**GOOD, "range": "9s:3s"}).range == "9s:3s"
