"""Sizes of maps on their way from the code to the face."""

from typing import NamedTuple


class Map(NamedTuple):
    """The shape of a square map.

    Attributes:
        channels: how many it has.
        side: in pixels.
    """

    channels: int
    side: int

    def doublings(self, output: int) -> int:
        """Return how often the side has to be doubled to be `output`, which is a power of two times it."""
        return (output // self.side).bit_length() - 1


def fitted(given: Map, output: int) -> Map:
    """Return the shape in which the numbers of a map can be doubled up to `output`.

    Its side is `output` halved as often as it takes to come to that of the map or below, or as it can be halved.

    Raises:
        ValueError: the map's numbers do not fill such a shape, or it is larger than the output.
    """
    if given.side > output:
        raise ValueError(f"a map of {given.side} px from the fully connected is larger than output_size {output}")
    side = output
    while side > given.side and side % 2 == 0:
        side //= 2
    channels, rest = divmod(given.channels * given.side**2, side**2)
    if rest or not channels:
        raise ValueError(
            f"output_size {output} cannot be reached from the fully connected's map of {given.side} px by doubling; "
            f"{given.side} px times a power of two can, or other fc_dimensions"
        )
    return Map(channels, side)
