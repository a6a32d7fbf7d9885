"""By how much the base learning rate is multiplied at each step of a run."""

import math
from typing import Literal

Schedule = Literal["constant", "cosine", "plateau"]


def warm_up(iteration: int, over: int) -> float:
    """Return the share of the rate at an iteration, counted from 0: a line that would be 0 before the first step.

    Args:
        iteration: of the run.
        over: iterations; the last of them, and all after, have 1. 0: no rise.
    """
    return min(1.0, (iteration + 1) / max(1, over))


def factor(schedule: Schedule, progress: float, halvings: int) -> float:
    """Return what a phase multiplies the rate by.

    Args:
        schedule: constant: 1; cosine: half a cosine from 1 to 0 (Loshchilov & Hutter 2017, without its restarts);
            plateau: a half for each halving.
        progress: share of the phase that is over; counts as 0 below 0 and as 1 above 1.
        halvings: how often the rate was halved because nothing got better.
    """
    match schedule:
        case "constant":
            return 1.0
        case "cosine":
            return (1 + math.cos(math.pi * min(1.0, max(0.0, progress)))) / 2
        case "plateau":
            return float(0.5**halvings)
