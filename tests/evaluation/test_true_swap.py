from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from omote.cast.pairs import PAIRS, trial_of
from omote.cast.render import Shot
from omote.cast.scene import Expression, Light, Scene
from omote.core.types import Floats, Picture, Pose
from omote.evaluation.held_out import MOST_PSNR
from omote.evaluation.true_swap import Near, Scored, bins_of, measures, scored, true_swap
from omote.imaging.blending import unit
from omote.imaging.colour import to_lab

SIDE = 120
SCENE = Scene()


@pytest.fixture(scope="module")
def drawn() -> tuple[Shot, Shot]:
    """A of the cast's first pair and her true swap."""
    clips = trial_of(PAIRS[0], 3)
    return clips["plate"].shot(0), clips["truth"].shot(0)


def wanted(drawn: tuple[Shot, Shot]) -> Picture:
    return np.asarray(np.round(true_swap(*drawn)[0]), np.uint8)


def disc(radius: float) -> Floats:
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    return np.asarray(np.hypot(x, y) <= radius, np.float32)


def flat(level: int, radius: float = 40) -> Shot:
    rgb = np.full((SIDE, SIDE, 3), level, np.uint8)
    return Shot(rgb, np.zeros((68, 2), np.float32), disc(radius), Pose(0, 0, 0))


def test_the_true_swap_itself_is_perfect(drawn: tuple[Shot, Shot]) -> None:
    found = scored(wanted(drawn), SCENE, *drawn)
    for near in (found.inside, found.band):
        assert near == Near(pytest.approx(1, abs=1e-6), MOST_PSNR, 0, 0)  # type: ignore[arg-type]
    assert found.way == pytest.approx(1, abs=0.05)  # but for rounding


def test_as_she_was_is_no_part_of_the_way_and_half_and_half_is_half_of_it(drawn: tuple[Shot, Shot]) -> None:
    plate, _ = drawn
    nothing = scored(plate.rgb, SCENE, *drawn)
    assert nothing.way == 0
    assert nothing.inside.ssim < 0.9
    half = np.asarray((plate.rgb.astype(np.float32) + wanted(drawn)) / 2, np.uint8)
    assert scored(half, SCENE, *drawn).way == pytest.approx(0.5, abs=0.03)


def test_the_true_swap_is_b_inside_and_a_around_it(drawn: tuple[Shot, Shot]) -> None:
    plate, truth = drawn
    swap, inside, band = true_swap(plate, truth)
    np.testing.assert_allclose(swap[inside == 1], truth.rgb[inside == 1], atol=1e-3)
    assert np.array_equal(swap[inside == 0], plate.rgb[inside == 0])
    assert 0.1 < band.sum() / inside.sum() < 0.9
    assert (band * inside).sum() > 0
    assert (band * (1 - inside)).sum() > 0


def test_what_only_one_of_them_shows_as_face_does_not_count() -> None:
    plate, truth = flat(100, 44), flat(100, 40)
    made = plate.rgb.copy()
    made[(plate.mask > 0) & (truth.mask == 0)] = 250
    found = scored(made, SCENE, plate, truth)
    assert found.inside.psnr == MOST_PSNR
    assert found.band.psnr == MOST_PSNR


def test_a_cast_of_colour_is_told_in_lab() -> None:
    plate, truth = flat(100), flat(150)
    swap = np.round(true_swap(plate, truth)[0])
    made = np.asarray(swap + disc(40)[..., None] * np.array([12, 0, -12]), np.uint8)
    cast, true = (
        to_lab(unit(np.full((1, 1, 3), 150, np.uint8) + np.array(by, np.uint8)))[0, 0] for by in ((12, 0, 244), 0)
    )
    found = scored(made, SCENE, plate, truth)
    assert found.inside.colour == pytest.approx(float(np.linalg.norm(cast - true)), rel=1e-3)
    assert scored(np.asarray(swap, np.uint8), SCENE, plate, truth).inside.colour == 0


def test_colours_do_not_err_where_features_are_a_pixel_off(drawn: tuple[Shot, Shot]) -> None:
    moved = np.roll(wanted(drawn), 1, 1)
    warm = np.clip(wanted(drawn) + np.array([14, 0, -14]), 0, 255).astype(np.uint8)
    off, cast = (scored(made, SCENE, *drawn).inside for made in (moved, warm))
    assert off.edges > 3 * cast.edges
    assert cast.colour > 3 * off.colour


def test_what_errs_to_both_sides_by_turns_is_no_cast_of_colour_but_an_error_of_edges_whichever_way_they_run() -> None:
    plate, truth = flat(100), flat(150)
    swap = np.round(true_swap(plate, truth)[0])
    rows = np.where(np.arange(SIDE) % 4 < 2, 20, -20)[:, None, None] * disc(40)[..., None]
    down, across = (
        scored(np.asarray(swap + by, np.uint8), SCENE, plate, truth).inside for by in (rows, rows.swapaxes(0, 1))
    )
    assert down.colour < 1
    assert down.edges > 5
    assert down.edges == pytest.approx(across.edges, rel=1e-3)


def test_a_seam_is_seen_along_the_edge_and_less_where_it_is_soft() -> None:
    plate, truth = flat(100), flat(100)
    pasted = np.asarray(plate.rgb + 40 * disc(40)[..., None], np.uint8)
    soft = np.asarray(plate.rgb + 40 * gaussian_filter(disc(40), 6)[..., None], np.uint8)
    hard, even = (scored(made, SCENE, plate, truth) for made in (pasted, soft))
    assert hard.band.edges > 2 * even.band.edges
    assert hard.band.edges > 1.5 * hard.inside.edges


def test_blur_costs_edges_the_more_the_stronger_it_is(drawn: tuple[Shot, Shot]) -> None:
    truth = wanted(drawn)
    edges = [scored(gaussian_filter(truth, (by, by, 0)), SCENE, *drawn).inside.edges for by in (0.6, 1.2, 3)]
    assert 0 < edges[0] < edges[1] < edges[2]


def test_a_picture_without_the_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no face"):
        true_swap(flat(100, 0), flat(100))


def test_frames_are_grouped_by_what_is_played_in_them() -> None:
    plain = Scene(Expression(), Pose(-9, 0, 0), light=Light(-30))
    talks = Scene(Expression(jaw_open=0.4, blink_left=1, blink_right=1), Pose(-25, 5, 0), light=Light(-70))
    assert bins_of(plain) == ("yaw 0° to 10°", "mouth shut", "eyes open", "lamp as learnt from")
    assert bins_of(talks) == ("yaw 20° or more", "mouth open", "eyes shut", "lamp never learnt from")
    assert bins_of(replace(plain, pose=Pose(10, 0, 0)))[0] == "yaw 10° to 20°"
    good, bad = Near(0.9, 30, 1, 2), Near(0.5, 20, 5, 6)
    frames = [Scored(plain, good, good, 0.8), Scored(plain, good, bad, 0.8), Scored(talks, bad, bad, 0.2)]
    told = {(each.name, each.group): each for each in measures(frames)}
    assert told["SSIM to the true swap inside the face", ""].n == 3
    assert told["SSIM to the true swap inside the face", "mouth shut"].value == pytest.approx(0.9)
    assert told["PSNR to the true swap inside the face", "lamp never learnt from"].value == 20
    assert told["edge error along the edge", ""].value == pytest.approx(14 / 3)
    assert told["way from A to the true swap", ""].value == pytest.approx(0.6)
    assert ("SSIM to the true swap inside the face", "yaw 10° to 20°") not in told
    assert measures([]) == []


def test_every_trial_has_frames_of_every_pose_and_of_both_lamps() -> None:
    for pair in PAIRS:
        seen = {name for scene in trial_of(pair, 48)["plate"].scenes for name in bins_of(scene)}
        assert {"yaw 0° to 10°", "yaw 10° to 20°", "yaw 20° or more", "eyes open"} <= seen
        assert {"lamp as learnt from", "lamp never learnt from", "mouth open", "mouth shut"} <= seen
