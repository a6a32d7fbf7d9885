from pathlib import Path

import pytest

from omote.core.events import Event, Note
from omote.imaging.pictures import decode
from omote.stages.context import Context
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.finding import find
from omote.training.finder import RateSearch
from omote.training.phases import Limits, Moment
from omote.training.run import Run

FOUND = RateSearch((1e-4, 1e-3, 1e-2), (1.0, 0.5, 2.0), (1.0, 0.8, 1.1), 2.5e-4, "where it fell")
NOTHING = RateSearch((1e-4, 1e-3), (1.0, float("nan")), (1.0, float("nan")), None, "the loss never fell")


class Searched(Run):
    """A run whose search finds what it is told to."""

    def __init__(self, found: RateSearch, iteration: int = 0) -> None:
        self.found, self.now = found, Moment(iteration)
        self.searches = 0
        self.taken: list[float] = []

    def search_rate(self, limits: Limits) -> RateSearch:
        self.searches += 1
        return self.found

    def set_rate(self, rate: float) -> None:
        self.taken.append(rate)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def context(said: list[str]) -> Context:
    def hear(event: Event) -> None:
        said.extend([event.text] if isinstance(event, Note) else [])

    return Context(hear)


def asked(model: Path, how: str) -> TrainConfig:
    return TrainConfig.checked({"model": model, "find_rate": how})


@pytest.mark.parametrize(("how", "taken"), [("set", [2.5e-4]), ("report", [])])
def test_what_was_found_is_said_drawn_and_set_where_that_was_asked(
    how: str, taken: list[float], tmp_path: Path, context: Context, said: list[str]
) -> None:
    run = Searched(FOUND)
    found = find(run, Limits(10), asked(tmp_path, how), context)
    assert found is not None
    assert (found.rate, found.why, found.curve) == (2.5e-4, "where it fell", tmp_path / "learning_rate.png")
    assert run.taken == taken
    assert said[-1] == "learning rate 0.00025: where it fell"
    drawn = decode(found.curve.read_bytes())
    assert drawn is not None
    assert min(drawn.shape[:2]) > 200


@pytest.mark.parametrize("how", ["set", "report"])
def test_a_search_that_fails_changes_nothing_and_says_why(
    how: str, tmp_path: Path, context: Context, said: list[str]
) -> None:
    run = Searched(NOTHING)
    found = find(run, Limits(10), asked(tmp_path, how), context)
    assert found is not None
    assert found.rate is None
    assert run.taken == []
    assert said[-1] == "no learning rate found, nothing is changed: the loss never fell"
    assert found.curve.exists()


def test_a_model_that_has_trained_is_not_searched_to_be_set(tmp_path: Path, context: Context, said: list[str]) -> None:
    run = Searched(FOUND, iteration=7)
    assert find(run, Limits(10), asked(tmp_path, "set"), context) is None
    assert (run.searches, run.taken) == (0, [])
    assert said == ["no search for a learning rate: the model has trained 7 iterations"]
    assert find(run, Limits(10), asked(tmp_path, "report"), context) is not None


def test_nobody_searches_unasked(tmp_path: Path, context: Context) -> None:
    run = Searched(FOUND)
    assert find(run, Limits(10), asked(tmp_path, "off"), context) is None
    assert run.searches == 0
    assert list(tmp_path.iterdir()) == []
