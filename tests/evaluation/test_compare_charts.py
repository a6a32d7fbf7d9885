import numpy as np
import pytest

from omote.core.types import Picture
from omote.evaluation.compare_charts import Curve, face_sheet, learning_chart, standing_chart
from omote.evaluation.ranking import ranking
from omote.imaging.pictures import decode
from omote.training.history import Row

GREEN, BAND = (27, 127, 75), (217, 239, 226)


def drawn(png: bytes | None) -> Picture:
    assert png is not None
    picture = decode(png)
    assert picture is not None
    return picture


def pixels(picture: Picture, colour: tuple[int, int, int], near: int = 6) -> int:
    return int((np.abs(picture.astype(int) - colour).max(2) <= near).sum())


def rows(ssim: float | None, count: int = 12) -> list[Row]:
    held = [None if ssim is None else ssim * (1 - 0.9 ** (n + 1)) for n in range(count)]
    return [Row(10 * n + 10, 3.0 * n, 0.5, 0.5, 1e-3, "learn", 0.5, 0.5, held[n], held[n]) for n in range(count)]


def test_the_best_stands_out_and_how_far_chance_reaches_is_a_band() -> None:
    sure = {"a": [0.9, 0.902], "b": [0.5, 0.502]}
    unsure = {"a": [0.9, 0.6], "b": [0.5, 0.8]}
    charts = {name: drawn(standing_chart(ranking(each), "SSIM")) for name, each in (("sure", sure), ("unsure", unsure))}
    assert all(pixels(chart, GREEN) > 100 for chart in charts.values())
    assert 20 * pixels(charts["sure"], BAND) < pixels(charts["unsure"], BAND)
    single = drawn(standing_chart(ranking({"a": [0.9], "b": [0.5]}), "SSIM"))
    assert 20 * pixels(single, BAND) < pixels(charts["unsure"], BAND)


def test_the_band_reaches_as_far_for_each_choice_as_chance_does_for_it() -> None:
    standings = ranking({"a": [0.9, 0.91, 0.92], "b": [0.86, 0.87, 0.88], "c": [0.8], "d": [0.7, 0.71, 0.72]})
    chart = drawn(standing_chart(standings, "SSIM"))
    band = (np.abs(chart.astype(int) - BAND).max(2) <= 6).astype(int)
    top, bottom = np.flatnonzero(band.sum(1) > 20)[[0, -1]]
    below = [round(top + (row + 0.8) * (bottom - top) / 3) for row in range(3)]  # the dots and their figures
    widths = [int(np.ptp(np.flatnonzero(band[row]))) for row in below]
    margins = [each.margin for each in standings[1:] if each.margin is not None]
    assert [each.name for each in standings] == ["a", "b", "c", "d"]
    assert margins[0] == margins[2] < 0.8 * margins[1]
    assert np.divide(widths, widths[0]) == pytest.approx(np.divide(margins, margins[0]), rel=0.02)


def test_the_chart_grows_with_the_choices() -> None:
    two, ten = (standing_chart(ranking({f"choice {n}": [n / 10] for n in range(most)}), "SSIM") for most in (2, 10))
    assert drawn(ten).shape[0] > 2 * drawn(two).shape[0]


def test_every_choice_has_a_colour_of_its_own_in_both_panels() -> None:
    chart = drawn(learning_chart([Curve("good", [rows(0.9), rows(0.88)]), Curve("poor", [rows(0.5)])]))
    half = chart.shape[1] // 2
    for colour in ((0, 114, 178), (213, 94, 0)):
        assert pixels(chart[:, :half], colour, 40) > 50
        assert pixels(chart[:, half:], colour, 40) > 50


def test_what_was_not_measured_has_no_chart() -> None:
    assert learning_chart([Curve("a", [rows(None)]), Curve("b", [])]) is None


def test_a_few_faces_are_no_larger_than_many() -> None:
    heights = [drawn(face_sheet([("one", [np.zeros((32, 32, 3), np.uint8)] * most)])).shape[0] for most in (1, 2, 6)]
    assert heights[0] == heights[1]
    assert heights[2] <= heights[0] < 200


@pytest.mark.parametrize("lines", [2, 5])
def test_faces_of_a_choice_are_in_its_line(lines: int) -> None:
    shades = [(40 * line + 20, 0, 200) for line in range(lines)]
    faces = [[np.full((32, 32, 3), shade, np.uint8)] * 6 for shade in shades]
    sheet = drawn(face_sheet([(f"choice {line}, with a long name", faces[line]) for line in range(lines)]))
    height = sheet.shape[0] // lines
    for line, shade in enumerate(shades):
        for column in range(6):
            x = int(sheet.shape[1] * (0.2 + 0.8 * (column + 0.5) / 6))
            assert np.abs(sheet[line * height + height // 2, x].astype(int) - shade).max() < 5
