import tomllib

import pytest
from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import SettingError


class Inner(Config):
    rate: float = Field(0.5, ge=0, le=1)


class Outer(Config):
    name: str = "x"
    count: int | None = None
    inner: Inner = Inner()


def test_pairs_are_laid_over_values_and_read_as_toml() -> None:
    config = Outer.with_pairs({"inner": {"rate": 0.1}}, ["inner.rate=0.25", "count=3", "name=a b"])
    assert config == Outer(name="a b", count=3, inner=Inner(rate=0.25))


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("inner.rate=2", "inner.rate should be less than or equal to 1, not 2"),
        ("inner.speed=2", "unknown setting inner.speed; known: rate"),
        ("count=many", "count should be a valid integer"),
        ("rate", "not of the form name=value"),
        ("name.more=1", "not of the form|should be a valid string"),
    ],
)
def test_a_bad_pair_is_one_line(pair: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Outer.with_pairs({}, [pair])


class Paired(Config):
    one: int = 0
    other: int = 0

    @model_validator(mode="after")
    def _has_one(self) -> "Paired":
        if not self.one and not self.other:
            raise ValueError("name one or the other")
        return self


def test_a_fault_of_several_settings_together_is_a_sentence_of_its_own() -> None:
    with pytest.raises(SettingError) as fault:
        Paired.checked({})
    assert str(fault.value) == "name one or the other"


class Deep(Config):
    rate: float = 0.5
    size: int = 1
    inner: Inner = Inner()


class Special(Config):
    deep: Deep = Deep(size=7, inner=Inner(rate=0.9))


def test_inner_settings_given_in_part_keep_the_rest_of_the_outer_default() -> None:
    assert Special.with_pairs({}, ["deep.rate=0.1"]).deep == Deep(rate=0.1, size=7, inner=Inner(rate=0.9))
    assert Special.with_pairs({"deep": {"inner": {"rate": 0.2}}}, []).deep == Deep(size=7, inner=Inner(rate=0.2))
    assert Special(deep=Deep(rate=0.1)).deep == Deep(rate=0.1)


def test_settings_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Outer().name = "y"  # type: ignore[misc]


def test_toml_goes_round() -> None:
    config = Outer(name="é", inner=Inner(rate=1))
    assert Outer.checked(tomllib.loads(config.to_toml())) == config
