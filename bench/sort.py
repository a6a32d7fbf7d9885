"""How clustering of identity vectors scales: python -m bench.sort --n 100000, beside scipy's average linkage at 10,000.

The vectors are drawn by a law measured on real faces with dlib's network (128 numbers): 201 pictures of 27 people in
`identity` of the dev data, and one face each of 98 people of all its labelled pictures.

* Strangers: the squared spread of people's mean vectors is 0.278, over 28 directions in effect. Two faces of strangers
  are then 0.83 apart in the median (measured 0.83), one pair in 20 under 0.68 (0.68), one in 1,000 under 0.57 (0.58),
  0.3 % under the 0.6 of one person (0.4 %). So each of 2,000 people has some that the identifier takes for the same.
* One person: squared spread 0.068 over 38 directions, which differs from person to person (root: 0.19 to 0.35; here by
  a log-normal factor of 0.17). Half of it is shared by the faces of one session, about 12 (measured: 0.3 apart within a
  session, 0.39 between two).
* 2 % of the faces are twice as far from their person as others: blur, profiles. 1 % are of people seen once.
* People are seen unequally often: at least twice, and the k-th in proportion to k to the -0.7.

There is one person for every 50 faces at any number of faces. Each run is a process of its own, so that its memory is
its own; those of both sizes take turns. Seconds are medians, and the exponent is log(seconds ratio) / log(number ratio)
between a tenth of the faces and all.
"""

import argparse
import json
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from bench.identifying import f_of, named
from omote.core.types import Floats
from omote.curation.clusters import clustered
from omote.curation.linkage import Labels

_SIZE, _ONE_PERSON = 128, 0.6
_STRANGERS, _STRANGERS_OVER = 0.278, 28
_PERSON, _PERSON_OVER, _PERSON_DIFFERS = 0.068, 38, 0.17
_SESSION, _SESSION_SHARE = 12, 0.5
_ODD, _ODD_FACTOR = 0.02, 2
_ONCE = 0.01
_UNEQUAL = 0.7
_FACES = 50  # of each person on average
_SCIPY = 10_000  # whose distances take 400 MB


def drawn(count: int, people: int, seed: int) -> tuple[Floats, Labels]:
    """Return (count, 128) vectors of faces and who each is, in mixed order.

    Args:
        count: at least three for each person.
        people: who are seen more than once.
        seed: of all chance.
    """
    rng = np.random.default_rng(seed)
    once = int(count * _ONCE)
    common = np.arange(1, people + 1) ** -_UNEQUAL
    often = rng.choice(people, count - once - 2 * people, p=common / common.sum())
    person = np.concatenate([np.repeat(np.arange(people), 2), often, people + np.arange(once)])
    session = rng.integers(0, np.maximum(1, np.bincount(person) // _SESSION)[person])
    _, session = np.unique(person * count + session, return_inverse=True)

    who = _noise(people + once, _STRANGERS, _STRANGERS_OVER, rng)
    turned = np.linalg.qr(rng.standard_normal((_SIZE, _SIZE)))[0]  # people differ otherwise than their pictures do
    sessions = _noise(int(session.max()) + 1, _PERSON * _SESSION_SHARE, _PERSON_OVER, rng) @ turned
    own = _noise(count, _PERSON * (1 - _SESSION_SHARE), _PERSON_OVER, rng) @ turned
    own[rng.random(count) < _ODD] *= _ODD_FACTOR
    differs = np.exp(rng.normal(0, _PERSON_DIFFERS, len(who)))[person, None]
    order = rng.permutation(count)
    vectors = who[person] + differs * (sessions[session] + own)
    return vectors[order].astype(np.float32), person[order]


def _noise(count: int, variance: float, over: int, rng: np.random.Generator) -> Floats:
    """Return normal vectors whose variance falls off so that it lies in so many directions in effect."""
    share = np.exp(-2 / over * np.arange(_SIZE))
    scale = np.sqrt(variance * share / share.sum())
    noise: Floats = (rng.standard_normal((count, _SIZE)) * scale).astype(np.float32)
    return noise


class Run(NamedTuple):
    """What one process found: how long clustering took, the most memory the process had, how right it was."""

    seconds: float
    peak_mib: float
    bcubed_f: float


def ours(count: int) -> Run:
    """Cluster so many faces as `omote sort --by face` does."""
    return _run(count, lambda vectors: clustered(list(vectors), _ONE_PERSON))


def scipys(count: int) -> Run:
    """Cluster so many faces by scipy, with a matrix of distances."""
    return _run(count, lambda vectors: fcluster(linkage(vectors, "average"), _ONE_PERSON, "distance"))


def _run(count: int, cluster: Callable[[Floats], Labels]) -> Run:
    vectors, truth = drawn(count, max(1, count // _FACES), 0)
    began = time.perf_counter()
    labels = cluster(vectors)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, peak, f_of(named(labels), [str(person) for person in truth]))


def measure(count: int, runs: int) -> dict[str, Any]:
    """Return seconds, memory and BCubed F of clustering so many faces, and how they grow from a tenth of them."""
    few, scipys_count = max(2, count // 10), min(count, _SCIPY)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        turns = [(pool.apply(ours, (few,)), pool.apply(ours, (count,))) for _ in range(runs)]
        other = pool.apply(scipys, (scipys_count,))
    small, large = (_median(side) for side in zip(*turns, strict=True))
    return {
        **_shown(large),
        "exponent": round(math.log(large.seconds / small.seconds) / math.log(count / few), 3),
        "n": count,
        "people": count // _FACES,
        "runs": runs,
        "tenth": {"n": few, **_shown(small)},
        "scipy_average_linkage": {"n": scipys_count, **_shown(other)},
    }


def _median(side: Sequence[Run]) -> Run:
    return Run(*(median(values) for values in zip(*side, strict=True)))


def _shown(run: Run) -> dict[str, float]:
    return {
        "seconds": round(run.seconds, 3),
        "peak_mib": round(run.peak_mib, 1),
        "bcubed_f": round(run.bcubed_f, 4),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.sort", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="faces, at least 1,000 [100000]")
    parser.add_argument("--runs", type=int, default=3, help="of each size, in turn [3]")
    asked = parser.parse_args(arguments)
    if asked.n < 1000 or asked.runs < 1:
        parser.error("at least 1,000 faces and one run")
    sys.stdout.write(f"{json.dumps(measure(asked.n, asked.runs), indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
