from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.curation.aspects import Aspects
from omote.curation.coverage import lacks
from omote.curation.faces import FacePicture
from omote.curation.findings import Faceset, Findings, faces, percent

_USUAL = {"eyes": 1.0, "brightness": 120.0, "sharpness": 80.0, "size": 400.0, "distance": 2.0, "confidence": 1.0}


@pytest.fixture
def good(face: FaceRecord, source: SourceRecord) -> Faceset:
    """Two thousand faces of which nothing is to be said."""
    record = PictureRecord(face, source, 64, "head", np.eye(3)[:2])
    figures = {name: np.full(2000, _USUAL.get(name, 0.0), np.float32) for name in Aspects.__slots__}
    return Faceset("good", [FacePicture(Path("a.png"), record)] * 2000, Aspects(**figures))


def first(findings: Findings) -> str:
    return findings.advice[0].text


def test_nothing_is_made_up(good: Faceset) -> None:
    assert [one.text for one in Findings(good, good, strangers=[]).advice] == [
        "Nothing stands out. Go on to omote train."
    ]
    assert "--against" in first(Findings(good))
    assert (good.blurred, good.small, good.misplaced) == (0, 0, [])


def test_each_fault_has_its_advice(good: Faceset) -> None:
    few = replace(good, faces=good.faces[:300])
    assert "there are 300, and 1,000 to 10,000 are wanted" in first(Findings(few, good))
    many = replace(good, faces=[*good.faces] * 6)
    assert "omote trim" in first(Findings(many, good))
    blurred = replace(good, seen=replace(good.seen, sharpness=np.repeat(np.array([5, 80], np.float32), [200, 1800])))
    assert "10 % of the faces are blurred; more than 5 %" in first(Findings(blurred, good))
    within = replace(good, seen=replace(good.seen, sharpness=np.repeat(np.array([5, 80], np.float32), [80, 1920])))
    assert "Nothing" in first(Findings(within, good))
    small = replace(good, seen=replace(good.seen, size=np.full(2000, 90, np.float32)))
    assert "100 % of the faces are small" in first(Findings(small, good))
    assert "2 faces are there twice" in first(Findings(good, good, duplicates={1: 0, 2: 0}))
    assert "3 faces that may be of someone else" in first(Findings(good, good, strangers=[[1, 2], [3]]))
    misplaced = replace(good, seen=replace(good.seen, confidence=np.repeat(np.array([0.1, 1], np.float32), [1, 1999])))
    assert "1 face whose points do not sit" in first(Findings(misplaced, good))


def test_what_helps_most_comes_first(good: Faceset) -> None:
    turned = replace(good, seen=replace(good.seen, yaw=np.repeat(np.array([-35, 0], np.float32), [280, 1720])))
    missing = lacks(turned.seen, good.seen)
    advice = [one.text for one in Findings(good, turned, missing, [[5]], {1: 0}).advice]
    assert [next(word for word in ("someone", "14 %", "twice") if word in text) for text in advice] == [
        "someone", "14 %", "twice",
    ]  # fmt: skip
    assert "turned left by 30 to 45°" in advice[1]
    assert "B has none. About 35 would do" in advice[1]


def test_shares_and_numbers_are_words() -> None:
    assert [percent(share) for share in (0, 0.0042, 0.019, 0.05, 0.999, 1)] == [
        "0 %", "0.4 %", "1.9 %", "5 %", "100 %", "100 %",
    ]  # fmt: skip
    assert [faces(count) for count in (0, 1, 2000)] == ["0 faces", "1 face", "2,000 faces"]
