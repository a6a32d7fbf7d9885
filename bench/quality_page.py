"""The page of `bench.quality`: what each network makes of the cast, and which figures tell the truth about a swap."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from omote.evaluation.identity import TO_B

_TRUE = "SSIM to the true swap inside the face"
_HEADLINE = (
    ("true", _TRUE, "", "SSIM ↑", 3),
    ("true", "PSNR to the true swap inside the face", "", "PSNR, dB ↑", 1),
    ("true", "colour error inside the face", "", "colour, ΔE ↓", 1),
    ("true", "edge error inside the face", "", "edges ↓", 1),
    ("true", "edge error along the edge", "", "edges at the border ↓", 1),
    ("true", "way from A to the true swap", "", "way ↑", 2),
    ("model", "SSIM of restored faces", "held-out faces of B", "held-out B, SSIM ↑", 3),
    ("result", TO_B, "", "distance to B, limits ↓", 2),
)
_FEWEST = 4  # results of a pair, for a rank correlation
_TELLS = 0.5  # mean rank correlation, from which on a figure is said to tell


class Facts(NamedTuple):
    """What the page says of how it was made.

    Attributes:
        date: year, month, day.
        machine: in words.
        command: that made it.
        terms: of the set, by name.
        nothing: what rows of the untouched plate are called.
    """

    date: str
    machine: str
    command: str
    terms: Mapping[str, Any]
    nothing: str


class Agreement(NamedTuple):
    """How a figure that needs no truth ranks results, beside their true ranks.

    Attributes:
        name: of the figure, with its group.
        mean: over pairs, Spearman's rank correlation with the SSIM to the true swap, of the figure so turned that more
            is better; 1: it ranks as the truth does.
        lowest: of a pair.
        highest: of a pair.
        pairs: in how many it could be told.
        chance: the mean that one figure in twenty reaches that knows nothing.
    """

    name: str
    mean: float
    lowest: float
    highest: float
    pairs: int
    chance: float

    @property
    def tells(self) -> bool:
        """Whether it ranks as the truth does, more or less, in every pair, and more than by chance."""
        return self.mean >= max(_TELLS, self.chance) and self.lowest > 0


def page(rows: Sequence[Mapping[str, Any]], facts: Facts) -> str:
    """Return the page as Markdown."""
    last = [row for row in rows if row["share"] == 1]
    early = [row for row in rows if row["share"] < 1]
    terms = facts.terms
    parts = [
        "# What each network makes of a fixed cast",
        f"Made on {facts.date} by `{facts.command}` on {facts.machine}.",
        f"Pairs of drawn actors: {terms['pairs']}; {terms['minutes']:g} minutes of steps for each network and pair, "
        f"{terms['frames']} faces of each person, batch {terms['batch']}; judged by {terms['trial']} frames of a "
        "performance that was never seen, two thirds of them with poses or light that are nowhere in what was learnt "
        "from. Figures are means over the pairs, ± their standard deviation over them. They say what a network makes "
        "of drawn faces in that time on that machine, not what it makes of real ones in days.",
        "## At the end",
        _table(last, facts.nothing),
        *_faults(last),
        "## By pose, expression and light: SSIM to the true swap inside the face",
        _by_bin(last, facts.nothing),
    ]
    if early:
        parts += ["## After a quarter of the time", _table(early, facts.nothing)]
    parts += ["## Which figures tell the truth?", *_told(agreements(rows))]
    return "\n\n".join(parts) + "\n"


def agreements(rows: Sequence[Mapping[str, Any]]) -> list[Agreement]:
    """Rank, pair by pair, all results by every figure that needs no truth, and by the truth; the best first."""
    by_pair: dict[tuple[int, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["measures"].get("result"):
            by_pair[tuple(row["pair"])].append(row)
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for results in by_pair.values():
        figures = [_figures(row) for row in results]
        for name in sorted(set().union(*figures)):
            known = [
                (own[name], _value(row, "true", _TRUE))
                for own, row in zip(figures, results, strict=True)
                if name in own
            ]
            told, true = (np.array(side) for side in zip(*known, strict=True))
            if len(known) >= _FEWEST and np.ptp(told) > 0 and np.ptp(true) > 0:
                found[name].append((float(stats.spearmanr(told, true).statistic), len(known)))
    return sorted(starmap(_agreement, found.items()), key=lambda one: -one.mean)


def _agreement(name: str, of_pairs: Sequence[tuple[float, int]]) -> Agreement:
    """Take together a figure's rank correlations, each with the number of results that were ranked."""
    each = [correlation for correlation, _ in of_pairs]
    # The rank correlation of n results that have nothing to do with each other has the variance 1 / (n - 1).
    spread = np.sqrt(sum(1 / (count - 1) for _, count in of_pairs)) / len(each)
    chance = float(stats.norm.ppf(0.95) * spread)
    return Agreement(name, float(np.mean(each)), min(each), max(each), len(each), chance)


def _figures(row: Mapping[str, Any]) -> dict[str, float]:
    """Return all figures of a row that need no truth, so turned that more is better."""
    turned = {
        "higher": lambda value: value,
        "lower": lambda value: -value,
        "nearer 1": lambda value: -abs(value - 1),
    }
    return {
        each["name"] + (f", {each['group']}" if each["group"] else ""): turned[each["better"]](each["value"])
        for part in ("result", "model")
        for each in row["measures"][part]
    }


def _value(row: Mapping[str, Any], part: str, name: str, group: str = "") -> float:
    found = [each["value"] for each in row["measures"].get(part, ()) if (each["name"], each["group"]) == (name, group)]
    return float(found[0]) if found else float("nan")


def _by_network(rows: Sequence[Mapping[str, Any]], nothing: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return the sound rows of each network, the best first, and the untouched plate last."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if "fault" not in row:
            groups[row["network"]].append(row)
    order = sorted(
        groups, key=lambda name: (name == nothing, -np.mean([_value(row, "true", _TRUE) for row in groups[name]]))
    )
    return {name: groups[name] for name in order}


def _table(rows: Sequence[Mapping[str, Any]], nothing: str) -> str:
    lines = [["network", *(title for *_, title, _ in _HEADLINE), "iterations", "it/s", "parameters", "size"]]
    for name, own in _by_network(rows, nothing).items():
        figures = [
            _spread([_value(row, part, what, group) for row in own], digits)
            for part, what, group, _, digits in _HEADLINE
        ]
        lines.append([name, *figures, *_pace(own)])
    return _markdown(lines)


def _pace(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if "iterations" not in rows[0]:
        return ["", "", "", ""]
    iterations, rate = (np.mean([row[name] for row in rows]) for name in ("iterations", "it_per_s"))
    return [f"{iterations:,.0f}", f"{rate:.2f}", f"{rows[0]['parameters'] / 1e6:.1f} M", f"{rows[0]['output']} px"]


def _by_bin(rows: Sequence[Mapping[str, Any]], nothing: str) -> str:
    names = [each["group"] for row in rows for each in row["measures"].get("true", ()) if each["name"] == _TRUE]
    groups = [name for name in dict.fromkeys(names) if name]
    lines = [["network", *groups]]
    for name, own in _by_network(rows, nothing).items():
        lines.append([name, *(_spread([_value(row, "true", _TRUE, group) for row in own], 3) for group in groups)])
    return _markdown(lines)


def _spread(values: Sequence[float], digits: int) -> str:
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return "-"
    spread = f" ± {np.std(known):.{digits}f}" if len(known) > 1 else ""
    return f"{round(float(np.mean(known)), digits) + 0.0:.{digits}f}{spread}"  # no -0.00


def _faults(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    broken = [
        f"{row['network']} on the pair {row['pair'][0]}, {row['pair'][1]}: {row['fault']}"
        for row in rows
        if "fault" in row
    ]
    return [f"Not in the table: {'; '.join(broken)}."] if broken else []


def _told(found: Sequence[Agreement]) -> list[str]:
    said = (
        "Real footage has no true swap, so a swap of it is judged by figures that need none. Here both are known. In "
        "each pair all results (every network, early and at the end) are ranked by each such figure and by the SSIM "
        "to the true swap; the table has the rank correlation (Spearman), its mean over the pairs and its range. At 1 "
        "the figure ranks as the truth does, at 0 as chance does, below 0 against it. A figure tells where its mean "
        f"is at least {_TELLS} and what one in twenty reaches by chance, and it is above 0 in every pair. What does "
        "not tell may still say what went wrong; it is no measure of how good a swap is. The fewer networks there are, "
        "the more of it is how far a training was, and the less which network is better."
    )
    if not found:
        return [said, f"Too few results: at least {_FEWEST} of a pair are needed."]
    lines = [["figure", "mean", "lowest", "highest", "by chance", "pairs", "tells"]]
    for one in found:
        figures = [f"{value:+.2f}" for value in (one.mean, one.lowest, one.highest, one.chance)]
        lines.append([one.name, *figures, str(one.pairs), "yes" if one.tells else "no"])
    return [said, _markdown(lines)]


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    head, *rest = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([head, f"|{'---|' * len(lines[0])}", *rest])
