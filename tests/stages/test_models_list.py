import sys
from pathlib import Path

import pytest

from omote.core.events import Event, Note
from omote.stages import models_list
from omote.stages.context import Context


def test_weights_are_listed_as_they_lie_there(tiny_weights: Path) -> None:
    whole = (tiny_weights / "xseg.onnx").read_bytes()
    try:
        (tiny_weights / "xseg.onnx").write_bytes(whole[:-1])
        report = models_list.run(models_list.ModelsListConfig(), Context())
    finally:
        (tiny_weights / "xseg.onnx").write_bytes(whole)
    rows = {row.plugin: row for row in report.weights}
    assert report.folder == tiny_weights
    assert (rows["xseg"].state, rows["xseg"].bytes) == ("wrong", len(whole) - 1)
    assert (rows["scrfd"].state, rows["scrfd"].bytes) == ("ready", (tiny_weights / "scrfd_10g.onnx").stat().st_size)
    assert [source.file for source in report.sources] == [row.file for row in report.weights]
    assert report.sources[1].url.endswith("/scrfd_10g_kps.onnx")
    assert "non-commercial" in rows["arcface"].licence


def test_missing_ones_have_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("uniface", reason="the extra omote[models] is not installed")
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path / "none"))
    report = models_list.run(models_list.ModelsListConfig(), Context())
    assert {(row.state, row.bytes) for row in report.weights} == {("missing", None)}
    assert not (tmp_path / "none").exists()


def test_without_the_extra_the_plugins_are_listed_and_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "omote.perception.weights", raising=False)
    monkeypatch.setitem(sys.modules, "uniface", None)
    events: list[Event] = []
    report = models_list.run(models_list.ModelsListConfig(), Context(events.append))
    assert (report.weights, report.sources, report.folder) == ([], [], None)
    assert {("detector", "centerface", "MIT"), ("segmenter", "extended", "no weights")} <= {
        (row.role, row.name, row.licence) for row in report.plugins
    }
    (note,) = events
    assert isinstance(note, Note)
    assert "pip install 'omote[models]'" in note.text
