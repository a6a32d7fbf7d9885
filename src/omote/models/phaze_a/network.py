"""Phaze-A: every part of the network is an option; its presets are known networks and tried ones of its users."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.fully_connected import FullyConnected, Shape, Squeeze, Style
from omote.models.phaze_a.g_block import GBlock
from omote.models.phaze_a.ladder import decoder
from omote.models.phaze_a.plan import Map
from omote.models.phaze_a.published import begin, fetch
from omote.models.phaze_a.towers import tower


class Encoder(nn.Module):
    """The tower, and the bottleneck where both people share it.

    Attributes:
        code: shape of what it makes.
    """

    def __init__(self, config: PhazeAConfig) -> None:
        super().__init__()
        self.code: Shape
        self.tower, self.code = tower(config)
        self.squeeze: nn.Module = nn.Identity()
        if config.bottleneck_in_encoder:
            self.squeeze = squeeze = Squeeze(config, self.code)
            self.code = (squeeze.width,)

    def forward(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, H, W) → (B, *code)."""
        code: Tensor = self.squeeze(self.tower(face_BCHW))
        return code


class PhazeA(SwapNetwork):
    """Encoder → code → fully connected (own, shared) → map → G-block → decoder → face.

    Its parts have the names of the reference: `encoder`; `fc_a` and `fc_b`, or `fc_both`; `fc_shared`, `fc_gblock`;
    `g_block_a` … ; `decoder_a` … . Beside them stand `keras_encoder`, the tower of a known encoder without bottleneck;
    `inter`, all fully connected networks and G-blocks; and `decoders`, all decoders.
    """

    Config: ClassVar[type[Config]] = PhazeAConfig

    def __init__(self, config: PhazeAConfig) -> None:
        super().__init__()
        self.config = config
        self.input_size, self.output_size = config.input_size, config.output_size
        self.encoder = Encoder(config)
        code = self.encoder.code
        own = {who: FullyConnected(config, code) for who in _people(config.split_fc)}
        for who, fully_connected in own.items():
            self.add_module(f"fc_{who}", fully_connected)
        channels, side = next(iter(own.values())).outputs
        if config.shared_fc == "full":
            self.fc_shared = FullyConnected(config, code)
        made = Map(channels * (1 if config.shared_fc == "none" else 2), side)
        if config.enable_gblock:
            self.fc_gblock = Style(config, code)
            for who in _people(config.split_gblock):
                self.add_module(f"g_block_{who}", GBlock(made, self.fc_gblock.width))
        painters = _people(config.split_decoders)
        for who in painters:
            self.add_module(f"decoder_{who}", decoder(config, made, 3))
        self.masks = nn.ModuleDict({who: decoder(config, made, 1) for who in painters} if config.learn_mask else {})

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, input_size, input_size) → (B, C, H, W), or (B, C) where the bottleneck is in the encoder."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, C, H, W) or (B, C) → (B, 3, output_size, output_size)."""
        made = self._map(code, side)
        if self.config.enable_gblock:
            made = self._part("g_block", side)(made, self.fc_gblock(code))
        face = torch.sigmoid(self._part("decoder", side)(made).float())
        if not self.masks:
            return Decoded(face, None)
        return Decoded(face, torch.sigmoid(self.masks[side if self.config.split_decoders else "both"](made).float()))

    @property
    def begins_with(self) -> Architecture | None:
        """The encoder whose published weights a new training should begin with, if any."""
        known = self.config.enc_architecture
        return known if self.config.enc_load_weights and known != "fs_original" else None

    def load_published(self, weights: Mapping[str, Tensor] | None) -> None:
        """Give the encoder its published weights.

        Not done at birth: a model that has learnt brings its own, on machines where these are not.

        Raises:
            ModelError: they are of another encoder.
            SettingError: none were given, and no library here fetches them.
        """
        begin(self.encoder.tower, fetch(self.config) if weights is None else weights)

    def parts(self) -> dict[str, nn.Module]:
        """Return the parts by name; see the class."""
        parts = super().parts()
        inter = [part for name, part in parts.items() if name.startswith(("fc_", "g_block_"))]
        decoders = [part for name, part in parts.items() if name.startswith("decoder_")]
        parts |= {"inter": nn.ModuleList(inter), "decoders": nn.ModuleList(decoders)}
        if self.config.enc_architecture != "fs_original":
            parts["keras_encoder"] = self.encoder.tower
        return parts

    def _map(self, code: Tensor, side: Side) -> Tensor:
        own: Tensor = self._part("fc", side)(code)
        match self.config.shared_fc:
            case "none":
                return own
            case "full":
                return torch.cat((own, self.fc_shared(code)), dim=1)
            case "half":
                alike = own if side == "a" or not self.config.split_fc else self._part("fc", "a")(code)
                return torch.cat((own, alike), dim=1)

    def _part(self, kind: str, side: Side) -> nn.Module:
        names = (f"{kind}_{side}", f"{kind}_both")
        return next(self.get_submodule(name) for name in names if name in self._modules)


def _people(split: bool) -> tuple[str, ...]:
    return ("a", "b") if split else ("both",)
