"""What is done when the numbers break: back to the last save, with half the learning rate."""

import torch

from omote.core.errors import ModelError
from omote.training.keeper import Keeper
from omote.training.run import Run

_STEPS, _FALLS = 10, 10


class Guard:
    """Watches a run. A single broken gradient is left out by the step itself; this sees those, and what follows."""

    def __init__(self, run: Run, keeper: Keeper) -> None:
        self._run, self._keeper = run, keeper
        self._skipped, self._falls = int(run.learner.skipped), 0

    def read(self) -> bool:
        """Look at what the latest steps did; say whether none of the last ten could be taken."""
        skipped, streak = torch.stack([self._run.learner.skipped, self._run.learner.streak]).tolist()
        if new := skipped - self._skipped:
            steps = "a step was" if new == 1 else f"{new} steps were"
            self._keeper.say(f"iteration {self._run.now.iteration}: {steps} left out, its gradient was not finite")
        self._skipped = skipped
        return bool(streak >= _STEPS)

    def sound(self) -> bool:
        """Say whether all numbers of the run are finite, so that it may be saved."""
        return self._run.learner.sound()

    def fall_back(self) -> None:
        """Go back to the last save, with half the learning rate and other chance.

        Raises:
            ModelError: this did not help ten times.
        """
        run, broke, lowered = self._run, self._run.now.iteration, self._run.lowered + 1
        self._falls += 1
        if self._falls > _FALLS:
            raise ModelError(
                f"the numbers broke {_FALLS} times on end, the last time at iteration {broke}",
                do="lower learn.optimizer.learning_rate, set learn.optimizer.clipping to autoclip, or learn.compute."
                "precision to fp32; training goes on from the last save",
            )
        run.restore(self._keeper.last())
        run.lowered = lowered
        self._keeper.say(
            f"iteration {broke}: the numbers broke; back to iteration {run.now.iteration}, "
            f"the learning rate is {0.5**lowered:.3g} times what was asked for"
        )

    def saved(self) -> None:
        """Note that the run came to a save; a good one if the step before it could be taken."""
        if not int(self._run.learner.streak):
            self._falls = 0
