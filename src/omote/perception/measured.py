"""Quality by our own measures: size, sharpness, light and pose. Nothing to download."""

from collections.abc import Sequence

from omote.core.types import Floats, Picture
from omote.imaging.quality import quality


class Measured:
    """The geometric mean of four measures, as `imaging.quality` says."""

    def qualities(self, picture: Picture, landmarks: Sequence[Floats]) -> list[float]:
        """Return 0 to 1 for each face."""
        return [quality(picture, points) for points in landmarks]
