"""Bending of what the encoder reads: at random, or so that landmarks come to lie where a like face has them."""

import itertools
from typing import NamedTuple

import torch
from torch import Tensor

from omote.faceset.placing import Place, lattice, placed

NODES = 5
"""Nodes a side of a random bend."""
_FINE = 17  # nodes a side that carry a bend by landmarks
_ANCHORS = 5  # points on each edge of the stored face that stay
# How little the spline heeds a single landmark. Two drawn heads, each face bent to one of the ten nearest of 150: it
# misses landmarks by 0.7 % of what is seen, 7 % of faces are held back. A tenth: 0.7 %, 21 %; ten times: 1 %, none.
_STIFFNESS = 1e-2
_LEAST_AREA = 0.1  # of what any place had before
_LEAST_SQUARE = 1e-12  # keeps the logarithm of no distance finite; times its square it is 0


class Bend(NamedTuple):
    """How each of B faces is bent.

    Attributes:
        nodes: (B, 2, 5, 5) by how much the nodes' x and y move, in shares of what is seen.
        jitter: (B, 68, 2) by how much landmarks miss their mark, in shares of what is seen.
        follow: (B,) 1 for faces that follow landmarks, else 0.
    """

    nodes: Tensor
    jitter: Tensor
    follow: Tensor


def bent(bend: Bend, place: Place, share: float) -> Tensor:
    """Return the (B, 2, 5, 5) map from what is seen to the stored face with every node moved.

    Nodes stand on the edges of what is seen and at its quarters. Arguments as for `placing.placed`.
    """
    return placed(lattice(NODES, bend.nodes.device) + 2 * bend.nodes, place, share)


def led(bend: Bend, place: Place, share: float, landmarks: Tensor, towards: Tensor) -> Tensor:
    """Return a map that lays landmarks where a like face has them.

    A thin-plate spline with a little stiffness (Bookstein 1989; Wahba 1990, section 2.4), fixed on the border of what
    is stored. Pixels are looked up backwards, so it runs from `towards` to `landmarks`. Where it would fold the face it
    goes only part of the way.

    Args:
        bend: jitter and whether to follow.
        place: of each face.
        share: side of what is seen over the stored face's.
        landmarks: (B, 68, 2) of the stored face, which runs from -1 to 1.
        towards: (B, 68, 2) of the like face in the same frame.

    Returns:
        (B, 2, 17, 17) as `placing.sample` takes it.
    """
    still = _border(landmarks.device).expand(len(landmarks), -1, -1)
    goals = towards + bend.jitter * (2 * share)
    moves = torch.cat([landmarks - goals, torch.zeros_like(still)], 1) * bend.follow[:, None, None]
    stiff = torch.full(moves.shape[1:2], _STIFFNESS, device=moves.device)
    stiff[landmarks.shape[1] :] = 0
    straight = placed(lattice(_FINE, landmarks.device), place, share)
    move = _spline(torch.cat([goals, still], 1), moves, stiff, straight.flatten(2).transpose(1, 2))
    return straight + _held_back(straight, move.transpose(1, 2).reshape(straight.shape))


def _held_back(straight: Tensor, move: Tensor) -> Tensor:
    """Shrink each face's (B, 2, N, N) moves until no place of the map keeps less than a tenth of its area.

    At a corner of a cell the area that is left is 1 + first s + second s² where moves are made s times as large. A
    bilinear cell whose four corners all keep some of theirs does not fold.
    """
    worst = torch.ones_like(move[:, 0, 0, 0])
    for row, column in itertools.product((0, 1), (0, 1)):
        (right, down), (right_by, down_by) = (_edges(nodes, row, column) for nodes in (straight, move))
        area = _cross(right, down)
        first, second = (_cross(right, down_by) + _cross(right_by, down)) / area, _cross(right_by, down_by) / area
        # One over the smallest s at which only the least area is left.
        spare = 1 - _LEAST_AREA
        limit = ((first.square() - 4 * spare * second).clamp(min=0).sqrt() - first) / (2 * spare)
        worst = worst.maximum(limit.amax((1, 2)))
    return move / worst[:, None, None, None]


def _edges(nodes: Tensor, row: int, column: int) -> tuple[Tensor, Tensor]:
    """Return (B, 2, N-1, N-1): each cell's upper or lower edge to the right, its left or right edge downwards."""
    right, down = nodes.diff(dim=3), nodes.diff(dim=2)
    count = nodes.shape[-1] - 1
    return right[:, :, row : row + count], down[..., column : column + count]


def _cross(left: Tensor, right: Tensor) -> Tensor:
    return left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0]


def _border(device: torch.device) -> Tensor:
    """Return (16, 2) points along the border of the stored face."""
    line = torch.linspace(-1, 1, _ANCHORS, device=device)[:-1]
    edge = torch.ones_like(line)
    return torch.stack([torch.cat([line, edge, -line, -edge]), torch.cat([-edge, line, edge, -line])], 1)


def _spline(centres: Tensor, values: Tensor, stiff: Tensor, at: Tensor) -> Tensor:
    """Evaluate at (B, Q, 2) points the spline that has (B, N, 2) values at (B, N, 2) centres, as near as (N,) allow."""
    count = centres.shape[1]
    flat = torch.cat([torch.ones_like(centres[..., :1]), centres], 2)
    above = torch.cat([_kernel(centres, centres) + torch.diag(stiff), flat], 2)
    below = torch.cat([flat.transpose(1, 2), flat.new_zeros(len(flat), 3, 3)], 2)
    wanted = torch.cat([values, values.new_zeros(len(values), 3, 2)], 1)
    # Unchecked: a check would wait for the device. The stiffness keeps the system regular.
    weights: Tensor = torch.linalg.solve_ex(torch.cat([above, below], 1), wanted).result
    near = _kernel(at, centres)
    # Sums of products by hand: a matrix product in TF32 would lose what large weights cancel.
    curved = torch.stack([(near * weights[:, None, :count, axis]).sum(2) for axis in (0, 1)], 2)
    plane = weights[:, None, count] + at[..., :1] * weights[:, None, count + 1] + at[..., 1:] * weights[:, None, -1]
    return curved + plane


def _kernel(left: Tensor, right: Tensor) -> Tensor:
    """Return (B, L, R): r² log r² of the distances between (B, L, 2) and (B, R, 2) points."""
    x, y = (left[:, :, None, axis] - right[:, None, :, axis] for axis in (0, 1))
    square = x.square() + y.square()
    kernel: Tensor = square * (square + _LEAST_SQUARE).log()
    return kernel
