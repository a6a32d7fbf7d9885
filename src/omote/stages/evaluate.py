"""Measure a swap: a result beside its plate, a model on faces it never learnt from, or on drawn actors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omote.core.errors import OmoteError
from omote.core.files import check_free, write_bytes
from omote.evaluation.measures import Measure
from omote.stages.context import Context, Report
from omote.stages.evaluating.config import EvaluateConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from omote.evaluation.evaluation_page import Chapter

__all__ = ["EvaluateConfig", "EvaluateReport", "run"]


class EvaluateReport(Report):
    """What was measured, each part where it was asked for."""

    seconds: float
    page: Path | None
    result: list[Measure]
    model: list[Measure]
    actors: list[Measure]

    def shown(self) -> dict[str, Any]:
        """Return a table for each chapter, or each group of it where nothing is said of all, as wide as a terminal."""
        chapters = {"result": self.result, "model": self.model, "actors": self.actors}
        tables: dict[str, list[dict[str, str]]] = {}
        for chapter, measures in chapters.items():
            of_all = {each.name for each in measures if not each.group}
            for each in measures:
                if not each.group or each.name not in of_all:
                    title = f"{chapter}: {each.group}" if each.group else chapter
                    tables.setdefault(title, []).append(_row(each))
        parts = sum(map(len, chapters.values())) - sum(map(len, tables.values()))
        more = {"figures of parts": f"{parts} more: --json has all"} if parts else {}
        return {"seconds": self.seconds, "page": self.page, **more, **tables}


def _row(measure: Measure) -> dict[str, str]:
    bounds = "-" if measure.low is None or measure.high is None else f"{measure.low:.3g} to {measure.high:.3g}"
    name = f"{measure.name}, {measure.unit}" if measure.unit else measure.name
    return {"figure": name, "value": f"{measure.value:.3g}", "95 % bounds": bounds, "better": measure.better}


def run(config: EvaluateConfig, context: Context) -> EvaluateReport:
    """Measure what is named: a result, a model, or both.

    Raises:
        OmoteError: nothing is named, or something is lacking; says what.
        MediaError: footage cannot be read.
        AlignmentsError: alignments are not there or of another source.
        ModelError: there is no model, or it is damaged.
        SettingError: the device is not there, or the cast is one actor twice.
        Stopped: someone stopped it.
    """
    from omote.evaluation.evaluation_page import evaluation_page

    began = time.perf_counter()
    if config.output is not None:
        check_free(config.output, overwrite=config.overwrite)
    chapters = {name: measure(context) for name, measure in _wanted(config).items()}
    if config.output is not None:
        write_bytes(config.output, evaluation_page("How good is this swap?", list(chapters.values())).encode())
    found = {name: list(chapter.measures) for name, chapter in chapters.items()}
    return EvaluateReport(
        seconds=round(time.perf_counter() - began, 1), page=config.output, result=found.get("result", []),
        model=found.get("model", []), actors=found.get("actors", []),
    )  # fmt: skip


def _wanted(config: EvaluateConfig) -> dict[str, Callable[[Context], Chapter]]:
    """Return how to measure each thing that is named; what is lacking for any of them is found before the first."""
    do = "--result OUT --plate SOURCE --faces-b FACES, or --model MODEL, or --model MODEL --cast A,B"
    if config.result is None and config.model is None:
        raise OmoteError("nothing to evaluate", do=f"name {do}")
    if config.cast is not None and config.model is None:
        raise OmoteError("drawn actors are swapped by a model", do="name it with --model")
    wanted: dict[str, Callable[[Context], Chapter]] = {}
    if config.result is not None:
        wanted["result"] = _result(config, config.result)
    if config.model is not None and config.cast is None:
        wanted["model"] = _held_out(config, config.model)
    if config.model is not None and config.cast is not None:
        wanted["actors"] = _actors(config, config.model, config.cast)
    return wanted


def _result(config: EvaluateConfig, result: Path) -> Callable[[Context], Chapter]:
    from omote.stages.evaluating.result import evaluate_result

    plate, faces_b = config.plate, config.faces_b
    if plate is None or faces_b is None:
        flags = " and ".join(flag for flag, path in (("--plate", plate), ("--faces-b", faces_b)) if path is None)
        raise OmoteError("a result is measured against its plate and the faces of B", result, f"name {flags}")
    return lambda context: evaluate_result(config, (result, plate, faces_b), context)


def _held_out(config: EvaluateConfig, model: Path) -> Callable[[Context], Chapter]:
    from omote.evaluation.evaluation_page import Chapter
    from omote.stages.evaluating.model import ModelConfig, at_hand, tried

    asked = ModelConfig(model=model, faces_a=config.faces_a, faces_b=config.faces_b, device=config.device)
    trial = at_hand(asked)
    said = f"Faces that {model.name} never learnt from, each made anew by the decoder of its own person."
    return lambda context: Chapter("The model on held-out faces", said, tried(trial, asked.size, context))


def _actors(config: EvaluateConfig, model: Path, cast: str) -> Callable[[Context], Chapter]:
    from omote.runtime.device import pick_device
    from omote.stages.evaluating.actors import ActorsConfig
    from omote.stages.evaluating.beside import evaluate_cast
    from omote.swapping.trained import Trained

    a, b = map(int, cast.split(","))
    trial = ActorsConfig.checked({
        "model": model, "a": a, "b": b, "frames": config.sample.frames, "device": config.device,
    })  # fmt: skip
    Trained.load(model, pick_device(config.device))
    return lambda context: evaluate_cast(trial, context)
