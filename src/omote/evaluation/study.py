"""What is tried next of a comparison, kept in a SQLite file by Optuna: a grid or a search, gone on with after a kill.

A try is one choice of settings with one seed. Only one process may hold a study; who lets several run at once asks for
several tries. Nothing is pruned unless that is asked for.
"""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

import optuna
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from omote.core.errors import OmoteError

Values = Mapping[str, Any]
SamplerName = Literal["tpe", "random"]

_STEPS = 10  # times in a run that it may be ended early
_CHOICE, _SEED, _FOUND, _ENDED = "choice", "seed", "found", "ended"  # what is noted of a trial


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that a search may choose from.

    Attributes:
        low: the least.
        high: the greatest.
        log: whether equal ratios are equally likely, not equal differences.
        whole: only whole numbers.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False


Space = Mapping[str, Sequence[Any] | Range]


@dataclass(frozen=True, slots=True)
class Search:
    """How choices are found where not all are tried.

    Attributes:
        sampler: who proposes them.
        choices: how many are proposed.
    """

    sampler: SamplerName
    choices: int


class Try(NamedTuple):
    """A run to be made: its number in the study, its settings by dotted name, its seed."""

    number: int
    values: dict[str, Any]
    seed: int


class Study:
    """The tries of a comparison. Close it, or use it as a context."""

    def __init__(self, study: optuna.Study, storage: RDBStorage, asked: "_Asked") -> None:
        self._study, self._storage, self._asked = study, storage, asked
        self._running: dict[int, Trial] = {}
        self._broken_off: list[Trial] = []

    @classmethod
    def open(
        cls, path: Path, name: str, space: Space, seeds: Sequence[int], *, search: Search | None = None,
        kept: Callable[[Values, int], bool], end_early: bool = False,
    ) -> Self:  # fmt: skip
        """Open a study where it was, or begin it.

        What was running when it was broken off comes first, and what failed, or is not kept, is to be tried again.

        Args:
            path: of the SQLite file, which may hold several studies; its folder must be there.
            name: of the study; another for another space.
            space: for each setting the values to choose from; without a search, all with all are tried.
            seeds: that each choice is tried with.
            search: how choices are found; None: all are tried.
            kept: says whether the result of a try that ended is still there.
            end_early: whether a try may be ended whose results are below the median of the others' at that time.

        Raises:
            OmoteError: the file is not a study, or cannot be written.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # it tells of each trial otherwise
        pruner = optuna.pruners.MedianPruner(n_startup_trials=4) if end_early else optuna.pruners.NopPruner()
        try:
            storage = RDBStorage(f"sqlite:///{path}")
            study = optuna.create_study(
                storage=storage, study_name=name, load_if_exists=True, direction="maximize", pruner=pruner
            )
        except (optuna.exceptions.OptunaError, SQLAlchemyError, RuntimeError) as fault:
            what = f"not a study that can be gone on with ({str(fault).splitlines()[0]})"
            raise OmoteError(what, path, "move it away, or choose another folder") from fault
        # Not the numbers of the last time, which would propose the same again.
        study.sampler = _sampler(search, seed=len(study.trials))
        opened = cls(study, storage, _Asked(space, tuple(seeds), search))
        opened._take_up(kept)
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    @property
    def total(self) -> int:
        """How many tries there are to be in all, those that ended included."""
        asked = self._asked
        choices = asked.search.choices if asked.search else len(asked.grid())
        return choices * len(asked.seeds)

    @property
    def left(self) -> int:
        """How many tries have not ended; those that failed have."""
        search, states = self._asked.search, (TrialState.WAITING, TrialState.RUNNING)
        to_come = 0 if search is None else max(0, search.choices - self._proposed())
        return len(self._study.get_trials(deepcopy=False, states=states)) + to_come * len(self._asked.seeds)

    def next(self) -> Try | None:
        """Return what to try now, None when there is nothing more."""
        trial = self._broken_off.pop(0) if self._broken_off else self._next()
        if trial is None:
            return None
        values = {name: _suggested(trial, name, among) for name, among in self._asked.space.items()}
        if _SEED not in trial.user_attrs:  # a new choice: the first seed now, the others after it
            first, *others = self._asked.seeds
            trial.set_user_attr(_FOUND, True)
            trial.set_user_attr(_CHOICE, _text(values))
            trial.set_user_attr(_SEED, first)
            for seed in others:
                self._enqueue(values, seed)
        self._running[trial.number] = trial
        return Try(trial.number, values, trial.user_attrs[_SEED])

    def _next(self) -> Trial | None:
        """Return the trial that waits longest, else a new one, if there are to be more."""
        waiting = self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
        search = self._asked.search
        if not waiting and (search is None or self._proposed() >= search.choices):
            return None
        return self._study.ask()

    def should_end(self, number: int, share: float, score: float) -> bool:
        """Note how a try stands and say whether it is to be ended early: never, unless that was asked for.

        Args:
            number: of the try.
            share: of its budget that is used up, 0 to 1.
            score: so far; higher is better.
        """
        step, trial = int(share * _STEPS), self._running[number]
        if step in self._study.trials[number].intermediate_values:
            return False
        trial.report(score, step)
        return trial.should_prune()

    def ended(self, number: int, score: float) -> None:
        """Note the result of a try that came to its end."""
        self._study.tell(self._running.pop(number), score)

    def ended_early(self, number: int, why: str) -> None:
        """Note that a try was ended before its end, and why."""
        trial = self._running.pop(number)
        trial.set_user_attr(_ENDED, why)
        self._study.tell(trial, state=TrialState.PRUNED)

    def failed(self, number: int) -> None:
        """Note that a try had no result; whoever opens the study next tries it again."""
        self._study.tell(self._running.pop(number), state=TrialState.FAIL)

    def choices(self) -> list[dict[str, Any]]:
        """Return the choices that were taken up so far, in their order."""
        return [json.loads(text) for text in dict.fromkeys(trial.user_attrs[_CHOICE] for trial in self._noted())]

    def early(self) -> list[tuple[Try, str]]:
        """Return the tries that were ended early, with the reason."""
        return [
            (Try(trial.number, *_of(trial)), trial.user_attrs[_ENDED])
            for trial in self._noted()
            if trial.state == TrialState.PRUNED
        ]

    def _take_up(self, kept: Callable[[Values, int], bool]) -> None:
        """Go on with what was broken off, and let all that is not tried yet wait."""
        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if _SEED in trial.user_attrs:
                self._broken_off.append(Trial(self._study, trial._trial_id))
            else:  # it was not proposed to the end
                self._study.tell(trial.number, state=TrialState.FAIL)
        there = {
            (trial.user_attrs[_CHOICE], trial.user_attrs[_SEED])
            for trial in self._noted()
            if trial.state in (TrialState.WAITING, TrialState.RUNNING)
            or (trial.state in (TrialState.COMPLETE, TrialState.PRUNED) and kept(*_of(trial)))
        }
        wanted = self._asked.grid() if self._asked.search is None else self.choices()
        for seed, values in itertools.product(self._asked.seeds, wanted):  # so that all choices have a result early
            if (_text(values), seed) not in there:
                self._enqueue(values, seed)

    def _enqueue(self, values: Values, seed: int) -> None:
        fixed = {name: _written(values[name], among) for name, among in self._asked.space.items()}
        self._study.enqueue_trial(fixed, user_attrs={_CHOICE: _text(values), _SEED: seed})

    def _proposed(self) -> int:
        return sum(_FOUND in trial.user_attrs for trial in self._noted())

    def _noted(self) -> list[FrozenTrial]:
        """Return the trials that are of a choice and a seed; one that was broken off while proposed is of none."""
        return [trial for trial in self._study.get_trials(deepcopy=False) if _SEED in trial.user_attrs]


@dataclass(frozen=True, slots=True)
class _Asked:
    space: Space
    seeds: tuple[int, ...]
    search: Search | None

    def grid(self) -> list[dict[str, Any]]:
        """Return all choices: each value with each.

        Raises:
            ValueError: a setting has a range.
        """
        rows = []
        for name, among in self.space.items():
            if isinstance(among, Range):
                raise ValueError(f"{name} has a range, of which not all can be tried")
            rows.append(among)
        return [dict(zip(self.space, row, strict=True)) for row in itertools.product(*rows)]


def _of(trial: FrozenTrial) -> tuple[dict[str, Any], int]:
    return json.loads(trial.user_attrs[_CHOICE]), trial.user_attrs[_SEED]


def _sampler(search: Search | None, seed: int) -> BaseSampler:
    if search is not None and search.sampler == "tpe":
        return TPESampler(seed=seed)
    return RandomSampler(seed=seed)


def _suggested(trial: Trial, name: str, among: Sequence[Any] | Range) -> Any:  # noqa: ANN401 - what a setting may be
    if isinstance(among, Range) and among.whole:
        return trial.suggest_int(name, round(among.low), round(among.high), log=among.log)
    if isinstance(among, Range):
        return trial.suggest_float(name, among.low, among.high, log=among.log)
    return json.loads(trial.suggest_categorical(name, [_text(value) for value in among]))


def _written(value: Any, among: Sequence[Any] | Range) -> Any:  # noqa: ANN401 - what a setting may be
    return value if isinstance(among, Range) else _text(value)  # Optuna's categories are plain values


def _text(value: object) -> str:
    return json.dumps(value)
