import torch

from omote.training.preview import preview_sheet
from omote.training.run import Run


def test_the_sheet_shows_six_columns_twice(run: Run) -> None:
    drawn = preview_sheet(run)
    assert drawn.shape == (18 + 5 * 96, 12 * 96, 3)  # nine faces of A fold into five rows
    assert run.network.training


def test_the_columns_are_who_they_say_they_are(run: Run) -> None:
    for side, value in (("a", -50.0), ("b", 50.0)):
        *_, last, _ = run.network.decoders[side]  # type: ignore[index]
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.constant_(last.bias, value)  # a decoder that draws all black, one that draws all white
    drawn = preview_sheet(run)
    columns = [int(drawn[40, column * 96 + 48, 0]) for column in (1, 2, 4, 5)]
    assert columns == [0, 255, 255, 0]
