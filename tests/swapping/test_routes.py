from pathlib import Path

import pytest

from omote.core.errors import SettingError
from omote.swapping.routes import Route, Routes


def test_one_model_for_everyone() -> None:
    routes = Routes.of(Path("m"), [], "b")
    assert routes.models == (Path("m"),)
    assert routes.of_person(None) == routes.of_person("person-01") == Route(0, "b")


def test_people_have_models_and_sides_of_their_own() -> None:
    routes = Routes.of(None, ["person-01=one", "person-02 = two:a", "person-03=one:a", "person-04=none"], "b")
    assert routes.models == (Path("one"), Path("two"))
    assert routes.of_person("person-01") == Route(0, "b")
    assert routes.of_person("person-02") == Route(1, "a")
    assert routes.of_person("person-03") == Route(0, "a")
    assert routes.of_person("person-04") is routes.of_person("person-05") is routes.of_person(None) is None


def test_who_is_named_is_not_among_the_others() -> None:
    routes = Routes.of(Path("m"), ["x=none", "y=n"], "a")
    assert [routes.of_person(who) for who in ("x", "y", "z")] == [None, Route(1, "a"), Route(0, "a")]


@pytest.mark.parametrize("pair", ["person-01", "=model", "person-01=", " = "])
def test_a_pair_of_another_form_is_refused(pair: str) -> None:
    with pytest.raises(SettingError, match="not of the form PERSON=MODEL"):
        Routes.of(None, [pair], "b")


def test_nobody_has_two_models() -> None:
    with pytest.raises(SettingError, match="x is given two models"):
        Routes.of(None, ["x=m", "x=n"], "b")


def test_someone_who_is_not_there_is_named_with_those_who_are() -> None:
    routes = Routes.of(None, ["person-07=m"], "b")
    with pytest.raises(SettingError, match=r"no person-07 .*a\.db .there are person-01, person-02"):
        routes.check(["person-02", "person-01"], Path("a.db"))
    with pytest.raises(SettingError, match="it names people"):
        routes.check([], Path("a.db"))
    routes.check(["person-07"], Path("a.db"))
