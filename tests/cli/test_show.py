import io
from pathlib import Path

from rich.console import Console

from omote.cli.show import show
from omote.stages.context import Report


class Part(Report):
    ssim: float = 0.98765


class Whole(Report):
    frames: int = 600
    done: bool = True
    loss_a: float | None = None
    output: Path = Path("a/b.mp4")
    true_swap: Part = Part()


def test_a_report_is_a_table_with_its_parts_below() -> None:
    out = io.StringIO()
    show(Whole(), Console(file=out, width=80))
    words = " ".join(out.getvalue().split())
    assert words == "frames 600 done yes loss a - output a/b.mp4 true swap ssim 0.9877"
