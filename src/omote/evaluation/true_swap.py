"""How near a swap of drawn actors comes to the true one: B playing what A played, laid into A's own picture.

Two zones are told apart: inside the face, where both actors show it, and a band along its edge, where a seam would be.
What only one of them shows as face, an ear or a beard that hangs over, has no true swap and counts in neither. Skin is
B's own in the true swap: a setting that gives B's face the colours of A is wrong here, and may be right in a film.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from omote.cast.render import Shot
from omote.cast.scene import Scene
from omote.core.types import Floats, Picture
from omote.evaluation.held_out import MOST_PSNR
from omote.evaluation.measures import Measure, measured
from omote.evaluation.truth import likeness
from omote.imaging.blending import unit
from omote.imaging.colour import grey, to_lab
from omote.imaging.masks import eroded

_BAND, _COARSE = 0.08, 0.08  # reach of the band to both sides, and sigma of coarse colour, over the face's size
_LEAST = 0.02  # of a pixel's share of a window, from which on it has a coarse colour
_TURNS = (10.0, 20.0)  # degrees of yaw; faces that are learnt from turn up to 17.5
_OPEN, _SHUT = 0.2, 0.6  # share of the widest mouth, and of shut lids
_ASIDE = 53.0  # degrees to the side, beyond which no lamp of what is learnt from stands

_DRAWN = "whether it holds for real faces, whose skin, hair and light are richer"


class Near(NamedTuple):
    """How near a zone of a picture comes to that of another.

    Attributes:
        ssim: structural similarity, 1 when equal.
        psnr: in dB, `MOST_PSNR` when equal.
        colour: mean distance of coarse colours in CIE LAB (ΔE, 1976), 0 when equal.
        edges: root mean square of the difference of brightness gradients in levels of 255 a pixel, 0 when equal; what
            is sharp and wrong, as a seam, counts more than what is soft and wrong.
    """

    ssim: float
    psnr: float
    colour: float
    edges: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A frame of a swap beside the true one.

    Attributes:
        scene: what is played.
        inside: inside the face.
        band: in the band along its edge.
        way: share of the way from A's own face to the true swap, by the root of the mean square error; 1 is there, 0 is
            A as she was, below 0 is farther off.
    """

    scene: Scene
    inside: Near
    band: Near
    way: float


def true_swap(plate: Shot, truth: Shot) -> tuple[Floats, Floats, Floats]:
    """Return the true swap as (H, W, 3) levels of 255, and as (H, W) weights 0..1 the face and the band along its edge.

    Raises:
        ValueError: no pixel shows the face of both.
    """
    inside = np.minimum(plate.mask, truth.mask)
    if not inside.any():
        raise ValueError("the true swap shows no face")
    wanted = plate.rgb + inside[..., None] * (truth.rgb.astype(np.float32) - plate.rgb)
    reach = max(2.0, _BAND * _size(inside))
    face = (inside >= 0.5).astype(np.float32)
    agreed = 1 - np.abs(plate.mask - truth.mask)
    band = (eroded(face, -reach) - eroded(face, reach)) * agreed
    return wanted.astype(np.float32), inside, band.astype(np.float32)


def scored(made: Picture, scene: Scene, plate: Shot, truth: Shot) -> Scored:
    """Compare a frame of a result, (H, W, 3), with the true swap.

    Raises:
        ValueError: no pixel shows the face of both.
    """
    wanted, inside, band = true_swap(plate, truth)
    target = np.asarray(np.round(wanted), np.uint8)
    left, had = (_error(picture, wanted, inside) for picture in (made, plate.rgb))
    way = 1 - left / had if had > 0 else 1.0
    return Scored(scene, _near(made, target, inside), _near(made, target, band), way)


def measures(frames: Sequence[Scored]) -> list[Measure]:
    """Return the figures of a swap: over all frames, and inside the face by pose, expression and light."""
    told = _of(frames, "inside the face", [each.inside for each in frames])
    told += _of(frames, "along the edge", [each.band for each in frames])
    told.append(
        measured("way from A to the true swap", [each.way for each in frames], unit="", better="higher",
                 cannot_tell=f"what of the way is missing; {_DRAWN}")
    )  # fmt: skip
    groups: dict[str, list[Scored]] = defaultdict(list)
    for each in frames:
        for name in bins_of(each.scene):
            groups[name].append(each)
    for name in sorted(groups, key=_ORDER.index):
        told += _of(groups[name], "inside the face", [each.inside for each in groups[name]], name)
    return [each for each in told if each is not None]


_ORDER = [
    "yaw 0° to 10°", "yaw 10° to 20°", "yaw 20° or more",
    "mouth shut", "mouth open", "eyes open", "eyes shut",
    "lamp as learnt from", "lamp never learnt from",
]  # fmt: skip


def bins_of(scene: Scene) -> tuple[str, str, str, str]:
    """Return the groups that a frame is of: by pose, mouth, eyes and light."""
    does = scene.expression
    return (
        _ORDER[int(np.searchsorted(_TURNS, abs(scene.pose.yaw), side="right"))],
        "mouth open" if does.jaw_open >= _OPEN else "mouth shut",
        "eyes shut" if (does.blink_left + does.blink_right) / 2 >= _SHUT else "eyes open",
        "lamp never learnt from" if abs(scene.light.azimuth) > _ASIDE else "lamp as learnt from",
    )


def _of(frames: Sequence[Scored], where: str, near: Sequence[Near], group: str = "") -> list[Measure | None]:
    ssim, psnr, colour, edges = zip(*near, strict=True) if frames else ((), (), (), ())
    return [
        measured(f"SSIM to the true swap {where}", ssim, unit="", better="higher", group=group, cannot_tell=_DRAWN),
        measured(f"PSNR to the true swap {where}", psnr, unit="dB", better="higher", group=group,
                 cannot_tell=f"blur from a wrong look; {_DRAWN}"),
        measured(f"colour error {where}", colour, unit="ΔE", better="lower", group=group,
                 cannot_tell="whether B's own skin is what the film wants: it is what is true here"),
        measured(f"edge error {where}", edges, unit="levels/px", better="lower", group=group,
                 cannot_tell="a seam from features out of place or blurred: it is the sum of all"),
    ]  # fmt: skip


def _near(made: Picture, wanted: Picture, zone: Floats) -> Near:
    alike = likeness(made, wanted, zone)
    return Near(alike.ssim, min(alike.psnr, MOST_PSNR), _colour(made, wanted, zone), _edges(made, wanted, zone))


def _error(picture: Picture, wanted: Floats, zone: Floats) -> float:
    squares = np.square(picture - wanted).mean(2)
    return float(np.sqrt((squares * zone).sum(dtype=np.float64) / zone.sum(dtype=np.float64)))


def _colour(made: Picture, wanted: Picture, zone: Floats) -> float:
    """Compare colours, evened out within the zone so that features a pixel off do not count."""
    sigma = _COARSE * _size(zone)
    share = gaussian_filter(zone, sigma)
    apart = to_lab(unit(made)) - to_lab(unit(wanted))
    coarse = gaussian_filter(apart * zone[..., None], (sigma, sigma, 0)) / np.maximum(share, _LEAST)[..., None]
    return _mean(np.linalg.norm(coarse, axis=2), zone)


def _edges(made: Picture, wanted: Picture, zone: Floats) -> float:
    apart = 255 * (grey(unit(made)) - grey(unit(wanted)))
    down, across = np.gradient(apart)
    return float(np.sqrt(_mean(down**2 + across**2, zone)))


def _mean(values: Floats, zone: Floats) -> float:
    return float((values * zone).sum(dtype=np.float64) / zone.sum(dtype=np.float64))


def _size(zone: Floats) -> float:
    return float(np.sqrt(zone.sum(dtype=np.float64)))
