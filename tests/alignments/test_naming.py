import pytest

from omote.alignments.naming import picture_stem, plain_name
from omote.core.errors import AlignmentsError


@pytest.mark.parametrize("name", ["../x", "a/b", "..", ".hidden", "C:x", "a\\b", "", "a\0b", "x" * 300])
def test_a_name_never_leads_elsewhere(name: str) -> None:
    with pytest.raises(AlignmentsError, match="cannot be the name of a file"):
        plain_name(name)


@pytest.mark.parametrize("name", ["components", "my.frame", "面 1", "person-01"])
def test_names_of_people_s_own_stay(name: str) -> None:
    assert plain_name(name) == name


def test_a_picture_is_called_after_its_frame() -> None:
    assert picture_stem("clip_000002", 2) == "clip_000002_2"
    assert picture_stem("IMG.01.jpeg", 0) == "IMG.01_0"
    with pytest.raises(AlignmentsError, match="cannot be the name"):
        picture_stem("../../up", 0)
