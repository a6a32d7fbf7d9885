"""An order in which neighbours are alike, without comparing all with all."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

_LEAF = 64  # vectors that are compared each with each

Order = npt.NDArray[np.int64]


def chained(vectors: Floats) -> Order:
    """Return the places of (N, D) vectors in an order in which each is like the one before.

    They are cut in two along the direction in which they differ most, again and again, until few enough are left to go
    from each to the nearest; the half that is nearer to the last one comes first. Takes N log N steps.
    """
    waiting: list[Order] = [np.arange(len(vectors))] if len(vectors) else []
    order: list[int] = []
    last: Floats | None = None
    while waiting:
        rows = waiting.pop()
        along = _along(vectors[rows])
        if last is None:
            last = vectors[rows[int(along.argmin())]]
        if len(rows) <= _LEAF:
            order += (rows[place] for place in _nearest_next(vectors[rows], last))
            last = vectors[order[-1]]
            continue
        rows = rows[np.argsort(along, kind="stable")]
        halves = (rows[: len(rows) // 2], rows[len(rows) // 2 :])
        near, far = sorted(halves, key=lambda half: float(np.linalg.norm(vectors[half].mean(0) - last)))
        waiting += [far, near]
    return np.array(order, np.int64)


def _along(vectors: Floats) -> Floats:
    """Return (N,) where vectors lie along the direction in which they differ most."""
    about = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(about.T @ about)
    # An axis has no sign of its own: let the largest part point ahead, so that the same pictures give the same order.
    axis = axes[:, -1] * np.sign(axes[np.abs(axes[:, -1]).argmax(), -1])
    return np.asarray(about @ axis, np.float32)


def _nearest_next(vectors: Floats, last: Floats) -> list[int]:
    left, order = list(range(len(vectors))), []
    while left:
        distances = np.linalg.norm(vectors[left] - last, axis=1)
        order.append(left.pop(int(distances.argmin())))
        last = vectors[order[-1]]
    return order
