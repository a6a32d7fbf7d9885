"""Ways to wear one's hair, as measures. Draws nothing."""

from dataclasses import dataclass
from typing import Literal

Hair = Literal["cropped", "short", "parted", "receding", "curly", "fringe", "bob", "long", "wavy", "curls"]
Beard = Literal["none", "stubble", "goatee", "full"]
Comb = Literal["back", "fall", "curl", "grain"]
Edge = tuple[tuple[float, float], ...]

_FREE: Edge = (
    (0, 6.8), (0.4, 6.9), (0.72, 6.6), (0.97, 4.9), (1.14, 2.4), (1.26, -0.8), (1.36, -2.0), (1.47, -1.2), (1.56, 1.4),
    (1.8, 1.5), (1.95, -2.6), (2.3, -5.6), (3.15, -6.2),
)  # fmt: skip
_RECEDING: Edge = (
    (0, 8.9), (0.3, 9.5), (0.6, 9.6), (0.85, 7.2), (1.02, 4.4), (1.16, 2.0), (1.28, -0.6), (1.38, -1.6), (1.48, -0.8),
    (1.57, 1.6), (1.8, 1.5), (1.95, -2.6), (2.3, -5.6), (3.15, -6.2),
)  # fmt: skip
_FRINGE: Edge = (
    (0, 2.9), (0.35, 2.85), (0.65, 2.9), (0.85, 2.4), (0.98, 0.8), (1.06, -2), (1.14, -6), (1.22, -12), (1.3, -30),
    (3.15, -30),
)  # fmt: skip
_FRAMING: Edge = (
    (0, 7.3), (0.15, 7.1), (0.4, 6.2), (0.65, 4.9), (0.87, 2.8), (1.02, 0.6), (1.1, -2), (1.14, -6), (1.2, -12),
    (1.3, -30), (3.15, -30),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """One way to wear hair; lengths in cm.

    Attributes:
        edge: angle around the head and height on the standard head of the hairline.
        sides, top: how thick the hair lies at the ears, and how much thicker on top.
        comb: combed back, falling from a parting, curled, or cropped to a grain.
        tip: lowest height it hangs to; None where it ends over and behind the ears.
        part: sideways place, front and back end of the line it falls from.
        grow: over what length it reaches its thickness.
        wave: share by which locks differ in thickness.
        sway: how often they do along their length, per cm.
        frayed: how ragged the hairline is.
    """

    edge: Edge
    sides: float
    top: float
    comb: Comb
    tip: float | None = None
    part: tuple[float, float, float] = (1.2, 8.5, -3.0)
    grow: float = 2.2
    wave: float = 0.17
    sway: float = 0.16
    frayed: float = 0.5

    @property
    def corners(self) -> bool:
        """Whether the hairline may run back over the temples."""
        return self.edge is _FREE

    @property
    def framing(self) -> bool:
        """Whether it falls to both sides of the face from a parting."""
        return self.edge is _FRAMING

    @property
    def over_ears(self) -> bool:
        """Whether the ears lie under it."""
        return self.tip is not None


STYLES: dict[Hair, Style] = {
    "cropped": Style(_FREE, 0.35, 0.25, "grain", wave=0.0),
    "short": Style(_FREE, 0.45, 1.25, "back"),
    "parted": Style(_FREE, 0.7, 1.2, "fall", part=(2.6, 8.5, -3.0)),
    "receding": Style(_RECEDING, 0.55, 0.25, "back"),
    "curly": Style(_FREE, 1.5, 1.2, "curl", grow=3.6, wave=0.3),
    "fringe": Style(_FRINGE, 1.3, 0.5, "fall", -12.0, (0.3, 1.0, -2.0), grow=1.2, frayed=0.85),
    "bob": Style(_FRAMING, 1.35, 0.35, "fall", -10.5),
    "long": Style(_FRAMING, 1.3, 0.4, "fall", -19.5),
    "wavy": Style(_FRAMING, 1.8, 0.4, "fall", -15.0, wave=0.3, sway=0.45),
    "curls": Style(_FRAMING, 2.7, 0.3, "curl", -9.5, grow=3.2, wave=0.3),
}
