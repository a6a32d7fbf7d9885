"""Who is drawn: the measures and colours of one invented person. What that person does is told in `scene`."""

from dataclasses import dataclass
from typing import Any, Self, get_args

import numpy as np

from omote.cast.styles import Beard, Hair
from omote.cast.traits import HAIRS, IRISES, RANGES, Colour


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
        eye_round: 0 almond to 1 round.
        eye_tilt: cm the outer corner lies above the inner one.
        eye_depth: cm the eyes lie deeper.
        lid_fold: cm from the upper lid's margin to its fold.
        lashes: 0 light to 1 dark and long.
        brow_height, brow_arch, brow_gap: cm above the average, of the bow, of the gap between them.
        brow_thick, mouth_width, upper_lip, lower_lip: shares.
        mouth_height: cm above the average.
        mouth_curve: cm the corners lie above the middle.
        melanin: 0 very light to 1 very dark skin.
        redness: -1 olive to 1 rosy.
        lip_red, freckles, blotches, age: 0 none to 1 much.
        hair_line: cm above the average.
        hair_corner: cm it runs back over the temples.
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
    eye_round: float
    eye_depth: float
    lid_fold: float
    lashes: float
    brow_height: float
    brow_thick: float
    brow_arch: float
    brow_gap: float
    mouth_width: float
    mouth_height: float
    mouth_curve: float
    upper_lip: float
    lower_lip: float
    melanin: float
    redness: float
    lip_red: float
    freckles: float
    blotches: float
    age: float
    hair_line: float
    hair_corner: float
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
        """Invent a person; the same seed (0 or more) gives the same person on every machine.

        Seeds that follow each other give people that differ in build, skin and hair.
        """
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, not {seed}")
        rng = np.random.default_rng((seed, 0xFACE))
        manly = seed % 2 == 1
        values: dict[str, Any] = _measures(rng, seed, manly)
        values["melanin"] = float((0.08 + seed * 0.618034 + rng.uniform(-0.06, 0.06)) % 1.0)
        values |= _colours(rng, values["melanin"], values["age"])
        return cls(seed=seed, **values, **_styles(rng, manly, seed // 2, values["age"]))


_MANLY = {
    "skull_width": 1, "brow_ridge": 1, "temple_hollow": 1, "cheek_width": 1, "cheek_fullness": -1, "jaw_width": 1,
    "lower_face": 1, "chin_width": 1, "chin_out": 1, "nose_length": 1, "nose_width": 1, "nose_bridge": 1,
    "eye_size": -1, "eye_open": -1, "eye_tilt": -1, "eye_depth": 1, "brow_height": -1, "brow_thick": 1,
    "brow_arch": -1, "mouth_width": 1, "upper_lip": -1, "lower_lip": -1, "lip_red": -1, "forehead_slope": 1,
    "hair_corner": 1, "lashes": -1, "blotches": 1,
}  # fmt: skip
"""Which way men's measures lean from women's; both keep the whole range."""
_STEPS = {
    "nose_width": 0.383, "nose_length": 0.691, "eye_spacing": 0.317, "mouth_height": 0.627, "brow_ridge": 0.271,
    "lower_face": 0.409, "jaw_width": 0.587, "tip_up": 0.733, "chin_width": 0.353, "brow_thick": 0.657,
    "upper_lip": 0.293, "cheek_width": 0.713,
}  # fmt: skip
"""What people are told apart by most does not lie near to that of the people of the seeds around: it goes by steps."""


def _measures(rng: np.random.Generator, seed: int, manly: bool) -> dict[str, float]:
    values = {}
    for name, (low, high) in RANGES.items():
        share, lean = rng.beta(0.7, 0.7), _MANLY.get(name, 0)
        if name in _STEPS:
            turn = (0.9 + 0.61 * _STEPS[name] + seed * _STEPS[name]) % 1
            share = 0.5 - 0.5 * np.cos(np.pi * turn)
        if lean:
            share = 0.64 * share + 0.36 * float((lean > 0) == manly)
        values[name] = float(low + (high - low) * share)
    values["age"] = float(rng.beta(1.2, 2.2))
    return values


def _colours(rng: np.random.Generator, melanin: float, age: float) -> dict[str, Any]:
    hairs = list(HAIRS)[: 2 if melanin > 0.6 else 3 if melanin > 0.4 else 7]
    irises = list(IRISES)[: 1 if melanin > 0.7 else 2 if melanin > 0.45 else 6]
    hair = HAIRS[str(rng.choice(hairs))]
    if rng.uniform() < 1.5 * (age - 0.5):
        hair = HAIRS[str(rng.choice(["grey", "white"]))]
    brow = (0.75 * hair[0], 0.72 * hair[1], 0.7 * hair[2])
    return {"hair_colour": hair, "brow_colour": brow, "iris": IRISES[str(rng.choice(irises))]}


def _styles(rng: np.random.Generator, manly: bool, turn: int, age: float) -> dict[str, Any]:
    if not manly:
        return {"hair": ("long", "curls", "bob", "wavy", "fringe")[turn % 5], "beard": "none"}
    hair = ("short", "parted", "curly", "cropped")[turn % 4]
    if age > 0.3 and rng.uniform() < 0.45:
        hair = "receding"
    return {"hair": hair, "beard": ("none", "stubble", "goatee", "none", "full")[turn % 5]}
