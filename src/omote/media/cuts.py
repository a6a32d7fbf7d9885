"""What is left out of a source between its parts, and when what comes after is shown: at once."""

from dataclasses import dataclass, replace
from fractions import Fraction

from omote.core.types import Frame
from omote.media.track import Track


@dataclass(frozen=True, slots=True)
class Cuts:
    """Stretches of a source that are left out, so that what follows closes up.

    Attributes:
        times: where each begins and ends, in seconds of the source, rising.
    """

    times: tuple[tuple[Fraction, Fraction], ...] = ()

    def __post_init__(self) -> None:
        bounds = [bound for cut in self.times for bound in cut]
        if bounds != sorted(bounds):
            raise ValueError(f"cuts rise, and {self.times} do not")

    def moved(self, time: Fraction) -> Fraction:
        """Return when something is shown, counted from the source's 0; what is left out: where it would be seen."""
        return time - sum((min(time, end) - begin for begin, end in self.times if begin < time), Fraction(0))

    def hold(self, time: Fraction) -> bool:
        """Whether a time is left out."""
        return any(begin <= time < end for begin, end in self.times)

    def closed(self, frame: Frame, tick: Fraction) -> Frame:
        """Return a frame at the time when it is shown; `tick` is the time base, in seconds."""
        return replace(frame, pts=round(self.moved(frame.pts * tick) / tick)) if self.times else frame

    def of_track(self, track: Track, tick: Fraction) -> Track:
        """Return a source's track as it ends without them."""
        if track.end is None or not self.times:
            return track
        return replace(track, end=round(self.moved(track.end * tick) / tick))


NONE = Cuts()
