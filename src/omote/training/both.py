"""Both people through a network in one pass: what is compiled, spread over processes, and stepped."""

from torch import Tensor, cat, nn

from omote.models.base import Decoded, Side, SwapNetwork

SIDES: tuple[Side, Side] = ("a", "b")


class Both(nn.Module):
    """A network that takes faces of both people and makes those of either anew."""

    def __init__(self, network: SwapNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, feed_a: Tensor, feed_b: Tensor) -> tuple[Decoded, Decoded]:
        """Make faces of A from (B, 3, I, I) faces of A, and of B from those of B."""
        # Both people go through the encoder together: one large pass is cheaper than two small ones.
        code_a, code_b = self.network.encode(cat([feed_a, feed_b])).chunk(2)
        return self.network.decode(code_a, "a"), self.network.decode(code_b, "b")
