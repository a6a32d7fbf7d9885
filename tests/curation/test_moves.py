import contextlib
import itertools
import random
from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.curation.move_log import LOG, Stage, read_log
from omote.curation.moves import carry_out, planned, set_aside, undoing, unfinished

NAMES = ("a.png", "b.png", "c.png", "sub/d.png", "sub/e.png", "stays.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six files that say who they are."""
    for name in NAMES:
        (tmp_path / "faces" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "faces" / name).write_text(name)
    return tmp_path / "faces"


def tree(folder: Path) -> dict[str, str]:
    """Content by path, but for the log."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != LOG)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def named(folder: Path, **ways: str) -> dict[Path, Path]:
    old = {name: folder / f"{name}.png" for name in "abc"} | {name: folder / "sub" / f"{name}.png" for name in "de"}
    return {old[name]: folder / target for name, target in ways.items()}


MIXED = {"a": "b.png", "b": "a.png", "c": "group/x.png", "d": "c.png", "e": "sub/d.png"}
"""A ring, a chain and a new place at once."""


def test_a_plan_shows_and_moves_nothing_until_it_is_carried_out(folder: Path) -> None:
    before = tree(folder)
    plan = planned(folder, "test", named(folder, **MIXED))
    assert {(each.source.as_posix(), each.target.as_posix()) for each in plan.entry.moves} == {
        ("a.png", "b.png"), ("b.png", "a.png"), ("c.png", "group/x.png"), ("sub/d.png", "c.png"),
        ("sub/e.png", "sub/d.png"),
    }  # fmt: skip
    assert (tree(folder), (folder / LOG).exists()) == (before, False)
    assert len(list(carry_out(plan))) == 5
    assert tree(folder) == {
        "b.png": "a.png", "a.png": "b.png", "group/x.png": "c.png", "c.png": "sub/d.png", "sub/d.png": "sub/e.png",
        "stays.txt": "stays.txt",
    }  # fmt: skip
    assert [(entry.what, entry.stage) for entry in read_log(folder)] == [("test", Stage.DONE)]


def test_undoing_goes_back_step_by_step(folder: Path) -> None:
    states = [tree(folder)]
    for number, ways in enumerate((named(folder, **MIXED), {folder / "a.png": folder / "new" / "z.png"})):
        list(carry_out(planned(folder, f"step {number}", ways)))
        states.append(tree(folder))
    for state in (states[1], states[0]):
        plan = undoing(folder)
        assert plan.left == ()
        list(carry_out(plan))
        assert tree(folder) == state
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["sub"]
    with pytest.raises(OmoteError, match="nothing to undo"):
        undoing(folder)


def killed(folder: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carry out the mixed plan, or what is left of an undoing, but die in place of one of the renames."""
    real, count = Path.rename, itertools.count()

    def rename(old: Path, new: Path) -> Path:
        if next(count) == steps:
            raise KeyboardInterrupt
        return real(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename)
        plan = undoing(folder) if (folder / LOG).exists() else planned(folder, "test", named(folder, **MIXED))
        with contextlib.suppress(KeyboardInterrupt):
            list(carry_out(plan))


@pytest.mark.parametrize("steps", range(11))
@pytest.mark.parametrize("then", ["go on", "undo", "go on and undo", "undo and be killed"])
def test_a_kill_at_any_moment_loses_nothing(
    folder: Path, steps: int, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(folder)
    killed(folder, steps, monkeypatch)
    assert sorted(tree(folder).values()) == sorted(before.values())
    if then == "undo and be killed":
        killed(folder, steps // 2, monkeypatch)
        assert sorted(tree(folder).values()) == sorted(before.values())
        rest = unfinished(folder)
        list(carry_out(rest) if rest else ())
        assert tree(folder) == before
        return
    if then.startswith("go on"):
        rest = unfinished(folder)
        assert (rest is None) == (steps == 10)
        list(carry_out(rest) if rest else ())
        assert tree(folder)["group/x.png"] == "c.png"
        assert (tree(folder)["a.png"], tree(folder)["b.png"]) == ("b.png", "a.png")
    if then.endswith("undo"):
        list(carry_out(undoing(folder)))
        assert tree(folder) == before
    assert unfinished(folder) is None


def test_any_permutation_arrives_and_comes_back(tmp_path: Path) -> None:
    rng = random.Random(3)
    for number in range(30):
        (tmp_path / f"{number}.png").write_text(f"{number}")
    before = tree(tmp_path)
    goal = list(range(45))  # some names are new
    rng.shuffle(goal)
    ways = {tmp_path / f"{number}.png": tmp_path / f"{goal[number]}.png" for number in range(30)}
    list(carry_out(planned(tmp_path, "shuffle", ways)))
    assert tree(tmp_path) == {f"{goal[number]}.png": f"{number}" for number in range(30)}
    list(carry_out(undoing(tmp_path)))
    assert tree(tmp_path) == before


def test_nothing_is_overwritten(folder: Path) -> None:
    (folder / "group").mkdir()
    (folder / "group" / "x.png").write_text("mine")
    plan = planned(folder, "test", named(folder, a="group/x.png", b="group/X.2.png", c="stays.txt"))
    assert [each.target.as_posix() for each in plan.entry.moves] == ["group/x.2.png", "group/X.2.2.png", "stays.2.txt"]
    (folder / "group" / "x.2.png").write_text("just now")
    with pytest.raises(OmoteError, match=r"already there.*x\.2\.png"):
        list(carry_out(plan))
    assert tree(folder)["a.png"] == "a.png"
    (folder / "group" / "x.2.png").unlink()
    rest = unfinished(folder)
    assert rest is not None
    list(carry_out(rest))
    assert tree(folder)["group/x.png"] == "mine"


def test_what_its_owner_took_or_put_since_is_left_as_it_is(folder: Path) -> None:
    list(carry_out(planned(folder, "test", named(folder, a="b.png", b="c.png", c="x.png", d="y.png"))))
    (folder / "y.png").unlink()  # was sub/d.png
    (folder / "a.png").write_text("mine")  # so what was a.png stays b.png, hence b.png stays c.png, and so on
    plan = undoing(folder)
    assert {path.as_posix() for path in plan.left} == {"y.png", "b.png", "c.png", "x.png"}
    now = tree(folder)
    list(carry_out(plan))
    assert tree(folder) == now


def test_what_is_set_aside_keeps_its_path(folder: Path) -> None:
    before = tree(folder)
    list(carry_out(set_aside(folder, [folder / "a.png", folder / "sub" / "d.png"], "blurred")))
    assert {"blurred/a.png", "blurred/sub/d.png"} == set(tree(folder / ".aside"))
    list(carry_out(undoing(folder)))
    assert tree(folder) == before
    assert not (folder / ".aside").exists()


def test_copies_leave_the_originals_and_are_set_aside_when_undone(folder: Path, tmp_path: Path) -> None:
    before, out = tree(folder), tmp_path / "out"
    for _ in range(2):
        plan = planned(out, "sort", {folder / name: out / "one" / Path(name).name for name in NAMES}, copies=True)
        next(carry_out(plan))  # and then it is killed
        rest = unfinished(out)
        assert rest is not None
        assert len(list(carry_out(rest))) == len(NAMES)
        assert tree(out / "one") == {Path(name).name: text for name, text in before.items()}
        list(carry_out(undoing(out)))
        assert not (out / "one").exists()
    assert len(tree(out / ".aside" / "copies")) == 2 * len(NAMES)
    assert tree(folder) == before
