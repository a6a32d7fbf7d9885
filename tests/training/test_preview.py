import numpy as np
import pytest
import torch
from torch import Tensor, nn

from omote.faceset.batch import Batch
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.nano import Nano, NanoConfig
from omote.training.preview import preview_sheet

MADE = {"a": 0.2, "b": 0.6}


class Painter(SwapNetwork):
    """Makes faces of one grey a person, whose masks are their left halves where it has masks."""

    def __init__(self, size: int = 96, masks: bool = False) -> None:
        super().__init__()
        self.input_size, self.output_size, self.masks = 8, size, masks
        self.norm, self.frozen = nn.BatchNorm2d(3), nn.Dropout()

    def encode(self, face_BCHW: Tensor) -> Tensor:
        assert face_BCHW.shape[1:] == (3, 8, 8)
        assert not any(module.training for module in self.modules())
        return face_BCHW

    def decode(self, code: Tensor, side: Side) -> Decoded:
        face = torch.full((len(code), 3, self.output_size, self.output_size), MADE[side])
        mask = torch.zeros_like(face[:, :1])
        mask[..., : self.output_size // 2] = 1
        return Decoded(face, mask if self.masks else None)


def batch(count: int, first: float, size: int = 96) -> Batch:
    """Faces of a grey of their own, brighter by a hundredth each; the masks are the upper halves."""
    shade = first + torch.arange(count).view(-1, 1, 1, 1) / 100
    mask = torch.zeros(count, 1, size, size)
    mask[:, :, : size // 2] = 1
    return Batch(torch.zeros(count, 3, 8, 8), shade.expand(-1, 3, size, size), mask, mask, mask)


def grey(value: float) -> list[int]:
    return [round(value * 255)] * 3


def face(drawn: np.ndarray, row: int, column: int, side: int = 96) -> np.ndarray:
    return drawn[18 + row * side : 18 + (row + 1) * side, column * side : (column + 1) * side]


def test_rows_are_folded_into_two_halves_of_six_columns() -> None:
    drawn = preview_sheet(Painter(), batch(5, 0.7), batch(7, 0.3), overlay=False)
    assert drawn.shape == (18 + 3 * 96, 12 * 96, 3)  # five rows: three and two
    for number in range(5):
        row, half = number % 3, 6 * (number // 3)
        shown = [face(drawn, row, half + column)[50, 50].tolist() for column in range(6)]
        expected = [0.7 + number / 100, MADE["a"], MADE["b"], 0.3 + number / 100, MADE["b"], MADE["a"]]
        assert shown == [grey(value) for value in expected]
    assert not face(drawn, 2, 6).any()


def test_a_single_row_has_an_empty_half() -> None:
    drawn = preview_sheet(Painter(), batch(1, 0.7), batch(1, 0.3), overlay=False)
    assert drawn.shape == (18 + 96, 12 * 96, 3)
    assert not face(drawn, 0, 7).any()


def test_the_overlay_is_red_by_thirty_percent_outside_the_face_and_nothing_inside() -> None:
    drawn = preview_sheet(Painter(), batch(1, 0.5), batch(1, 0.5), overlay=True)
    for column, value in ((0, 0.5), (1, 0.2), (2, 0.6)):
        shown = face(drawn, 0, column)
        assert shown[40, 60].tolist() == grey(value)
        assert shown[60, 20].tolist() == [round((value * 0.7 + 0.3) * 255), *grey(value * 0.7)[:2]]


def test_a_made_face_shows_the_mask_that_was_made_with_it() -> None:
    drawn = preview_sheet(Painter(masks=True), batch(1, 0.5), batch(1, 0.5), overlay=True)
    for column, tinted in ((0, (60, 20)), (1, (20, 60)), (2, (20, 60)), (3, (60, 20)), (4, (20, 60))):
        red, green, _ = face(drawn, 0, column)[tinted].tolist()
        assert red > green
        assert len(set(face(drawn, 0, column)[tinted[::-1]].tolist())) == 1
    plain = preview_sheet(Painter(masks=True), batch(1, 0.5), batch(1, 0.5), overlay=False)
    assert (face(plain, 0, 1) == 51).all()


@pytest.mark.parametrize(("made", "shown"), [(64, 96), (160, 160), (512, 256)])
def test_faces_are_shown_at_their_size_but_not_too_small_or_large(made: int, shown: int) -> None:
    drawn = preview_sheet(Painter(made), batch(2, 0.7, made), batch(2, 0.3, made), overlay=True)
    assert drawn.shape == (18 + shown, 12 * shown, 3)


def test_a_caption_is_a_line_below_and_changes_nothing_above() -> None:
    faces = batch(2, 0.7), batch(2, 0.3)
    without = preview_sheet(Painter(), *faces, overlay=False)
    captioned = preview_sheet(Painter(), *faces, overlay=False, caption="iteration 250 | loss A 0.0411 B 0.0451")
    other = preview_sheet(Painter(), *faces, overlay=False, caption="iteration 500 | loss A 0.0411 B 0.0451")
    assert captioned.shape[0] == without.shape[0] + 20
    assert (captioned[:-20] == without).all()
    assert (captioned[-20:] != other[-20:]).any()
    assert captioned[-20:].max() > 200


def test_every_part_is_left_in_its_mode_even_when_the_network_fails() -> None:
    network = Painter()
    network.train()
    network.frozen.eval()
    preview_sheet(network, batch(1, 0.5), batch(1, 0.5), overlay=False)
    assert (network.training, network.norm.training, network.frozen.training) == (True, True, False)
    wrong = batch(1, 0.5)._replace(feed=torch.zeros(1, 3, 9, 9))
    with pytest.raises(AssertionError):
        preview_sheet(network, wrong, wrong, overlay=False)
    assert (network.training, network.norm.training, network.frozen.training) == (True, True, False)


def test_values_out_of_range_are_cut_and_not_wrapped() -> None:
    bright = batch(1, 0.5)._replace(target=torch.full((1, 3, 96, 96), 1.5))
    dark = batch(1, 0.5)._replace(target=torch.full((1, 3, 96, 96), -0.5))
    drawn = preview_sheet(Painter(), bright, dark, overlay=False)
    assert (face(drawn, 0, 0) == 255).all()
    assert (face(drawn, 0, 3) == 0).all()


def test_a_real_network_s_faces_are_those_it_makes() -> None:
    torch.manual_seed(0)
    network = Nano(NanoConfig(learn_mask=True)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    seen = torch.rand(1, 3, 64, 64)
    mask = torch.ones(1, 1, 64, 64)
    faces = Batch(seen, seen, mask, mask, mask)
    drawn = preview_sheet(network, faces, faces, overlay=False)
    with torch.no_grad():
        made = network(seen, "b").face[0].permute(1, 2, 0).numpy()
    shown = face(drawn, 0, 2).astype(float) / 255
    assert np.abs(shown.mean((0, 1)) - made.mean((0, 1))).max() < 2 / 255
    assert network.training
