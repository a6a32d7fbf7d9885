"""What is compared: a TOML file, and the settings of learning that follow from it. Trains nothing.

parallel = 2                     # processes, each with its share of the cores, or a GPU
seeds = [0, 1, 2]                # each choice is trained with each of them

[faces]                          # or [cast]: drawn actors, whose true swap is known
a = "faces-a"                    # from the plan's own folder
b = "faces-b"

[budget]                         # of each training
minutes = 30                     # or iterations

[matrix]                         # any names of train.toml, each with what is tried
loss.mse = [0, 1]
setup = [{network = "nano"}, {network = "noh", options = {size = "s"}}]   # what goes together
optimizer.learning_rate = {low = 1e-4, high = 1e-2, log = true}   # only of a search

[settings]                       # of train.toml, the same for all
batch_size = 8

[search]                         # in place of all with all
trials = 20
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from omote.core.config import Config, place
from omote.core.errors import SettingError
from omote.evaluation.space import Range
from omote.runtime.device import DeviceName
from omote.stages.comparing.naming import short, word
from omote.training.config import LearnConfig

SETUP = "setup"
"""The name in the matrix under which each value is a table of settings that go together."""

_POINTS = 20  # of a learning curve, at least


class FacesPlan(Config):
    """Faces of real people."""

    a: Path = Field(description="face pictures of A; a path is from the plan's own folder")
    b: Path = Field(description="face pictures of B")


class CastPlan(Config):
    """Drawn actors."""

    pair: int = Field(0, ge=0, le=9, description="which two actors")
    seed: int = Field(0, ge=0, description="which performances")
    frames: int = Field(150, ge=10, le=1150, description="of each clip that is learnt from")
    plate_frames: int = Field(60, ge=3, description="of the clip that is swapped and judged")


class BudgetPlan(Config):
    """How long each training is."""

    iterations: int | None = Field(None, ge=1, description="steps of each training")
    minutes: float | None = Field(None, gt=0, description="or minutes of steps")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.iterations is None) == (self.minutes is None):
            raise ValueError("[budget] has either iterations or minutes")
        return self


class RangePlan(Config):
    """Numbers that a search chooses from."""

    low: float = Field(description="the least")
    high: float = Field(description="the greatest")
    log: bool = Field(False, description="equal ratios are equally likely, not equal differences")
    whole: bool = Field(False, description="whole numbers only")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(f"low is below high, and above 0 where log is set, not {self.low:g} and {self.high:g}")
        return self


class SearchPlan(Config):
    """How choices are found where not all are tried."""

    sampler: Literal["tpe", "random"] = Field(
        "tpe", description="tpe: near what was good (Bergstra 2011); random: by chance alone"
    )
    trials: int = Field(20, ge=1, description="how many choices are tried, if there are so many")


class Plan(Config):
    """All that a comparison follows from."""

    faces: FacesPlan | None = Field(None, description="faces of real people")
    cast: CastPlan | None = Field(None, description="drawn actors, in place of faces")
    budget: BudgetPlan = Field(description="how long each training is")
    matrix: dict[str, list[Any] | RangePlan] = Field(description="names of train.toml, each with what is tried")
    settings: dict[str, Any] = Field(default_factory=dict, description="of train.toml, the same for all")
    seeds: list[int] = Field([0, 1], min_length=1, description="each choice is trained with each of them")
    search: SearchPlan | None = Field(None, description="find choices, in place of trying all")
    end_early: bool = Field(
        False,
        description="end trainings whose held-out SSIM is below the median of the others at that time, none in the "
        "first fifth of its budget; the page says which. Only where all choices draw faces of one size and crop",
    )
    parallel: int = Field(1, ge=1, le=256, description="trainings at once, each with its share of cores, or its GPU")
    device: DeviceName = Field("auto", description="where to train")

    @model_validator(mode="before")
    @classmethod
    def _dotted(cls, values: Any) -> Any:  # noqa: ANN401 - whatever was given
        if isinstance(values, Mapping) and isinstance(values.get("matrix"), Mapping):
            return {**values, "matrix": _in_order(values["matrix"])}
        return values

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if (self.faces is None) == (self.cast is None):
            raise ValueError("the plan has either [faces] or [cast]")
        if not self.matrix:
            raise ValueError("[matrix] names nothing to try")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds are all different, not {self.seeds}")
        for name, among in self.matrix.items():
            if name in ("seed", "seeds", "parallel", "device", "end_early"):
                raise ValueError(f"{name} is no setting to try: write seeds, parallel … above the first [table]")
            if isinstance(among, RangePlan) and self.search is None:
                raise ValueError(f"{name} has a range, of which not all can be tried: give a list, or [search]")
            if isinstance(among, list) and len({json.dumps(value) for value in among}) < max(1, len(among)):
                raise ValueError(f"{name} has a list of different values, not {among}")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a plan.

        Raises:
            SettingError: it cannot be read, a name is unknown, or a value is out of range.
        """
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingError(f"cannot read the plan ({fault})", path) from fault
        try:
            return cls.checked(values)
        except SettingError as fault:
            raise SettingError(fault.what, path) from fault

    def learn(self, values: Mapping[str, Any], seed: int) -> LearnConfig:
        """Return all settings of a training.

        What says more of a setting wins, wherever it stands in the file: a name of the matrix over the setups, the
        setups over [settings], and a name with more dots, as `loss.mse`, over the group that it is in, `loss`.

        Args:
            values: of a choice, by dotted name.
            seed: of its chance.

        Raises:
            SettingError: a name is unknown or a value out of range.
        """
        tree = json.loads(json.dumps(self.settings))
        for name, value in values.items():
            _lay(tree, name, value)
        return LearnConfig.checked({**tree, "seed": seed})

    def looked_at(self) -> list[dict[str, Any]]:
        """Return choices that each value of the matrix is in, with the first ones of the others: to be looked at."""
        firsts = {name: _values(among)[0] for name, among in self.matrix.items()}
        others = [{**firsts, name: value} for name, among in self.matrix.items() for value in _values(among)[1:]]
        return [firsts, *others]

    def watched(self, learn: LearnConfig) -> LearnConfig:
        """Return settings that measure often enough for a curve, where the plan does not say how often."""
        if self.budget.iterations is None or "measure_every" in self.settings.get("watch", {}):
            return learn
        often = max(1, min(learn.watch.measure_every, self.budget.iterations // _POINTS))
        return learn.model_copy(update={"watch": learn.watch.model_copy(update={"measure_every": often})})

    def space(self) -> dict[str, list[Any] | Range]:
        """Return what a study chooses from."""
        return {
            name: Range(**among.model_dump()) if isinstance(among, RangePlan) else among
            for name, among in self.matrix.items()
        }

    def names(self, choices: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return what each of some choices is called: what tells it from the others, in a few words."""
        names = [
            " + ".join(word(name, value) for name, value in choice.items() if self._varies(name)) for choice in choices
        ]
        return [f"{name} ({number})" if names.count(name) > 1 else name or "as it is"
                for number, name in enumerate(names, 1)]  # fmt: skip

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the values of a choice in words, by dotted name, where several are tried."""
        return {name: short(value) for name, value in values.items() if self._varies(name)}

    def _varies(self, name: str) -> bool:
        among = self.matrix[name]
        return isinstance(among, RangePlan) or len(among) > 1

    def pace(self) -> list[str | int]:
        """Return what decides how far a training comes in its minutes; nothing where the budget is in iterations."""
        return [] if self.budget.minutes is None else [self.device, self.parallel]

    def digest(self, *others: object) -> str:
        """Return 12 hex digits that are other for what asks for other trainings.

        Where they run and how many at once makes other ones of them only where their budget is in minutes.
        """
        asked = self.model_dump(mode="json", exclude={"parallel", "device", "faces", "cast"})
        return digest(asked, *self.pace(), *others)


def digest(*things: object) -> str:
    """Return 12 hex digits of plain values."""
    return hashlib.sha256(json.dumps(things, sort_keys=True).encode()).hexdigest()[:12]


def _in_order(matrix: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is tried by dotted name: the setups first, then each group before the names that are in it.

    So the same choices are the same text, in whatever order the file has them, and what is laid last is what wins.
    """
    rows = [(name, _sorted(among)) for name, among in _flat(matrix)]
    if twice := [name for name, number in Counter(name for name, _ in rows).items() if number > 1]:
        raise ValueError(f"[matrix] has {twice[0]} twice")
    return dict(sorted(rows, key=lambda row: (row[0] != SETUP, row[0])))


def _sorted(value: Any) -> Any:  # noqa: ANN401 - what a setting may be
    """Return a value with the names of all tables in it in order."""
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _flat(tree: Mapping[str, Any], above: str = "") -> Sequence[tuple[str, Any]]:
    """Return dotted names with what is tried, of a tree whose leaves are lists and ranges."""
    rows: list[tuple[str, Any]] = []
    for name, value in tree.items():
        inner = isinstance(value, Mapping) and not value.keys() & {"low", "high"}
        rows += _flat(value, f"{above}{name}.") if inner else [(above + name, value)]
    return rows


def _values(among: list[Any] | RangePlan) -> list[Any]:
    if not isinstance(among, RangePlan):
        return among
    return [round(end) if among.whole else end for end in (among.low, among.high)]


def _lay(tree: dict[str, Any], name: str, value: object) -> None:
    """Put a value under a dotted name; a group of settings is laid over what is there."""
    if isinstance(value, Mapping):
        for inner, one in value.items():
            _lay(tree, inner if name == SETUP else f"{name}.{inner}", one)
    else:
        place(tree, name, value)
