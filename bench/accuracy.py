"""How right omote is, on a folder with the layout of `../shared/data/dev`: python -m bench.accuracy MEASURE DIR."""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from omote.core.errors import OmoteError

MEASURES = {
    "detect": "bench.detecting",
    "landmarks": "bench.landmarking",
    "tracks": "bench.following",
    "identity": "bench.identifying",
}
"""Each module has `measure(folder: Path) -> dict[str, Any]`; it is loaded only when asked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one measure of a folder as one JSON object; return the exit code."""
    parser = argparse.ArgumentParser("python -m bench.accuracy", description=__doc__)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    if not asked.folder.is_dir():
        parser.error(f"no folder {asked.folder}")
    try:
        found = import_module(MEASURES[asked.measure]).measure(asked.folder)
    except OmoteError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
