"""What is known of a conversion before it begins: how many frames change, and a key that tells it from others."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from omote.alignments.store import Alignments
from omote.imaging.masks import HULLS
from omote.swapping.plan import reach

if TYPE_CHECKING:
    from omote.stages.converting.config import ConvertConfig
    from omote.stages.converting.pipeline import Job

_SHAPING = {"write", "plan", "swap", "composite"}
_DRAWN = {*HULLS, "learned", "crop"}  # masks that the alignments do not keep


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known before the first frame.

    Attributes:
        swapped: frames in which a face is swapped.
        nameless: faces of the ranges of which nobody knows who they are.
        digest: other where another face, place, person or stored mask has a say in the frames.
    """

    swapped: int
    nameless: int
    digest: str


def survey(job: Job, masks: tuple[str, ...]) -> Survey:
    """Walk over the faces of a conversion.

    Args:
        job: what is done.
        masks: names of those that are used.
    """
    kept = sorted(set(masks) - _DRAWN)
    digest, last, swapped, nameless = hashlib.sha256(), -1, 0, 0
    near = reach(job.plan)
    with Alignments.open(job.alignments) as alignments:
        for face in alignments.faces(max(0, job.spans.first - near), job.spans.end and job.spans.end + near):
            digest.update(f"{face.id} {face.track} {face.person} {face.confidence} {face.raw is None}".encode())
            digest.update(face.landmarks.tobytes())
            for name in kept:
                if name in face.masks:
                    digest.update(face.masks[name].matrix.tobytes())
                    digest.update(face.masks[name].packed)
            index = face.frame.index
            if not job.spans.holds(index) or not job.spans.chosen(index):
                continue
            nameless += face.person is None
            if index != last and job.routes.of_person(face.person) is not None:
                swapped, last = swapped + 1, index
    return Survey(swapped, nameless, digest.hexdigest())


def key_of(config: ConvertConfig, job: Job, faces: str) -> str:
    """Return a key that changes when frames would come out different, but for the precision that `auto` picks.

    Args:
        config: of the conversion.
        job: what is done.
        faces: digest of a survey.
    """
    people = [f"{who} {route}" for who, route in sorted(job.routes.people.items())]
    facts = {
        "version": version("omote"),
        "config": config.model_dump(mode="json", include=_SHAPING),
        "mark": [config.mark.on, config.mark.label],
        "models": [model.digest for model in job.models],
        "routes": [*people, str(job.routes.others)],
        "frames": [str(job.spans), job.keeps_others, job.together],
        "faces": faces,
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
