"""Train with many settings on the same faces, judge all alike, and tell which to take."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import OmoteError, SettingError
from omote.stages.comparing.plan import Plan
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.evaluation.ranking import Standing
    from omote.models.base import SwapNetwork
    from omote.training.config import LearnConfig

_STUDY = "study.db"


class CompareConfig(Config):
    """Settings of compare."""

    plan: Path = Field(description="TOML file that says what is compared, on which faces and how long")
    output: Path | None = Field(
        None, description="folder for all that is made; by default beside the plan, of its name without .toml"
    )


class ChoiceRow(Report):
    """How a choice stands; `behind` is how far it is below the best, and `worse` whether by more than chance."""

    choice: str
    score: float
    low: float | None
    high: float | None
    behind: float
    worse: bool
    seeds: int


class CompareReport(Report):
    """What compare found.

    Attributes:
        take: the choice to take; None where nothing could be trained yet.
        reason: by how much, and whether that is more than chance.
        page: that shows it all.
        recipe: the settings to take.
        command: that trains with them.
        trainings: that there are to be.
        done: of these.
        failed: that had no result, or were ended early.
        seconds: this time.
        choices: the best first.
        finished: whether nobody stopped it.
    """

    take: str | None
    reason: str
    page: Path
    recipe: Path | None
    command: str | None
    trainings: int
    done: int
    failed: int
    seconds: float
    choices: list[ChoiceRow]
    finished: bool


def run(config: CompareConfig, context: Context) -> CompareReport:
    """Train every choice with every seed, each in a process of its own, and write the page; what is done is kept.

    Raises:
        OmoteError: there are no faces, the folder cannot be written or is another comparison's, or nothing could be
            trained.
        SettingError: the plan has an unknown name, or a value out of range.
        Stopped: someone stopped it before the first training; what is done is kept.
    """
    from omote.core.claims import claimed
    from omote.evaluation.study import Lost, Search, Study
    from omote.stages.comparing.ground import prepared
    from omote.stages.comparing.results import Results
    from omote.stages.comparing.telling import tell
    from omote.stages.comparing.trainings import trainings
    from omote.stages.work import claim

    began = time.perf_counter()
    plan = Plan.read(config.plan)
    _check(plan, config.plan)
    folder = (config.output or config.plan.with_suffix("")).absolute()
    if folder == config.plan.absolute():
        raise OmoteError("a folder is needed for what is made", config.plan, "name one with --output")
    claim(folder, _made_for(plan, config.plan.parent), "--output")
    with claimed(folder):
        ground = prepared(plan, config.plan.parent, folder / "faces", context)
        results, troubles = Results(plan, ground, folder / "trainings"), list[Lost]()
        search = None if plan.search is None else Search(plan.search.sampler, plan.search.trials)
        with Study.open(
            folder / _STUDY, plan.digest(ground.digest), plan.space(), plan.seeds,
            search=search, kept=results.has, end_early=plan.end_early,
        ) as study:  # fmt: skip
            told, total = tell(study, results, troubles, folder), study.total
            for _ in trainings(study, results, troubles, context):
                told = tell(study, results, troubles, folder)
    if told.troubles and not told.standings and not context.stopped():
        raise OmoteError("nothing could be trained", told.troubles[0])
    return CompareReport(
        take=told.verdict.take, reason=told.verdict.reason, page=told.page, recipe=told.recipe, command=told.command,
        trainings=total, done=told.done, failed=told.failed, seconds=round(time.perf_counter() - began, 1),
        choices=[_row(each) for each in told.standings], finished=not context.stopped(),
    )  # fmt: skip


def _check(plan: Plan, path: Path) -> None:
    """Find what would fail later now, before the hours of work.

    Raises:
        SettingError: a setting is unknown or out of range, the device is not there, or some trainings were to be ended
            early by figures that cannot be compared; says which choice.
    """
    from omote.models.anatomy import blueprint
    from omote.models.presets import with_preset
    from omote.runtime.device import pick_device

    pick_device(plan.device)
    choices, by = plan.looked_at(), dict[str, dict[str, object]]()
    for name, choice in zip(plan.names(choices), choices, strict=True):
        try:
            learn = plan.learn(choice, plan.seeds[0])
            network = blueprint(learn.network, with_preset(learn.network, learn.preset, learn.options))
        except SettingError as fault:
            raise SettingError(f"{fault.what}, in {name}", fault.where or path, fault.do) from fault
        if plan.faces is not None and learn.data.held_out == 0:
            raise SettingError("data.held_out is 0: real faces are judged by those held out", path)
        by[name] = _measured_by(learn, network)
    first, *others = by
    for name in others if plan.end_early else ():
        if unlike := [what for what in by[first] if by[first][what] != by[name][what]]:
            what = f"{name} has another {' and '.join(unlike)} than {first}: end_early cannot compare them"
            raise SettingError(what, path, "leave end_early out")


def _measured_by(learn: LearnConfig, network: SwapNetwork) -> dict[str, object]:
    """Return what the held-out faces follow from by which a training measures itself while it goes on."""
    growing = any(phase.resolution for phase in learn.phases)
    return {
        "output size": network.output_size, "crop": learn.crop, "data.held_out": learn.data.held_out,
        "growth over its phases": learn.phases if growing else None,
    }  # fmt: skip


def _made_for(plan: Plan, beside: Path) -> dict[str, str | int]:
    """Return what the results of a folder follow from, whatever the matrix is."""
    if plan.cast is not None:
        return dict(plan.cast)
    assert plan.faces is not None
    return {side: str((beside / getattr(plan.faces, side)).absolute()) for side in ("a", "b")}


def _row(standing: Standing) -> ChoiceRow:
    return ChoiceRow(
        choice=standing.name, score=round(standing.mean, 4),
        low=None if standing.low is None else round(standing.low, 4),
        high=None if standing.high is None else round(standing.high, 4),
        behind=round(standing.behind, 4), worse=standing.is_told_apart, seeds=len(standing.scores),
    )  # fmt: skip
