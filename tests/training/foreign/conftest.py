from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def whole() -> str:
    """The text of a file with every option of today at its default."""
    return Path(__file__).with_name("train.ini").read_text("utf-8")
