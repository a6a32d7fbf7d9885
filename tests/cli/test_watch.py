import io

import pytest
from rich.console import Console

from omote.cli.watch import Watcher, duration, loss_line
from omote.core.events import Note, Progress, Trained


def watched(terminal: bool, *events: Note | Progress | Trained) -> str:
    out = io.StringIO()
    with Watcher(Console(file=out, force_terminal=terminal, width=100, soft_wrap=True)) as watcher:
        for event in events:
            watcher(event)
    return out.getvalue()


def test_the_loss_line_is_the_field_s() -> None:
    line = loss_line(Trained(87, 0.04114, 0.04512, 12.34))
    assert line.startswith("Total Iterations: 87 | Loss A: 0.0411 Loss B: 0.0451")


def test_a_log_has_few_lines_with_rate_and_the_last_one() -> None:
    text = watched(False, *(Progress("extract", done, 50) for done in range(1, 51)))
    lines = text.splitlines()
    assert len(lines) == 2
    assert lines[-1].startswith("extract: 50 of 50 frames, ")


def test_a_step_on_another_source_has_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    with Watcher(Console(file=out, width=100, soft_wrap=True)) as watcher:
        now = 1000.0
        monkeypatch.setattr("omote.cli.watch.time.monotonic", lambda: now)
        for pause in (0, 500):
            now += pause
            for done in range(1, 51):
                watcher(Progress("extract", done, 50))
                now += 0.5
    ends = [line for line in out.getvalue().splitlines() if line.startswith("extract: 50")]
    assert ends == ["extract: 50 of 50 frames, 2.0/s"] * 2


def test_an_unknown_total_is_no_fault() -> None:
    assert "extract: 1 of ? frames" in watched(False, Progress("extract", 1, 0))


def test_notes_are_printed_as_they_are() -> None:
    assert watched(False, Note("[bold] a/b [1]")) == "[bold] a/b [1]\n"


def test_a_terminal_shows_a_bar_with_rate() -> None:
    assert "25/50" in watched(True, Progress("extract", 1, 50), Progress("extract", 25, 50))


def test_the_loss_line_tells_what_is_known() -> None:
    whole = Trained(87, 0.04114, 0.04512, 2.34, phase="learn", faces_per_second=37.4, seconds_left=4330.0)
    begin = "Total Iterations: 87 | Loss A: 0.0411 Loss B: 0.0451 | 2.3 it/s"
    assert loss_line(whole) == f"{begin} | 37 faces/s | 1 h 12 min left | learn"
    assert loss_line(Trained(87, 0.04114, 0.04512, 2.34)) == begin
    assert loss_line(Trained(87, 0.04114, 0.04512, 2.34, "finish")) == f"{begin} | finish"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (725, "12 min 5 s"),
        (3599.7, "1 h"),
        (4330, "1 h 12 min"),
        (273_600, "3 d 4 h"),
        (86_400, "1 d"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words
