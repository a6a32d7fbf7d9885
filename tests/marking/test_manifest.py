import json
import socket
from pathlib import Path

import c2pa
import pytest

from omote.core.errors import OmoteError
from omote.core.types import Picture
from omote.imaging.pictures import encode_jpeg, encode_png
from omote.marking.certificate import OWN, local
from omote.marking.manifest import read, sign
from omote.marking.statement import SOURCE_TYPE, ModelCard
from tests.marking.files import gif, tiff


@pytest.fixture(params=["a.png", "a.jpg", "a.tif", "a.gif"])
def file(request: pytest.FixtureRequest, picture: Picture, tmp_path: Path) -> Path:
    files = {"a.png": encode_png(picture), "a.jpg": encode_jpeg(picture), "a.gif": gif(picture), "a.tif": tiff(picture)}
    path: Path = tmp_path / request.param
    path.write_bytes(files[request.param])
    return path


def test_signed_files_are_valid_untrusted_and_broken_by_editing(file: Path, cards: list[ModelCard]) -> None:
    signed = file.with_name(f"signed{file.suffix}")
    sign(file, signed, file, cards, local())
    found = read(signed)
    assert found is not None
    assert (found.state, found.trusted, found.made, found.signer, found.faults) == ("valid", False, True, OWN, ())
    data = bytearray(signed.read_bytes())
    where = file.read_bytes()[len(file.read_bytes()) // 2 :][:64]  # some of the picture's own data
    data[data.index(where) + 8] ^= 1
    signed.write_bytes(data)
    edited = read(signed)
    assert edited is not None
    assert edited.state == "broken" and any("mismatch" in fault for fault in edited.faults)


def test_the_manifest_says_what_was_done_to_what(picture: Picture, cards: list[ModelCard], tmp_path: Path) -> None:
    """Read by the library itself: opened from the plate, then edited with a trained network."""
    plate, first, second = (tmp_path / name for name in ("Jane Doe.png", "first.png", "second.png"))
    plate.write_bytes(encode_png(picture))
    sign(plate, first, plate, cards, local())
    sign(plate, second, first, cards, local(), "result.png")  # the plate has a manifest, which is kept
    with second.open("rb") as stream, c2pa.Reader("image/png", stream) as reader:
        store = json.loads(reader.json())
    active = store["manifests"][store["active_manifest"]]
    (ingredient,) = active["ingredients"]
    actions = next(each["data"]["actions"] for each in active["assertions"] if each["label"].startswith("c2pa.actions"))
    assert [each["action"] for each in actions] == ["c2pa.opened", "c2pa.edited"]
    assert actions[0]["parameters"]["ingredients"]
    assert actions[1]["digitalSourceType"] == SOURCE_TYPE
    assert actions[1]["parameters"]["org.omote.models"] == [{"network": "nano", "iterations": 1200}]
    assert (active["title"], ingredient["title"], ingredient["relationship"]) == ("result.png", "plate.png", "parentOf")
    assert ingredient["active_manifest"] in store["manifests"]
    assert "Jane" not in json.dumps(store)


def test_a_signer_who_is_trusted_is_said_to_be(picture: Picture, cards: list[ModelCard], tmp_path: Path) -> None:
    file, signed, trust = (tmp_path / name for name in ("a.png", "b.png", "trust.pem"))
    file.write_bytes(encode_png(picture))
    sign(file, signed, tmp_path / "plate.mkv", cards, local())  # a plate of a kind that C2PA does not know
    trust.write_bytes(local().chain)
    found = read(signed, trust)
    assert found is not None and found.trusted and found.state == "valid"
    with pytest.raises(OmoteError, match="trusted certificates"):
        read(signed, tmp_path / "none.pem")


def test_nothing_reaches_for_the_network(
    picture: Picture, cards: list[ModelCard], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    file, signed = tmp_path / "a.png", tmp_path / "b.png"
    file.write_bytes(encode_png(picture))
    sign(file, signed, file, cards, local())
    assert read(signed) is not None
    assert b"timestamp" not in signed.read_bytes().lower()


def test_files_without_manifest_have_none(tmp_path: Path, picture: Picture) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(picture))
    (tmp_path / "a.mkv").write_bytes(b"\x1a\x45\xdf\xa3")
    assert read(tmp_path / "a.png") is None
    assert read(tmp_path / "a.mkv") is None
