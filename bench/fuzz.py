"""Whether damaged files are refused in one line: python -m bench.fuzz --n 2000 [--seed S], one JSON object.

Whole files of each kind (`fuzz_seeds`) are damaged by chance and judged, one after the other, in a process of their own
that is ended when it does not answer in time (`fuzz_judge`).
"""

import argparse
import json
import re
import selectors
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from bench.fuzz_seeds import KINDS, inner, seeds

_PATIENCE = 30.0  # seconds for one file; the whole ones take well under one
_START = 120.0  # seconds for the first, in which torch is loaded too
_EXAMPLES = 10
_EXTREMES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x80\0\0\0")
_NUMBER = re.compile(rb"-?\d+(\.\d+)?")
_ODD = (
    b"0",
    b"-1",
    b"1e30",
    b"-1e9",
    b"1e400",
    b"70000",
    b"4096",
    b"123456789012345678901",
    b"null",
    b"[]",
    b"NaN",
    b'"x"',
)
_EXTREME_REALS = (0.0, -1.0, 1e-30, 1e4, 1e6, 3e9, 1e30, -1e38, float("inf"), float("nan"))

Rng = np.random.Generator


def measure(n: int, seed: int) -> dict[str, Any]:
    """Judge `n` damaged files, the same number of each kind; return what came of them."""
    rng = np.random.default_rng(seed)
    kinds = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        whole = seeds(folder, 1)
        for place_in, kind in enumerate(KINDS):
            count = n // len(KINDS) + (place_in < n % len(KINDS))
            kinds[kind] = _judge_all(kind, whole[kind], count, rng, folder)
    bad = sum(each["tracebacks"] + each["hangs"] + each["crashes"] for each in kinds.values())
    return {"n": n, "seed": seed, "bad": bad, "kinds": kinds}


def damaged(kind: str, data: bytes, rng: Rng) -> bytes:
    """Return a file with one to three faults, often one; half of them inside its packing, where a kind has one."""

    def mutate(content: bytes) -> bytes:
        for _ in range(max(1, int(rng.integers(-2, 4)))):
            content = _FAULTS[int(rng.integers(len(_FAULTS)))](content, rng)
        return content

    return inner(kind, data, mutate) if rng.random() < 0.5 else mutate(data)


def _flip(data: bytes, rng: Rng) -> bytes:
    at = int(rng.integers(max(len(data), 1)))
    return data[:at] + bytes([data[at] ^ (1 << int(rng.integers(8)))]) + data[at + 1 :] if data else data


def _set(data: bytes, rng: Rng) -> bytes:
    at = int(rng.integers(len(data) + 1))
    return data[:at] + rng.bytes(1) + data[at + 1 :]


def _extreme(data: bytes, rng: Rng) -> bytes:
    at = int(rng.integers(len(data) + 1))
    return data[:at] + _EXTREMES[int(rng.integers(len(_EXTREMES)))] + data[at + 4 :]


def _number(data: bytes, rng: Rng) -> bytes:
    """Put an odd value where a number stands as text."""
    found = _NUMBER.search(data, int(rng.integers(len(data) + 1)))
    odd = _ODD[int(rng.integers(len(_ODD)))]
    return data if found is None else data[: found.start()] + odd + data[found.end() :]


def _real(data: bytes, rng: Rng) -> bytes:
    """Put an extreme float or double at a place where a number may stand in bytes."""
    at, value = int(rng.integers(len(data) + 1)), _EXTREME_REALS[int(rng.integers(len(_EXTREME_REALS)))]
    marked = data.find(b"G", at)  # of a double in a pickle
    if rng.random() < 0.5 and marked >= 0:
        return data[: marked + 1] + struct.pack(">d", value) + data[marked + 9 :]
    at -= at % 4
    return data[:at] + struct.pack("<f", value) + data[at + 4 :]


def _cut(data: bytes, rng: Rng) -> bytes:
    return data[: int(rng.integers(len(data) + 1))]


def _drop(data: bytes, rng: Rng) -> bytes:
    start, length = int(rng.integers(len(data) + 1)), int(rng.integers(1, 64))
    return data[:start] + data[start + length :]


def _repeat(data: bytes, rng: Rng) -> bytes:
    start, length = int(rng.integers(len(data) + 1)), int(rng.integers(1, 256))
    part = data[start : start + length]
    return data[:start] + part * int(rng.integers(2, 9)) + data[start + length :]


def _noise(data: bytes, rng: Rng) -> bytes:
    at, length = int(rng.integers(len(data) + 1)), int(rng.integers(1, 64))
    return data[:at] + rng.bytes(length) + data[at + length :]


_FAULTS: tuple[Callable[[bytes, Rng], bytes], ...] = (
    _flip, _set, _extreme, _number, _number, _number, _real, _real, _real, _cut, _drop, _repeat, _noise,
)  # fmt: skip


def _judge_all(kind: str, whole: Sequence[bytes], count: int, rng: Rng, folder: Path) -> dict[str, Any]:
    outcomes: Counter[str] = Counter()
    slowest, peak, examples = 0.0, 0.0, []
    with Judge(kind) as judge:
        for number in range(count):
            path = folder / f"{kind}-{number}{KINDS[kind]}"
            path.write_bytes(damaged(kind, whole[number % len(whole)], rng))
            verdict = judge.ask(path)
            outcomes[verdict["outcome"]] += 1
            slowest, peak = max(slowest, verdict["seconds"]), max(peak, verdict["peak_mib"])
            if verdict["outcome"] in ("traceback", "hang", "crash"):
                examples.append(f"{number}: {verdict['outcome']} {verdict['why']}")
            path.unlink()
    return {
        "tried": count,
        "refused": outcomes["refused"],
        "accepted": outcomes["accepted"],
        "tracebacks": outcomes["traceback"],
        "hangs": outcomes["hang"],
        "crashes": outcomes["crash"],
        "slowest_s": round(slowest, 2),
        "idle_mib": round(judge.idle_mib),
        "peak_mib": round(peak),
        "examples": examples[:_EXAMPLES],
    }


class Judge:
    """A process that judges files of one kind; a new one takes over when it dies or has to be ended.

    Attributes:
        idle_mib: its memory once it is ready, which the peaks contain.
    """

    def __init__(self, kind: str) -> None:
        self._kind, self._process = kind, self._started(kind)
        self._fresh = True
        self.idle_mib = 0.0

    def ask(self, path: Path) -> dict[str, Any]:
        """Return the verdict on a file, as `fuzz_judge.judged` gives it, or that it hung or died over it."""
        patience = _START if self._fresh else _PATIENCE
        line = self._answer(path, patience)
        if not line:
            self._end()
            self._process, self._fresh = self._started(self._kind), True
            outcome = "hang" if line is None else "crash"
            return {"outcome": outcome, "why": path.name, "seconds": patience, "peak_mib": 0.0}
        verdict: dict[str, Any] = json.loads(line)
        if self._fresh:  # the first one loads libraries, so its time says nothing
            self.idle_mib, verdict["seconds"] = verdict["peak_mib"], 0.0
        self._fresh = False
        return verdict

    def _answer(self, path: Path, patience: float) -> str | None:
        """Return the line that it answers, empty when it has died, None when it does not answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a judge without pipes")
        try:
            self._process.stdin.write(f"{path}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            return self._process.stdout.readline() if waiting.select(patience) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):  # of a line that it never took
                if pipe is not None:
                    pipe.close()

    @staticmethod
    def _started(kind: str) -> "subprocess.Popen[str]":
        words = [sys.executable, "-m", "bench.fuzz_judge", kind]
        return subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the verdicts as one JSON object; return 1 when a file was met otherwise than it should be."""
    parser = argparse.ArgumentParser("python -m bench.fuzz", description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="damaged files in all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    found = measure(asked.n, asked.seed)
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 1 if found["bad"] else 0


if __name__ == "__main__":
    sys.exit(main())
