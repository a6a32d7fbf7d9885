"""The page of a comparison and the settings to take, written anew whenever a training has ended."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from omote.core.files import write_bytes
from omote.stages.comparing.judging import WAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omote.core.types import Picture
    from omote.evaluation.compare_page import Chosen
    from omote.evaluation.ranking import Standing
    from omote.evaluation.study import Lost, Study, Try
    from omote.evaluation.verdict import Verdict
    from omote.stages.comparing.judging import Outcome
    from omote.stages.comparing.plan import Plan
    from omote.stages.comparing.results import Results

_PAGE, _RECIPE = "comparison.html", "winner.toml"
_TRUE, _HELD = "SSIM to the true swap", "SSIM of held-out faces"
_SEEDS = "The bounds are of other seeds on the same faces, not of other faces or other footage."
_CANNOT = {
    _TRUE: f"Inside the face, of drawn actors: whether it holds for real faces is not told. {_SEEDS}",
    _HELD: f"Each person's faces made from themselves, A by A's decoder, B by B's, all at 128 px: it does not tell how "
    f"A comes out as B. Look at the faces for that. {_SEEDS}",
}


class Told(NamedTuple):
    """What was told last.

    Attributes:
        verdict: which choice to take.
        standings: of all that have a score, the best first.
        page: where it is told.
        recipe: the settings to take.
        command: that trains with them.
        done: trainings that have a score.
        failed: that have none, though they ended.
        troubles: a line for each of those that were not ended early.
    """

    verdict: Verdict
    standings: Sequence[Standing]
    page: Path
    recipe: Path | None
    command: str | None
    done: int
    failed: int
    troubles: list[str]


def tell(study: Study, results: Results, troubles: Sequence[Lost], folder: Path) -> Told:
    """Write the page, and beside it the settings to take.

    Raises:
        OmoteError: they cannot be written.
    """
    from omote.evaluation.compare_page import Comparison, compare_page
    from omote.evaluation.ranking import ranking
    from omote.evaluation.verdict import verdict

    plan, choices = results.plan, study.choices()
    named = dict(zip(plan.names(choices), choices, strict=True))
    found = {name: _found(results, values) for name, values in named.items()}
    early = [each for each in study.early() if each.one.seed not in found[_name(named, each.one)]]  # nor went on since
    cut_short = [one.values for one, _ in early]
    # The seeds of a choice that were not ended early are its better ones: by these alone it would stand too high.
    scores = {
        name: [one.score for one in each.values()] for name, each in found.items() if named[name] not in cut_short
    }
    standings = ranking(scores)
    measure = _TRUE if plan.cast is not None else _HELD
    rates = {
        name: sum(one.iterations for one in each.values()) / max(1e-9, sum(one.seconds for one in each.values()))
        for name, each in found.items()
    }
    said = verdict(standings, measure, rates)
    command = model = None
    if said.take is not None:
        command, each = _recipe(plan, named[said.take], folder, results), found[said.take]
        model = str(results.place(named[said.take], max(each, key=lambda seed: each[seed].score)) / "model")
    poor = [f"{_name(named, one)}, seed {one.seed}: {why}; the choice is not ranked" for one, why in early]
    faults = [f"{_name(named, one)}, seed {one.seed}: {why}" for one, why in troubles]
    done = sum(map(len, found.values()))
    told = Comparison(
        verdict=said, standings=standings, measure=measure, cannot_tell=_CANNOT[measure], what=_what(plan, study.total),
        choices=[_chosen(results, name, values, found[name]) for name, values in named.items()],
        advice=_advice(plan, study.left, standings, found), troubles=poor + faults,
        references=_references(results, named, found),
        recipe=command and _RECIPE, command=command, model=model, is_grid=plan.search is None,
    )  # fmt: skip
    write_bytes(folder / _PAGE, compare_page(told).encode(), durable=False)
    recipe = folder / _RECIPE if command else None
    return Told(said, standings, folder / _PAGE, recipe, command, done, len(poor + faults), faults)


def _advice(
    plan: Plan, left: int, standings: Sequence[Standing], found: Mapping[str, Mapping[int, Outcome]]
) -> list[str]:
    """Return what to do about the result, or what to doubt in it."""
    said = []
    if left:
        said.append(f"Not yet the end: {left} trainings are not done. The same command goes on.")
    elif len(plan.seeds) == 1 and len(standings) > 1:
        said.append("Give two seeds or more, as seeds = [0, 1, 2], to know what is chance.")
    ways = [one.figures[WAY] for each in standings[:1] for one in found[each.name].values() if WAY in one.figures]
    if ways and max(ways) < 0:
        said.append(
            "Even the best is farther from the true swap than A's own face is: the trainings are far too short to tell "
            "which choice is good in the end."
        )
    if plan.cast is None and any(word in str(plan.matrix) for word in ("coverage", "centering", "held_out")):
        said.append("What is cropped or held out otherwise is judged by other pictures: compare that with [cast].")
    if plan.search is not None and len(standings) > 1:
        said.append("The best of many choices is best by luck, too: train it with other seeds before you rely on it.")
    return said


def _name(named: Mapping[str, Mapping[str, Any]], one: Try) -> str:
    return next(name for name, values in named.items() if values == one.values)


def _found(results: Results, values: Mapping[str, Any]) -> dict[int, Outcome]:
    each = {seed: results.outcome(values, seed) for seed in results.plan.seeds}
    return {seed: found for seed, found in each.items() if found is not None}


def _chosen(results: Results, name: str, values: Mapping[str, Any], found: Mapping[int, Outcome]) -> Chosen:
    from omote.evaluation.compare_page import Chosen, Made
    from omote.training.history import History

    made = [
        Made(
            seed,
            one.figures,
            one.lower,
            one.iterations,
            one.seconds,
            one.parameters,
            History.from_json(one.history).rows,
        )
        for seed, one in found.items()
    ]
    faces = _shown(results.place(values, next(iter(found))), "made") if found else []
    return Chosen(name, results.plan.words(values), made, faces)


def _references(
    results: Results, named: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[int, Outcome]]
) -> list[tuple[str, Sequence[Picture]]]:
    """Return the faces that all are beside: those of the footage, and the true swap where it is known."""
    for name, values in named.items():
        for seed in found[name]:
            place = results.place(values, seed)
            lines = (("A, as filmed", _shown(place, "plate")), ("the true swap", _shown(place, "truth")))
            return [(what, faces) for what, faces in lines if faces]
    return []


def _shown(place: Path, name: str) -> list[Picture]:
    from omote.imaging.pictures import decode

    pictures = (decode(path.read_bytes()) for path in sorted((place / "shown").glob(f"{name}-*.png")))
    return [picture for picture in pictures if picture is not None]


def _recipe(plan: Plan, values: Mapping[str, Any], folder: Path, results: Results) -> str:
    """Write the settings to take; return the command that trains with them."""
    write_bytes(folder / _RECIPE, plan.learn(values, plan.seeds[0]).to_toml().encode())
    faces = (results.ground.a, results.ground.b) if plan.cast is None else ("FACES_OF_A", "FACES_OF_B")
    words = ["omote", "train", "--a", faces[0], "--b", faces[1], "-m", "MODEL", "--recipe", folder / _RECIPE]
    return shlex.join(map(str, words))


def _what(plan: Plan, trainings: int) -> str:
    budget = plan.budget
    long = f"{budget.iterations:,} iterations" if budget.iterations else f"{budget.minutes:g} minutes of steps"
    tried = "; ".join(f"{name}: {_listed(plan, name)}" for name in plan.matrix)
    if plan.cast is not None:
        faces = f"two drawn actors (pair {plan.cast.pair}), of whom the true swap is known"
    else:
        assert plan.faces is not None
        faces = f"the faces in {plan.faces.a} (A) and {plan.faces.b} (B)"
    how = f"{trainings // len(plan.seeds)} choices found by {plan.search.sampler}" if plan.search else "all with all"
    seeds = f"each with {len(plan.seeds)} seeds" if len(plan.seeds) > 1 else "each with one seed"
    early = "Poor trainings were ended early." if plan.end_early else "No training was ended early."
    return f"Tried, {how}: {tried}. Learnt from {faces}; {long} for each training, {seeds}. {early}"


def _listed(plan: Plan, name: str) -> str:
    from omote.stages.comparing.naming import short
    from omote.stages.comparing.plan import RangePlan

    among = plan.matrix[name]
    if isinstance(among, RangePlan):
        return f"{among.low:g} to {among.high:g}"
    return " | ".join(map(short, among))
