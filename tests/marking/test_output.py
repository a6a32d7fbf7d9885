from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from omote.core.errors import OmoteError, SettingError
from omote.core.types import Picture
from omote.imaging.pictures import encode_png
from omote.marking.config import MarkConfig
from omote.marking.output import check, mark_output
from omote.marking.packets import packet_in
from omote.marking.statement import ModelCard, stated_in
from omote.media.pictures import read_picture

SIGNS = find_spec("c2pa") is not None


def stated(path: Path) -> bool:
    return stated_in((packet_in(path.read_bytes()) or b"").decode())


@pytest.fixture
def made(picture: Picture, tmp_path: Path) -> Path:
    path = tmp_path / "made.png"
    path.write_bytes(encode_png(picture))
    return path


def test_a_picture_says_so_and_looks_the_same(made: Path, picture: Picture, cards: list[ModelCard]) -> None:
    report = mark_output(made, made, cards, MarkConfig(), watermarked=True)
    assert (report.metadata, report.watermark, report.c2pa) == (True, True, SIGNS)
    assert stated(made)
    np.testing.assert_array_equal(read_picture(made), picture)
    assert [file.name for file in made.parent.iterdir()] == [made.name]
    if SIGNS:
        from omote.marking.manifest import read

        found = read(made)
        assert found is not None and found.state == "valid"
        assert report.signer is not None and "do not trust" in report.signer


def test_a_folder_of_pictures_is_marked_one_by_one(picture: Picture, cards: list[ModelCard], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.png", "b.png"):
        (out / name).write_bytes(encode_png(picture))
    (out / "notes.txt").write_text("mine")
    steps: list[tuple[int, int]] = []
    mark_output(out, out, cards, MarkConfig(), watermarked=False, told=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    assert all(stated(out / name) for name in ("a.png", "b.png"))
    assert (out / "notes.txt").read_text() == "mine"


def test_layers_carry_metadata_only(made: Path, cards: list[ModelCard]) -> None:
    report = mark_output(made, made, cards, MarkConfig(), watermarked=False, layer=True)
    assert (report.metadata, report.c2pa, report.signer, report.notes) == (True, False, None, [])
    assert stated(made) and b"jumb" not in made.read_bytes()


def test_what_is_not_to_be_marked_is_left(made: Path, cards: list[ModelCard]) -> None:
    before = made.read_bytes()
    report = mark_output(made, made, cards, MarkConfig(on=False), watermarked=False)
    assert made.read_bytes() == before
    assert report.notes == ["not marked, as asked"]


def test_kinds_that_hold_no_manifest_are_named(cards: list[ModelCard], tmp_path: Path) -> None:
    for name in ("film.mkv", "frame.exr"):
        (tmp_path / name).write_bytes(b"as it was")
    film = mark_output(tmp_path / "film.mkv", tmp_path, cards, MarkConfig(), watermarked=True)
    assert (film.c2pa, film.metadata) == (False, True)
    assert film.notes == ["no C2PA manifest in .mkv files, which cannot hold one"]
    frame = mark_output(tmp_path / "frame.exr", tmp_path, cards, MarkConfig(), watermarked=True)
    assert not frame.metadata and "no metadata in .exr files" in frame.notes
    assert (tmp_path / "film.mkv").read_bytes() == b"as it was"


def test_without_the_package_it_says_what_is_missing(
    made: Path, cards: list[ModelCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omote.marking.output.find_spec", lambda _: None)
    report = mark_output(made, made, cards, MarkConfig(), watermarked=True)
    assert (report.c2pa, report.metadata) == (False, True)
    assert report.notes == ["no C2PA manifest: that needs pip install 'omote[mark]'"]
    assert stated(made)


def test_a_file_that_cannot_be_signed_stays_as_it_was(made: Path, cards: list[ModelCard]) -> None:
    made.write_bytes(made.read_bytes()[:60])
    before = made.read_bytes()
    with pytest.raises(OmoteError):
        mark_output(made, made, cards, MarkConfig(), watermarked=True)
    assert made.read_bytes() == before
    assert [file.name for file in made.parent.iterdir()] == [made.name]


@pytest.mark.skipif(not SIGNS, reason="the extra omote[mark] is not installed")
def test_a_wrong_certificate_is_found_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("rubbish")
    (tmp_path / "k.pem").write_text("rubbish")
    with pytest.raises(SettingError, match="no PEM"):
        check(MarkConfig(certificate=tmp_path / "c.pem", key=tmp_path / "k.pem"))
    check(MarkConfig(on=False, certificate=tmp_path / "c.pem", key=tmp_path / "k.pem"))


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="go together"):
        MarkConfig.checked({"certificate": tmp_path / "c.pem"})
