import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.alignments.foreign.dfl_jpg import read_dfl_jpg
from omote.alignments.masking import seen_in
from omote.core.errors import AlignmentsError
from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, inverse, shifted, transform, warp
from omote.imaging.pictures import decode, encode_jpeg, encode_png

SIZE = 200


def record_of(landmarks: Floats) -> dict[str, Any]:
    """A record as DeepFaceLab writes it; its figures count from the centre of the first pixel."""
    theirs = (landmarks - np.float32(0.5)).astype(np.float32)
    matrix = crop_matrix(theirs, SIZE, "head")
    return {
        "face_type": "head", "landmarks": transform(theirs, matrix).tolist(), "source_filename": "00002.png",
        "source_rect": np.array([60, 50, 160, 160]), "source_landmarks": theirs, "image_to_face_mat": matrix,
    }  # fmt: skip


def jpeg_of(record: object, picture: Picture, protocol: int = 4) -> bytes:
    content, jpeg = pickle.dumps(record, protocol), encode_jpeg(picture)
    return jpeg[:2] + b"\xff\xef" + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


@pytest.fixture
def crop(picture: Picture, landmarks: Floats) -> Picture:
    theirs = (landmarks - np.float32(0.5)).astype(np.float32)
    matrix = compose(shifted(0.5, 0.5), compose(crop_matrix(theirs, SIZE, "head"), shifted(-0.5, -0.5)))
    return warp(picture, matrix, SIZE, SIZE)


@pytest.mark.parametrize("left_out", ["", "source_landmarks", "image_to_face_mat", "source_rect"])
def test_a_face_is_read_in_the_coordinates_of_its_frame(
    tmp_path: Path, picture: Picture, crop: Picture, landmarks: Floats, left_out: str
) -> None:
    record = record_of(landmarks)
    record.pop(left_out, None)
    (tmp_path / "a.jpg").write_bytes(jpeg_of(record, crop, 3))
    found = read_dfl_jpg(tmp_path / "a.jpg")
    assert found is not None
    assert (found.frame, found.video) == ("00002.png", False)
    np.testing.assert_allclose(found.face.landmarks, landmarks, atol=1e-3)
    theirs = found.face.picture
    assert theirs is not None
    assert (theirs.size, theirs.centering) == (SIZE, "dfl-head")
    pixels = decode(theirs.png())
    assert pixels is not None
    # Laid back where the map says, the picture is the frame's part again.
    back = warp(pixels, inverse(theirs.matrix), 240, 220)[60:150, 70:150].astype(int)
    assert np.abs(back - picture[60:150, 70:150]).mean() < 4


def test_masks_lie_on_the_face(tmp_path: Path, crop: Picture, landmarks: Floats) -> None:
    half = np.zeros((100, 100, 3), np.uint8)
    half[:, :50] = 255
    painted = [{"type": 1, "pts": [[-0.5, -0.5], [199.5, -0.5], [199.5, 99.5], [-0.5, 99.5]]}]
    record = {**record_of(landmarks), "xseg_mask": np.frombuffer(encode_png(half), np.uint8)}
    (tmp_path / "a.jpg").write_bytes(jpeg_of({**record, "seg_ie_polys": {"polys": painted}}, crop))
    found = read_dfl_jpg(tmp_path / "a.jpg")
    assert found is not None
    assert found.face.picture is not None
    matrix = found.face.picture.matrix
    left = seen_in(found.face.masks["dfl-xseg"], matrix, SIZE, SIZE)
    upper = seen_in(found.face.masks["custom"], matrix, SIZE, SIZE)
    assert (left[20:180, 10:95].min(), left[20:180, 105:190].max()) == (255, 0)
    assert (upper[10:95, 20:180].min(), upper[105:190, 20:180].max()) == (255, 0)


def test_others_have_no_face_and_hostile_ones_are_refused(tmp_path: Path, crop: Picture, landmarks: Floats) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    path = tmp_path / "a.jpg"
    path.write_bytes(encode_jpeg(crop))
    assert read_dfl_jpg(path) is None
    record = record_of(landmarks)
    bad = {
        "wants to run": {**record, "face_type": Hostile()},
        "not 68|68": {**record, "source_landmarks": landmarks[:60].tolist()},
        "outside its picture": {**record, "image_to_face_mat": (np.eye(3)[:2] * 99).tolist()},
        "nothing that says where": {key: record[key] for key in ("landmarks", "source_filename")},
        "is missing": {},
    }
    for why, each in bad.items():
        path.write_bytes(jpeg_of(each, crop))
        with pytest.raises(AlignmentsError, match=why):
            read_dfl_jpg(path)
    assert not (tmp_path / "ran").exists()
