"""Where each pixel of what a network sees lies in the stored face, and reading it there: one resampling, no aliasing.

Maps are given by few nodes, spread evenly from edge to edge of what is seen; between nodes they are bilinear. All
arithmetic is element by element, so that a GPU set to multiply with TF32 keeps every place exact.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class Place(NamedTuple):
    """How each of B faces is turned, scaled, moved and mirrored.

    Attributes:
        angle: (B,) radians.
        zoom: (B,) side of what is seen over its usual side: above 1 the face looks smaller.
        shift: (B, 2) x and y in shares of the usual side.
        mirror: (B,) -1 for faces that are mirrored, else 1.
    """

    angle: Tensor
    zoom: Tensor
    shift: Tensor
    mirror: Tensor


def lattice(count: int, device: torch.device) -> Tensor:
    """Return (1, 2, count, count): x and y of nodes from edge to edge of what is seen, which runs from -1 to 1."""
    line = torch.linspace(-1, 1, count, device=device)
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y])[None]


def placed(nodes: Tensor, place: Place, share: float) -> Tensor:
    """Map points of what the network sees to the stored face, both running from -1 to 1.

    Args:
        nodes: (B or 1, 2, N, N) x and y.
        place: of each face.
        share: side of what is seen over the stored face's.

    Returns:
        (B, 2, N, N).
    """
    angle, zoom, mirror = (part[:, None, None] for part in (place.angle, place.zoom * share, place.mirror))
    x, y = nodes[:, 0] * mirror, nodes[:, 1]
    shift = place.shift[:, :, None, None] * (2 * share)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    return torch.stack([cos * x - sin * y, sin * x + cos * y], 1) + shift


def sample(faces: Tensor, nodes: Tensor, side: int, seen: int) -> Tensor:
    """Read faces through a map; beyond the stored border its pixels repeat.

    A result much smaller than what is stored is made k times too large and averaged over k × k pixels, as
    `imaging.geometry.warp` does for conversion, so that fine detail does not alias.

    Args:
        faces: (B, C, S, S) float32.
        nodes: (B, 2, N, N) where the nodes of the result lie in the stored face, which runs from -1 to 1.
        side: of the result in pixels.
        seen: side in stored pixels of what the result shows.

    Returns:
        (B, C, side, side).
    """
    k = max(1, round(seen / side))
    points = _between(nodes, side * k).permute(0, 2, 3, 1)
    made = functional.grid_sample(faces, points, mode="bilinear", padding_mode="border", align_corners=False)
    return functional.avg_pool2d(made, k) if k > 1 else made


def _between(nodes: Tensor, side: int) -> Tensor:
    """Return the (B, 2, side, side) values of (B, 2, N, N) nodes at pixel centres; the outer nodes lie on the edges."""
    last = nodes.shape[-1] - 1
    at = (torch.arange(side, device=nodes.device) + 0.5) * (last / side)
    low = at.floor().clamp(max=last - 1)
    part, near = at - low, low.int()
    # Columns first, while rows are few; whole rows are then copied.
    wide = torch.lerp(nodes.index_select(3, near), nodes.index_select(3, near + 1), part)
    return torch.lerp(wide.index_select(2, near), wide.index_select(2, near + 1), part[:, None])
