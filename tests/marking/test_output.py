import json
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import OmoteError, SettingError
from omote.core.types import Picture
from omote.imaging.pictures import encode_png
from omote.marking.config import MarkConfig
from omote.marking.output import Marked, Marking, check
from omote.marking.packets import packet_in
from omote.marking.statement import ModelCard, stated_in
from omote.media.pictures import read_picture

SIGNS = find_spec("c2pa") is not None


def stated(path: Path) -> bool:
    return stated_in((packet_in(path.read_bytes()) or b"").decode())


def film(path: Path, picture: Picture) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.height, stream.width, _ = picture.shape
        stream.pix_fmt = "yuv420p"
        output.mux([*stream.encode(av.VideoFrame.from_ndarray(picture)), *stream.encode(None)])


def title_in(path: Path) -> str:
    import c2pa

    with c2pa.Reader(path) as reader:
        store = json.loads(reader.json())
    return json.dumps(store["manifests"][store["active_manifest"]]["title"])


@pytest.fixture
def made(picture: Picture, tmp_path: Path) -> Path:
    path = tmp_path / "made.png"
    path.write_bytes(encode_png(picture))
    return path


def marked(file: Path, marking: Marking, name: str | None = None, *, watermarked: bool = True) -> Marked:
    name = name or file.name
    marking.mark(file, name)
    return marking.marked(Path(name).suffix, watermarked=watermarked)


def test_a_picture_says_so_and_looks_the_same(made: Path, picture: Picture, cards: list[ModelCard]) -> None:
    report = marked(made, Marking(made, cards, MarkConfig()))
    assert (report.metadata, report.watermark, report.c2pa, report.notes == []) == (True, True, SIGNS, SIGNS)
    assert stated(made)
    np.testing.assert_array_equal(read_picture(made), picture)
    assert [file.name for file in made.parent.iterdir()] == [made.name]
    if SIGNS:
        from omote.marking.manifest import read

        found = read(made)
        assert found is not None and found.state == "valid"
        assert report.signer is not None and "do not trust" in report.signer


@pytest.mark.parametrize("kind", [".png", ".mp4"])
def test_a_file_is_signed_under_the_name_that_it_will_have(
    picture: Picture, cards: list[ModelCard], tmp_path: Path, kind: str
) -> None:
    part, final = tmp_path / f".out.part{kind}", tmp_path / f"out{kind}"
    if kind == ".png":
        part.write_bytes(encode_png(picture))
    else:
        film(part, picture)
    marked(part, Marking(part, cards, MarkConfig()), final.name)
    assert [file.name for file in tmp_path.iterdir()] == [part.name]
    part.rename(final)
    assert stated(final)
    if SIGNS:
        from omote.marking.manifest import read

        found = read(final)
        assert found is not None and found.state == "valid"
        assert f'"{final.name}"' in title_in(final) and "part" not in title_in(final)


def test_layers_carry_metadata_only(made: Path, cards: list[ModelCard]) -> None:
    report = marked(made, Marking(made, cards, MarkConfig(), layer=True), watermarked=False)
    assert (report.metadata, report.c2pa, report.signer, report.notes) == (True, False, None, [])
    assert stated(made) and b"jumb" not in made.read_bytes()


def test_kinds_that_hold_no_manifest_are_named_and_left(cards: list[ModelCard], tmp_path: Path) -> None:
    for name in ("film.mkv", "frame.exr"):
        (tmp_path / name).write_bytes(b"as it was")
    film = marked(tmp_path / "film.mkv", Marking(tmp_path, cards, MarkConfig()))
    assert (film.c2pa, film.metadata) == (False, True)
    assert film.notes == ["no C2PA manifest in .mkv files, which cannot hold one"]
    frame = marked(tmp_path / "frame.exr", Marking(tmp_path, cards, MarkConfig()))
    assert not frame.metadata and "no metadata in .exr files" in frame.notes
    assert (tmp_path / "film.mkv").read_bytes() == (tmp_path / "frame.exr").read_bytes() == b"as it was"


def test_without_the_package_it_says_what_is_missing(
    made: Path, cards: list[ModelCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Marking(made, cards, MarkConfig()).key
    monkeypatch.setattr("omote.marking.output.find_spec", lambda _: None)
    marking = Marking(made, cards, MarkConfig())
    assert (marking.key == key) == (not SIGNS)  # what is unsigned is not gone on with as signed
    report = marked(made, marking)
    assert (report.c2pa, report.metadata) == (False, True)
    assert report.notes == ["no C2PA manifest: that needs pip install 'omote[mark]'"]
    assert stated(made)


def test_a_file_that_cannot_be_signed_stays_as_it_was(made: Path, cards: list[ModelCard]) -> None:
    made.write_bytes(made.read_bytes()[:60])
    before = made.read_bytes()
    with pytest.raises(OmoteError):
        Marking(made, cards, MarkConfig()).mark(made, made.name)
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
