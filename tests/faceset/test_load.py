from pathlib import Path

import numpy as np
import pytest
import torch

from omote.alignments.record import FaceRecord
from omote.core.errors import OmoteError
from omote.core.types import Picture
from omote.faceset.config import CropConfig
from omote.faceset.load import Faceset, load_faceset
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, shifted, transform, warp
from omote.imaging.masks import face_mask

CPU = torch.device("cpu")


def test_every_face_with_its_mask_and_a_margin(folder: Path, picture: Picture, face: FaceRecord) -> None:
    crop = CropConfig(coverage=0.8, vertical_offset=-5)
    faces = load_faceset(folder, 64, crop, CPU)
    assert faces.faces.shape == (5, 4, 83, 83)
    assert len(faces) == 5
    assert faces.size == 64
    # Its middle is the very crop that conversion cuts straight from the frame.
    matrix = compose(shifted(9.5, 9.5), crop_matrix(face.landmarks, 64, "face", 0.8, -5))
    straight = warp(picture, matrix, 83, 83)
    np.testing.assert_allclose(faces.faces[0, :3].permute(1, 2, 0).numpy().astype(int), straight, atol=6)
    mask = face_mask(transform(face.landmarks, matrix), 83, 83)
    np.testing.assert_allclose(faces.faces[0, 3].numpy(), mask * 255, atol=1)


def test_the_digest_is_of_the_faces_and_not_of_their_names(folder: Path) -> None:
    before = load_faceset(folder, 16, CropConfig(), CPU).digest
    (folder / "0.png").rename(folder / "z.png")
    assert load_faceset(folder, 16, CropConfig(), CPU).digest == before
    (folder / "z.png").unlink()
    assert load_faceset(folder, 16, CropConfig(), CPU).digest != before


def test_faults_are_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OmoteError, match=r"no face pictures.*empty.*omote extract"):
        load_faceset(tmp_path / "empty", 64, CropConfig(), CPU)
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[: whole.index(b"IDAT") + 20])
    with pytest.raises(OmoteError, match=r"3\.png"):
        load_faceset(folder, 64, CropConfig(), CPU)


def test_a_faceset_is_checked_at_birth() -> None:
    with pytest.raises(ValueError, match="uint8"):
        Faceset(torch.zeros(2, 3, 8, 8), 8, "x")
