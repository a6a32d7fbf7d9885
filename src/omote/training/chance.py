"""All chance of a step as a function of the run's seed and the step's number: nothing to keep, nothing to lose."""

from hashlib import blake2b

import torch


def seed_of(*parts: int | str) -> int:
    """Return a seed, 63 bits, that differs wherever a part does."""
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def generator_of(*parts: int | str, device: torch.device | str = "cpu") -> torch.Generator:
    """Return a generator that begins at `seed_of` the parts."""
    return torch.Generator(device).manual_seed(seed_of(*parts))
