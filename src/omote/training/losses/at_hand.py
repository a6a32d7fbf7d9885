"""Where weights of networks that only measure may lie: files that omote does not bring along."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from omote.core.errors import SettingError


def weight_folders() -> list[Path]:
    """Return the folders in which weights are looked for, the first first.

    They are that of the variable OMOTE_WEIGHTS, omote's own, and those of torch, the package lpips and uniface.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache"))
    folders = [Path(own)] if (own := os.environ.get("OMOTE_WEIGHTS")) else []
    folders += [cache / "omote/weights", Path(os.environ.get("TORCH_HOME", cache / "torch")) / "hub/checkpoints"]
    folders += [Path(place) / "weights/v0.1" for place in _package("lpips")]
    folders.append(Path(os.environ.get("UNIFACE_CACHE_DIR", "~/.uniface/models")))
    return [folder.expanduser() for folder in folders]


def at_hand(*choices: Sequence[str], origin: str) -> list[Path]:
    """Return where the files of the first choice lie that is complete.

    Args:
        choices: names of files that serve together; the first is liked best.
        origin: where they come from, for who lacks them.

    Raises:
        SettingError: of every choice something is missing; names files and folders.
    """
    folders = weight_folders()
    for names in choices:
        found = [next((folder / name for folder in folders if (folder / name).is_file()), None) for name in names]
        if all(found):
            return [path for path in found if path]
    files = ", or ".join(" and ".join(names) for names in choices)
    places = ", ".join(str(folder) for folder in folders)
    raise SettingError(f"weights are not at hand: {files}", do=f"{origin}; looked in {places}")


def _package(name: str) -> Sequence[str]:
    found = find_spec(name)
    return [] if found is None else found.submodule_search_locations or []
