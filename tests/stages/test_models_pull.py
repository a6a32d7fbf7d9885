import sys
from pathlib import Path

import pytest

from omote.core.errors import OmoteError, SettingError, Stopped
from omote.core.events import Event, Note, Progress
from omote.stages import models_pull
from omote.stages.context import Context


@pytest.fixture
def elsewhere(tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for weights, whose addresses are those of the tiny networks' files."""
    from uniface import constants

    from omote.perception.weights import PLUGINS, weights_of

    for weights in map(weights_of, PLUGINS):
        facts = constants.ModelInfo(url=weights.path.as_uri(), sha256=weights.sha256)
        monkeypatch.setitem(constants.MODEL_REGISTRY, weights.uniface_name, facts)
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


def pull(*names: str, context: Context | None = None) -> models_pull.ModelsPullReport:
    return models_pull.run(models_pull.ModelsPullConfig(names=names), context or Context())


def test_all_are_fetched_and_what_is_there_is_not_fetched_again(elsewhere: Path, tiny_weights: Path) -> None:
    from omote.perception.weights import PLUGINS

    assert pull("xseg").fetched == ["xseg"]
    (elsewhere / "scrfd_10g.onnx").write_bytes(b"broken")
    events: list[Event] = []
    report = pull(context=Context(events.append))
    assert (report.there, report.folder) == (["xseg"], elsewhere)
    assert set(report.fetched) == set(PLUGINS) - {"xseg"}
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == {
        file.name: file.read_bytes() for file in tiny_weights.iterdir()
    }
    assert {event.step for event in events if isinstance(event, Progress)} >= {"scrfd_10g.onnx"}
    assert Note("xseg: is there") in events


def test_an_unknown_name_is_said_before_anything_is_fetched(elsewhere: Path) -> None:
    with pytest.raises(SettingError, match="no weights to fetch for 'retina'"):
        pull("xseg", "retina")
    assert not elsewhere.exists()


def test_it_can_be_stopped_and_goes_on(elsewhere: Path) -> None:
    with pytest.raises(Stopped):
        pull("scrfd", context=Context(stopped=lambda: True))
    assert not (elsewhere / "scrfd_10g.onnx").exists()
    assert pull("scrfd").fetched == ["scrfd"]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "omote.perception.weights", raising=False)
    monkeypatch.setitem(sys.modules, "uniface", None)
    with pytest.raises(OmoteError, match=r"models pull needs the package uniface \(pip install 'omote\[models\]'\)"):
        pull()
