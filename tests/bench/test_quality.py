import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import quality
from bench.quality import NOTHING, SETS, STOPS, Cell, Stand, cells, compare, main
from omote.cast.pairs import PAIRS, Pair
from omote.core.errors import ModelError, SettingError
from omote.evaluation.measures import Measure, measured
from omote.models.registry import MODELS
from omote.training.phases import Moment
from tests import visiting_network

TERMS = SETS["reduced"]._replace(pairs=2)


def told(value: float) -> list[Measure]:
    figure = measured("SSIM to the true swap inside the face", [value], unit="", better="higher", cannot_tell="much")
    assert figure is not None
    return [figure]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was trained: nothing is, but it is noted, and `broken` breaks."""
    noted: list[tuple[str, int]] = []

    def stand(pair: Pair, terms: Any, work: Path) -> Stand:
        return Stand(pair, work / str(pair.a), {}, [])

    def stops(cell: Cell, seconds: float, on: Stand, device: str, place: Path) -> Iterator[tuple[float, Any]]:
        place.mkdir(parents=True)
        noted.append((cell.name, on.pair.a))
        if cell.name == "original":
            raise ModelError("the numbers broke")
        for share in STOPS:
            yield share, SimpleNamespace(share=share)

    monkeypatch.setattr(quality, "stand", stand)
    monkeypatch.setattr(quality, "stops", stops)
    monkeypatch.setattr(quality, "_pace", lambda run: {"iterations": int(100 * run.share), "it_per_s": 1.0,
                                                       "parameters": 1, "output": 64})  # fmt: skip
    monkeypatch.setattr(quality, "judged", lambda *_: {"true": told(0.7), "result": [], "model": []})
    monkeypatch.setattr(quality, "untouched", lambda _: {"true": told(0.6)})
    return noted


def test_the_full_set_is_all_of_the_cast_and_all_networks_those_of_other_packages_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").mkdir()
    visiting_network.install(tmp_path / "site", monkeypatch)
    asked = ["--set", "full", "--work", str(tmp_path / "work"), "--page", str(tmp_path / "docs" / "table.md")]
    monkeypatch.setattr(quality, "build", lambda *_: None)
    assert main(asked) == 0
    assert {name for name, _ in trained} == {*MODELS, visiting_network.NAME}
    assert len({a for _, a in trained}) == len(PAIRS)
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["network"] for row in rows} == {*MODELS, visiting_network.NAME, NOTHING}
    assert visiting_network.NAME in (tmp_path / "docs" / "table.md").read_text()


def test_every_pair_and_network_is_trained_once_and_what_broke_is_told(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    wanted = cells(["nano", "original"], TERMS, "cpu")
    rows = compare(wanted, TERMS, "cpu", tmp_path)
    assert trained == [(name, pair.a) for pair in PAIRS[:2] for name in ("nano", "original")]
    assert [(row["network"], row["share"]) for row in rows[:4]] == [
        (NOTHING, 1), ("nano", 0.25), ("nano", 1), ("original", 1),
    ]  # fmt: skip
    assert rows[3]["fault"] == "the numbers broke"
    assert rows[1]["measures"]["true"][0]["value"] == 0.7
    assert compare(wanted, TERMS, "cpu", tmp_path) == rows
    assert len(trained) == 4
    compare(cells(["nano"], TERMS._replace(minutes=4, pairs=1), "cpu"), TERMS._replace(minutes=4), "cpu", tmp_path)
    assert len(trained) == 5
    assert not list(tmp_path.glob("*/model-*"))


def test_what_was_judged_before_a_kill_is_not_judged_again(
    tmp_path: Path, trained: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    judgements: list[Path] = []

    def judged(model: Path, on: Stand, device: str) -> dict[str, list[Measure]]:
        judgements.append(model)
        if len(judgements) == 2:
            raise KeyboardInterrupt
        return {"true": told(0.5 + 0.1 * len(judgements))}

    monkeypatch.setattr(quality, "judged", judged)
    wanted = cells(["nano"], TERMS._replace(pairs=1), "cpu")
    with pytest.raises(KeyboardInterrupt):
        compare(wanted, TERMS, "cpu", tmp_path)
    assert judgements[0].is_dir()  # from where the training goes on
    judgements[0].rmdir()
    rows = compare(wanted, TERMS, "cpu", tmp_path)
    assert [row["measures"]["true"][0]["value"] for row in rows] == pytest.approx([0.6, 0.6, 0.8])


def test_options_are_of_the_network_they_stand_behind_and_wrong_ones_are_told_at_once() -> None:
    (cell, *_) = cells(["noh:size=s:resolution=192"], TERMS, "cpu")
    assert (cell.learn.network, cell.learn.options) == ("noh", {"size": "s", "resolution": 192})
    assert cell.name == "noh:size=s:resolution=192"
    for wrong in ("noh:sise=s", "nona"):
        with pytest.raises(SettingError):
            cells(["nano", wrong], TERMS, "cpu")


def test_a_trial_of_too_few_frames_is_told_before_any_work(tmp_path: Path, trained: list[tuple[str, int]]) -> None:
    with pytest.raises(SystemExit):
        main(["--work", str(tmp_path), "--trial", "7"])
    assert not trained


class _Run:
    """A run that takes a second a step."""

    def __init__(self, seconds: float) -> None:
        self.now = Moment(int(seconds), seconds)


@pytest.mark.parametrize(
    ("begun", "judged_at"),
    [
        (0, [(0.25, 25), (1, 100)]), (27, [(0.25, 27), (1, 100)]), (60, [(1, 100)]), (100, [(1, 100)]),
        (130, [(1, 130)]),  # its last step was long
    ],
)  # fmt: skip
def test_a_training_is_judged_where_it_stops_and_goes_on_where_it_was(
    begun: float, judged_at: list[tuple[float, float]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _Run(begun)

    def train(run: _Run, limits: Any, keeper: Any, stop: Any) -> None:
        while run.now.seconds < limits.seconds and not stop():
            run.now = Moment(run.now.iteration + 1, run.now.seconds + 1)

    monkeypatch.setattr(quality, "began", lambda *_: (run, {}))
    monkeypatch.setattr(quality, "train", train)
    (cell, *_) = cells(["nano"], TERMS, "cpu")
    on = Stand(PAIRS[0], tmp_path, {"a": tmp_path / "a", "b": tmp_path / "b"}, [])
    found = [(share, it.now.seconds) for share, it in quality.stops(cell, 100, on, "cpu", tmp_path / "model")]
    assert found == judged_at
