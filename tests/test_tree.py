"""The rules of the tree: every file has its test, and none is too long to be read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "omote").rglob("*.py"))
DECLARATIONS = {"__init__.py", "__main__.py", "config.py", "contracts.py", "events.py"}
MOST_FILE_LINES, MOST_FUNCTION_LINES = 400, 60


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src/omote").as_posix())
def test_file(path: Path) -> None:
    place = path.relative_to(ROOT / "src" / "omote")
    text = path.read_text("utf-8")
    test = ROOT / "tests" / place.with_name(f"test_{place.name}")
    assert place.name in DECLARATIONS or test.is_file(), f"no {test.relative_to(ROOT)}"
    assert len(text.splitlines()) <= MOST_FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno + 1 <= MOST_FUNCTION_LINES, f"{node.name} is too long"
