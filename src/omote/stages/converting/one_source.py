"""One source from its frames to what was asked for: frames, a layer, patches, a preview."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from omote.alignments.store import Alignments
from omote.core.claims import claimed
from omote.core.errors import Stopped
from omote.core.events import Note, Progress
from omote.core.files import LastTouch
from omote.marking.label import draw_note
from omote.marking.output import Marked, Marking, check
from omote.marking.statement import ModelCard, tags
from omote.marking.watermark import Watermark
from omote.media.codecs import USUAL
from omote.media.cuts import NONE
from omote.media.sink import check_place, open_sink, output_kind, written_suffix
from omote.media.source import open_source
from omote.runtime.device import pick_device
from omote.stages.converting.failing import MOST, failure
from omote.stages.converting.finding import faces_of
from omote.stages.converting.patches import PatchSink, check_patches
from omote.stages.converting.pipeline import Job, swapped
from omote.stages.converting.precision import as_begun, picked
from omote.stages.converting.preview import write_preview
from omote.stages.converting.survey import Survey, key_of, survey
from omote.stages.converting.wanted import cuts_of, wanted_of
from omote.swapping.swapper import Swapper
from omote.swapping.trained import Trained, check_mask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from omote.core.types import Floats, Frame, Region
    from omote.media.source import Source
    from omote.stages.context import Context
    from omote.stages.converting.config import ConvertConfig
    from omote.swapping.config import MakingConfig
    from omote.swapping.swapper import Made, Patch

T = TypeVar("T", contravariant=True)
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Converted:
    """What was done to a source.

    Attributes:
        frames: how many were written, by this run and those that it went on with.
        swapped: how many of them have a face that was swapped.
        alignments: that told where the faces are.
        marks: by which the output says that it is made; None where there is no output.
    """

    frames: int
    swapped: int
    alignments: Path
    marks: Marked | None


class _Sink(Protocol[T]):
    """Where results go."""

    @property
    def next_frame(self) -> int: ...

    def write(self, made: T, /) -> None: ...


class Conversion:
    """Converts sources with models that are loaded once.

    Raises:
        ModelError: there is no model, or it is damaged.
        SettingError: the device, precision or mask is not to be had, or who is swapped by what is not said right.
    """

    def __init__(self, config: ConvertConfig, context: Context) -> None:
        self._context, self._routes = context, config.routes()
        check(config.mark)
        device = pick_device(config.device)
        self._models = tuple(Trained.load(model, device) for model in self._routes.models)
        for model in self._models:
            check_mask(model.network, config.composite)
        self._making = picked(config.swap, config.device)
        self._cards = [ModelCard(model.name, model.iterations) for model in self._models]

    def run(self, config: ConvertConfig) -> Converted:
        """Convert one source."""
        source = open_source(config.source)
        _check(config, source)
        if config.output is None:
            job, _ = self._surveyed(config, source)
            self._preview(job, config)
            return Converted(0, 0, job.alignments, None)
        with claimed(config.output) as claim:
            check_place(config.output, source, overwrite=config.overwrite)  # another run may just have written it
            job, known = self._surveyed(config, source)
            self._preview(job, config)
            key = key_of(config, job, known.digest)
            swapper = self._swapper(config, job, as_begun(claim, key, self._making, config.device))
            marking = self._marking(config) if config.mark.on and known.swapped else None
            frames = self._written(config.output, config, job, swapper, f"{key} {swapper.precision.name}", marking)
        return Converted(frames, known.swapped, job.alignments, _marks(config.output, config, marking))

    def _surveyed(self, config: ConvertConfig, source: Source) -> tuple[Job, Survey]:
        """Return what is to be done, and what is known of it before it begins; find the faces first where needed."""
        wanted = wanted_of(config, source)
        path = faces_of(config, source, wanted, self._context)
        keeps = config.outside == "keep"
        job = Job(
            source, path, wanted, keeps, self._routes, self._models, config.plan, config.frames_at_once,
            NONE if keeps else cuts_of(wanted, source, path),
        )  # fmt: skip
        known = survey(job, config.composite.masks)
        self._check_people(path, known.nameless)
        return job, known

    def _preview(self, job: Job, config: ConvertConfig) -> None:
        """Write the pictures to look at; those of the run that this one goes on with are left."""
        folder = config.preview
        if folder is None:
            return
        if config.output is not None and folder.exists() and not config.overwrite:
            self._context.emit(Note(f"{folder} is there already: no preview is made"))
            return
        swapper = self._swapper(config, job, self._making)
        write_preview(job, swapper, config.composite, folder, config.preview_pictures, self._context)

    def _marking(self, config: ConvertConfig) -> Marking:
        return Marking(config.source, self._cards, config.mark, layer=config.write != "frames")

    def _touch(self, marking: Marking, output: Path) -> LastTouch:
        """Return what marks each file; that of a film takes its time, and so tells of it."""

        def told(part: Path, name: str) -> None:
            self._context.emit(Progress("mark", 0, 1, "files"))
            marking.mark(part, name)
            self._context.emit(Progress("mark", 1, 1, "files"))

        return LastTouch(told if output.suffix.lower() in USUAL and not output.is_dir() else marking.mark, marking.key)

    def _swapper(self, config: ConvertConfig, job: Job, making: MakingConfig) -> Swapper:
        base, watermark = job.source.facts.time_base, Watermark()

        def finish(rgb: Any, region: Region, landmarks: Floats, pts: int) -> None:  # noqa: ANN401 - 8 or 16 bits
            watermark.put(rgb, region, landmarks, float(job.cuts.moved(pts * base)))

        return Swapper(
            self._models, config.composite, making, finish=finish if config.mark.on else None,
            note=draw_note if config.mark.label else None,
        )  # fmt: skip

    def _check_people(self, path: Path, nameless: int) -> None:
        if not self._routes.people:
            return
        with Alignments.open(path) as alignments:
            self._routes.check(alignments.people(), path)
        if nameless:
            what = "stay as they are" if self._routes.others is None else "are swapped as all others"
            self._context.emit(Note(f"{nameless} faces are of nobody in particular: they {what}"))

    def _written(
        self, output: Path, config: ConvertConfig, job: Job, swapper: Swapper, key: str, marking: Marking | None
    ) -> int:
        """Write what is asked for; return how many frames it has."""
        touch = None if marking is None else self._touch(marking, output)
        if config.write == "patches":
            with PatchSink(output, key, self._routes, job.source.facts.time_base, touch) as patches:
                return self._fill(job, swapper, partial(_patched, swapper), patches, deep=True)
        layered = config.write == "layer"
        part = not job.keeps_others and job.spans.ranges != ((0, None),)
        with open_sink(
            output,
            job.source,
            overwrite=config.overwrite,
            settings=config.encode,
            alpha=layered,
            resume=key,
            part=part,
            every=_last_step(job),
            metadata=None if marking is None else tags(self._cards),
            touch=touch,
            cuts=job.cuts,
        ) as sink:
            for note in sink.notes:
                self._context.emit(Note(note))
            return self._fill(job, swapper, swapper.layer if layered else swapper.frame, sink, deep=sink.deep)

    def _fill(
        self, job: Job, swapper: Swapper, finish: Callable[[Frame, list[Made]], U], sink: _Sink[U], *, deep: bool
    ) -> int:
        """Write the frames that a sink still wants; return how many it has then.

        Raises:
            OmoteError: frames could not be swapped; those before them are written.
            Stopped: someone stopped it.
        """
        count = sum(job.wants(index) for index in range(sink.next_frame))
        total, failed = _total(job), list[tuple[int, Exception]]()
        with swapped(job, swapper, finish, start=sink.next_frame, deep=deep) as results:
            for done in results:
                if self._context.stopped():
                    raise Stopped
                if isinstance(done.made, Exception):
                    failed.append((done.frame.index, done.made))
                elif not failed:
                    sink.write(done.made)
                count += 1
                self._context.emit(Progress("convert", count, total))
                if len(failed) == MOST:
                    break
        if failed:
            raise failure(failed, job.source.facts.path)
        return count


def _patched(swapper: Swapper, frame: Frame, faces: list[Made]) -> tuple[Frame, list[Patch]]:
    return frame, swapper.patches(frame, faces)


def _check(config: ConvertConfig, source: Source) -> None:
    """Find what would fail after the search for faces now."""
    if config.preview is not None:
        overwrite = config.overwrite or config.output is not None  # then what is there is left as it is
        check_place(config.preview, source, overwrite=overwrite)
    if config.output is None:
        return
    if config.write == "patches":
        check_patches(config.output, source, overwrite=config.overwrite)
    else:
        output_kind(
            config.output, source, overwrite=config.overwrite, settings=config.encode, alpha=config.write == "layer"
        )


def _marks(output: Path, config: ConvertConfig, marking: Marking | None) -> Marked:
    if not config.mark.on:
        return Marked(notes=["not marked, as asked"])
    if marking is None:
        return Marked(notes=["not marked: no face was swapped"])
    if config.write == "patches":
        return marking.marked(".png", watermarked=False)
    return marking.marked(written_suffix(output, config.encode), watermarked=config.write == "frames")


def _last_step(job: Job) -> int:
    """Return how many of the source's frames the last one written stands for: no more than its range has."""
    end, frames = job.spans.end, job.source.facts.frames
    if job.keeps_others or end is None or not frames:
        return job.spans.every
    return (min(end, frames) - 1 - job.spans.parts[-1][0]) % job.spans.every + 1


def _total(job: Job) -> int:
    """Return how many frames are given, 0 when unknown."""
    end = job.source.facts.frames
    if not job.keeps_others and job.spans.end is not None:
        end = min(end, job.spans.end) if end else job.spans.end
    return sum(job.wants(index) for index in range(end))
