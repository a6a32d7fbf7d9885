"""What this machine and these packages can do: versions, device, codecs, and the terms of what is in use."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from omote.core.config import Config
from omote.perception.config import LookConfig
from omote.stages.context import Context, Report

_PACKAGES = ("omote", "torch", "av", "opencv-python", "onnxruntime", "uniface", "c2pa-python")


class DoctorConfig(Config):
    """Settings of doctor: there is nothing to choose."""


class CodecRow(Report):
    """A codec that can be written.

    Attributes:
        codec: as `encode.codec` names it.
        encoder: FFmpeg's software encoder.
        hardware: encoders of graphics cards that open here.
        files: suffixes that hold it.
        pixels: chroma it holds.
        depths: bits of a sample.
        alpha: suffixes with which it holds alpha.
        lossless: whether it can be written without loss.
    """

    codec: str
    encoder: str
    hardware: list[str]
    files: list[str]
    pixels: list[str]
    depths: list[int]
    alpha: list[str]
    lossless: bool


class PluginRow(Report):
    """A plugin in use where nothing else is chosen.

    Attributes:
        role: what it does.
        name: which one.
        terms: of its weights.
    """

    role: str
    name: str
    terms: str


class DoctorReport(Report):
    """What there is.

    Attributes:
        packages: version of each; "not installed" where it is not.
        device: where networks run.
        cores: processors that may be used.
    """

    python: str
    system: str
    ffmpeg: str
    packages: dict[str, str]
    device: str
    cores: int
    codecs: list[CodecRow]
    plugins: list[PluginRow]


def run(config: DoctorConfig, context: Context) -> DoctorReport:
    """Look at what there is; nothing is changed, nothing fetched."""
    from omote.media.abilities import abilities, ffmpeg_version
    from omote.runtime.device import pick_device

    rows = [
        CodecRow(
            codec=each.codec, encoder=each.encoder, hardware=list(each.hardware), files=list(each.suffixes),
            pixels=list(each.pixels), depths=list(each.depths), alpha=list(each.alpha), lossless=each.lossless,
        )
        for each in abilities()
    ]  # fmt: skip
    return DoctorReport(
        python=platform.python_version(),
        system=platform.platform(),
        ffmpeg=ffmpeg_version(),
        packages={name: _version(name) for name in _PACKAGES},
        device=str(pick_device("auto")),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        codecs=rows,
        plugins=_plugins(),
    )


def _plugins() -> list[PluginRow]:
    from omote.perception.licences import LICENCES

    look = LookConfig()
    names = {role: getattr(look, role) for role in ("detector", "landmarker", "identifier") if hasattr(look, role)}
    return [PluginRow(role=role, name=name, terms=LICENCES.get(name, "not known")) for role, name in names.items()]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
