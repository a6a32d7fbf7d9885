"""How much light falls on a point and is mirrored by it. Knows directions and light, nothing of heads."""

from dataclasses import dataclass

import numpy as np

from omote.cast.curves import rise
from omote.cast.scene import Light
from omote.core.types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rays:
    """The light of a scene as directions and strengths, in the space of the camera.

    Attributes:
        to_lamp: (3,) unit vector.
        lamp, sky, ground: (3,) linear colours of the lamp and of the room from above and below.
    """

    to_lamp: Floats
    lamp: Floats
    sky: Floats
    ground: Floats

    def halfway(self) -> Floats:
        """(3,) unit vector: a mirror that faces there shows the lamp to the camera."""
        half = self.to_lamp + np.array([0, 0, 1], np.float32)
        return np.asarray(half / max(float(np.linalg.norm(half)), 1e-6), np.float32)

    @classmethod
    def of(cls, light: Light) -> "Rays":
        """The rays of a light."""
        side, up = np.radians([light.azimuth, light.elevation])
        lamp = np.array([np.sin(side) * np.cos(up), np.sin(up), np.cos(side) * np.cos(up)], np.float32)
        warm = np.array([1 + 0.16 * light.warmth, 1.0, 1 - 0.26 * light.warmth], np.float32)
        cool = np.array([1 - 0.05 * light.warmth, 1.0, 1 + 0.08 * light.warmth], np.float32)
        share = light.ambient
        return cls(lamp, 1.4 * (1 - share) * warm, 1.25 * share * cool, 0.72 * share * np.sqrt(warm).astype(np.float32))


def skin(normals: Floats, open_: Floats, rays: Rays, lit: Floats | float = 1.0, oil: Floats | float = 1.0) -> Floats:
    """Light on skin: it bleeds red into the shadow and shines a little.

    Args:
        normals: (V, 3) unit vectors.
        open_: (V,) share of the room that is seen from the point.
        rays: the light.
        lit: (V,) share of the lamp that is seen.
        oil: how much it mirrors.

    Returns:
        (V, 4) as in `acting.Played.light`.
    """
    toward = normals @ rays.to_lamp
    spread = np.array([0.34, 0.2, 0.15], np.float32)
    soft = np.clip((toward[:, None] + spread) / (1 + spread), 0, None) ** 1.25
    bleed = np.asarray(lit, np.float32)[..., None] ** np.array([0.8, 1.0, 1.05], np.float32)
    shade = np.asarray(open_)[:, None] ** np.array([0.82, 1.0, 1.06], np.float32)
    light = soft * rays.lamp * bleed * (0.35 + 0.65 * shade) + room(normals, rays) * shade
    return _with_shine(light, shine(normals, rays, 22.0) * lit * oil * 0.13 * open_ + _rim(normals, rays) * open_)


def cloth(normals: Floats, open_: Floats, rays: Rays, lit: Floats | float = 1.0) -> Floats:
    """Light on dull stuff; arguments and result as in `skin`."""
    toward = np.clip((normals @ rays.to_lamp + 0.15) / 1.15, 0, None) * lit
    light = (toward[:, None] * rays.lamp + room(normals, rays)) * open_[:, None]
    return _with_shine(light, np.zeros(len(normals), np.float32))


def strands(
    normals: Floats, along: Floats, open_: Floats, rays: Rays, lit: Floats | float = 1.0, gloss: float = 0.1
) -> Floats:
    """Light on hair that runs along (V, 3) unit vectors: it shines in a band across the strands."""
    toward = np.clip((normals @ rays.to_lamp + 0.3) / 1.3, 0, None) * lit
    light = (toward[:, None] * rays.lamp + room(normals, rays)) * open_[:, None]
    cosine = along @ rays.halfway()
    band = np.clip(1 - cosine * cosine, 0, 1) ** 14 * rise(-0.1, 0.5, normals[:, 2]) * np.clip(toward + 0.2, 0, 1)
    return _with_shine(light, band * open_ * gloss * rays.lamp.mean())


def room(normals: Floats, rays: Rays) -> Floats:
    """(V, 3) light from all around."""
    up = 0.5 + 0.5 * normals[:, 1:2]
    return np.asarray(rays.ground + (rays.sky - rays.ground) * up, np.float32)


def shine(normals: Floats, rays: Rays, gloss: float) -> Floats:
    """(V,) mirrored lamp, sharper with greater gloss."""
    facing = np.clip(normals @ rays.halfway(), 0, 1)
    return np.asarray(facing**gloss * rays.lamp.mean(), np.float32)


def _rim(normals: Floats, rays: Rays) -> Floats:
    edge = np.clip(1 - np.abs(normals[:, 2]), 0, 1) ** 3
    return np.asarray(0.05 * edge * rays.sky.mean() * (0.5 + 0.5 * normals[:, 1]), np.float32)


def _with_shine(light: Floats, mirrored: Floats) -> Floats:
    return np.concatenate([light, mirrored[:, None]], axis=1).astype(np.float32)
