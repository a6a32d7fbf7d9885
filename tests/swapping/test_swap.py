import numpy as np
import torch

from omote.models.registry import build
from omote.swapping.swap import swap_faces


def test_batches_do_not_matter_and_order_is_kept() -> None:
    network = build("nano", {"learn_mask": True}).eval()
    crops = list(np.random.default_rng(0).integers(0, 255, (5, 64, 64, 3), np.uint8))
    made = swap_faces(network, crops, "b", batch=2)
    assert len(made) == 5
    for crop, one in zip(crops, made, strict=True):
        feed = torch.from_numpy(crop).permute(2, 0, 1)[None].float() / 255
        with torch.inference_mode():
            alone = network(feed, "b")
        np.testing.assert_allclose(one.face, alone.face[0].permute(1, 2, 0), atol=1e-4)
        assert one.mask is not None
        np.testing.assert_allclose(one.mask, alone.mask[0, 0], atol=1e-4)


def test_no_faces_need_no_network() -> None:
    assert swap_faces(build("nano", {}), [], "a", batch=4) == []
