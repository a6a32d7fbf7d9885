from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.masking import seen_in
from omote.alignments.painting import as_pictures, paintings, read_painting
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import transform
from omote.imaging.masks import face_mask
from omote.imaging.pictures import decode, encode_jpeg, encode_png

WHOLE = np.eye(3)[:2]


@pytest.fixture
def record(face: FaceRecord, source: SourceRecord) -> PictureRecord:
    return PictureRecord(face, source, 512, "head", crop_matrix(face.landmarks, 512, "head"))


def painted(record: PictureRecord, size: int) -> Picture:
    shown = face_mask(transform(record.face.landmarks, record.matrix * (size / record.size)), size, size)
    return np.repeat(np.round(shown * 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize(("size", "suffix"), [(512, ".png"), (300, ".jpg"), (100, ".png"), (1024, ".png")])
def test_a_painted_mask_lies_on_the_face(tmp_path: Path, record: PictureRecord, size: int, suffix: str) -> None:
    encode = encode_png if suffix == ".png" else encode_jpeg
    (tmp_path / f"x{suffix}").write_bytes(encode(painted(record, size)))
    found = read_painting(tmp_path / f"x{suffix}", record)
    assert (found.size, found.centering) == (min(size, 256), "head")
    truth = face_mask(record.face.landmarks, 240, 220) > 0.5
    seen = seen_in(found, WHOLE, 240, 220) > 127
    assert (seen & truth).sum() / (seen | truth).sum() > 0.97


def test_out_and_in_again_is_the_same_mask(
    tmp_path: Path, record: PictureRecord, picture: Picture, face: FaceRecord, source: SourceRecord
) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(painted(record, 512)))
    mask = read_painting(tmp_path / "a.png", record)
    rgb = decode(face_picture(picture, face, source, 512))
    assert rgb is not None
    ((name, shown, tinted),) = as_pictures(rgb, replace(record, face=replace(face, masks={"m": mask})))
    assert name == "m"
    (tmp_path / "b.png").write_bytes(encode_png(shown))
    again = read_painting(tmp_path / "b.png", record)
    np.testing.assert_allclose(again.matrix, mask.matrix)
    np.testing.assert_allclose(again.pixels().astype(int), mask.pixels(), atol=40)  # on the edge
    assert np.mean((again.pixels() > 127) == (mask.pixels() > 127)) > 0.999
    inside, outside = shown[..., 0] == 255, shown[..., 0] == 0
    np.testing.assert_array_equal(tinted[outside], rgb[outside])
    assert np.abs(tinted[inside].astype(int) - rgb[inside]).mean() > 10


def test_pictures_are_known_by_their_place(tmp_path: Path) -> None:
    for name in ("a_0.png", "best/b_0.JPG", ".hidden/c.png", "notes.txt", "clip.v2_0.jpeg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = {place.as_posix() for place in paintings(tmp_path)}
    assert found == {"a_0", "best/b_0", "clip.v2_0"}
    (tmp_path / "a_0.jpg").touch()
    with pytest.raises(MediaError, match=r"a_0\.png and a_0\.jpg are one mask"):
        paintings(tmp_path)
    with pytest.raises(MediaError, match="no such folder of painted masks"):
        paintings(tmp_path / "none")


def test_what_cannot_be_a_mask_is_named(tmp_path: Path, record: PictureRecord) -> None:
    whole = encode_png(painted(record, 128))
    wide = encode_png(painted(record, 64)[:9])
    for name, data in {"text.png": b"no picture", "cut.png": whole[: len(whole) // 2], "wide.png": wide}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MediaError, match=name.replace(".", r"\.")):
            read_painting(tmp_path / name, record)
