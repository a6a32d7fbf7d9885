from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.mask import MaskRecord
from omote.alignments.masking import seen_in
from omote.alignments.png import rewrite_record
from omote.alignments.record import FaceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, MediaError, OmoteError, SettingError
from omote.core.events import Event, Note, Progress
from omote.core.types import Floats
from omote.imaging.geometry import warp
from omote.imaging.masks import face_mask
from omote.imaging.pictures import encode_png
from omote.stages import masks
from omote.stages.context import Context
from omote.stages.masks import MasksConfig, MasksReport

FACES = 4


def run(faces: Path, **settings: object) -> MasksReport:
    return masks.run(MasksConfig.checked({"faces": faces, **settings}), Context())


def both(folder: Path) -> list[tuple[FaceRecord, FaceRecord]]:
    """Each face as its picture and as the alignments tell of it."""
    with Alignments.open(folder / "set.alignments.db") as alignments:
        kept = {face.id: face for face in alignments.faces()}
    return [(record.face, kept[record.face.id]) for _, record in face_pictures(folder)]


def agreement(mask: MaskRecord, truth: Floats) -> float:
    """Shared area over that of both, in the frame."""
    seen, true = seen_in(mask, np.eye(3)[:2], 640, 240) > 127, truth > 0.5
    return float((seen & true).sum() / (seen | true).sum())


@pytest.mark.parametrize("by", ["pictures", "footage"])
def test_masks_lie_where_they_should_in_pictures_and_alignments(on_set: dict[str, Path], by: str) -> None:
    source = on_set["source"] if by == "footage" else None
    report = run(on_set["faces"], add=["components", "extended"], source=source)
    assert (report.faces, report.added, report.kept) == (FACES, {"components": FACES, "extended": FACES}, 0)
    for pictured, kept in both(on_set["faces"]):
        for face in (pictured, kept):
            assert set(face.masks) == {"components", "extended"}
            for name, mask in face.masks.items():
                assert mask.size <= 256
                assert agreement(mask, face_mask(face.landmarks, 640, 240, name)) > 0.97  # type: ignore[arg-type]


def test_painted_masks_come_in_as_they_were_painted(
    on_set: dict[str, Path], true_masks: dict[str, Floats], tmp_path: Path
) -> None:
    (tmp_path / "painted").mkdir()
    for path, record in face_pictures(on_set["faces"]):
        white = np.repeat(np.round(true_masks[record.face.id] * 255).astype(np.uint8)[..., None], 3, axis=2)
        shown = warp(white, record.matrix, 512, 512, border=0)
        (tmp_path / "painted" / path.name).write_bytes(encode_png(shown))
    (tmp_path / "painted" / "stranger.png").write_bytes(encode_png(shown))
    report = run(on_set["faces"], painted=tmp_path / "painted")
    assert (report.added, report.unused) == ({"custom": FACES}, 1)
    for faces in both(on_set["faces"]):
        for face in faces:
            assert agreement(face.masks["custom"], true_masks[face.id]) > 0.98


def test_out_to_a_paint_program_and_in_again(on_set: dict[str, Path], tmp_path: Path) -> None:
    (on_set["faces"] / "best").mkdir()
    first = min(on_set["faces"].glob("*.png"))
    first.rename(on_set["faces"] / "best" / first.name)
    report = run(on_set["faces"], add=["extended"], output=tmp_path / "out")
    assert report.written == FACES
    for part in ("extended", "extended-overlay"):
        assert (tmp_path / "out" / part / "best" / first.name).is_file()
    assert run(on_set["faces"], painted=tmp_path / "out" / "extended", name="mine").added == {"mine": FACES}
    for faces in both(on_set["faces"]):
        for face in faces:
            truth = seen_in(face.masks["extended"], np.eye(3)[:2], 640, 240).astype(np.float32) / np.float32(255)
            assert agreement(face.masks["mine"], truth) > 0.98


def test_what_is_there_is_left_until_it_is_to_be_made_anew(on_set: dict[str, Path], tmp_path: Path) -> None:
    faces = on_set["faces"]
    run(faces, add=["components"])
    before = {path: path.stat().st_mtime_ns for path, _ in face_pictures(faces)}
    report = run(faces, add=["components"])
    assert (report.added, report.kept) == ({}, FACES)
    assert {path: path.stat().st_mtime_ns for path, _ in face_pictures(faces)} == before
    assert run(faces, add=["components"], overwrite=True).added == {"components": FACES}
    run(faces, output=tmp_path / "out")
    with pytest.raises(OmoteError, match="already there"):
        run(faces, output=tmp_path / "out")
    assert run(faces, output=tmp_path / "out", overwrite=True).written == FACES


def test_a_stopped_run_goes_on(on_set: dict[str, Path]) -> None:
    said: list[Event] = []
    config = MasksConfig(faces=on_set["faces"], add=["components"])
    report = masks.run(config, Context(said.append, lambda: len(said) == 2))
    assert (report.finished, report.added) == (False, {"components": 2})
    report = run(on_set["faces"], add=["components"])
    assert (report.finished, report.added, report.kept) == (True, {"components": 2}, 2)
    assert all("components" in face.masks for faces in both(on_set["faces"]) for face in faces)
    assert [event.done for event in said if isinstance(event, Progress)] == [1, 2]


def test_pictures_alone_need_no_alignments(on_set: dict[str, Path]) -> None:
    (on_set["faces"] / "set.alignments.db").unlink()
    assert run(on_set["faces"], add=["components"]).added == {"components": FACES}
    assert all("components" in record.face.masks for _, record in face_pictures(on_set["faces"]))


def test_painted_masks_without_a_face_are_told_of(on_set: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "painted").mkdir()
    (tmp_path / "painted" / "x.png").write_bytes(b"never read")
    said: list[Event] = []
    report = masks.run(MasksConfig(faces=on_set["faces"], painted=tmp_path / "painted"), Context(said.append))
    assert (report.added, report.unused) == ({}, 1)
    assert any(isinstance(event, Note) and "left out 1 picture in" in event.text for event in said)


def test_mistakes_are_named(on_set: dict[str, Path], films: dict[str, Path], tmp_path: Path) -> None:
    faces = on_set["faces"]
    with pytest.raises(SettingError, match="name masks to add"):
        run(faces)
    with pytest.raises(SettingError, match="unknown segmenter 'hair'"):
        run(faces, add=["hair"])
    with pytest.raises(OmoteError, match="no such folder of faces"):
        run(tmp_path / "none", add=["components"])
    with pytest.raises(MediaError, match="no such folder of painted masks"):
        run(faces, painted=tmp_path / "none")
    for setting in ("painted", "output"):
        with pytest.raises(OmoteError, match="a folder outside that of the faces"):
            run(faces, **{setting: faces / "masks"})
    with pytest.raises(AlignmentsError, match="cannot be the name of a file"):
        run(faces, painted=tmp_path, name="../up")
    with pytest.raises(AlignmentsError, match="no face that lacks masks is of this footage"):
        run(faces, add=["components"], source=films["a"])
    assert not any(face.masks for pair in both(faces) for face in pair)


def test_a_forged_name_of_a_mask_leads_nowhere(on_set: dict[str, Path], tmp_path: Path) -> None:
    path, record = next(face_pictures(on_set["faces"]))
    mask = MaskRecord.pack(np.zeros((4, 4), np.uint8), record.matrix, "head")
    rewrite_record(path, replace(record, face=replace(record.face, masks={"../../up": mask})))
    with pytest.raises(AlignmentsError, match=rf"cannot be the name of a file: .*{path.name}"):
        run(on_set["faces"], output=tmp_path / "out")
    assert not (tmp_path / "up").exists()
