"""What a comparison comes to, in a few words: which choice to take, and how sure that is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from omote.evaluation.ranking import Standing

_NOTED = 1.2  # times as quick
_NAMED = 3  # choices that are named; the others are counted


class Verdict(NamedTuple):
    """Which choice to take, and why.

    Attributes:
        take: its name; None while there is none.
        headline: in a few words.
        reason: by how much, and whether that is more than chance.
    """

    take: str | None
    headline: str
    reason: str


def verdict(standings: Sequence[Standing], measure: str, per_second: Mapping[str, float]) -> Verdict:
    """Return what the ranking comes to.

    Args:
        standings: the best first.
        measure: what the scores are, in words.
        per_second: iterations of each choice a second, by its name.
    """
    if not standings:
        return Verdict(None, "Nothing to take yet", "No training has ended.")
    best, others = standings[0], standings[1:]
    scored = f"its {measure} is {best.mean:.4f}"
    if not others:
        return Verdict(best.name, f"Take {best.name}", f"It is the only one that ended; {scored}.")
    ahead = f"{scored}, {others[0].behind:.4f} more than that of the next, {others[0].name}"
    if best.margin is None:
        reason = f"On one seed {ahead}. Whether that is more than chance, nobody can tell from one seed."
        return Verdict(best.name, f"{best.name} was best, on one seed", reason)
    even = [other for other in others if not other.is_told_apart]
    if not even:
        reason = f"{_capital(ahead)}: more than another seed would change ({others[0].margin:.4f} at most)."
        return Verdict(best.name, f"Take {best.name}", reason)
    margin = max(other.margin or 0 for other in even)
    names = "it is as good" if len(even) == 1 else f"as good are {_listed([other.name for other in even])}"
    reason = (
        f"{_capital(ahead)}: no more than another seed changes ({margin:.4f}). As far as can be told, {names}. "
        f"{_quickest(best, even, per_second)}"
    )
    if len(even) < len(others):
        reason += f" {_rest(len(others) - len(even))} worse by more than chance."
    else:
        reason += " More seeds, or longer trainings, would tell them apart, if anything does."
    as_good = even[0].name if len(even) == 1 else f"{len(even)} others"
    return Verdict(best.name, f"Take {best.name} ({as_good} as good)", reason)


def _quickest(best: Standing, even: Sequence[Standing], per_second: Mapping[str, float]) -> str:
    quickest = max((best, *even), key=lambda one: per_second[one.name])
    times = per_second[quickest.name] / per_second[best.name]
    if quickest is best:
        return f"Of these {best.name} is the quickest, too."
    if times < _NOTED:
        return "They are about as quick."
    return f"The quickest of these, {times:.1f} times as quick, is {quickest.name}."


def _rest(count: int) -> str:
    return "The other one is" if count == 1 else f"The other {count} are"


def _listed(names: Sequence[str]) -> str:
    shown = "; ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}; and {len(names) - _NAMED} more"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
