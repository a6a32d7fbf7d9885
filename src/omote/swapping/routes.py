"""Who is swapped by which model, and for whose face."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from omote.core.errors import SettingError
from omote.models.base import Side

_NAMED = re.compile(r"(?P<model>.+?)(?::(?P<side>[ab]))?")
NOBODY = "none"
"""In place of a model: this person stays as they are."""


@dataclass(frozen=True, slots=True)
class Route:
    """What makes a face: which of the models, and whose face it makes."""

    model: int
    side: Side


@dataclass(frozen=True, slots=True)
class Routes:
    """What makes whose face.

    Attributes:
        models: the model folders, each once.
        people: by a person's name; None: this person stays as they are.
        others: of all others, those without a name too; None: they stay as they are.
    """

    models: tuple[Path, ...]
    people: Mapping[str, Route | None] = field(default_factory=dict)
    others: Route | None = None

    @classmethod
    def of(cls, model: Path | None, pairs: Sequence[str], side: Side) -> Self:
        """Read what a user asked for.

        Args:
            model: for everyone who is not named.
            pairs: of `PERSON=MODEL`, `PERSON=MODEL:a` or `PERSON=none`; `:a` and `:b` say whose face is made.
            side: whose face is made where nothing is said.

        Raises:
            SettingError: a pair has another form, or a person is named twice.
        """
        places: dict[Path, int] = {}
        others = None if model is None else Route(places.setdefault(model, len(places)), side)
        people: dict[str, Route | None] = {}
        for pair in pairs:
            person, _, rest = (part.strip() for part in pair.partition("="))
            named = _NAMED.fullmatch(rest)
            if not person or named is None:
                raise SettingError(f"{pair!r} is not of the form PERSON=MODEL", do="as in --swap person-01=model")
            if person in people:
                raise SettingError(f"{person} is given two models")
            folder = Path(named["model"])
            makes: Side = {"a": "a", "b": "b", None: side}[named["side"]]
            stays = rest == NOBODY
            people[person] = None if stays else Route(places.setdefault(folder, len(places)), makes)
        return cls(tuple(places), people, others)

    def of_person(self, person: str | None) -> Route | None:
        """Return what makes this person's face; None: it stays as it is."""
        return self.people.get(person, self.others) if person is not None else self.others

    def check(self, known: Collection[str], where: Path) -> None:
        """See that everyone who is named is there.

        Args:
            known: names of the people of the source.
            where: its alignments.

        Raises:
            SettingError: someone is not; says who is.
        """
        if strange := sorted(set(self.people) - set(known)):
            have = f"there are {', '.join(sorted(known))}" if known else "run omote extract again: it names people"
            raise SettingError(f"no {', '.join(strange)} in these alignments", where, have)
