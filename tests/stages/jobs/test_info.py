import json
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.alignments.store import Alignments
from omote.alignments.tables import State
from omote.core.errors import OmoteError
from omote.stages.context import Context
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.info import Person, Spread, Track, export, info

MASK = MaskRecord.pack(np.full((4, 4), 9, np.uint8), np.eye(3)[:2], "face")


def test_what_is_told_is_what_is_there(on_set: dict[str, Path]) -> None:
    with Alignments.open(on_set["faces"] / "set.alignments.db") as alignments:
        faces = list(alignments.faces())
        alignments.describe(faces[0].id, {"v": np.ones(3, np.float32)}, {"m": MASK})
        alignments.settle({"threshold": 0.5})
    (told,) = info(AlignmentsConfig(job="info", target=on_set["faces"]), Context()).sources
    assert (told.source, told.width, told.height, told.source_frames, told.finished) == ("set", 640, 240, 4, True)
    assert (told.frames, told.frames_with_face, told.frames_without_face, told.frames_with_several) == (4, 3, 1, 1)
    assert (told.faces, told.deleted, told.unwanted, told.pictured) == (4, 0, 0, 4)
    assert (told.settings, told.plugins) == ({"threshold": 0.5}, {"drawn": "true"})
    assert (told.masks, told.vectors, told.people, told.tracks) == ({"m": 1}, {"v": 1}, [], [])
    heights = sorted(float(face.box[3] - face.box[1]) for face in faces)
    middle = round((heights[1] + heights[2]) / 2, 3)
    assert told.figures["height"] == Spread(least=round(heights[0], 3), median=middle, most=round(heights[3], 3))
    assert "quality" not in told.figures


def test_people_and_tracks_have_their_ranges(on_set: dict[str, Path]) -> None:
    from dataclasses import replace

    with Alignments.open(on_set["faces"] / "set.alignments.db") as alignments:
        one, two, three, four = alignments.faces()
        alignments.put([
            replace(one, track="b", person="person-01"), replace(two, track="b", person="person-01"),
            replace(three, track="c"), replace(four, track="d", person="person-01"),
        ])  # fmt: skip
        alignments.reject([], State.UNWANTED)
    (told,) = info(AlignmentsConfig(job="info", target=on_set["faces"]), Context()).sources
    assert told.people == [Person(person="person-01", faces=3, tracks=2, first=0, last=3)]
    assert told.tracks == [
        Track(track="b", person="person-01", faces=2, first=0, last=1),
        Track(track="c", person=None, faces=1, first=1, last=1),
        Track(track="d", person="person-01", faces=1, first=3, last=3),
    ]


def test_rejected_faces_are_counted_by_their_reason(on_set: dict[str, Path]) -> None:
    with Alignments.open(on_set["faces"] / "set.alignments.db") as alignments:
        one, two, *_ = sorted(alignments.ids())
        alignments.reject([one])
        alignments.reject([two], State.UNWANTED)
    (told,) = info(AlignmentsConfig(job="info", target=on_set["faces"]), Context()).sources
    assert (told.faces, told.deleted, told.unwanted) == (2, 1, 1)


def test_export_writes_beside_the_alignments_and_over_nothing(on_set: dict[str, Path]) -> None:
    config = AlignmentsConfig(job="export", target=on_set["source"], faces=on_set["faces"])
    report = export(config, Context())
    assert report.output == on_set["faces"] / "set.alignments.json"
    facts = json.loads(report.output.read_text())
    assert [len(frame["faces"]) for frame in facts["sources"][0]["looked_at"]] == [1, 2, 0, 1]
    with pytest.raises(OmoteError, match="already there"):
        export(config, Context())
    assert export(config.model_copy(update={"overwrite": True}), Context()).sources == 1
