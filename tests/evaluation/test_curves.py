import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from omote.core.types import Picture
from omote.evaluation.curves import curves, finder_curve
from omote.imaging.pictures import decode
from omote.training.history import Row

BLUE, RED_BROWN, BAND = (0, 0x72, 0xB2), (0xD5, 0x5E, 0), (0xEE, 0xEE, 0xEE)
WIDTH, PANEL = 1170, 273


def rows(count: int = 40) -> list[Row]:
    """A's loss falls from 0.4 to 0.1 as an exponential does, B's is always 0.2; the last quarter is another phase."""
    return [
        Row(
            250 * number, 1.0, 0.4 * 0.25 ** ((number - 1) / (count - 1)), 0.2, 1e-4,
            "learn" if number <= 0.75 * count else "finish",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def shown(png: bytes) -> Picture:
    assert png.startswith(b"\x89PNG")
    picture = decode(png)
    assert picture is not None
    return picture


def where(picture: Picture, colour: tuple[int, int, int]) -> npt.NDArray[np.intp]:
    """Return (N, 2): row and column of the pixels of a colour."""
    return np.argwhere((np.abs(picture.astype(int) - colour) <= 2).all(2))


def height(at: npt.NDArray[np.intp], left: float, right: float) -> float:
    span = at[:, 1].min(), at[:, 1].max()
    share = (at[:, 1] - span[0]) / (span[1] - span[0])
    return float(at[(share >= left) & (share <= right), 0].mean())


def lines(picture: Picture) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pixels of A's and B's curves, without those of the legend at the upper right."""
    found = [where(picture, colour) for colour in (BLUE, RED_BROWN)]
    blue, brown = (at[(at[:, 0] > 70) | (at[:, 1] < 1050)] for at in found)
    return blue, brown


def test_an_exponential_is_a_straight_line_and_a_constant_a_level_one() -> None:
    blue, brown = lines(shown(curves(rows()))[:PANEL])
    first, middle, last = (height(blue, at, at + 0.04) for at in (0.05, 0.48, 0.91))
    assert first < middle < last  # rows count downwards
    assert middle == pytest.approx((first + last) / 2, abs=2)
    assert np.ptp(brown[:, 0]) <= 3
    assert height(brown, 0, 1) == pytest.approx(middle, abs=2)  # A is at 0.2 half way


def test_a_curve_begins_and_ends_where_its_values_do_however_smooth_it_is() -> None:
    picture = shown(curves(rows(1000)))[:PANEL]
    blue, brown = lines(picture)
    ratio = math.log(0.4 / 0.2) / math.log(0.2 / 0.1)
    assert ratio == 1
    above = height(brown, 0, 1) - blue[:, 0].min()
    below = blue[:, 0].max() - height(brown, 0, 1)
    assert above == pytest.approx(below, abs=3)


def test_single_wild_rows_do_not_move_the_smooth_line() -> None:
    wild = rows(1000)
    wild[500] = replace(wild[500], loss_b=0.4)
    _, brown = lines(shown(curves(wild))[:PANEL])
    assert np.ptp(brown[:, 0]) <= 3


def test_a_phase_is_a_band_as_wide_as_its_share_of_the_run() -> None:
    picture = shown(curves(rows()))[:PANEL]
    blue, _ = lines(picture)
    columns, pixels = np.unique(where(picture, BAND)[:, 1], return_counts=True)
    band = columns[pixels > PANEL / 2]
    assert np.ptp(band) / np.ptp(blue[:, 1]) == pytest.approx(10 / 39, abs=0.02)
    assert band.max() == pytest.approx(blue[:, 1].max(), abs=5)


def test_there_is_a_panel_for_all_that_is_known_and_for_nothing_else() -> None:
    bare = [replace(row, rate=None) for row in rows()]
    held = [replace(row, held_loss_a=0.1, held_ssim_b=0.9) for row in rows()]
    heights = [shown(curves(some)).shape[0] for some in (bare, rows(), held)]
    assert heights == [PANEL + 52, 2 * PANEL + 52, 4 * PANEL + 52]
    assert shown(curves(rows())).shape[1] == WIDTH


def test_one_row_and_a_rate_of_nothing_can_be_drawn_and_no_rows_cannot() -> None:
    picture = shown(curves([replace(rows()[0], rate=0.0)]))
    assert len(where(picture[:PANEL], BLUE)) > 10
    with pytest.raises(ValueError, match="no rows"):
        curves([])


def test_a_search_for_the_rate_shows_where_it_fell_however_high_it_went() -> None:
    rates = np.geomspace(1e-6, 1, 121)
    falling = 0.3 - 0.2 * np.clip((np.log10(rates) + 5) / 3, 0, 1)
    losses = np.where(rates > 0.1, np.inf, falling)
    exploded = np.where(rates > 0.1, 1e6, falling)
    picture = shown(finder_curve(rates.tolist(), losses.tolist(), exploded.tolist(), 1e-3))
    blue = where(picture, BLUE)
    blue = blue[(blue[:, 0] > 100) | (blue[:, 1] > 350)]  # not the legend's
    assert blue[blue[:, 1] < 650, 0].std() > 50  # the fall takes a good part of the height
    marked = where(picture, RED_BROWN)
    middle = int(np.median(marked[:, 1]))
    axis = np.argwhere(picture[450:, :].max(2).min(0) < 40).min(), picture.shape[1]
    share = (middle - axis[0]) / (axis[1] - axis[0])
    assert share == pytest.approx(0.5, abs=0.03)  # 1e-3 lies half way from 1e-6 to 1


def test_a_search_s_lists_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="2 rates, 1 losses"):
        finder_curve([1e-4, 1e-3], [1.0], [1.0, 1.0], 1e-4)
