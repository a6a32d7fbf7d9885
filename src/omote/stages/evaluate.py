"""Measure a swap: a result beside its plate, a model on faces it never learnt from, or on drawn actors."""

from __future__ import annotations

import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from omote.core.errors import OmoteError
from omote.core.files import check_free, write_bytes
from omote.evaluation.measures import Measure
from omote.stages.context import Context, Report
from omote.stages.evaluating.config import EvaluateConfig

if TYPE_CHECKING:
    from omote.evaluation.evaluation_page import Chapter

__all__ = ["EvaluateConfig", "EvaluateReport", "run"]


_LONG = {"__all__": {"spread", "cannot_tell"}}


class EvaluateReport(Report):
    """What was measured, each part where it was asked for."""

    only_json = MappingProxyType({"result": _LONG, "model": _LONG, "actors": _LONG})

    seconds: float
    page: Path | None
    result: list[Measure]
    model: list[Measure]
    actors: list[Measure]


def run(config: EvaluateConfig, context: Context) -> EvaluateReport:
    """Measure what is named: a result, a model, or both.

    Raises:
        OmoteError: nothing is named, or something is lacking; says what.
        MediaError: footage cannot be read.
        AlignmentsError: alignments are not there or of another source.
        ModelError: there is no model, or it is damaged.
        Stopped: someone stopped it.
    """
    from omote.evaluation.evaluation_page import evaluation_page

    began = time.perf_counter()
    _check(config)
    if config.output is not None:
        check_free(config.output, overwrite=config.overwrite)
    chapters = _chapters(config, context)
    if config.output is not None:
        write_bytes(config.output, evaluation_page("How good is this swap?", list(chapters.values())).encode())
    found = {name: list(chapter.measures) for name, chapter in chapters.items()}
    return EvaluateReport(
        seconds=round(time.perf_counter() - began, 1), page=config.output, result=found.get("result", []),
        model=found.get("model", []), actors=found.get("actors", []),
    )  # fmt: skip


def _check(config: EvaluateConfig) -> None:
    """Find what is lacking before anything is measured."""
    do = "--result OUT --plate SOURCE --faces-b FACES, or --model MODEL, or --model MODEL --cast A,B"
    if config.result is None and config.model is None:
        raise OmoteError("nothing to evaluate", do=f"name {do}")
    lacking = [name for name in ("plate", "faces_b") if config.result is not None and getattr(config, name) is None]
    if lacking:
        flags = " and ".join(f"--{name.replace('_', '-')}" for name in lacking)
        raise OmoteError("a result is measured against its plate and the faces of B", config.result, f"name {flags}")
    if config.cast is not None and config.model is None:
        raise OmoteError("drawn actors are swapped by a model", do="name it with --model")
    if config.model is not None:
        from omote.runtime.model_folder import read_state

        read_state(config.model)


def _chapters(config: EvaluateConfig, context: Context) -> dict[str, Chapter]:
    from omote.evaluation.evaluation_page import Chapter

    found: dict[str, Chapter] = {}
    if config.result is not None and config.plate is not None and config.faces_b is not None:
        from omote.stages.evaluating.result import evaluate_result

        found["result"] = evaluate_result(config, (config.result, config.plate, config.faces_b), context)
    if config.model is not None and config.cast is None:
        from omote.stages.evaluating.model import ModelConfig, evaluate_model

        trial = ModelConfig(model=config.model, faces_a=config.faces_a, faces_b=config.faces_b, device=config.device)
        said = f"Faces that {config.model.name} never learnt from, each made anew by the decoder of its own person."
        found["model"] = Chapter("The model on held-out faces", said, evaluate_model(trial, context))
    if config.model is not None and config.cast is not None:
        from omote.stages.evaluating.actors import ActorsConfig
        from omote.stages.evaluating.beside import evaluate_cast

        a, b = (int(seed) for seed in config.cast.split(","))
        actors = ActorsConfig.checked({
            "model": config.model, "a": a, "b": b, "frames": config.sample.frames, "device": config.device,
        })  # fmt: skip
        found["actors"] = evaluate_cast(actors, context)
    return found
