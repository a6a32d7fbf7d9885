"""How fast convert is beside plain decoding and encoding, and what memory it takes: python -m bench.convert CLIP.

Both sides run in turn on the same frames, several times; figures are medians. The other side is PyAV alone: the clip
decoded, encoded with the same codec settings, its sound copied. The network is not trained, which costs the same time.
The memory is that of a process of its own.

With `--growth` the memory of one more run is noted on the way, on all of the clip. With `--crossing` two drawn people
who pass each other are found, told apart and swapped in one pass, each by a model that paints one grey: it is counted
how often the right one is painted. With `--flicker DEMO`, a folder that `omote demo` made, its result is measured by
the true motion of its actors, beside the true swap.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, cast

import av
from av.video.stream import VideoStream

from bench.convert_drawn import crossing, flickering, write_untrained
from omote.alignments.store import SUFFIX
from omote.core.events import Event, Progress
from omote.media.choosing import choose
from omote.media.config import EncodeConfig
from omote.media.source import open_source
from omote.stages import convert, extract
from omote.stages.context import Context
from omote.stages.converting.one_source import Conversion

_PACE = 200  # frames from one look at the memory to the next
_TELLING = """import atexit
from pathlib import Path
atexit.register(lambda: print("\\n", Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.convert", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--alignments", type=Path, help="of the clip; by default made first")
    parser.add_argument("--network", default="nano")
    parser.add_argument("--frames", type=int, default=300, help="of the clip's beginning [300]")
    parser.add_argument("--runs", type=int, default=3, help="of each side, in turn [3]")
    parser.add_argument("--set", action="append", default=[], help="any setting of convert, as name=value")
    parser.add_argument("--growth", action="store_true", help="note the memory over all of the clip")
    parser.add_argument("--crossing", type=int, default=0, metavar="N", help="frames of two people who cross")
    parser.add_argument("--flicker", type=Path, metavar="DEMO", help="folder of omote demo")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(asked.clip, asked.alignments, asked.network, asked.frames, asked.set, Path(place))
        found = bench.measured(asked.runs)
        if asked.growth:
            found["memory_mib"] = bench.growth()
        if asked.crossing:
            found["crossing"] = crossing(asked.crossing, Path(place) / "crossing")
        if asked.flicker:
            found["flicker"] = flickering(asked.flicker)
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


class Bench:
    """A clip, its alignments and a model of which only the speed counts."""

    def __init__(
        self, clip: Path, alignments: Path | None, network: str, count: int, settings: Sequence[str], place: Path
    ) -> None:
        self.clip, self.place, self.settings = clip, place, list(settings)
        self.facts = open_source(clip).facts
        self.count = min(count, self.facts.frames or count)
        self.model, self.network = place / "model", network
        write_untrained(self.model, network)
        self.alignments = alignments or place / f"{clip.stem}{SUFFIX}"
        if alignments is None:
            wanted = extract.ExtractConfig(sources=[clip], alignments=self.alignments, masks=[], quality="none")
            extract.run(wanted, Context())

    def measured(self, runs: int) -> dict[str, Any]:
        """Return frames a second of both sides, their ratio, and the memory that convert takes."""
        ours, theirs, starts = [], [], []
        for _ in range(runs):
            starts.append(_seconds(lambda: Conversion(self._config("x"), Context())))
            ours.append(_seconds(self.convert) - starts[-1])
            theirs.append(_seconds(self.transcode))
        fps, plain = self.count / median(ours), self.count / median(theirs)
        return {
            "fps": round(fps, 2),
            "transcode_fps": round(plain, 2),
            "ratio": round(median(other / own for own, other in zip(ours, theirs, strict=True)), 3),
            "peak_mib": self._peak_mib(),
            "start_seconds": round(median(starts), 2),
            "network": self.network,
            "frames": self.count,
            "runs": runs,
            "cores": len(os.sched_getaffinity(0)),
        }

    def growth(self) -> dict[int, float]:
        """Return the memory in MiB after so many frames of the whole clip, run in a process of its own."""
        script = "import sys; from bench.convert import grow; grow(*sys.argv[1:])"
        command = [
            sys.executable,
            "-c",
            script,
            *map(str, (self.clip, self.model, self.alignments, self.place / "g.mkv")),
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return {int(frame): float(mib) for frame, mib in json.loads(done.stdout).items()}

    def _config(self, name: str) -> convert.ConvertConfig:
        fixed = {
            "source": self.clip, "model": self.model, "output": self.place / f"{name}.mp4", "overwrite": True,
            "alignments": self.alignments, "range": f":{self.count}",
        }  # fmt: skip
        return convert.ConvertConfig.with_pairs(fixed, self.settings)

    def convert(self) -> Path:
        """Convert the frames; return the film."""
        config = self._config("ours")
        convert.run(config, Context())
        return config.place

    def transcode(self) -> Path:
        """Decode and encode the frames by PyAV alone, as convert would encode them; return the film."""
        config = self._config("theirs")
        choice = choose(config.place, self.facts, config.encode)
        with av.open(str(self.clip)) as source, av.open(str(config.place), "w") as output:
            film, *sound = source.streams.video[0], *source.streams.audio[:1]
            film.thread_type = "AUTO"
            made = cast(VideoStream, output.add_stream(choice.encoder, rate=film.average_rate, options=choice.options))
            made.width, made.height, made.pix_fmt = film.width, film.height, choice.layout.coded
            kept = {stream.index: output.add_stream_from_template(stream) for stream in sound}
            left = self.count
            for packet in source.demux(film, *sound):
                if packet.stream.index in kept:
                    if packet.dts is not None:
                        packet.stream = kept[packet.stream.index]
                        output.mux(packet)
                    continue
                for frame in film.decode(packet):
                    if left > 0:
                        output.mux(made.encode(frame))
                    left -= 1
                if left <= 0:
                    break
            output.mux(made.encode(None))
        return config.place

    def _peak_mib(self) -> float:
        words = ["convert", str(self.clip), "-m", str(self.model), "-o", str(self.place / "peak.mp4"), "--json"]
        words += ["--alignments", str(self.alignments), "--range", f":{self.count}"]
        words += [part for pair in self.settings for part in ("--set", pair)]
        return peak_mib(f"from omote.cli.main import main\nmain({words!r})")


def peak_mib(work: str) -> float:
    """Return the most memory that a process takes which runs some Python and nothing else.

    It is asked itself: what the system says of a child that ended is never less than its parent had.
    """
    done = subprocess.run([sys.executable, "-c", _TELLING + work], check=True, capture_output=True, text=True)
    return round(int(done.stdout.splitlines()[-1]) / 1024, 1)


def grow(clip: str, model: str, alignments: str, output: str) -> None:
    """Convert all of a clip and print the memory of this process on the way, as JSON."""
    seen: dict[int, float] = {}

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "convert" and event.done % _PACE == 0:
            seen[event.done] = round(_resident_mib(), 1)

    encode = EncodeConfig(preset="ultrafast")
    places = {"source": Path(clip), "model": Path(model), "output": Path(output), "alignments": Path(alignments)}
    convert.run(convert.ConvertConfig(**places, encode=encode), Context(emit))
    sys.stdout.write(json.dumps(seen))


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
