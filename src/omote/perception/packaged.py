"""Weight files that arrive inside other packages."""

from importlib.util import find_spec
from pathlib import Path

from omote.core.errors import OmoteError


def packaged_file(package: str, name: str) -> Path:
    """Return the path of a file inside an installed package, without importing the package.

    `face_recognition_models` cannot be imported beside a new setuptools, and its data need no code.

    Raises:
        OmoteError: the package or the file is not there.
    """
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / name
        if path.is_file():
            return path
    raise OmoteError(f"{name} is missing from the package {package}", do=f"pip install {package}")
