import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import accuracy
from omote.core.errors import OmoteError


def measured_by(monkeypatch: pytest.MonkeyPatch, measure: object) -> list[str]:
    """Let every module asked for be one with this measure; return the names asked for."""
    asked: list[str] = []

    def loaded(name: str) -> SimpleNamespace:
        asked.append(name)
        return SimpleNamespace(measure=measure)

    monkeypatch.setattr(accuracy, "import_module", loaded)
    return asked


def test_only_the_measure_asked_for_is_loaded_and_its_answer_is_one_json_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = measured_by(monkeypatch, lambda folder: {"folder": folder.name, "right": 3})
    assert accuracy.main(["landmarks", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"folder": tmp_path.name, "right": 3}
    assert asked == ["bench.landmarking"]


def test_what_a_user_can_mend_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(folder: Path) -> None:
        raise OmoteError("no stills", folder)

    measured_by(monkeypatch, broken)
    assert accuracy.main(["detect", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"no stills: {tmp_path}\n"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        accuracy.main(["detect", str(tmp_path / "gone")])
