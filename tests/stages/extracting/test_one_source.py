from pathlib import Path

from omote.alignments.store import Alignments
from omote.core.events import Event, Note
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig, run
from omote.stages.extracting.one_source import Recognition


def test_nobody_is_asked_who_a_face_is_where_no_plugin_tells() -> None:
    people = Recognition(ExtractConfig(sources=[Path("x.mp4")], faces=Path("f"), identifier="none"))
    assert (people.recogniser, people.wanted, people.unwanted) == (None, [], [])


def test_a_run_with_nothing_left_to_do_reads_records_and_no_pixels(
    faces: dict[str, Path], films: dict[str, Path]
) -> None:
    for path in faces["a"].glob("*.png"):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    assert run(ExtractConfig(sources=[films["a"]], faces=faces["a"]), Context()).faces == 6


def test_faces_that_were_never_followed_are_kept_by_a_filter_and_it_says_so(
    faces: dict[str, Path], films: dict[str, Path], tmp_path: Path
) -> None:
    with Alignments.open(faces["a"] / "film-a.alignments.db") as alignments:
        (first, *_) = alignments.faces()
        vectors = next(face.vectors for face in alignments.faces() if face.vectors)
        assert vectors
        alignments._db.execute("UPDATE faces SET track = NULL, person = NULL WHERE id = ?", (first.id,))
        alignments._db.commit()
    other = min(faces["b"].glob("*.png"))
    said: list[Event] = []
    config = ExtractConfig(sources=[films["a"]], faces=faces["a"], filter=[other])
    assert run(config, Context(said.append)).faces == 1
    assert any(isinstance(note, Note) and "1 faces were not followed" in note.text for note in said)
