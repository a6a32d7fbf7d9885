from omote.core.events import Note
from omote.stages.context import Context


def test_a_context_of_nobody_is_silent_and_never_stops() -> None:
    context = Context()
    context.emit(Note("x"))
    assert not context.stopped()
