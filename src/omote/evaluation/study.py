"""What is tried next of a comparison, kept in a SQLite file by Optuna: a grid or a search, gone on with after a kill.

A try is one choice of settings with one seed. No choice is taken up twice. Only one process may hold a study; who lets
several run at once asks for several tries. Nothing is pruned unless that is asked for.
"""

import itertools
import json
from collections.abc import Callable, Sequence
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
from omote.evaluation.space import Range, Space, Values, count, grid, other_than, text_of

SamplerName = Literal["tpe", "random"]

_STEPS = 10  # times in a run that it may be ended early
_WARM_UP = _STEPS // 5  # of these that pass before any is: how a run begins says little of how it ends
_ASKS = 20  # times in a row that a sampler may come back to what was there before
_CANDIDATES = 24  # of which TPE proposes the best, as Optuna would
_CHOICE, _SEED, _ENDED = "choice", "seed", "ended"  # what is noted of a trial


@dataclass(frozen=True, slots=True)
class Search:
    """How choices are found where not all are tried.

    Attributes:
        sampler: who proposes them.
        choices: how many are proposed, as long as there are new ones.
    """

    sampler: SamplerName
    choices: int


class Try(NamedTuple):
    """A run to be made: its number in the study, its settings by dotted name, its seed."""

    number: int
    values: dict[str, Any]
    seed: int


class Lost(NamedTuple):
    """A try that ended without a result, and why."""

    one: Try
    why: str


class Study:
    """The tries of a comparison. Close it, or use it as a context."""

    def __init__(self, study: optuna.Study, storage: RDBStorage, asked: "_Asked") -> None:
        self._study, self._storage, self._asked = study, storage, asked
        self._running: dict[int, Trial] = {}
        self._broken_off: list[Trial] = []
        self._most = asked.most()  # choices

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
            space: for each setting the values to choose from; without a search, all with all are tried. Tables with
                their keys in another order are other values.
            seeds: that each choice is tried with.
            search: how choices are found; None: all are tried.
            kept: says whether the result of a try that ended is still there.
            end_early: whether a try may be ended whose results are below the median of the others' at that time, after
                a fifth of its budget.

        Raises:
            OmoteError: the file is not a study, or cannot be written.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # it tells of each trial otherwise
        median = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=_WARM_UP)
        pruner = median if end_early else optuna.pruners.NopPruner()
        try:
            storage = RDBStorage(f"sqlite:///{path}")
            study = optuna.create_study(
                storage=storage, study_name=name, load_if_exists=True, direction="maximize", pruner=pruner
            )
        except (optuna.exceptions.OptunaError, SQLAlchemyError, RuntimeError) as fault:
            what = f"not a study that can be gone on with ({str(fault).splitlines()[0]})"
            raise OmoteError(what, path, "move it away, or choose another folder") from fault
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
        return self._most * len(self._asked.seeds)

    @property
    def left(self) -> int:
        """How many tries have not ended; those that failed have."""
        begun = self._study.get_trials(deepcopy=False, states=(TrialState.WAITING, TrialState.RUNNING))
        return len(begun) + max(0, self._most - len(self.choices())) * len(self._asked.seeds)

    def next(self) -> Try | None:
        """Return what to try now, None when there is nothing more."""
        trial = self._broken_off.pop(0) if self._broken_off else self._next()
        if trial is None:
            return None
        self._running[trial.number] = trial
        return Try(trial.number, self._values(trial), trial.user_attrs[_SEED])

    def _next(self) -> Trial | None:
        """Return the trial that waits longest, else a new one, if there are to be more."""
        if self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return self._study.ask()
        return self._new() if len(self.choices()) < self._most else None

    def _new(self) -> Trial:
        """Return a choice that was not there before, with its first seed; its others wait."""
        known, (first, *others) = set(map(text_of, self.choices())), self._asked.seeds
        for ask in range(_ASKS):
            # The best of many candidates may be the same again and again; a single one is another each time.
            trials = len(self._study.get_trials(deepcopy=False))
            self._study.sampler = self._asked.sampler(trials, 1 if ask else _CANDIDATES)
            trial = self._study.ask()
            values = self._values(trial)
            if text_of(values) not in known:
                trial.set_user_attr(_CHOICE, text_of(values))
                trial.set_user_attr(_SEED, first)
                self._enqueue(values, others)
                return trial
            self._study.tell(trial, state=TrialState.FAIL)
        self._enqueue(other_than(known, self._asked.space), self._asked.seeds)
        return self._study.ask()

    def _values(self, trial: Trial) -> dict[str, Any]:
        return {name: _suggested(trial, name, among) for name, among in self._asked.space.items()}

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

    def early(self) -> list[Lost]:
        """Return the tries that were ended early, with the reason; none that was, or is to be, tried again since."""
        newest = {(trial.user_attrs[_CHOICE], trial.user_attrs[_SEED]): trial for trial in self._noted()}
        return [
            Lost(Try(trial.number, *_of(trial)), trial.user_attrs[_ENDED])
            for trial in newest.values()
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
        wanted = grid(self._asked.space) if self._asked.search is None else self.choices()
        for seed, values in itertools.product(self._asked.seeds, wanted):  # so that all choices have a result early
            if (text_of(values), seed) not in there:
                self._enqueue(values, [seed])

    def _enqueue(self, values: Values, seeds: Sequence[int]) -> None:
        fixed = {name: _written(values[name], among) for name, among in self._asked.space.items()}
        for seed in seeds:
            self._study.enqueue_trial(fixed, user_attrs={_CHOICE: text_of(values), _SEED: seed})

    def _noted(self) -> list[FrozenTrial]:
        """Return the trials of a choice and a seed, oldest first; one not proposed to the end, or again, is of none."""
        return [trial for trial in self._study.get_trials(deepcopy=False) if _SEED in trial.user_attrs]


@dataclass(frozen=True, slots=True)
class _Asked:
    space: Space
    seeds: tuple[int, ...]
    search: Search | None

    def sampler(self, seed: int, candidates: int) -> BaseSampler:
        """Return who proposes a choice; TPE takes the best of so many candidates that lie near what was good."""
        if self.search is not None and self.search.sampler == "tpe":
            return TPESampler(seed=seed, n_ei_candidates=candidates)
        return RandomSampler(seed=seed)

    def most(self) -> int:
        """Return how many choices there are to be.

        Raises:
            ValueError: a setting has a range, and there is no search.
        """
        if self.search is None:
            return len(grid(self.space))
        return int(min(self.search.choices, count(self.space)))


def _of(trial: FrozenTrial) -> tuple[dict[str, Any], int]:
    return json.loads(trial.user_attrs[_CHOICE]), trial.user_attrs[_SEED]


def _suggested(trial: Trial, name: str, among: Sequence[Any] | Range) -> Any:  # noqa: ANN401 - what a setting may be
    if isinstance(among, Range) and among.whole:
        return trial.suggest_int(name, round(among.low), round(among.high), log=among.log)
    if isinstance(among, Range):
        return trial.suggest_float(name, among.low, among.high, log=among.log)
    return json.loads(trial.suggest_categorical(name, [text_of(value) for value in among]))


def _written(value: Any, among: Sequence[Any] | Range) -> Any:  # noqa: ANN401 - what a setting may be
    return value if isinstance(among, Range) else text_of(value)  # Optuna's categories are plain values
