import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import stopping
from bench.quality import Stand
from bench.stopping import Case, Training, main
from omote.cast.pairs import PAIRS
from omote.core.errors import SettingError
from omote.training.phases import Limits, Moment

ADVISED = 700


class _Run:
    """A run of a folder, of which it keeps how far it came."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self.kept = place / "iteration"
        at = int(self.kept.read_text()) if self.kept.is_file() else 0
        self.now, self.history = Moment(at, float(at)), self

    @property
    def rows(self) -> list[Any]:
        return [SimpleNamespace(phase="finish", held_ssim_a=0.8, held_ssim_b=0.9)]


def _train(run: _Run, limits: Limits, keeper: Any, stop: Any) -> None:
    while not limits.reached(run.now) and not stop():
        run.now = Moment(run.now.iteration + 1, run.now.seconds + 1)
    run.kept.write_text(str(run.now.iteration))


@pytest.fixture(autouse=True)
def nothing_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Iterations pass; the advice comes after 700 of them, and the true swap is the better the more there were."""

    def true_swap(training: Training) -> float:
        return 0.7 + int((training.place / "iteration").read_text()) / 1e6

    def stand(pair: Any, terms: Any, work: Path) -> Stand:
        return Stand(pair, work, {"a": work / "a", "b": work / "b"}, [])

    monkeypatch.setattr(stopping, "began", lambda config, *_: (_Run(config.model), {}))
    monkeypatch.setattr(stopping, "train", _train)
    monkeypatch.setattr(stopping, "stand", stand)
    monkeypatch.setattr(stopping, "time_to_stop", lambda run: "stop" if run.now.iteration >= ADVISED else None)
    monkeypatch.setattr(Training, "true_swap", true_swap)


def test_both_end_with_the_last_phase_one_where_it_is_advised_one_after_as_long_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--work", str(tmp_path), "--cases", "nano@0"]
    main([*asked, "--most", "400"])
    capsys.readouterr()
    (tmp_path / "stop-nano@0-stopped").mkdir()  # as of a measure that was broken off
    main(asked)
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["stopped"]["learnt"], row["gone_on"]["learnt"]) == (ADVISED, 2 * ADVISED)
    assert (row["stopped"]["iterations"], row["gone_on"]["iterations"]) == (1000, 2000)  # 700 and 1400 are 70 % of them
    assert row["cost_percent"] == pytest.approx(100 * (1 - 0.701 / 0.702), abs=0.006)
    (tmp_path / "stop-nano@0" / "iteration").unlink()
    main(asked)
    assert json.loads(capsys.readouterr().out) == row
    assert not (tmp_path / "stop-nano@0" / "iteration").exists()  # nothing was trained again


def test_a_run_that_is_never_advised_to_stop_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--work", str(tmp_path), "--cases", "nano@0", "--most"]
    main([*asked, "400"])
    row = {"case": "nano@0", "frames": 150, "most": 400, "device": "cpu", "said": None}
    assert json.loads(capsys.readouterr().out) == row
    main([*asked, "1000"])
    assert json.loads(capsys.readouterr().out)["said"] == "stop"


@pytest.mark.parametrize("wrong", ["nano@99", "nano", "nanu@1"])
def test_a_wrong_case_is_found_before_the_first_is_trained(wrong: str, tmp_path: Path) -> None:
    with pytest.raises((LookupError, ValueError, SettingError)):
        main(["--work", str(tmp_path), "--cases", f"nano@0,{wrong}"])
    assert not list(tmp_path.iterdir())


def test_nothing_but_the_advice_ends_what_is_learnt() -> None:
    case = Case.read("noh:size=s@1")
    assert (case.learn.network, case.learn.options, case.pair) == ("noh", {"size": "s"}, PAIRS[1])
    assert case.learn.phases[0].plateau is None
