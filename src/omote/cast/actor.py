"""Who is drawn: the measures and colours of one invented person. What that person does is told in `scene`."""

from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np

Colour = tuple[float, float, float]
Hair = Literal["cropped", "short", "parted", "receding", "curly", "fringe", "bob", "long"]
Beard = Literal["none", "stubble", "goatee", "full"]

RANGES: dict[str, tuple[float, float]] = {
    "skull_width": (0.93, 1.07),
    "skull_height": (0.93, 1.06),
    "skull_depth": (0.95, 1.05),
    "forehead_slope": (-0.5, 0.9),
    "brow_ridge": (0.0, 0.7),
    "temple_hollow": (0.0, 0.5),
    "cheekbones": (0.0, 0.55),
    "cheek_width": (0.93, 1.07),
    "cheek_fullness": (-0.45, 0.5),
    "jaw_width": (0.86, 1.14),
    "lower_face": (0.9, 1.12),
    "chin_width": (0.75, 1.3),
    "chin_out": (-0.6, 0.6),
    "nose_length": (0.86, 1.14),
    "nose_width": (0.8, 1.35),
    "nose_bridge": (-0.45, 0.5),
    "bridge_width": (0.8, 1.4),
    "nose_hump": (-0.2, 0.35),
    "nose_out": (-0.4, 0.45),
    "tip_up": (-0.35, 0.35),
    "tip_round": (0.7, 1.35),
    "eye_spacing": (2.95, 3.4),
    "eye_size": (0.88, 1.14),
    "eye_open": (0.78, 1.15),
    "eye_tilt": (-0.12, 0.24),
    "eye_depth": (-0.25, 0.35),
    "lid_fold": (0.12, 0.5),
    "brow_height": (-0.35, 0.35),
    "brow_thick": (0.55, 1.5),
    "brow_arch": (-0.12, 0.4),
    "brow_gap": (-0.3, 0.4),
    "mouth_width": (0.86, 1.14),
    "mouth_height": (-0.3, 0.25),
    "upper_lip": (0.6, 1.45),
    "lower_lip": (0.7, 1.4),
    "melanin": (0.0, 1.0),
    "redness": (-1.0, 1.0),
    "lip_red": (0.0, 1.0),
    "freckles": (0.0, 1.0),
    "blotches": (0.0, 1.0),
    "age": (0.0, 1.0),
    "hair_line": (-0.8, 0.8),
    "hair_volume": (0.7, 1.35),
}
"""What each measure may be; centimetres where the attribute says so, else shares of the average."""

HAIRS: dict[str, Colour] = {
    "black": (0.075, 0.065, 0.065),
    "dark brown": (0.19, 0.125, 0.09),
    "brown": (0.34, 0.22, 0.145),
    "auburn": (0.43, 0.19, 0.10),
    "red": (0.62, 0.29, 0.12),
    "dark blond": (0.52, 0.39, 0.24),
    "blond": (0.76, 0.61, 0.38),
    "grey": (0.56, 0.55, 0.54),
    "white": (0.83, 0.82, 0.80),
}
IRISES: dict[str, Colour] = {
    "dark brown": (0.20, 0.11, 0.06),
    "brown": (0.38, 0.22, 0.11),
    "hazel": (0.45, 0.36, 0.17),
    "green": (0.36, 0.47, 0.28),
    "blue": (0.34, 0.50, 0.66),
    "grey": (0.48, 0.54, 0.58),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One invented person.

    Attributes:
        seed: grain of skin and hair.
        skull_width, skull_height, skull_depth: of the braincase.
        forehead_slope: cm the hairline lies further back.
        brow_ridge, cheekbones: cm they stand out.
        temple_hollow, cheek_fullness: cm inwards, outwards.
        cheek_width, jaw_width, chin_width: widths of the face at three heights.
        lower_face: height from nose to chin.
        chin_out: cm the chin stands out.
        nose_length, nose_width, bridge_width, tip_round: shares.
        nose_bridge, nose_hump, nose_out: cm the bridge, its middle and the tip stand out.
        tip_up: cm the tip is raised.
        eye_spacing: cm from the middle to each pupil.
        eye_size, eye_open: width and height of the opening.
        eye_tilt: cm the outer corner lies above the inner one.
        eye_depth: cm the eyes lie deeper.
        lid_fold: cm from the upper lid's margin to its fold.
        brow_height, brow_arch, brow_gap: cm above the average, of the bow, of the gap between them.
        brow_thick, mouth_width, upper_lip, lower_lip: shares.
        mouth_height: cm above the average.
        melanin: 0 very light to 1 very dark skin.
        redness: -1 olive to 1 rosy.
        lip_red, freckles, blotches, age: 0 none to 1 much.
        hair_line: cm above the average.
        hair_volume: share.
        hair, beard: style.
        hair_colour, brow_colour, iris: sRGB, 0 to 1.
    """

    seed: int
    skull_width: float
    skull_height: float
    skull_depth: float
    forehead_slope: float
    brow_ridge: float
    temple_hollow: float
    cheekbones: float
    cheek_width: float
    cheek_fullness: float
    jaw_width: float
    lower_face: float
    chin_width: float
    chin_out: float
    nose_length: float
    nose_width: float
    nose_bridge: float
    bridge_width: float
    nose_hump: float
    nose_out: float
    tip_up: float
    tip_round: float
    eye_spacing: float
    eye_size: float
    eye_open: float
    eye_tilt: float
    eye_depth: float
    lid_fold: float
    brow_height: float
    brow_thick: float
    brow_arch: float
    brow_gap: float
    mouth_width: float
    mouth_height: float
    upper_lip: float
    lower_lip: float
    melanin: float
    redness: float
    lip_red: float
    freckles: float
    blotches: float
    age: float
    hair_line: float
    hair_volume: float
    hair: Hair
    beard: Beard
    hair_colour: Colour
    brow_colour: Colour
    iris: Colour

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low} to {high}, not {getattr(self, name)}")
        if self.hair not in get_args(Hair) or self.beard not in get_args(Beard):
            raise ValueError(f"unknown hair {self.hair!r} or beard {self.beard!r}")
        if not all(0 <= part <= 1 for colour in (self.hair_colour, self.brow_colour, self.iris) for part in colour):
            raise ValueError("colours are sRGB from 0 to 1")

    @classmethod
    def from_seed(cls, seed: int) -> Self:
        """Invent a person; the same seed (0 or more) gives the same person on every machine."""
        rng = np.random.default_rng((seed, 0xFACE))
        manly = bool(rng.random() < 0.5)
        values = _measures(rng, manly)
        return cls(seed=seed, **values, **_colours(rng, values), **_styles(rng, manly, values["age"]))


_MANLY = {
    "skull_width": 1, "brow_ridge": 1, "temple_hollow": 1, "cheek_width": 1, "cheek_fullness": -1, "jaw_width": 1,
    "lower_face": 1, "chin_width": 1, "chin_out": 1, "nose_length": 1, "nose_width": 1, "nose_bridge": 1,
    "eye_size": -1, "eye_open": -1, "eye_tilt": -1, "eye_depth": 1, "brow_height": -1, "brow_thick": 1,
    "brow_arch": -1, "mouth_width": 1, "upper_lip": -1, "lower_lip": -1, "lip_red": -1, "forehead_slope": 1,
}  # fmt: skip


def _measures(rng: np.random.Generator, manly: bool) -> dict[str, Any]:
    values = {}
    for name, (low, high) in RANGES.items():
        share = rng.beta(1.3, 1.3)
        lean = _MANLY.get(name, 0)
        if lean:
            share = 0.7 * share + 0.3 * float((lean > 0) == manly)
        values[name] = float(low + (high - low) * share)
    values["age"] = float(rng.beta(1.2, 2.2))
    return values


def _colours(rng: np.random.Generator, values: dict[str, Any]) -> dict[str, Colour]:
    dark, age = values["melanin"], values["age"]
    hairs = list(HAIRS)[: 2 if dark > 0.6 else 3 if dark > 0.4 else 7]
    irises = list(IRISES)[: 1 if dark > 0.7 else 2 if dark > 0.45 else 6]
    hair = HAIRS[str(rng.choice(hairs))]
    if rng.random() < (age - 0.45) * 1.6:
        hair = HAIRS[str(rng.choice(["grey", "white"]))]
    brow = (0.75 * hair[0], 0.72 * hair[1], 0.7 * hair[2])
    return {"hair_colour": hair, "brow_colour": brow, "iris": IRISES[str(rng.choice(irises))]}


def _styles(rng: np.random.Generator, manly: bool, age: float) -> dict[str, Any]:
    if not manly:
        return {"hair": str(rng.choice(["parted", "curly", "fringe", "bob", "long", "long"])), "beard": "none"}
    hairs = ["cropped", "short", "parted", "curly"] + ["receding"] * (1 + 2 * (age > 0.4))
    return {"hair": str(rng.choice(hairs)), "beard": str(rng.choice(["none", "none", "stubble", "goatee", "full"]))}
