from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from omote.cast.scene import Backdrop, Scene
from omote.cast.take import take
from omote.core.errors import OmoteError
from omote.core.types import Floats, Picture
from omote.curation.faces import FacePicture, faces_in
from omote.curation.groups import Group
from omote.curation.measures import MEASURES
from omote.curation.moves import carry_out
from omote.curation.sorting import WAYS, arranged, by_person, plain_name, sorted_by
from omote.perception.recognising import Recogniser
from omote.perception.registry import identifier
from omote.stages.sort import HELP, Method

Put = Callable[..., Path]


class Knows:
    """An identifier whom the faces told who they are: all vectors are known."""

    one_person = 0.6

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        raise AssertionError("nothing is left to ask")


def known() -> Recogniser:
    return Recogniser("told", Knows())


def names(groups: list[Group]) -> list[tuple[str, list[str]]]:
    return [(group.folder, [face.path.stem for face in group.faces]) for group in groups]


def by(method: str, folder: Path) -> list[tuple[str, list[str]]]:
    return names(sorted_by(method, faces_in(folder), known))


def test_people_come_by_frequency_typical_faces_first_and_strangers_last(tmp_path: Path, put: Put) -> None:
    said = {"b1": (1, 0.0), "b2": (1, 0.3), "b3": (1, 0.1), "a1": (0, 0.0), "a2": (0, 0.1), "x": (2, 0), "y": (3, 0)}
    for name, (person, odd) in said.items():
        vector = np.eye(8, dtype=np.float32)[person] + odd * np.eye(8, dtype=np.float32)[7]
        put(f"{name}.png", source=f"{name}.mp4", vectors={"told": vector.astype(np.float32)})
    assert by("face", tmp_path / "faces") == [
        ("person-01_3-faces", ["b3", "b1", "b2"]), ("person-02_2-faces", ["a1", "a2"]),
        ("outliers_2-faces", ["x", "y"]),
    ]  # fmt: skip


@pytest.mark.slow
def test_actors_are_told_apart_over_several_sources(tmp_path: Path, put: Put) -> None:
    for source in ("one.mp4", "two.mp4"):
        for seed, count in ((3, 3), (8, 2)):
            for number, scene in enumerate(take(seed + len(source), 200, turning=0.5)[:: 200 // count][:count]):
                put(f"{source[:3]}-{seed}-{number}.png", seed, scene, source=f"{seed}-{source}")
    groups = by_person(faces_in(tmp_path / "faces"), Recogniser("dlib-resnet", identifier("dlib-resnet")))
    assert [{face.path.stem.split("-")[1] for face in group.faces} for group in groups] == [{"3"}, {"8"}]
    assert [group.folder for group in groups] == ["person-01_6-faces", "person-02_4-faces"]


def test_looks_alike_lie_side_by_side(tmp_path: Path, put: Put) -> None:
    for number in (4, 1, 3, 0, 2):
        put(f"dim-{number}.png", rgb=lambda rgb, number=number: (rgb * (0.4 + 0.015 * number)).astype(np.uint8))
    for number in range(3):
        put(f"green-{number}.png", 2, Scene(backdrop=Backdrop(3)), lambda rgb: rgb // np.array([9, 1, 9], np.uint8))
    (dim, dimmed), (green, greens) = by("histogram", tmp_path / "faces")
    assert (dim, green) == ("look-01_5-faces", "look-02_3-faces")
    assert dimmed in ([f"dim-{number}" for number in order] for order in (range(5), range(4, -1, -1)))
    assert len(greens) == 3


def test_time_goes_by_the_source_and_its_clock(tmp_path: Path, put: Put) -> None:
    for source, index in (("b.mp4", 5), ("a10.mp4", 3), ("a2.mp4", 1600), ("a2.mp4", 200), ("a2.mp4", 30)):
        put(f"{source}-{index}.png", source=source, index=index)
    assert by("time", tmp_path / "faces") == [
        ("time_01_a2_minute-0_2-faces", ["a2.mp4-30", "a2.mp4-200"]), ("time_02_a2_minute-1_1-face", ["a2.mp4-1600"]),
        ("time_03_a10_minute-0_1-face", ["a10.mp4-3"]), ("time_04_b_minute-0_1-face", ["b.mp4-5"]),
    ]  # fmt: skip


def test_tracks_keep_together_and_the_rest_is_last(tmp_path: Path, put: Put) -> None:
    for name, index, track in (("a", 9, "000001-1"), ("b", 1, "000001-1"), ("c", 4, "000000-0"), ("d", 0, "000000-0")):
        put(f"{name}.png", index=index, track=track)
    put("e.png", index=2)
    assert by("track", tmp_path / "faces") == [
        ("track_01_clip_000000-0_2-faces", ["d", "c"]), ("track_02_clip_000001-1_2-faces", ["b", "a"]),
        ("without-track_1-face", ["e"]),
    ]  # fmt: skip


def test_names_count_as_people_do_and_without_earlier_numbers(tmp_path: Path, put: Put) -> None:
    for name in ("00001__img10", "00002__img9", "00003_0"):
        put(f"{name}.png")
    assert by("name", tmp_path / "faces") == [("name_01_clip_3-faces", ["00003_0", "00002__img9", "00001__img10"])]
    assert [plain_name(name) for name in ("00001__a.png", "000123__00001__a.png", "00001_a.png", "00001__")] == [
        "a.png", "00001__a.png", "00001_a.png", "00001__",
    ]  # fmt: skip


def test_every_method_is_offered_and_explained() -> None:
    assert {"face", *MEASURES, *WAYS} == set(get_args(Method)) == set(HELP)


@pytest.fixture
def four(tmp_path: Path, put: Put) -> Path:
    for name in ("a.png", "b.png", "best/c.png", "best/d.png"):
        put(name)
    return tmp_path / "faces"


def groups_of(folder: Path) -> list[Group]:
    """All faces backwards, in two groups."""
    faces: list[FacePicture] = sorted(faces_in(folder), key=lambda face: plain_name(face.path.name), reverse=True)
    return [Group("x", faces[:1]), Group("y", faces[1:])]


def there(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))


def test_numbers_show_the_order_within_each_folder_and_do_not_pile_up(four: Path) -> None:
    for _ in range(2):
        list(carry_out(arranged(four, "yaw", groups_of(four), grouped=False)))
        assert there(four) == ["00001__b.png", "00002__a.png", "best/00001__d.png", "best/00002__c.png"]
    list(carry_out(arranged(four, "name", groups_of(four), grouped=False)))
    assert there(four) == ["a.png", "b.png", "best/c.png", "best/d.png"]


def test_groups_are_folders_and_replace_each_other(four: Path) -> None:
    list(carry_out(arranged(four, "yaw", groups_of(four), grouped=True)))
    grouped = ["x_1-face/00001__d.png", "y_3-faces/00001__c.png", "y_3-faces/00002__b.png", "y_3-faces/00003__a.png"]
    assert there(four) == grouped
    list(carry_out(arranged(four, "yaw", groups_of(four), grouped=True, output=four / "sub")))
    assert there(four) == [f"sub/{name}" for name in grouped]
    assert sorted(path.name for path in four.iterdir() if path.is_dir()) == ["sub"]


def test_copies_go_elsewhere_and_faces_do_not(four: Path, tmp_path: Path) -> None:
    before = there(four)
    list(carry_out(arranged(four, "yaw", groups_of(four), grouped=False, output=tmp_path / "out", copies=True)))
    assert there(tmp_path / "out") == ["00001__d.png", "00002__c.png", "00003__b.png", "00004__a.png"]
    assert there(four) == before
    with pytest.raises(OmoteError, match=r"count as deleted.*--keep"):
        arranged(four, "yaw", groups_of(four), grouped=False, output=tmp_path / "out")
    with pytest.raises(OmoteError, match="outside"):
        arranged(four, "yaw", groups_of(four), grouped=False, output=four / "sub", copies=True)
