import pickle
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.record import FaceRecord
from omote.alignments.store import Alignments
from omote.core.errors import OmoteError, SettingError
from omote.imaging.pictures import decode
from omote.media.source import open_source
from omote.stages import convert, export_foreign, import_foreign, import_settings
from omote.stages.context import Context
from tests import foreign_faces


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    (folder / "faces").mkdir()
    alignments = foreign_faces.faces_of(foreign_faces.film(folder), folder / "faces")
    for to, thing in (("fsa", alignments), ("json", alignments), ("faceswap-png", folder / "faces")):
        output = folder / to
        values = {"thing": thing, "to": to, "output": output}
        export_foreign.run(export_foreign.ExportConfig.checked(values), Context())
    return folder


def taken(known: Path, thing: str, output: Path, **more: object) -> import_foreign.ImportReport:
    values = {"thing": known / thing, "faces": output, **more}
    report = import_foreign.run(import_foreign.ImportConfig.checked(values), Context())
    assert isinstance(report, import_foreign.ImportReport)
    return report


def faces_in(path: Path) -> list[FaceRecord]:
    with Alignments.open(path) as alignments:
        assert alignments.finished
        return list(alignments.faces())


THINGS = ["fsa/film_alignments.fsa", "json/film_alignments.json", "faceswap-png"]


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("sourced", [True, False])
def test_faces_come_back_as_they_were(known: Path, tmp_path: Path, thing: str, sourced: bool) -> None:
    more = {"source": known / "film.mp4"} if sourced else {}
    report = taken(known, thing, tmp_path / "back", **more)
    assert (report.faces, report.left_out, bool(report.missing)) == (3, 0, not sourced)
    before = faces_in(known / "faces" / "film.alignments.db")
    after = faces_in(tmp_path / "back" / "film.alignments.db")
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(new.landmarks, old.landmarks)
        np.testing.assert_allclose(new.box, old.box, atol=0.5)
        np.testing.assert_allclose([new.pose.yaw, new.pose.pitch], [old.pose.yaw, old.pose.pitch], atol=1e-3)
        assert (new.frame.index, new.frame.name) == (old.frame.index, old.frame.name)
        if sourced:
            assert (new.id, new.frame.pts) == (old.id, old.frame.pts)
        if "json" not in thing:
            np.testing.assert_array_equal(new.vectors["vggface2"], old.vectors["vggface2"])
            assert set(new.masks) == {"bisenet", "vgg-clear"}
            for name, mask in new.masks.items():
                np.testing.assert_array_equal(mask.pixels(), old.masks[name].pixels())
                np.testing.assert_allclose(mask.matrix, old.masks[name].matrix, rtol=1e-10)


def test_pictures_keep_their_pixels_and_get_our_record(known: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (known / "faceswap-png").iterdir()}
    report = taken(known, "faceswap-png", tmp_path / "back", source=known / "film.mp4")
    assert report.pictures == 3
    for path, record in face_pictures(tmp_path / "back"):
        assert np.array_equal(decode(path.read_bytes()), decode(before[path.name]))  # type: ignore[arg-type]
        assert b"faceswap\0" not in path.read_bytes()
        assert record.face.sharpness > 0
    assert before == {path.name: path.read_bytes() for path in (known / "faceswap-png").iterdir()}
    with Alignments.open(tmp_path / "back" / "film.alignments.db") as alignments:
        assert len(alignments.pictured()) == 3


def test_faces_without_pictures_are_cut_from_the_footage_and_convert_finds_them(known: Path, tmp_path: Path) -> None:
    report = taken(known, THINGS[0], tmp_path / "back", source=known / "film.mp4", size=64)
    assert report.pictures == 3
    config = convert.ConvertConfig(
        source=known / "film.mp4", model=tmp_path / "none", output=tmp_path / "o.mp4", alignments=tmp_path / "back"
    )
    assert convert.find_alignments(config, open_source(config.source)) == report.alignments[0]


def test_mistakes_leave_nothing(known: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "hostile.fsa").write_bytes(zlib.compress(b"cos\nsystem\n(S'true'\ntR."))
    small = foreign_faces.film(other)
    for thing, more, why in (
        (other / "hostile.fsa", {}, "opcode|wants to run"),
        (known / "none", {}, "cannot be read"),
        (known / "faces", {}, "omote's own"),
        (known / "faceswap-png", {"source": tmp_path / "gone.mp4"}, "no such file"),
    ):
        with pytest.raises(OmoteError, match=why):
            taken(known, str(thing), tmp_path / "back", **more)
    assert not (tmp_path / "back").exists() or not list((tmp_path / "back").iterdir())
    assert small.is_file()
    with pytest.raises(SettingError, match="folder of their own"):
        taken(known, "faceswap-png", known / "faceswap-png")
    with pytest.raises(SettingError, match="name a folder"):
        import_foreign.ImportConfig.checked({"thing": "a.fsa"})


def test_what_is_there_is_replaced_only_when_asked(known: Path, tmp_path: Path) -> None:
    taken(known, THINGS[0], tmp_path / "back")
    with pytest.raises(OmoteError, match=r"there is one already.*--overwrite"):
        taken(known, THINGS[0], tmp_path / "back")
    taken(known, THINGS[0], tmp_path / "back", overwrite=True)
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["film.alignments.db"]


def test_frames_that_the_footage_lacks_are_counted_and_other_sizes_refused(known: Path, tmp_path: Path) -> None:
    inflated = zlib.decompress((known / THINGS[0]).read_bytes())
    (tmp_path / "a.fsa").write_bytes(zlib.compress(inflated.replace(b"film_000001.mp4", b"film_000099.mp4")))
    assert taken(tmp_path, "a.fsa", tmp_path / "back", source=known / "film.mp4").left_out == 1
    content = pickle.loads(inflated)
    content["__data__"] = {"film_000099.mp4": content["__data__"]["film_000001.mp4"]}
    (tmp_path / "b.fsa").write_bytes(zlib.compress(pickle.dumps(content)))
    with pytest.raises(OmoteError, match="none of its frames"):
        taken(tmp_path, "b.fsa", tmp_path / "back2", source=known / "film.mp4")
    (known / "wide").mkdir(exist_ok=True)
    for path in (known / "faceswap-png").iterdir():
        (known / "wide" / path.name).write_bytes(path.read_bytes().replace(b"[240, 320]", b"[240, 300]"))
    with pytest.raises(OmoteError, match="faces in frames of"):
        taken(known, "wide", tmp_path / "back3", source=known / "film.mp4")


def test_a_stop_leaves_no_alignments(known: Path, tmp_path: Path) -> None:
    from omote.core.errors import Stopped

    config = import_foreign.ImportConfig(thing=known / THINGS[0], faces=tmp_path / "back")
    with pytest.raises(Stopped):
        import_foreign.run(config, replace(Context(), stopped=lambda: True))
    assert list((tmp_path / "back").iterdir()) == []


def test_a_train_ini_becomes_a_toml_file(tmp_path: Path) -> None:
    (tmp_path / "Train.INI").write_text("[global]\ncoverage = 87.5")
    values = {"thing": tmp_path / "Train.INI", "faces": tmp_path / "mine.toml", "trainer": "lightweight"}
    report = import_foreign.run(import_foreign.ImportConfig.checked(values), Context())
    assert isinstance(report, import_settings.ImportSettingsReport)
    assert (report.network, report.settings) == ("lightweight", tmp_path / "mine.toml")
    assert "coverage = 0.875" in report.settings.read_text()
    with pytest.raises(OmoteError, match="already there"):
        import_foreign.run(import_foreign.ImportConfig.checked(values), Context())
    with pytest.raises(SettingError, match="has no faces"):
        import_foreign.ImportConfig.checked({**values, "source": tmp_path / "film.mp4"})
