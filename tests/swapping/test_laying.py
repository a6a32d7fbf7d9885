import numpy as np
import pytest

from omote.core.types import Region
from omote.swapping.composite import Layer
from omote.swapping.laying import Layers


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_layer_over_a_plate_is_the_faces_over_it_one_after_the_other(dtype: type[np.generic]) -> None:
    rng, white = np.random.default_rng(0), float(np.iinfo(dtype).max)  # type: ignore[type-var]
    plate = rng.random((20, 30, 3))
    layers, wanted = Layers(20, 30, dtype), plate.copy()
    for region in (Region(2, 3, 22, 18), Region(10, 5, 28, 20), Region(0, 0, 0, 0)):
        face = rng.random((region.height, region.width, 3)).astype(np.float32)
        mask = np.clip(rng.random((region.height, region.width)) * 1.5 - 0.25, 0, 1).astype(np.float32)
        layers.add(Layer(region, face, mask))
        part = wanted[region.top : region.bottom, region.left : region.right]
        part[...] = part * (1 - mask[..., None]) + face * mask[..., None]
    alpha = layers.alpha[..., None] / white
    np.testing.assert_allclose(plate * (1 - alpha) + layers.rgb / white * alpha, wanted, atol=2.5 / white)
    assert (layers.rgb[layers.alpha == 0] == 0).all()
    assert (layers.alpha[:3] == 0).all()
