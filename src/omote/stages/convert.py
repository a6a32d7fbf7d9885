"""Put B's face into footage of A, frame by frame; a video or a folder of pictures comes out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.marking.output import Marked
from omote.stages.context import Context, Report
from omote.stages.converting.config import ConvertConfig
from omote.stages.converting.finding import find_alignments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omote.stages.converting.one_source import Conversion, Converted

__all__ = ["ConvertConfig", "ConvertReport", "find_alignments", "run"]


class ConvertReport(Report):
    """What convert did; of several sources the sums, and their folders."""

    frames: int
    frames_swapped: int
    seconds: float
    output: Path | None
    preview: Path | None
    alignments: Path
    marked: bool
    marks: Marked | None


def run(config: ConvertConfig, context: Context) -> ConvertReport:
    """Swap the faces that the alignments keep. The output takes its name when it is whole.

    A run that was stopped or killed is gone on with by the next one of the same settings, but for GIF and VP9 with
    alpha. Memory does not grow with the length of the source. Of a folder of sources each is converted; one that cannot
    be does not keep the others.

    Raises:
        MediaError: the source cannot be read or the output not written.
        AlignmentsError: the alignments are of another source, or cannot be completed.
        ModelError: there is no model, or it is damaged.
        SettingError: a person or a mask is not known, or a range has no frame.
        OmoteError: frames could not be swapped; says which. Those before them are kept for the next run.
        Stopped: someone stopped it; what is done is kept for the next run.
    """
    from omote.stages.converting.one_source import Conversion
    from omote.stages.converting.sources import sources_in

    began = time.perf_counter()
    conversion, sources = Conversion(config, context), sources_in(config.source)
    if sources == [config.source]:
        done = [conversion.run(config)]
        alignments = done[0].alignments
    else:
        done = _each(config, sources, conversion, context)
        alignments = config.alignments or config.place
    marks = together([each.marks for each in done if each.marks is not None])
    return ConvertReport(
        frames=sum(each.frames for each in done), frames_swapped=sum(each.swapped for each in done),
        seconds=round(time.perf_counter() - began, 2), output=config.output, preview=config.preview,
        alignments=alignments, marks=marks,
        marked=marks is not None and (marks.c2pa or marks.metadata or marks.watermark),
    )  # fmt: skip


def _each(config: ConvertConfig, sources: list[Path], conversion: Conversion, context: Context) -> list[Converted]:
    """Convert each of several sources whose output is not there yet."""
    from omote.media.waiting import is_there
    from omote.stages.converting.sources import outputs_of

    outputs = {} if config.output is None else outputs_of(sources, config.output, config.suffix)
    done: list[Converted] = []
    faults: list[OmoteError] = []
    for number, source in enumerate(sources, 1):
        own = {
            "source": source, "output": outputs.get(source), "preview": config.preview and config.preview / source.name,
        }  # fmt: skip
        asked = config.model_copy(update=own)
        if is_there(asked.place) and not config.overwrite:
            context.emit(Note(f"{asked.place} is there already: {source.name} is left out"))
            continue
        context.emit(Note(f"{source.name} ({number} of {len(sources)})"))
        try:
            done.append(conversion.run(asked))
        except OmoteError as fault:
            context.emit(Note(str(fault)))
            faults.append(fault)
    if faults:
        what = f"{len(faults)} of {len(sources)} sources cannot be converted, the first for this: {faults[0].what}"
        raise OmoteError(what, faults[0].where, faults[0].do)
    return done


def together(marks: Sequence[Marked]) -> Marked | None:
    """Return what all of several outputs have in common of their marks; None where there is none."""
    if not marks:
        return None
    return Marked(
        c2pa=all(each.c2pa for each in marks),
        signer=marks[0].signer,
        metadata=all(each.metadata for each in marks),
        watermark=all(each.watermark for each in marks),
        notes=list(dict.fromkeys(note for each in marks for note in each.notes)),
    )
