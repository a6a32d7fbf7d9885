"""Faces of the other person that look alike in pose and expression."""

import torch
from torch import Tensor

_AT_ONCE = 1 << 22  # distances in memory together: 16 MiB


def nearest(landmarks_this: Tensor, landmarks_other: Tensor, count: int = 10) -> Tensor:
    """Find for each face the faces of the other person whose points lie nearest to its own, the nearest first.

    Near is the Euclidean distance over all points, in crops of one size and kind.

    Args:
        landmarks_this: (N, 68, 2) float32.
        landmarks_other: (M, 68, 2) float32, M ≥ 1.
        count: how many of them.

    Returns:
        (N, count) int64, (N, M) where there are fewer.
    """
    # About their mean, lest the distances, found as squares of sums, drown in the squares' size.
    middle = landmarks_other.mean(0)
    this, other = (points.sub(middle).flatten(1) for points in (landmarks_this, landmarks_other))
    rows = max(1, _AT_ONCE // len(other))
    found = [
        torch.cdist(this[start : start + rows], other).topk(min(count, len(other)), largest=False).indices
        for start in range(0, len(this), rows)
    ]
    return torch.cat(found)
