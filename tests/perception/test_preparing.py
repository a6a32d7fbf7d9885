import sys
from pathlib import Path

import pytest

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Progress
from omote.perception.preparing import prepare


def test_plugins_without_weights_to_fetch_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "omote.perception.weights", raising=False)
    monkeypatch.setitem(sys.modules, "uniface", None)
    events: list[Event] = []
    prepare(["centerface", "none", "components", "of another package"], events.append, lambda: False)
    assert events == []
    with pytest.raises(OmoteError, match="xseg needs the package uniface"):
        prepare(["centerface", "xseg"], events.append, lambda: False)


def test_what_is_missing_is_fetched_while_one_watches(
    tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uniface import constants

    from omote.perception.weights import weights_of

    there = weights_of("pipnet-68")
    facts = constants.ModelInfo(url=there.path.as_uri(), sha256=there.sha256)
    monkeypatch.setitem(constants.MODEL_REGISTRY, there.uniface_name, facts)
    monkeypatch.setenv("UNIFACE_CACHE_DIR", str(tmp_path))
    events: list[Event] = []
    with pytest.raises(Stopped):
        prepare(["pipnet-68"], events.append, lambda: True)
    prepare(["centerface", "pipnet-68"], events.append, lambda: False)
    assert (tmp_path / there.path.name).read_bytes() == there.path.read_bytes()
    assert {event.step for event in events if isinstance(event, Progress)} == {there.path.name}
