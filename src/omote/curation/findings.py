"""What is to be said of a faceset: what it is, what is wrong in it, what it lacks, and what to do first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from omote.curation.aspects import BLURRED, Aspects
from omote.curation.coverage import Lack
from omote.curation.faces import FacePicture

FEWEST, MOST = 1000, 10_000
"""How many faces a set should have."""
MOST_BLURRED = 0.05
"""Share of blurred faces up to which a set learns well."""
SMALL = 200
"""Pixels of the footage under which a face picture, which shows all of a head, is small: its face has half of them."""
_LACKS_TOLD = 4


@dataclass(frozen=True, slots=True, eq=False)
class Faceset:
    """A folder of faces with what was measured of them."""

    name: str
    faces: Sequence[FacePicture]
    seen: Aspects

    @property
    def blurred(self) -> float:
        """Share of blurred faces."""
        return float(np.mean(self.seen.sharpness < BLURRED))

    @property
    def small(self) -> float:
        """Share of faces that were small in the footage."""
        return float(np.mean(self.seen.size < SMALL))

    @property
    def misplaced(self) -> list[int]:
        """Places of the faces whose points do not sit, the worst first."""
        (places,) = np.nonzero(self.seen.misplaced)
        return sorted(places.tolist(), key=lambda place: -float(self.seen.distance[place]))


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do, and the share of faces it is about, weighed by what harm they do."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that was found.

    Attributes:
        b: the set that is looked at.
        a: the set whose faces B's are to take the place of, if one was named.
        lacks: what B lacks that A needs.
        strangers: places in B of the faces of each other person, most faces first; None when nobody asked.
        duplicates: places in B of duplicates, with that of the one that stands for each.
    """

    b: Faceset
    a: Faceset | None = None
    lacks: Sequence[Lack] = ()
    strangers: Sequence[Sequence[int]] | None = None
    duplicates: Mapping[int, int] = field(default_factory=dict)

    @property
    def advice(self) -> list[Advice]:
        """What to do, what helps most first."""
        found = [*_of_count(self.b), *_of_bad_faces(self), *_of_lacks(self)]
        if self.a is None:
            text = "Give the faces of the footage that is to be changed with --against, to see what is missing for it."
            found.append(Advice(text, 0.0))
        elif not found:
            found.append(Advice("Nothing stands out. Go on to omote train.", 0.0))
        return sorted(found, key=lambda one: -one.weight)


def _of_count(b: Faceset) -> list[Advice]:
    count = len(b.faces)
    if count < FEWEST:
        text = f"Gather more faces: there are {count:,}, and {FEWEST:,} to {MOST:,} are wanted."
        return [Advice(text, 1 - count / FEWEST)]
    if count > MOST:
        return [Advice(f"There are {count:,} faces; {MOST:,} are enough: omote trim FACES --to {MOST}.", 0.02)]
    return []


def _of_bad_faces(findings: Findings) -> list[Advice]:
    b, found = findings.b, []
    count = len(b.faces)
    strange = sum(map(len, findings.strangers or ()))
    if strange:
        text = (
            f"Look at the {faces(strange)} that may be of someone else, below. omote sort FACES --by face --group lays "
            "each person into a folder; then move away who does not belong."
        )
        found.append(Advice(text, 0.3 + 3 * strange / count))
    if b.misplaced:
        text = f"Look at the {faces(len(b.misplaced))} whose points do not sit, below, and move away what is wrong."
        found.append(Advice(text, 0.05 + 2 * len(b.misplaced) / count))
    if b.blurred > MOST_BLURRED:
        text = (
            f"{percent(b.blurred)} of the faces are blurred; more than {percent(MOST_BLURRED)} make the result soft. "
            "omote sort FACES --by blur puts them last; move them away."
        )
        found.append(Advice(text, b.blurred))
    if b.small > 0.5:
        text = f"{percent(b.small)} of the faces are small in their footage: closer footage gives more detail."
        found.append(Advice(text, 0.5 * b.small))
    if findings.duplicates:
        count_twice = len(findings.duplicates)
        text = f"{faces(count_twice)} are there twice: omote duplicates FACES keeps the sharpest of each."
        found.append(Advice(text, 0.5 * count_twice / count))
    return found


def _of_lacks(findings: Findings) -> list[Advice]:
    return [
        Advice(
            f"Find faces of B {lack.words}: A is so in {percent(lack.share_a)} of its faces, and B has "
            f"{lack.faces_b if lack.faces_b else 'none'}. About {lack.wanted} would do.",
            lack.weight,
        )
        for lack in findings.lacks[:_LACKS_TOLD]
    ]


def percent(share: float) -> str:
    """Write a share for people: 0.1 % when it is small, whole percents else."""
    return f"{100 * share:.1f} %" if 0 < share < 0.02 else f"{100 * share:.0f} %"


def faces(count: int) -> str:
    """Write a number of faces."""
    return "1 face" if count == 1 else f"{count:,} faces"
