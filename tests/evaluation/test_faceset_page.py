from pathlib import Path

import pytest

from omote.cast.take import take
from omote.curation.aspects import aspects
from omote.curation.coverage import lacks
from omote.curation.faces import faces_in
from omote.curation.findings import Faceset, Findings
from omote.curation.glimpse import glimpses
from omote.evaluation.faceset_page import faceset_page
from tests.drawn_faces import put, shots


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> list[Faceset]:
    made = []
    for actor in (1, 2):
        folder = tmp_path_factory.mktemp(f"actor-{actor}")
        put(folder, "talk", shots(actor, take(actor, 6)))
        faces = faces_in(folder)
        made.append(Faceset(f"actor-{actor}", faces, aspects(faces, glimpses(faces))))
    return made


def test_the_page_tells_of_both_and_of_what_is_found(sets: list[Faceset]) -> None:
    b, a = sets
    missing = lacks(a.seen, b.seen)
    text = faceset_page(Findings(b, a, missing, strangers=[[4]], duplicates={1: 0}))
    assert text.lower().startswith("<!doctype html>")
    for words in (
        "The faces in actor-1",
        "for footage like actor-2",
        "What to do, what helps most first",
        "there twice",
    ):
        assert words in text
    for lack in missing:
        assert lack.words in text
    assert text.count("data:image/jpeg;base64,") >= 6


def test_a_folder_alone_needs_no_other(sets: list[Faceset], tmp_path: Path) -> None:
    text = faceset_page(Findings(sets[0], None))
    assert "for footage like" not in text
    assert "1,000" in text
