import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, MediaError, SettingError
from omote.core.events import Event, Note, Progress
from omote.imaging.pictures import decode, encode_jpeg, encode_png
from omote.media.source import open_source
from omote.stages import trim
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig, run


def again(films: dict[str, Path], faces: Path, **settings: object) -> tuple[object, list[Event]]:
    said: list[Event] = []
    config = ExtractConfig.checked({"sources": [films["a"]], "faces": faces, **settings})
    return run(config, Context(said.append)), said


def test_every_face_is_in_the_alignments_and_in_the_folder(films: dict[str, Path], faces: dict[str, Path]) -> None:
    pictures = {record.face.id: (path, record) for path, record in face_pictures(faces["a"])}
    with Alignments.open(faces["a"] / "film-a.alignments.db") as alignments:
        kept = list(alignments.faces())
    assert {face.id for face in kept} == set(pictures)
    assert [face.frame.index for face in kept] == list(range(6))
    facts = open_source(films["a"]).facts
    for face, frame in zip(kept, open_source(films["a"]).frames(), strict=True):
        path, record = pictures[face.id]
        assert path.name == f"{frame.name}_0.png"
        assert face.frame.pts == frame.pts
        assert (record.source.fingerprint, record.size) == (facts.fingerprint, 512)
        np.testing.assert_allclose(record.face.landmarks, face.landmarks, atol=1e-3)
        pixels = decode(path.read_bytes())
        assert pixels is not None
        assert pixels.shape == (512, 512, 3)


def test_a_second_run_does_nothing(films: dict[str, Path], faces: dict[str, Path]) -> None:
    before = {path: path.stat().st_mtime_ns for path in faces["a"].glob("*.png")}
    report, said = again(films, faces["a"])
    assert report.faces == 6  # type: ignore[attr-defined]
    assert not any(isinstance(event, Progress) for event in said)
    assert {path: path.stat().st_mtime_ns for path in faces["a"].glob("*.png")} == before


def test_a_deleted_picture_rejects_its_face_until_it_is_restored(
    films: dict[str, Path], faces: dict[str, Path]
) -> None:
    gone = sorted(faces["a"].glob("*.png"))[2]
    pixels = gone.read_bytes()
    gone.unlink()
    report, said = again(films, faces["a"])
    assert (report.faces, report.frames, report.frames_with_face) == (5, 6, 5)  # type: ignore[attr-defined]
    assert any(isinstance(event, Note) and "rejected" in event.text for event in said)
    assert not gone.exists()
    report, _ = again(films, faces["a"], restore=True)
    assert report.faces == 6  # type: ignore[attr-defined]
    assert gone.read_bytes() == pixels


def test_a_face_deleted_just_now_can_be_restored_at_once(films: dict[str, Path], faces: dict[str, Path]) -> None:
    gone = sorted(faces["a"].glob("*.png"))[2]
    gone.unlink()
    assert again(films, faces["a"], restore=True)[0].faces == 6  # type: ignore[attr-defined]
    assert gone.is_file()


def test_restoring_one_face_of_a_frame_does_not_double_the_other(films: dict[str, Path], tmp_path: Path) -> None:
    two = [np.hstack([next(iter(open_source(films[side]).frames())).rgb for side in films])]
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "my.frame.png").write_bytes(encode_png(two[0]))
    config = ExtractConfig(sources=[tmp_path / "two"], faces=tmp_path / "f")
    assert run(config, Context()).faces == 2
    kept, gone = sorted((tmp_path / "f").glob("*.png"))
    assert [kept.name, gone.name] == ["my.frame_0.png", "my.frame_1.png"]
    (tmp_path / "f" / "best").mkdir()
    kept.rename(tmp_path / "f" / "best" / "mine.png")
    gone.unlink()
    run(config, Context())
    assert run(config.model_copy(update={"restore": True}), Context()).faces == 2
    assert sorted(path.name for path in (tmp_path / "f").rglob("*.png")) == ["mine.png", "my.frame_1.png"]


def test_files_of_others_are_never_overwritten(films: dict[str, Path], tmp_path: Path) -> None:
    """Two folders whose pictures have the same names, and a file of the user's with the name of a face."""
    for side, film in films.items():
        (tmp_path / side).mkdir()
        for frame, name in zip(open_source(film).frames(), ("x.png", "x.jpg"), strict=False):
            (tmp_path / side / name).write_bytes(encode_png(frame.rgb) if name == "x.png" else encode_jpeg(frame.rgb))
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "x_0.png").write_text("mine")
    for _ in range(2):
        for side in films:
            assert run(ExtractConfig(sources=[tmp_path / side], faces=tmp_path / "f"), Context()).faces == 2
    assert (tmp_path / "f" / "x_0.png").read_text() == "mine"
    assert len({record.face.id for _, record in face_pictures(tmp_path / "f")}) == 4
    with pytest.raises(SettingError, match="a folder of their own"):
        ExtractConfig.checked({"sources": [tmp_path / "a"], "faces": tmp_path / "a"})


def test_other_settings_are_not_silently_passed_over(films: dict[str, Path], faces: dict[str, Path]) -> None:
    with pytest.raises(AlignmentsError, match=r"made with threshold 0\.5, not 0\.3"):
        again(films, faces["a"], look={"threshold": 0.3})


def test_restoring_needs_no_folder(films: dict[str, Path], tmp_path: Path) -> None:
    config = ExtractConfig(sources=[films["a"]], alignments=tmp_path / "a.db")
    run(config, Context())
    with Alignments.open(tmp_path / "a.db") as alignments:
        alignments.reject(alignments.ids())
    assert run(config, Context()).faces == 0
    assert run(config.model_copy(update={"restore": True}), Context()).faces == 6


def test_alignments_made_without_pictures_get_them(films: dict[str, Path], tmp_path: Path) -> None:
    only = tmp_path / "only.db"
    run(ExtractConfig(sources=[films["a"]], alignments=only), Context())
    assert run(ExtractConfig(sources=[films["a"]], alignments=only, faces=tmp_path / "f"), Context()).faces == 6
    assert len(list((tmp_path / "f").glob("*.png"))) == 6


def test_pictures_that_were_moved_or_renamed_are_still_there(films: dict[str, Path], faces: dict[str, Path]) -> None:
    first = min(faces["a"].glob("*.png"))
    (faces["a"] / "best").mkdir()
    first.rename(faces["a"] / "best" / "other name.png")
    assert again(films, faces["a"])[0].faces == 6  # type: ignore[attr-defined]


def test_a_stopped_run_goes_on(films: dict[str, Path], tmp_path: Path, faces: dict[str, Path]) -> None:
    config = ExtractConfig(sources=[films["a"]], faces=tmp_path / "new")
    looked: list[Event] = []
    report = run(config, Context(looked.append, lambda: len(looked) == 2))
    assert (report.finished, report.frames) == (False, 2)
    report = run(config, Context())
    assert (report.finished, report.frames, report.faces) == (True, 6, 6)
    for path in faces["a"].glob("*.png"):
        assert (tmp_path / "new" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_a_killed_run_goes_on_and_no_face_is_lost_or_doubled(
    films: dict[str, Path], tmp_path: Path, faces: dict[str, Path]
) -> None:
    folder = tmp_path / "killed"
    command = [sys.executable, "-m", "omote", "extract", str(films["a"]), "-o", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while len(list(folder.glob("*.png"))) < 2 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert again(films, folder)[0].faces == 6  # type: ignore[attr-defined]
    assert sorted(path.name for path in folder.glob("*.png")) == sorted(path.name for path in faces["a"].glob("*.png"))
    for path in faces["a"].glob("*.png"):
        assert (folder / path.name).read_bytes() == path.read_bytes()


def test_alignments_alone_need_no_folder(films: dict[str, Path], tmp_path: Path) -> None:
    config = ExtractConfig(sources=[films["a"]], alignments=tmp_path / "a.db")
    assert run(config, Context()).faces_folder is None
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    with pytest.raises(SettingError, match="name a folder for the faces"):
        ExtractConfig.checked({"sources": [films["a"]]})


def test_a_person_is_known_by_the_best_views_and_named_in_rows_and_pictures(faces: dict[str, Path]) -> None:
    pictures = {record.face.id: record.face for _, record in face_pictures(faces["a"])}
    with Alignments.open(faces["a"] / "film-a.alignments.db") as alignments:
        kept = list(alignments.faces())
    assert {face.person for face in kept} == {"person-01"}
    assert len({face.track for face in kept}) == 1
    described = [face for face in kept if face.vectors]
    assert len(described) == 3
    for face in kept:
        assert (pictures[face.id].person, pictures[face.id].track) == (face.person, face.track)
    for face in described:
        assert face.vectors["dlib-resnet"].shape == (128,)
        np.testing.assert_array_equal(pictures[face.id].vectors["dlib-resnet"], face.vectors["dlib-resnet"])


def test_another_source_of_the_same_name_is_refused(
    films: dict[str, Path], faces: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(films["b"], tmp_path / "other" / "film-a.mp4")
    with pytest.raises(AlignmentsError, match=r"alignments of another film-a\.mp4"):
        run(ExtractConfig(sources=[tmp_path / "other" / "film-a.mp4"], faces=faces["a"]), Context())


def looked_at(folder: Path) -> list[int]:
    with Alignments.open(folder / "film-a.alignments.db") as alignments:
        assert len(alignments.ids()) == len(alignments.looked_at()) == len(list(face_pictures(folder)))
        return sorted(alignments.looked_at())


def test_ranges_and_every_so_many_add_up_and_nothing_is_done_twice(films: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "f"
    for settings, wanted in (
        ({"range": "1:5", "every": 2}, [1, 3]),
        ({"range": "3:"}, [1, 3, 4, 5]),
        ({"range": ":2"}, [0, 1, 3, 4, 5]),
        ({}, [0, 1, 2, 3, 4, 5]),
    ):
        report, said = again(films, folder, **settings)
        assert looked_at(folder) == wanted
        steps = [event.done - 1 for event in said if isinstance(event, Progress) and event.step == "extract"]
        assert steps == sorted(steps)
        assert report.finished  # type: ignore[attr-defined]
    for wrong in ("5", "5:3", "a:b", "-1:3"):
        with pytest.raises(SettingError, match="range"):
            ExtractConfig.checked({"sources": [films["a"]], "faces": folder, "range": wrong})


def test_several_sources_in_one_call_and_a_broken_one_does_not_stop_the_others(
    films: dict[str, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    config = ExtractConfig(sources=[broken, *films.values()], faces=tmp_path / "f")
    with pytest.raises(MediaError, match=r"1 of 3 sources cannot be read.*broken\.mp4"):
        run(config, Context())
    report = run(config.model_copy(update={"sources": list(films.values())}), Context())
    assert (report.faces, report.people, report.finished) == (12, 2, True)
    assert sorted(path.name for path in (tmp_path / "f").glob("*.db")) == [f"film-{s}.alignments.db" for s in "ab"]
    with pytest.raises(SettingError, match="folder for their alignments"):
        ExtractConfig.checked({"sources": list(films.values()), "alignments": tmp_path / "one.db"})


def test_photographs_that_are_not_one_shot_are_not_followed(films: dict[str, Path], tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for side in films:
        for number, frame in zip(range(2), open_source(films[side]).frames(), strict=False):
            (photos / f"{side}{number}.png").write_bytes(encode_png(frame.rgb))
    report = run(ExtractConfig(sources=[photos], faces=tmp_path / "f"), Context())
    with Alignments.open(report.alignments) as alignments:
        tracks = {
            face.track: {f.frame.name[0] for f in alignments.faces() if f.track == face.track}
            for face in alignments.faces()
        }
    assert all(len(sides) == 1 for sides in tracks.values())


def test_points_are_steadied_and_the_raw_ones_kept(faces: dict[str, Path]) -> None:
    with Alignments.open(faces["a"] / "film-a.alignments.db") as alignments:
        kept = list(alignments.faces())
    moved = [float(np.abs(face.landmarks - face.raw).max()) for face in kept if face.raw is not None]
    assert len(moved) == len(kept)
    assert 0 < max(moved) < 8


def test_restoring_brings_back_what_was_set_aside(films: dict[str, Path], faces: dict[str, Path]) -> None:
    pixels = {path.name: path.read_bytes() for path in faces["a"].glob("*.png")}
    trim.run(trim.TrimConfig(faces=faces["a"], to=2), Context())
    assert again(films, faces["a"])[0].faces == 2  # type: ignore[attr-defined]
    assert again(films, faces["a"], restore=True)[0].faces == 6  # type: ignore[attr-defined]
    assert {path.name: path.read_bytes() for path in faces["a"].glob("*.png")} == pixels
    assert not list((faces["a"] / ".aside").rglob("*.png"))
