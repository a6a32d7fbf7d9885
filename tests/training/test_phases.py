from typing import Any

import pytest

from omote.training.config import PhaseConfig
from omote.training.phases import Limits, Moment, Place

LIMITS = Limits(1000)


def phases(*first: dict[str, Any]) -> tuple[PhaseConfig, ...]:
    return tuple(PhaseConfig.checked({"name": str(n), **each}) for n, each in enumerate([*first, {}]))


@pytest.mark.parametrize(
    ("moment", "limits", "share"),
    [
        (Moment(0, 0), LIMITS, 0),
        (Moment(250, 1e9), LIMITS, 0.25),
        (Moment(250, 30), Limits(1000, 40), 0.75),
        (Moment(2000, 1), LIMITS, 1),
    ],
)
def test_of_a_run_so_much_is_over_as_of_the_limit_that_is_nearer(moment: Moment, limits: Limits, share: float) -> None:
    assert moment.share(limits) == pytest.approx(share)


def test_iterations_count_from_where_the_phase_began() -> None:
    place = Place(0, Moment(100, 5.0), 0.1)
    listed = phases({"iterations": 50})
    progress = [place.progress(listed, Moment(at), LIMITS) for at in (100, 125, 149, 150, 170)]
    assert progress == pytest.approx([0, 0.5, 0.98, 1, 1])


def test_minutes_count_from_where_the_phase_began() -> None:
    place = Place(0, Moment(100, 60.0), 0.1)
    listed = phases({"minutes": 2})
    progress = [place.progress(listed, Moment(100, seconds), LIMITS) for seconds in (60, 120, 180, 300)]
    assert progress == pytest.approx([0, 0.5, 1, 1])


def test_a_share_is_of_the_whole_run() -> None:
    listed = phases({"share": 0.6})
    progress = [Place().progress(listed, Moment(at), LIMITS) for at in (0, 300, 600, 700)]
    assert progress == pytest.approx([0, 0.5, 1, 1])
    later = Place(0, Moment(200), 0.2)
    assert later.progress(listed, Moment(400), LIMITS) == pytest.approx(0.5)
    assert Place(0, Moment(700), 0.7).progress(listed, Moment(700), LIMITS) == 1  # its share was over before it began


def test_the_end_that_is_nearest_counts() -> None:
    listed = phases({"iterations": 400, "minutes": 1, "share": 0.9})
    assert Place().progress(listed, Moment(100, 0), LIMITS) == pytest.approx(0.25)
    assert Place().progress(listed, Moment(100, 30), LIMITS) == pytest.approx(0.5)
    assert Place().progress(listed, Moment(100, 30), Limits(120)) == pytest.approx(100 / 120 / 0.9)


def test_a_plateau_alone_is_never_near() -> None:
    assert Place().progress(phases({"plateau": 10}), Moment(999), LIMITS) == 0


def test_the_last_phase_ends_with_the_run() -> None:
    place = Place(1, Moment(600), 0.6)
    listed = phases({"share": 0.6})
    assert [place.progress(listed, Moment(at), LIMITS) for at in (600, 800, 1000)] == pytest.approx([0, 0.5, 1])


def test_a_run_made_longer_goes_on_in_its_phase_and_ends_later() -> None:
    listed = phases({"share": 0.5})
    place = Place().following(Moment(500, 9.0), LIMITS)
    assert place == Place(1, Moment(500, 9.0), 0.5)
    longer = Limits(2000)
    assert place.progress(listed, Moment(1000), LIMITS) == 1
    assert place.progress(listed, Moment(1000), longer) == 0
    assert place.progress(listed, Moment(1500), longer) == pytest.approx(0.5)
    assert place.progress(listed, Moment(2000), longer) == 1


def test_a_phase_that_began_where_the_run_was_to_end_has_what_is_added() -> None:
    listed = phases({"iterations": 1000})
    place = Place().following(Moment(1000), LIMITS)
    assert place.progress(listed, Moment(1000), LIMITS) == 1
    progress = [place.progress(listed, Moment(at), Limits(2000)) for at in (1000, 1500, 2000)]
    assert progress == pytest.approx([0, 0.5, 1])


def test_a_place_comes_back_as_it_was_put_down() -> None:
    place = Place(1, Moment(500, 9.25), 0.5)
    assert Place.from_json(place.to_json(), phases({}, {})) == place


def test_where_the_list_became_shorter_a_place_is_in_its_last() -> None:
    assert Place.from_json(Place(4, Moment(7, 1.0), 0.25).to_json(), phases({})) == Place(1, Moment(7, 1.0), 0.25)
