"""What an output takes over from the source it is like, beyond the facts: its colour, its end, its clocks."""

from dataclasses import dataclass
from math import lcm

from omote.core.types import Frame
from omote.media.colour import Colour, colour_of, default_colour
from omote.media.facts import SourceFacts
from omote.media.hdr import Hdr, changing_hdr, hdr_of
from omote.media.noted import noted
from omote.media.reading import explained_reading, open_container, video_stream
from omote.media.whole import stream_end

_MOST_TICKS = 2**31 - 1  # FFmpeg's limit


@dataclass(frozen=True)
class Start:
    """Where in a source something begins that holds only a part of it.

    Attributes:
        index: of the first frame.
        pts: its time, in units of the source's time base.
    """

    index: int
    pts: int


@dataclass(frozen=True)
class Track:
    """How the pictures of a source are coded and timed.

    Attributes:
        colour: the YUV they are coded in, or would be.
        ticks: the slowest clock, in Hz, that tells the start of every track exactly.
        end: when the last frame ends, in units of the source's time base; None when the container does not say.
        hdr: what is said of its light; None when nothing is.
        changing: the name of HDR metadata that changes from scene to scene; None when there is none.
    """

    colour: Colour
    ticks: int
    end: int | None
    hdr: Hdr | None = None
    changing: str | None = None

    def duration_of_last(self, frame: Frame, like: SourceFacts, every: int = 1) -> int:
        """Return how long the last frame written is shown, in units of the source's time base.

        It is shown to the source's end where none would follow it there, else for the time in which the source has so
        many frames as one stands for, at its average rate.

        Args:
            frame: the last one.
            like: the source.
            every: one frame of so many is written.
        """
        if self.end is not None and self.end > frame.pts and frame.index < like.frames <= frame.index + every:
            return self.end - frame.pts
        return max(1, round(every / (like.rate * like.time_base)))


def track_of(like: SourceFacts) -> Track:
    """Read a source's track of pictures; pictures that are no video get the colour that players expect.

    Raises:
        MediaError: the source cannot be read again.
    """
    own = like.time_base.denominator
    if like.kind == "pictures":
        return Track(default_colour(like.height), own, None)
    with explained_reading(like.path), open_container(like.path) as container:
        stream = video_stream(container, like.path)
        ticks = lcm(own, *(sound.codec_context.sample_rate or 1 for sound in container.streams.audio))
        colour = colour_of(stream.codec_context)
        first = next(container.decode(stream), None) if like.depth > 8 else None  # HDR has always more than 8 bits
        said = noted(first) if first else {}
        return Track(
            colour=colour,
            ticks=ticks if ticks <= _MOST_TICKS else own,
            end=stream_end(stream),
            hdr=hdr_of(said),
            changing=changing_hdr(said),
        )
