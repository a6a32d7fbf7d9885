import pytest

from omote.models.phaze_a.plan import Map, fitted


def test_a_map_that_doubles_to_the_output_stays() -> None:
    assert fitted(Map(512, 8), 128) == Map(512, 8)
    assert Map(512, 8).doublings(128) == 4
    assert fitted(Map(64, 64), 64).doublings(64) == 0


def test_other_maps_are_reshaped_with_all_their_numbers() -> None:
    assert fitted(Map(450, 8), 160) == Map(1152, 5)
    assert Map(1152, 5).doublings(160) == 5
    assert fitted(Map(162, 8), 144) == Map(128, 9)  # 144 can be halved down to 9 only


@pytest.mark.parametrize("given", [Map(512, 8), Map(1, 6)])
def test_numbers_that_fill_no_shape_are_an_error(given: Map) -> None:
    with pytest.raises(ValueError, match="output_size 160 cannot be reached"):
        fitted(given, 160)


def test_a_map_larger_than_the_face_is_an_error() -> None:
    with pytest.raises(ValueError, match="larger than output_size 64"):
        fitted(Map(512, 128), 64)
