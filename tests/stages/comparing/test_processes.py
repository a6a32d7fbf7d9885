import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from omote.stages.comparing import processes as module
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.plan import BudgetPlan
from omote.stages.comparing.processes import Processes, Said, last_words
from omote.stages.comparing.shares import Share
from omote.stages.comparing.worker import Job
from omote.training.config import LearnConfig

ECHO = """
import json, os, sys
job = json.load(open(sys.argv[1]))
print("what a library says", 3, sep="\\n", flush=True)
print(json.dumps({"note": job["device"], "threads": os.environ["OMP_NUM_THREADS"]}), flush=True)
if job["device"] == "cuda":
    sys.exit("out of luck")
while sys.stdin.read(1):
    pass
print(json.dumps({"stopped": True}), flush=True)
"""
"""What speaks as a worker does, and is there at once."""


class Quick:
    """Starts the echo in place of a worker."""

    def __init__(self, echo: Path) -> None:
        self._echo, self._start, self.begun = echo, module._start, list[int]()

    def __call__(self, command: list[str], *settings: Any) -> subprocess.Popen[str]:
        process = self._start([command[0], str(self._echo), command[-1]], *settings)
        self.begun.append(process.pid)
        return process


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quick:
    (tmp_path / "echo.py").write_text(ECHO)
    started = Quick(tmp_path / "echo.py")
    monkeypatch.setattr(module, "_start", started)
    return started


def job(folder: Path, device: str = "cpu") -> Job:
    ground = Ground(a=folder, b=folder, digest="")
    learn, budget = LearnConfig(), BudgetPlan(iterations=1)
    return Job.checked({"place": folder / device, "ground": ground, "learn": learn, "budget": budget,
                        "device": device, "cores": []})  # fmt: skip


def heard(processes: Processes, until: str) -> list[Said]:
    said: list[Said] = []
    while not (said and until in said[-1].what):
        one = processes.hear(20)
        assert one is not None
        said.append(one)
    return said


def test_what_a_process_says_is_heard_in_order_and_its_end_is_the_last(quick: Quick, tmp_path: Path) -> None:
    with Processes() as processes:
        processes.begin(7, job(tmp_path), Share((0,), 3))
        assert heard(processes, "note") == [Said(7, {"note": "cpu", "threads": "3"})]
        assert processes.hear(0.01) is None
        processes.stop(7)
        assert heard(processes, "ended") == [Said(7, {"stopped": True}), Said(7, {"ended": 0})]


def test_one_that_breaks_leaves_its_last_words(quick: Quick, tmp_path: Path) -> None:
    with Processes() as processes:
        processes.begin(1, job(tmp_path, "cuda"), Share((), 1))
        assert heard(processes, "ended")[-1] == Said(1, {"ended": 1})
    assert last_words(tmp_path / "cuda") == "out of luck"
    assert "No such file" in last_words(tmp_path / "none")


def test_none_is_left_behind(quick: Quick, tmp_path: Path) -> None:
    with Processes() as processes:
        for number, device in enumerate(("cpu", "mps")):
            processes.begin(number, job(tmp_path, device), Share((), 1))
    assert len(quick.begun) == 2
    for pid in quick.begun:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_they_end_when_the_one_that_began_them_is_killed(tmp_path: Path) -> None:
    (tmp_path / "echo.py").write_text(ECHO)
    (tmp_path / "job.json").write_text(json.dumps({"device": "cpu"}))
    parent = f"""
        import subprocess, sys, time
        from omote.stages.comparing.processes import _start
        log = open({str(tmp_path / "log")!r}, "w")
        made = _start([sys.executable, {str(tmp_path / "echo.py")!r}, {str(tmp_path / "job.json")!r}], log, None)
        print(made.pid, flush=True)
        time.sleep(60)
    """
    started = subprocess.Popen([sys.executable, "-c", textwrap.dedent(parent)], stdout=subprocess.PIPE, text=True,
                               env=os.environ | {"OMP_NUM_THREADS": "1"})  # fmt: skip
    assert started.stdout is not None
    child = int(started.stdout.readline())
    started.send_signal(signal.SIGKILL)
    started.wait()
    started.stdout.close()
    for _ in range(200):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.05)
    pytest.fail("it goes on")
