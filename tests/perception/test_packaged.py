import sys

import pytest

from omote.core.errors import OmoteError
from omote.perception.packaged import packaged_file


def test_a_file_is_found_without_importing_its_package() -> None:
    path = packaged_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")
    assert path.stat().st_size > 90_000_000
    assert "face_recognition_models" not in sys.modules


@pytest.mark.parametrize(("package", "name"), [("no_such_package", "a"), ("face_recognition_models", "models/none")])
def test_what_is_missing_is_named(package: str, name: str) -> None:
    with pytest.raises(OmoteError, match=f"{name} is missing.*pip install {package}"):
        packaged_file(package, name)
