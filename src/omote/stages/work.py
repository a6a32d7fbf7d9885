"""Work folders of the stages that run the whole line. Writes one small file, which says what a folder is for."""

import json
from collections.abc import Mapping
from pathlib import Path

from omote.core.errors import OmoteError
from omote.core.files import explained, write_bytes

_NAME = "made-for.json"


def claim(folder: Path, inputs: Mapping[str, str | int], option: str) -> None:
    """Note what a work folder is made for, so that results of other inputs never mix with its own.

    Args:
        folder: the work folder; made when it is not there.
        inputs: what its results follow from.
        option: the flag by which a user names another folder.

    Raises:
        OmoteError: the folder was made for other inputs, holds what no stage of ours put there, or cannot be written.
    """
    path = folder / _NAME
    text = json.dumps(inputs, indent=1) + "\n"
    try:
        kept = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        kept = None
    other = f"choose another with {option}, or move it away"
    if kept is None:
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            strange = any(not file.name.startswith(".") for file in folder.iterdir())
        if strange:
            raise OmoteError("this folder holds other things", folder, other)
        write_bytes(path, text.encode())
    elif kept != text:
        raise OmoteError("this folder was made for other inputs", path, other)
