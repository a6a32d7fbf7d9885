from collections.abc import Callable
from pathlib import Path

from omote.curation.moves import carry_out, set_aside
from omote.curation.returning import aside, returning

Put = Callable[..., Path]


def test_pictures_go_back_to_where_they_were(tmp_path: Path, put: Put) -> None:
    folder = tmp_path / "faces"
    paths = [put("a.png", source="a"), put("best/b.png", source="b"), put("c.png", source="c")]
    before = {path: path.read_bytes() for path in paths}
    list(carry_out(set_aside(folder, paths, "blurred")))
    assert {path.name for path in aside(folder).values()} == {"a.png", "b.png", "c.png"}
    (folder / "a.png").write_text("mine")
    stays = next(face for face, path in aside(folder).items() if path.name == "c.png")
    list(carry_out(returning(folder, {stays}, lambda face: True)))
    assert (folder / "a.png").read_text() == "mine"
    assert (folder / "a.2.png").read_bytes() == before[folder / "a.png"]
    assert (folder / "best" / "b.png").read_bytes() == before[folder / "best" / "b.png"]
    assert set(aside(folder)) == {stays}
    assert not returning(folder, (), lambda face: False).entry.moves


def test_without_anything_aside_nothing_returns(tmp_path: Path) -> None:
    assert aside(tmp_path) == {}
    assert not returning(tmp_path, (), lambda face: True).entry.moves
