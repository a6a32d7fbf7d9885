"""How well people are told apart: faces of labelled pictures clustered without being told how many people there are."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omote.curation.clusters import clustered
from omote.curation.linkage import Labels
from omote.media.source import open_source
from omote.perception.config import LookConfig
from omote.perception.look import Looker
from omote.perception.people import TrackViews, joined
from omote.perception.recognising import Recogniser
from omote.perception.registry import identifier

_PLUGIN = "dlib-resnet"


def measure(folder: Path) -> dict[str, Any]:
    """Return BCubed figures of the pictures in `identity/` of a folder, each picture's largest face taken.

    The faces are clustered as by `omote sort --by face`; beside it stands how right extract's naming of people is.
    A picture without a face, or with one that does not say who it is, is a cluster of its own.
    """
    looker = Looker(LookConfig().for_kind("pictures"))
    recogniser = Recogniser(_PLUGIN, identifier(_PLUGIN))
    views, truth, unknown = [], [], 0
    with (folder / "identity" / "labels.csv").open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            (frame,) = open_source(folder / "identity" / row["file"]).frames()
            faces = looker.look(frame.rgb)
            vector = recogniser.vector(frame.rgb, faces[0].landmarks) if faces else None
            unknown += vector is None
            views.append(TrackViews(str(number), frozenset({number}), [] if vector is None else [vector]))
            truth.append(row["identity"])
    found = named(clustered([view.vectors[0] if view.vectors else None for view in views], recogniser.one_person))
    precision, recall = bcubed(found, truth), bcubed(truth, found)
    by_extract = joined(views, recogniser.one_person)
    return {
        "bcubed_f": round(f_of(found, truth), 4),
        "bcubed_precision": round(precision, 4),
        "bcubed_recall": round(recall, 4),
        "bcubed_f_by_extract": round(f_of([by_extract[view.name] for view in views], truth), 4),
        "clusters": len(set(found)),
        "people": len(set(truth)),
        "pictures": len(truth),
        "unknown": unknown,
        "identifier": _PLUGIN,
    }


def bcubed(groups: Sequence[str], truth: Sequence[str]) -> float:
    """Return BCubed precision (Bagga and Baldwin 1998): the mean share of an item's group that is of its own kind.

    With the two arguments in the other order it is the recall.
    """
    size, both = Counter(groups), Counter(zip(groups, truth, strict=True))
    return sum(both[group, kind] / size[group] for group, kind in zip(groups, truth, strict=True)) / len(groups)


def f_of(groups: Sequence[str], truth: Sequence[str]) -> float:
    """Return BCubed F, the harmonic mean of precision and recall."""
    precision, recall = bcubed(groups, truth), bcubed(truth, groups)
    return 2 * precision * recall / (precision + recall)


def named(labels: Labels) -> list[str]:
    """Return the group of each face, in which those who are like nobody are alone."""
    return [f"person {label}" if label >= 0 else f"nobody {place}" for place, label in enumerate(labels)]
