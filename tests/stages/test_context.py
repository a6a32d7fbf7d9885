from omote.core.events import Note
from omote.stages.context import Context, Report


def test_a_context_of_nobody_is_silent_and_never_stops() -> None:
    context = Context()
    context.emit(Note("x"))
    assert not context.stopped()


def test_a_report_is_shown_as_it_is() -> None:
    class Short(Report):
        frames: int

    assert Short(frames=3).shown() == {"frames": 3}
