import pytest

from omote.core.errors import SettingError
from omote.perception.centerface import CenterFace
from omote.perception.registry import detector, identifier, landmarker


def test_names_give_plugins_and_unknown_ones_the_list() -> None:
    assert isinstance(detector("centerface", 0.5), CenterFace)
    with pytest.raises(SettingError, match=r"unknown detector 'mtcnn'.*centerface"):
        detector("mtcnn", 0.5)
    with pytest.raises(SettingError, match=r"unknown landmarker.*dlib-68"):
        landmarker("fan")
    with pytest.raises(SettingError, match=r"unknown identifier.*dlib-resnet"):
        identifier("none")
