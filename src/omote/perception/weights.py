"""Weights that do not arrive with a package: which file a plugin needs, where it lies, and fetching it.

They lie where the library `uniface` keeps them, so that one copy serves all that use it: in `~/.uniface/models`, or in
the folder that the variable UNIFACE_CACHE_DIR names. Their addresses and SHA-256 are those of its table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from uniface import constants, model_store

from omote.core.errors import OmoteError, SettingError, Stopped
from omote.core.events import Emit, Progress, silent
from omote.perception.fetching import Unfetched, fetch, sha256_of

# Of each family the one its publisher's figures favour, unless it is several times the size for a trifle.
_USED: dict[str, Enum] = {
    "retinaface": constants.RetinaFaceWeights.RESNET34,
    "scrfd": constants.SCRFDWeights.SCRFD_10G_KPS,
    "yolov8-face": constants.YOLOv8FaceWeights.YOLOV8N,
    "pipnet-68": constants.PIPNetWeights.DW300_CELEBA_68,
    "pipnet-98": constants.PIPNetWeights.WFLW_98,
    "arcface": constants.ArcFaceWeights.RESNET,
    "adaface": constants.AdaFaceWeights.IR_101,
    "bisenet": constants.ParsingWeights.RESNET34,
    "xseg": constants.XSegWeights.DEFAULT,
    "ediffiqa": constants.EDifFIQAWeights.T,
}
PLUGINS = tuple(_USED)
"""The plugins that need weights of this kind."""

State = Literal["ready", "missing", "wrong"]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight file of a plugin.

    Attributes:
        plugin: whose weights they are.
        uniface_name: what the library calls them.
        path: where the file lies or is to lie.
        urls: where it can be fetched, the usual place first.
        sha256: of the right content, 64 hexadecimal digits.
    """

    plugin: str
    uniface_name: Enum
    path: Path
    urls: tuple[str, ...]
    sha256: str

    def state(self) -> State:
        """Say whether the file is there with the right content; this reads all of it."""
        if not self.path.is_file():
            return "missing"
        return "ready" if sha256_of(self.path) == self.sha256 else "wrong"


def weights_of(plugin: str) -> Weights:
    """Return what is known of a plugin's weights.

    Raises:
        SettingError: it needs none of this kind.
    """
    if plugin not in _USED:
        raise SettingError(f"no weights to fetch for {plugin!r}", do=f"known: {', '.join(sorted(PLUGINS))}")
    name = _USED[plugin]
    facts = constants.MODEL_REGISTRY[name]
    file = f"{name.value}{Path(facts.url).suffix}"
    mirror = f"{constants.HF_MIRROR_URL}/{file}"
    return Weights(plugin, name, Path(model_store.get_cache_dir()) / file, (facts.url, mirror), facts.sha256)


def ready(plugin: str) -> Enum:
    """Return uniface's name of a plugin's weights, once the right file is there; fetch it if need be.

    Raises:
        OmoteError: it is not there and cannot be fetched.
    """
    weights = weights_of(plugin)
    obtain(weights)
    return weights.uniface_name


def obtain(weights: Weights, emit: Emit = silent, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Fetch a weight file that is missing or has the wrong content; return whether that was so.

    Args:
        weights: which.
        emit: told how far it is.
        stopped: asked between two pieces; once it says yes, what is there stays for the next run.

    Raises:
        OmoteError: it cannot be fetched, with how to place it by hand, or not be written.
        Stopped: when asked to stop.
    """

    def tell(done: int, total: int) -> None:
        emit(Progress(weights.path.name, done >> 10, total >> 10, "KiB"))
        if stopped():
            raise Stopped

    state = weights.state()
    if state == "ready":
        return False
    try:
        fetch(weights.urls, weights.path, weights.sha256, tell)
    except Unfetched as fault:
        wrong = "have the wrong SHA-256 and " if state == "wrong" else ""
        raise OmoteError(
            f"the weights of {weights.plugin} {wrong}cannot be fetched ({fault})",
            weights.path,
            f"download {weights.urls[0]} by other means and place it there under this name; "
            f"its SHA-256 must be {weights.sha256}",
        ) from fault
    return True
