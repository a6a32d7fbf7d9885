import pytest

from omote.cast.traits import HAIRS, IRISES, RANGES


@pytest.mark.parametrize("name", RANGES)
def test_ranges_run_upwards(name: str) -> None:
    low, high = RANGES[name]
    assert low < high


def test_shares_include_the_average() -> None:
    for name in ("jaw_width", "nose_width", "eye_size", "mouth_width", "upper_lip"):
        low, high = RANGES[name]
        assert low < 1 < high


def test_colours_are_srgb_and_hair_runs_from_dark_to_light() -> None:
    assert all(0 <= part <= 1 for colour in (*HAIRS.values(), *IRISES.values()) for part in colour)
    assert sum(HAIRS["black"]) == min(sum(colour) for colour in HAIRS.values())
    assert sum(HAIRS["white"]) == max(sum(colour) for colour in HAIRS.values())
