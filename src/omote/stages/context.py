"""What a stage is given besides its settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from omote.core.config import Config
from omote.core.events import Emit, silent


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """Who watches a stage and who may stop it.

    Attributes:
        emit: told of progress.
        stopped: asked between two pieces of work; once it says yes the stage keeps what it has and ends.
    """

    emit: Emit = silent
    stopped: Callable[[], bool] = _never


class Report(Config):
    """What a stage did; its fields are the JSON that `--json` prints.

    Attributes:
        most_rows: rows of a table that a terminal shows; the rest is counted.
    """

    most_rows: ClassVar[int] = 40

    def shown(self) -> dict[str, Any]:
        """Return what a terminal shows: all of it, where it has room for that."""
        return self.model_dump()
