import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.core.errors import ModelError
from omote.models import faceswap_keras
from omote.models.anatomy import blueprint
from omote.models.faceswap_keras import KerasLayer, converted, read_keras, taken_over
from omote.models.weights import load_weights
from tests import faceswap_models
from tests.models import networks


@pytest.fixture(scope="module")
def weights() -> dict[str, list[tuple[faceswap_models.Array, faceswap_models.Array]]]:
    return faceswap_models.drawn(faceswap_models.lightweight())


@pytest.fixture
def path(weights: dict[str, list[tuple[faceswap_models.Array, faceswap_models.Array]]], tmp_path: Path) -> Path:
    faceswap_models.write(tmp_path / "lightweight.keras", faceswap_models.lightweight(), weights)
    return tmp_path / "lightweight.keras"


def test_the_faces_are_those_that_the_file_s_network_makes(
    path: Path, weights: dict[str, list[tuple[faceswap_models.Array, faceswap_models.Array]]]
) -> None:
    network = networks.thin("lightweight", {}).eval()
    load_weights(network, converted(read_keras(path), network))
    rgb = networks.faces(2, 64)
    made = networks.swapped(network, rgb)
    bgr = np.ascontiguousarray(rgb.numpy()[:, ::-1].transpose(0, 2, 3, 1))
    for side in networks.SIDES:
        wanted = faceswap_models.lightweight_face(weights, side, bgr)
        assert wanted.std() > 0.02
        np.testing.assert_allclose(made[side].face.numpy()[:, ::-1].transpose(0, 2, 3, 1), wanted, atol=1e-5)


def shaped(name: str, options: Mapping[str, object]) -> dict[str, list[KerasLayer]]:
    """Return layers of the sizes of a network, with no numbers behind them."""
    parts = blueprint(name, options).parts()
    return {
        theirs: [
            KerasLayer(np.broadcast_to(np.float32(0), _keras_shape(layer)), np.zeros(1, np.float32))
            for layer in parts[ours].modules()
            if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear)
        ]
        for theirs, ours in (("encoder", "encoder"), ("decoder_a", "decoders.a"), ("decoder_b", "decoders.b"))
    }


def _keras_shape(layer: torch.nn.Conv2d | torch.nn.Linear) -> tuple[int, ...]:
    outputs, inputs, *kernel = layer.weight.shape
    return (*kernel, inputs, outputs)


@pytest.mark.parametrize(
    ("name", "options"), [(name, each) for name, every in faceswap_keras.NETWORKS.items() for each in every]
)
def test_the_layers_sizes_tell_the_settings(
    name: str, options: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faceswap_keras, "_turned", lambda *_: (None, None))
    told, weights = taken_over(shaped(name, options), name)
    assert told == options
    assert weights.keys() == blueprint(name, options).state_dict().keys()


def test_a_network_that_cannot_be_taken_over_is_named(path: Path) -> None:
    with pytest.raises(ModelError, match=r"weights of 'villain' cannot be taken over \(known: original, lightweight,"):
        taken_over(read_keras(path), "villain")


def test_layers_of_another_network_are_refused(path: Path) -> None:
    with pytest.raises(ModelError, match=r"not the layers of original \(encoder has 6 layers .* there and 7 here\)"):
        taken_over(read_keras(path), "original")
    with pytest.raises(ModelError, match=r"not the layers of lightweight \(encoder.* has weights of \(5, 5, 3, 8\)"):
        taken_over(read_keras(path), "lightweight")


def test_what_is_no_such_file_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "text.keras").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "bare.keras", "w") as bare:
        bare.writestr("config.json", "{}")
    data = path.read_bytes()
    (tmp_path / "cut.keras").write_bytes(data[: len(data) // 2])
    for name in ("text", "bare", "cut", "none"):
        with pytest.raises(ModelError, match=r"no \.keras file of faceswap, or damaged"):
            read_keras(tmp_path / f"{name}.keras")
