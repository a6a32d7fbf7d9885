import shutil
from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.stages.context import Context
from omote.stages.report import ReportConfig, run


def test_the_figures_are_those_of_the_folder_and_the_page_is_whole(faces: dict[str, Path]) -> None:
    report = run(ReportConfig(faces=faces["b"], against=faces["a"]), Context())
    assert (report.faces, report.b.faces, report.page) == (6, 6, faces["b"] / "omote-report.html")
    assert report.a is not None
    assert report.a.faces == 6
    assert sum(cell.faces for cell in report.b.poses) == 6
    assert report.strangers == []
    assert any("1,000" in each.do or "more" in each.do for each in report.advice)
    weights = [each.weight for each in report.advice]
    assert weights == sorted(weights, reverse=True)
    text = report.page.read_text("utf-8")
    assert text.rstrip().endswith("</html>")
    assert "data:image/jpeg;base64," in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert run(ReportConfig(faces=faces["b"]), Context()).a is None


def test_a_copy_and_a_stranger_are_named(faces: dict[str, Path]) -> None:
    folder = faces["b"]
    shutil.copy(min(folder.glob("*.png")), folder / "copy.png")
    report = run(ReportConfig(faces=folder), Context())
    assert [{twice.picture, twice.same_as} for twice in report.duplicates] == [
        {"copy.png", min(path.name for path in folder.glob("*.png") if path.name != "copy.png")}
    ]


def test_nothing_is_replaced_and_wrong_folders_are_named(faces: dict[str, Path], tmp_path: Path) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text("mine")
    with pytest.raises(OmoteError, match=r"mine\.html"):
        run(ReportConfig(faces=faces["b"], output=mine), Context())
    assert mine.read_text() == "mine"
    with pytest.raises(OmoteError, match="no such folder"):
        run(ReportConfig(faces=tmp_path / "none"), Context())
