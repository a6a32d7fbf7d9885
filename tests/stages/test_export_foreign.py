import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest

from omote.alignments.foreign.reading import read_foreign
from omote.core.errors import OmoteError
from omote.imaging.pictures import decode
from omote.stages import export_foreign
from omote.stages.context import Context
from tests import foreign_faces


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    (folder / "faces").mkdir()
    foreign_faces.faces_of(foreign_faces.film(folder), folder / "faces")
    return folder


def given(thing: Path, to: str, output: Path, **more: object) -> Any:
    values = {"thing": thing, "to": to, "output": output, **more}
    return export_foreign.run(export_foreign.ExportConfig.checked(values), Context())


def content_of(path: Path) -> Any:
    return pickle.loads(zlib.decompress(path.read_bytes()))["__data__"]


def test_an_fsa_has_what_the_input_brings(known: Path, tmp_path: Path) -> None:
    alignments, film = known / "faces" / "film.alignments.db", known / "film.mp4"
    assert given(alignments, "fsa", tmp_path / "bare").faces == 3
    bare = content_of(tmp_path / "bare" / "film_alignments.fsa")
    assert list(bare) == [f"film_{n:06d}.mp4" for n in range(1, 5)]
    assert bare["film_000004.mp4"] == {"faces": [], "video_meta": {}}
    assert list(bare["film_000001.mp4"]["faces"][0]) == [
        "x", "y", "w", "h", "landmarks_xy", "mask", "identity", "thumb",
    ]  # fmt: skip
    assert bare["film_000001.mp4"]["faces"][0]["thumb"] is None
    given(alignments, "fsa", tmp_path / "whole.fsa", source=film)
    given(known / "faces", "fsa", tmp_path / "pictured.fsa")
    for name in ("whole", "pictured"):
        thumb = content_of(tmp_path / f"{name}.fsa")["film_000001.mp4"]["faces"][0]["thumb"]
        small = decode(bytes(thumb))
        assert small is not None
        assert small.shape == (96, 96, 3)
    timing = [frame["video_meta"] for frame in content_of(tmp_path / "whole.fsa").values()]
    assert timing[0]["keyframe"] is True
    assert [type(each["pts_time"]) for each in timing] == [int] * 4


def test_pictures_come_from_pictures_or_the_footage(known: Path, tmp_path: Path) -> None:
    assert given(known / "faces", "faceswap-png", tmp_path / "a").files == 3
    cut = given(known / "faces" / "film.alignments.db", "faceswap-png", tmp_path / "b", source=known / "film.mp4")
    assert cut.files == 3
    for folder in ("a", "b"):
        assert sorted(path.name for path in (tmp_path / folder).iterdir()) == [f"film_{n:06d}_0.png" for n in (1, 2, 3)]
        assert read_foreign(tmp_path / folder)[0].faces() == 3


def test_mistakes_are_told_and_nothing_is_written_over(known: Path, tmp_path: Path) -> None:
    alignments = known / "faces" / "film.alignments.db"
    given(alignments, "json", tmp_path / "a.json")
    before = (tmp_path / "a.json").read_bytes()
    for thing, to, output, why in (
        (alignments, "json", tmp_path / "a.json", "there is one already"),
        (alignments, "faceswap-png", tmp_path / "p", "no pixels"),
        (known / "faces", "faceswap-png", known / "faces", "folder of their own"),
        (known / "none", "fsa", tmp_path / "x", "no such"),
    ):
        with pytest.raises(OmoteError, match=why):
            given(thing, to, output)
    assert (tmp_path / "a.json").read_bytes() == before
    (tmp_path / "other").mkdir()
    other = foreign_faces.film(tmp_path / "other")
    other.write_bytes(other.read_bytes() + b"\0" * 9)
    with pytest.raises(OmoteError, match="of other footage"):
        given(alignments, "fsa", tmp_path / "x", source=other)
    given(alignments, "json", tmp_path / "a.json", overwrite=True)
