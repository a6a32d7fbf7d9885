import io
from pathlib import Path
from typing import Any, ClassVar

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


class Frame(Report):
    name: str
    faces: int


class Listing(Report):
    count: int
    found: list[Frame]
    none: list[Frame]
    names: list[str]
    figures: dict[str, Part]
    masks: dict[str, int]


class Sources(Report):
    sources: list[Listing]


LISTING = Listing(
    count=2, found=[Frame(name="take [1]", faces=0), Frame(name="b", faces=3)], none=[], names=["x", "y"],
    figures={"yaw": Part(), "roll": Part(ssim=-2)}, masks={},
)  # fmt: skip


def test_like_things_are_rows_under_one_head() -> None:
    out = io.StringIO()
    show(LISTING, Console(file=out, width=80))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    head = ["count 2", "none -", "names x, y", "masks -"]
    assert lines == [*head, "found", "name faces", "take [1] 0", "b 3", "figures", "ssim", "yaw 0.9877", "roll -2"]


def test_things_with_parts_stand_below_each_other() -> None:
    out = io.StringIO()
    show(Sources(sources=[LISTING, LISTING.model_copy(update={"count": 3})]), Console(file=out, width=80))
    assert out.getvalue().count("take [1]") == 2
    assert "count 3" in " ".join(out.getvalue().split())


def test_long_lists_are_cut_and_counted() -> None:
    out = io.StringIO()
    long = LISTING.model_copy(update={"names": ["n"] * 1240, "found": [Frame(name="f", faces=1)] * 41})
    show(long, Console(file=out, width=80))
    text = " ".join(out.getvalue().split())
    assert text.count("n,") == 39
    assert "and 1,200 more: --json has all" in text
    assert text.count("f 1") == 40
    assert "and 1 more" in text


def test_a_report_that_is_a_table_is_shown_whole() -> None:
    class Tall(Sources):
        most_rows: ClassVar[int] = 60

    out = io.StringIO()
    show(Tall(sources=[LISTING.model_copy(update={"found": [Frame(name="f", faces=1)] * 50})]), Console(file=out))
    assert " ".join(out.getvalue().split()).count("f 1") == 50
    assert "more" not in out.getvalue()


class Long(Report):
    rows: list[Whole]

    def shown(self) -> dict[str, Any]:
        return {"rows": len(self.rows)}


def test_a_report_that_has_too_much_for_a_terminal_says_what_is_shown() -> None:
    out = io.StringIO()
    show(Long(rows=[Whole()]), Console(file=out, width=80))
    assert out.getvalue().split() == ["rows", "1"]
