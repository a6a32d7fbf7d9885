import json
from pathlib import Path

import numpy as np
import pytest

from bench import fuzz
from bench.fuzz_judge import JUDGES, judged
from bench.fuzz_seeds import KINDS, inner, seeds


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    return seeds(tmp_path_factory.mktemp("seeds"), 1)


def test_whole_files_of_every_kind_are_accepted(whole: dict[str, list[bytes]], tmp_path: Path) -> None:
    """Else a refusal of a damaged one would say nothing."""
    assert set(whole) == set(KINDS) == set(JUDGES)
    for kind, files in whole.items():
        for data in files:
            path = tmp_path / f"whole{KINDS[kind]}"
            path.write_bytes(data)
            verdict = judged(kind, path)
            assert verdict["outcome"] == "accepted", (kind, verdict)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_refused_in_one_line(kind: str, whole: dict[str, list[bytes]], tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    outcomes = set()
    for _ in range(15):
        path = tmp_path / f"damaged{KINDS[kind]}"
        path.write_bytes(fuzz.damaged(kind, whole[kind][0], rng))
        verdict = judged(kind, path)
        assert verdict["outcome"] in ("accepted", "refused"), verdict
        outcomes.add(verdict["outcome"])
    assert "refused" in outcomes


def test_the_inside_is_damaged_and_the_outside_stays(whole: dict[str, list[bytes]]) -> None:
    for kind, files in whole.items():
        assert inner(kind, files[0], lambda data: data) == files[0] or kind == "fsa"
        assert inner(kind, files[0], lambda data: data + b"x") != files[0]


@pytest.mark.slow
def test_a_judge_that_hangs_or_dies_is_seen_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("{}")
    with fuzz.Judge("json") as judge:
        assert judge.ask(tmp_path / "a.json")["outcome"] == "refused"
        judge._process.kill()
        judge._process.wait()
        assert judge.ask(tmp_path / "a.json")["outcome"] == "crash"
        monkeypatch.setattr(fuzz, "_START", 0.0)
        assert judge.ask(tmp_path / "a.json")["outcome"] == "hang"


@pytest.mark.slow
def test_it_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--n", "7", "--seed", "3"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(kind["tried"] for kind in found["kinds"].values()) == 7
