"""Where the trainings of a comparison lie, and what came out of each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omote.core.errors import SettingError
from omote.stages.comparing.judging import Outcome
from omote.stages.comparing.plan import Plan, digest
from omote.stages.comparing.worker import OUTCOME, Job

if TYPE_CHECKING:
    from omote.stages.comparing.ground import Ground
    from omote.stages.comparing.shares import Share

_NAME = 60  # letters of a folder's name that say what is in it


class Results:
    """The trainings of a plan, each in a folder of its own; the same settings, faces and budget are the same folder.

    With a budget of minutes so must be the device and how many are trained at once, which decide how far one comes.

    Attributes:
        plan: what is compared.
        ground: what all learn from and are judged by.
    """

    def __init__(self, plan: Plan, ground: Ground, folder: Path) -> None:
        self.plan, self.ground, self._folder = plan, ground, folder

    def place(self, values: Mapping[str, Any], seed: int) -> Path:
        """Return the folder of a training.

        Raises:
            SettingError: the values are no settings of learning.
        """
        learn = self.plan.learn(values, seed)
        budget = self.plan.budget.model_dump()
        key = digest(learn.model_dump(mode="json"), budget, self.ground.digest, *self.plan.pace())
        (name,) = self.plan.names([values])
        plain = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:_NAME]
        return self._folder / f"{plain}-seed-{seed}-{key}"

    def job(self, values: Mapping[str, Any], seed: int, share: Share) -> Job:
        """Return the training of a choice with a seed."""
        plan = self.plan
        return Job(
            place=self.place(values, seed), ground=self.ground, learn=plan.watched(plan.learn(values, seed)),
            budget=plan.budget, device=plan.device, cores=list(share.cores),
        )  # fmt: skip

    def has(self, values: Mapping[str, Any], seed: int) -> bool:
        """Say whether what a training ended with is there; one that was ended early counts where the plan ends any."""
        if self.outcome(values, seed) is not None:
            return True
        try:
            return self.plan.end_early and (self.place(values, seed) / EARLY).exists()
        except SettingError:
            return False

    def outcome(self, values: Mapping[str, Any], seed: int) -> Outcome | None:
        """Return what came out of a training; None while it is not done."""
        try:
            return Outcome.checked(json.loads((self.place(values, seed) / OUTCOME).read_text("utf-8")))
        except (OSError, ValueError, SettingError):
            return None  # there is none, or none that can be read: it is made again


EARLY = "ended-early.txt"
"""Name of the file that says when and why a training was ended early."""
