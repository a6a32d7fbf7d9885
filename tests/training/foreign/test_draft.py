import math

import pytest
from pydantic import ValidationError

from omote.training.config import LearnConfig, OptimizerConfig
from omote.training.foreign.draft import Draft, Line, fitted, rule, shown

_NUMBERS = [-1e9, -21, -20, -1, -1e-9, 0, 1e-9, 0.3, 0.999, 1, 1.5, 7, 100, 1e9]


@pytest.mark.parametrize("name", ["beta_1", "learning_rate", "epsilon_exponent", "weight_decay", "clip_at", "warmup"])
@pytest.mark.parametrize("value", _NUMBERS)
def test_a_number_stays_where_it_is_allowed_and_else_goes_to_the_nearest_end(name: str, value: float) -> None:
    field = rule(LearnConfig, f"optimizer.{name}")
    if "int" in str(field.annotation) and not float(value).is_integer():
        value = math.floor(value)
    moved, why = fitted(value, field)
    assert moved is not None
    OptimizerConfig.model_validate({name: moved})
    try:
        OptimizerConfig.model_validate({name: value})
    except ValidationError:
        assert "moved to" in why
        with pytest.raises(ValidationError):  # a little nearer to what was given is out of the range, too
            OptimizerConfig.model_validate({name: float(moved) + math.copysign(2e-6, value - float(moved))})
    else:
        assert moved == pytest.approx(value, abs=1e-6)


def test_a_choice_that_is_not_there_has_no_nearest() -> None:
    value, why = fitted("sgd", rule(LearnConfig, "optimizer.name"))
    assert value is None
    assert "adabelief" in why
    assert fitted("lion", rule(LearnConfig, "optimizer.name")) == ("lion", "")


def test_lines_are_of_options_that_were_given() -> None:
    draft = Draft({"zoom": 90, "spin": 5, "rule": "sgd"}, frozenset({"zoom", "rule"}), LearnConfig, under="x.")
    draft.take("zoom", "augment.zoom", 90)
    draft.take("spin", "augment.rotation", 5)
    draft.take("rule", "optimizer.name", "sgd")
    draft.say("spin", "nothing")
    assert draft.settings == {"augment": {"zoom": 25, "rotation": 5}}
    assert draft.taken == [Line("zoom = 90", "x.augment.zoom = 25")]
    assert [line.option for line in draft.said] == ["zoom = 90", "rule = sgd"]


def test_values_are_shown_on_one_line() -> None:
    assert [shown(value) for value in (5e-05, 10_000, True, 1.0, "a\nb\x1b")] == ["5e-05", "10000", "True", "1", "a b "]
