"""Whether the made face is the same person's as the true one, by a network that tells people apart."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from omote.core.types import Floats
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import Matrix, inverse, scale_of, similarity, transform
from omote.imaging.landmarks import MEAN_FACE, five_points
from omote.training.losses.at_hand import at_hand
from omote.training.losses.onnx_network import OnnxNetwork
from omote.training.losses.term import Term

_FILE, _ORIGIN = "arcface_resnet.onnx", "omote models pull arcface fetches it"
_CHIP = 112
# Where the network knows eyes, nose tip and corners of the mouth to be (Deng et al. 2019); they count from centres.
_PLACES = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
_FINE = 1024
_TINY = 1e-8


class Identity(Term):
    """1 - cosine between the identity vectors of the true face and of the same face with the made one laid over it.

    It is laid over by the pixels' weights, cut at 1: a face with a black surrounding is not what the network knows.
    Eyes and mouth count no more than the rest, since it reads a face as a whole. The result counts by the mean weight.

    Args:
        network: (B, 3, 112, 112) RGB of -1..1 → (B, N) vectors.
        crop: which part of the head the faces show.
    """

    def __init__(self, network: nn.Module, crop: CropConfig) -> None:
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        to_chip = chip_matrix(crop)
        self._side = scale_of(to_chip)
        self.register_buffer("at", _grid(inverse(to_chip)), persistent=False)

    @classmethod
    def at_hand(cls, crop: CropConfig) -> "Identity":
        """Read ArcFace from where `weight_folders` says.

        Raises:
            SettingError: it is not there, cannot be read, or the package onnx is missing.
        """
        return cls(OnnxNetwork(at_hand((_FILE,), origin=_ORIGIN)[0]), crop)

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        laid = true + (made - true) * weight.clamp_max(1)
        alike = functional.cosine_similarity(self._vectors(laid), self._vectors(true), eps=_TINY)
        return (1 - alike) * weight.mean((1, 2, 3))

    def _vectors(self, faces: Tensor) -> Tensor:
        # Averaged before it is shrunk, so that fine detail does not alias.
        large = functional.avg_pool2d(faces, max(1, round(faces.shape[-1] / self._side)))
        at = self.get_buffer("at").expand(len(faces), -1, -1, -1)
        chips = functional.grid_sample(large, at, padding_mode="border", align_corners=False)
        vectors: Tensor = self.network(2 * chips - 1)
        return vectors


def chip_matrix(crop: CropConfig) -> Matrix:
    """Return the map from the unit square of a crop to the 112 px chip in which the network knows faces.

    It is that of the mean face, since a batch has no landmarks: it leaves out how a face differs from that and turns
    away, for the made and the true one alike.
    """
    face = _mean_landmarks()
    in_crop = crop_matrix(face, _FINE, crop.centering, crop.coverage, crop.vertical_offset) / _FINE
    return similarity(five_points(transform(face, in_crop)), _PLACES + 0.5)


def _mean_landmarks() -> Floats:
    """Return (68, 2): the mean face with a round jaw, from which the crop reads where the head is."""
    turn = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.5 + 0.56 * np.cos(turn), 0.25 + 0.95 * np.sin(turn)], 1)
    return np.concatenate([jaw, MEAN_FACE]).astype(np.float32)


def _grid(from_chip: Matrix) -> Tensor:
    """Return (1, 112, 112, 2): x and y in the crop of the chip's pixel centres, the crop running from -1 to 1."""
    line = np.arange(_CHIP) + 0.5
    x, y = np.meshgrid(line, line)
    points = transform(np.stack([x.ravel(), y.ravel()], 1), from_chip)
    return torch.from_numpy(2 * points - 1).reshape(1, _CHIP, _CHIP, 2)
