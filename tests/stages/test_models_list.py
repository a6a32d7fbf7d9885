import sys
from pathlib import Path

import pytest

from omote.core.events import Event, Note
from omote.models.anatomy import blueprint
from omote.models.footprint import memory
from omote.models.presets import preset_names, with_preset
from omote.models.registry import MODELS
from omote.stages import models_list
from omote.stages.context import Context
from tests import visiting_network


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One network, where it is about the plugins."""
    monkeypatch.setattr("omote.models.registry.MODELS", {"nano": MODELS["nano"]})


@pytest.fixture(scope="module")
def listed() -> models_list.ModelsListReport:
    return models_list.run(models_list.ModelsListConfig(), Context())


def test_every_network_is_listed_by_itself_and_with_each_preset(listed: models_list.ModelsListReport) -> None:
    wanted = [(name, preset) for name in sorted(MODELS) for preset in (None, *preset_names(name))]
    assert [(row.name, row.preset) for row in listed.models] == wanted


def test_sizes_and_counts_are_those_of_the_reference(listed: models_list.ModelsListReport) -> None:
    facts = {(row.name, row.preset): (row.input, row.output, row.parameters) for row in listed.models}
    for name, preset, *wanted in (
        ("original", None, 64, 64, 82_062_470),
        ("dfl-sae", None, 128, 128, 130_008_718),
        ("dlight", None, 128, 256, 143_612_726),
        ("phaze-a", None, 64, 128, 123_766_211),
        ("phaze-a", "iae", 64, 64, 117_816_003),
    ):
        assert facts[name, preset] == tuple(wanted)


def test_memory_grows_with_the_batch_and_holds_adams_numbers(listed: models_list.ModelsListReport) -> None:
    for row in listed.models:
        if row.lacks is None:
            assert row.parameters and row.mib_1 and row.mib_8 and row.mib_16
            assert 4 * 4 * row.parameters / 2**20 < row.mib_1 < row.mib_8 < row.mib_16
            assert row.mib_8 == memory(blueprint(row.name, with_preset(row.name, row.preset, {})), 8) >> 20


def test_another_packages_network_is_listed_though_it_may_be_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omote.models.registry.MODELS", {"nano": MODELS["nano"], "gone": "no_such_package:Gone"})
    visiting_network.install(tmp_path, monkeypatch)
    gone, nano, visitor = models_list.run(models_list.ModelsListConfig(), Context()).models
    assert (gone.name, gone.parameters, gone.lacks) == ("gone", None, "No module named 'no_such_package'")
    assert (nano.name, nano.lacks) == ("nano", None)
    assert (visitor.name, visitor.input, visitor.output) == (visiting_network.NAME, 8, 8)
    assert visitor.parameters == 192 * 4 + 4 + 2 * (4 * 192 + 192)


@pytest.mark.usefixtures("few")
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


@pytest.mark.usefixtures("few")
def test_missing_ones_have_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("uniface", reason="the extra omote[models] is not installed")
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path / "none"))
    report = models_list.run(models_list.ModelsListConfig(), Context())
    assert {(row.state, row.bytes) for row in report.weights} == {("missing", None)}
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("few")
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
