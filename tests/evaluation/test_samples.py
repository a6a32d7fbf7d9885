import numpy as np
import torch
from torch import Tensor

from omote.evaluation.samples import as_other
from omote.faceset.batch import Batch
from omote.models.base import Decoded, Side, SwapNetwork


class Tinted(SwapNetwork):
    """Reads the brightness; makes faces of half the size, red for A and green for B."""

    input_size, output_size = 32, 16

    def __init__(self) -> None:
        super().__init__()

    def encode(self, face_BCHW: Tensor) -> Tensor:
        return face_BCHW.mean((1, 2, 3))

    def decode(self, code: Tensor, side: Side) -> Decoded:
        face = torch.zeros(len(code), 3, 16, 16)
        face[:, "ab".index(side)] = code[:, None, None]
        return Decoded(face, None)


def test_each_face_asked_for_is_made_by_the_other_decoder_at_its_own_size() -> None:
    faces = torch.linspace(0.1, 0.9, 5)[:, None, None, None].expand(5, 3, 32, 32)
    mask = torch.ones(5, 1, 32, 32)
    held = [Batch(faces[part], faces[part], mask[part], mask[part], mask[part]) for part in (slice(2), slice(2, 5))]
    pairs = as_other(Tinted(), held, [1, 3], "b")
    assert [int(true[0, 0, 0]) for true, _ in pairs] == [round(255 * 0.3), round(255 * 0.7)]
    for true, made in pairs:
        assert made.shape == true.shape == (32, 32, 3)
        np.testing.assert_allclose(made[..., 1], true[..., 0], atol=1)
        assert made[..., 0].max() == made[..., 2].max() == 0
