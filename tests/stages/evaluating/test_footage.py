import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.errors import AlignmentsError, OmoteError
from omote.core.events import Event, Note
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.evaluating.config import EvaluateConfig
from omote.stages.evaluating.footage import alignments_of, in_step, pairs, plated, stretches


def drawn(frames: int, width: int = 64) -> Clip:
    return Clip("drawn", Actor.from_seed(1), take(1, frames), width, 48)


def test_runs_of_frames_are_spread_over_the_clip() -> None:
    runs = stretches(range(600), 48, 8)
    assert len(runs) == 6
    assert runs[0] == list(range(8))
    assert runs[-1] == list(range(592, 600))
    assert all(run == list(range(run[0], run[0] + 8)) for run in runs)
    gaps = [after[0] - before[-1] for before, after in pairwise(runs)]
    assert max(gaps) - min(gaps) <= 1


def test_all_frames_of_a_short_clip_are_taken_once_and_gaps_end_a_run() -> None:
    assert stretches(range(20), 48, 8) == [list(range(8)), list(range(8, 16)), list(range(16, 20))]
    assert stretches([0, 1, 2, 5, 6, 9], 48, 8) == [[0, 1, 2], [5, 6], [9]]
    assert stretches([], 48, 8) == []
    for count in range(49, 60):
        chosen = [frame for run in stretches(range(count), 48, 8) for frame in run]
        assert len(chosen) == len(set(chosen)) == 48


def test_a_result_of_another_size_or_length_is_told_at_once() -> None:
    assert in_step(drawn(9), drawn(9), None) == 0
    assert in_step(drawn(9), drawn(8), None) == 0  # of some films the count is an estimate
    assert in_step(drawn(9), drawn(4), 5) == 5
    with pytest.raises(OmoteError, match=r"4 frames and the plate 9.*first=N"):
        in_step(drawn(9), drawn(4), None)
    with pytest.raises(OmoteError, match="its 4 frames do not fit behind frame 6"):
        in_step(drawn(9), drawn(4), 6)
    with pytest.raises(OmoteError, match="32 by 48 pixels and the plate 64 by 48"):
        in_step(drawn(9), drawn(9, 32), None)


def test_frames_come_in_step_and_an_end_too_early_is_told() -> None:
    plate, result = drawn(9), drawn(4)
    found = list(pairs(plate, result, 5, [6, 8]))
    assert [pair.index for pair in found] == [6, 8]
    assert (found[0].plate == plate.shot(6).rgb).all()
    assert (found[0].result == result.shot(1).rgb).all()
    with pytest.raises(OmoteError, match="ends before frame 8"):
        list(pairs(plate, result, 3, [4, 8]))


def test_alignments_are_found_with_the_faces_or_made(
    films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    plate, told = open_source(films["a"]), list[Event]()
    context = Context(told.append)
    kept = extracted["a"] / f"{films['a'].stem}.alignments.db"
    assert alignments_of(EvaluateConfig(faces_a=extracted["a"]), plate, tmp_path, context) == kept
    assert alignments_of(EvaluateConfig(alignments=extracted["a"]), plate, tmp_path, context) == kept
    assert not told
    # Those of another source of that name are left alone.
    other = tmp_path / kept.name
    shutil.copy(extracted["b"] / f"{films['b'].stem}.alignments.db", other)
    before = other.read_bytes()
    made = alignments_of(EvaluateConfig(), plate, tmp_path, context)
    assert made == tmp_path / "film-a.mp4.alignments.db"
    assert other.read_bytes() == before
    assert any(isinstance(event, Note) and "was not looked at yet" in event.text for event in told)
    with Alignments.open(made) as alignments:
        assert alignments.finished
    told.clear()
    assert alignments_of(EvaluateConfig(), plate, tmp_path, context) == made
    assert not told


def test_wrong_alignments_are_named(films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path) -> None:
    plate = open_source(films["a"])
    with pytest.raises(OmoteError, match=r"no such alignments file.*none\.db"):
        alignments_of(EvaluateConfig(alignments=tmp_path / "none.db"), plate, tmp_path, Context())
    other = extracted["b"] / "film-b.alignments.db"
    with pytest.raises(AlignmentsError, match="alignments of another film-b"):
        alignments_of(EvaluateConfig(alignments=other), plate, tmp_path, Context())


def test_who_was_swapped_is_who_is_seen_most_or_who_is_named(on_set: dict[str, Path]) -> None:
    path, told = on_set["faces"] / "set.alignments.db", list[Event]()
    nameless = plated(path, None, Context(told.append))
    assert (sorted(nameless), told) == ([0, 1, 3], [])
    assert len(nameless[1].others) == 1
    with Alignments.open(path) as alignments:
        faces = list(alignments.faces())
    renamed = on_set["faces"] / "named.alignments.db"
    with Alignments.open(renamed, alignments.source) as named:
        for face in faces:
            x = float(face.landmarks[:, 0].mean())
            named.add(face.frame, [])
            named.add(face.frame, [type(face)(**{
                **{name: getattr(face, name) for name in face.__slots__}, "track": "t" + str(x > 320),
            })])  # fmt: skip
        named.name_people({"tFalse": "person-01", "tTrue": "person-02"})
    assert sorted(plated(renamed, None, Context(told.append))) == [0, 1]
    assert any(isinstance(event, Note) and "person-01 of person-01, person-02" in event.text for event in told)
    assert sorted(plated(renamed, "person-02", Context())) == [1, 3]
    with pytest.raises(OmoteError, match="nobody is called anna here; there are: person-01, person-02"):
        plated(renamed, "anna", Context())
