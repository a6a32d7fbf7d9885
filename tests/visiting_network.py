"""A network that another package brings: a module and the entry point that pip would have written beside it."""

import sys
from pathlib import Path

import pytest

NAME = "visitor"

_MODULE = '''
"""One number a face, and the face made of it."""

from torch import nn

from omote.core.config import Config
from omote.models.base import Decoded, SwapNetwork


class VisitorConfig(Config):
    width: int = 4


class Visitor(SwapNetwork):
    Config = VisitorConfig
    learning_rate = 1e-2

    def __init__(self, config):
        super().__init__()
        self.input_size = self.output_size = 8
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, config.width))
        self.decoders = nn.ModuleDict({
            side: nn.Sequential(nn.Linear(config.width, 3 * 8 * 8), nn.Sigmoid(), nn.Unflatten(1, (3, 8, 8)))
            for side in ("a", "b")
        })

    def encode(self, face_BCHW):
        return self.encoder(face_BCHW)

    def decode(self, code, side):
        return Decoded(self.decoders[side](code), None)
'''


def install(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Install the package into a folder and have Python look there."""
    (folder / "visiting_package.py").write_text(_MODULE)
    facts = folder / "visiting_package-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: visiting-package\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[omote.models]\n{NAME} = visiting_package:Visitor\n")
    patch.syspath_prepend(str(folder))
    patch.delitem(sys.modules, "visiting_package", raising=False)
