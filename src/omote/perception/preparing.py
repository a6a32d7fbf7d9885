"""Fetching the weights that plugins lack before they are made: so it can be watched and stopped."""

from collections.abc import Callable, Iterable

from omote.core.events import Emit
from omote.perception.registry import ASSESSORS, DETECTORS, IDENTIFIERS, LANDMARKERS, SEGMENTERS, extra_explained

_OURS = DETECTORS | LANDMARKERS | IDENTIFIERS | SEGMENTERS | ASSESSORS
_BY_UNIFACE = "omote.perception.uniface_"


def prepare(names: Iterable[str], emit: Emit, stopped: Callable[[], bool]) -> None:
    """Fetch the weights that plugins of these names lack. Those that need none may be among them, unknown ones too.

    A plugin would fetch them itself when it is made, but silently.

    Raises:
        OmoteError: the extra is not installed, or weights cannot be fetched.
        Stopped: when asked to stop.
    """
    for name in names:
        if _OURS.get(name, "").startswith(_BY_UNIFACE):
            with extra_explained(name):
                # Not before: uniface takes seconds to load, and most runs do not need it.
                from omote.perception.weights import obtain, weights_of
            obtain(weights_of(name), emit, stopped)
