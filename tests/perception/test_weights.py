import re
import urllib.error
from pathlib import Path

import pytest

from omote.core.errors import OmoteError, SettingError, Stopped
from omote.core.events import Event, Progress
from omote.perception import fetching
from omote.perception.registry import ASSESSORS, DETECTORS, IDENTIFIERS, LANDMARKERS, SEGMENTERS, detector

pytest.importorskip("uniface", reason="the extra omote[models] is not installed")

from omote.perception.weights import PLUGINS, obtain, ready, weights_of

TRUE_SHA256 = "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: object, timeout: float) -> None:
        raise urllib.error.URLError(OSError("Name or service not known"))

    monkeypatch.setattr(fetching, "urlopen", refuse)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_every_plugin_that_runs_by_uniface_has_weights() -> None:
    ours = DETECTORS | LANDMARKERS | IDENTIFIERS | SEGMENTERS | ASSESSORS
    assert set(PLUGINS) == {name for name, where in ours.items() if "uniface" in where}


def test_where_they_lie_and_come_from_can_be_told_beforehand(empty: Path) -> None:
    weights = weights_of("scrfd")
    assert weights.path == empty / "scrfd_10g.onnx"
    assert weights.sha256 == TRUE_SHA256
    assert weights.urls == (
        "https://github.com/yakhyo/uniface/releases/download/weights/scrfd_10g_kps.onnx",
        "https://huggingface.co/yakhyo/uniface-weights/resolve/main/scrfd_10g.onnx",
    )
    assert len({weights_of(plugin).path for plugin in PLUGINS}) == len(PLUGINS)
    assert all(re.fullmatch("[0-9a-f]{64}", weights_of(plugin).sha256) for plugin in PLUGINS)


def test_the_usual_place_is_uniface_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNIFACE_CACHE_DIR", raising=False)
    assert weights_of("scrfd").path == Path.home() / ".uniface" / "models" / "scrfd_10g.onnx"


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(SettingError, match=r"no weights to fetch for 'centerface' \(known: adaface, arcface"):
        weights_of("centerface")


def test_what_is_right_is_not_fetched(tiny_weights: Path, offline: None) -> None:
    assert weights_of("scrfd").state() == "ready"
    assert ready("scrfd").value == "scrfd_10g"
    assert obtain(weights_of("scrfd")) is False


@pytest.mark.usefixtures("offline")
def test_offline_the_error_says_what_from_where_and_how(empty: Path) -> None:
    with pytest.raises(OmoteError) as fault:
        detector("scrfd", 0.5)
    line = str(fault.value)
    assert "\n" not in line
    assert "the weights of scrfd cannot be fetched (github.com: Name or service not known; huggingface.co: " in line
    assert str(empty / "scrfd_10g.onnx") in line
    assert "download https://github.com/yakhyo/uniface/releases/download/weights/scrfd_10g_kps.onnx" in line
    assert TRUE_SHA256 in line
    assert list(empty.iterdir()) == []


@pytest.mark.usefixtures("offline")
def test_a_wrong_file_is_not_loaded_and_not_lost(empty: Path) -> None:
    (empty / "scrfd_10g.onnx").write_bytes(b"no network")
    assert weights_of("scrfd").state() == "wrong"
    with pytest.raises(OmoteError, match="the weights of scrfd have the wrong SHA-256 and cannot be fetched"):
        detector("scrfd", 0.5)
    assert (empty / "scrfd_10g.onnx").read_bytes() == b"no network"


def test_missing_weights_are_fetched_on_first_use(
    tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tiny network lies elsewhere, and its address is that of a file."""
    from uniface import constants

    there = weights_of("scrfd")
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path))
    address = constants.ModelInfo(url=there.path.as_uri(), sha256=there.sha256)
    monkeypatch.setitem(constants.MODEL_REGISTRY, there.uniface_name, address)
    events: list[Event] = []
    assert obtain(weights_of("scrfd"), events.append)
    last = events[-1]
    assert isinstance(last, Progress)
    assert (last.step, last.unit, last.done, last.total) == ("scrfd_10g.onnx", "KiB", last.total, last.total)
    assert detector("scrfd", 0.5).detect([]) == []
    (tmp_path / "scrfd_10g.onnx").unlink()
    with pytest.raises(Stopped):
        obtain(weights_of("scrfd"), stopped=lambda: True)
    assert weights_of("scrfd").state() == "missing"
