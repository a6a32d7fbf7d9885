from pathlib import Path

from omote.stages.context import Context
from omote.stages.duplicates import DuplicatesConfig, run


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.png")}


def test_a_copy_is_set_aside_and_comes_back(faces: dict[str, Path]) -> None:
    folder = faces["a"]
    first = min(folder.glob("*.png"))
    (folder / "copy.png").write_bytes(first.read_bytes())
    before = tree(folder)
    dry = run(DuplicatesConfig(faces=folder, dry_run=True), Context())
    assert (dry.faces, len(dry.duplicates), tree(folder)) == (7, 1, before)
    assert {dry.duplicates[0].picture, dry.duplicates[0].same_as} == {"copy.png", first.name}
    done = run(DuplicatesConfig(faces=folder), Context())
    assert done.duplicates == dry.duplicates
    gone = done.duplicates[0].picture
    assert not (folder / gone).exists()
    assert (folder / ".aside" / "duplicate" / gone).read_bytes() == first.read_bytes() if gone == "copy.png" else True
    assert run(DuplicatesConfig(faces=folder), Context()).duplicates == []
    back = run(DuplicatesConfig(faces=folder, undo=True), Context())
    assert (back.undone, tree(folder)) == (True, before)
