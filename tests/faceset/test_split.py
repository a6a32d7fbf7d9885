from collections.abc import Callable

import pytest

from omote.faceset.load import Faceset
from omote.faceset.split import BLOCK, split

Make = Callable[..., Faceset]


def clip(name: str, count: int, start: int = 0) -> list[str]:
    return [f"{name}/{frame}" for frame in range(start, start + count)]


def sides(faceset: Faceset, percent: float) -> tuple[set[str], set[str]]:
    trained, held = split(faceset, percent)
    return {faceset.frames[face] for face in trained.tolist()}, {faceset.frames[face] for face in held.tolist()}


def test_every_face_is_on_one_side_and_blocks_stay_whole(faceset: Make) -> None:
    faces = faceset(clip("one", 600) + clip("two", 413))
    trained, held = split(faces, 10)
    assert sorted(trained.tolist() + held.tolist()) == list(range(1013))
    assert trained.tolist() == sorted(trained.tolist())
    assert held.tolist() == sorted(held.tolist())
    blocks = [
        {(source, int(frame) // BLOCK) for source, frame in (name.split("/") for name in side)}
        for side in sides(faces, 10)
    ]
    assert not blocks[0] & blocks[1]


@pytest.mark.parametrize("percent", [1, 5, 20])
def test_the_share_is_near_what_is_asked_where_there_are_many_blocks(faceset: Make, percent: float) -> None:
    faces = faceset(clip("film", 60_000), size=2)
    share = len(split(faces, percent)[1]) / len(faces)
    # Blocks fall independently: four standard deviations of 2,400 of them.
    assert share == pytest.approx(percent / 100, abs=4 * (percent / 100 / 2400) ** 0.5)


def test_a_larger_percent_holds_out_the_same_and_more(faceset: Make) -> None:
    faces = faceset(clip("film", 5000))
    assert sides(faces, 5)[1] < sides(faces, 15)[1]


def test_faces_stay_on_their_side_when_others_come_go_or_are_sorted_otherwise(faceset: Make) -> None:
    frames = clip("one", 2000) + clip("two", 1000)
    trained, held = sides(faceset(frames), 10)
    assert sides(faceset(frames + clip("three", 500)), 10)[0] >= trained
    assert sides(faceset(frames + clip("three", 500)), 10)[1] >= held
    assert sides(faceset(frames[::-1]), 10) == (trained, held)
    fewer = frames[::3]
    assert sides(faceset(fewer), 10) == (trained & set(fewer), held & set(fewer))


def test_no_percent_holds_out_nothing_and_one_face_is_trained(faceset: Make) -> None:
    for faces, percent in ((faceset(clip("one", 100)), 0), (faceset(["one/3"]), 20)):
        trained, held = split(faces, percent)
        assert trained.tolist() == list(range(len(faces)))
        assert held.tolist() == []


def test_of_two_blocks_or_more_one_at_least_and_half_at_most_is_held_out(faceset: Make) -> None:
    for number in range(40):
        for frames in (
            clip(f"{number}a", 26),
            clip(f"{number}b", 1) + clip(f"{number}c", 1),
            clip(f"{number}d", 60, start=7),
            [f"{number}still{n}/0" for n in range(3)],
        ):
            for percent in (0.5, 20):
                held = split(faceset(frames), percent)[1]
                assert 1 <= len(held) <= len(frames) // 2


def test_a_small_set_gives_up_no_more_than_its_share(faceset: Make) -> None:
    counts = [len(split(faceset(clip(f"take-{number}", 150)), 5)[1]) for number in range(40)]
    # Six blocks: mostly none is low enough, and 5 % of 150 faces are held out; else one block or more.
    assert sorted(set(counts))[0] == 8
    assert counts.count(8) > 20
    assert all(count % BLOCK == 0 for count in counts if count != 8)


def test_the_end_of_a_single_block_is_held_out_with_a_gap_before_it(faceset: Make) -> None:
    frames = clip("one", 25)
    trained, held = sides(faceset(frames[::-1]), 10)
    assert held == {"one/23", "one/24"}
    assert trained == set(frames[:21])


def test_of_very_few_faces_of_a_block_one_is_held_out_without_a_gap(faceset: Make) -> None:
    for count in (2, 3):
        trained, held = sides(faceset(clip("one", count)), 5)
        assert held == {f"one/{count - 1}"}
        assert trained == set(clip("one", count - 1))
    assert len(split(faceset(["one/7", "one/7"]), 5)[1]) == 1
