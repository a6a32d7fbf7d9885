"""From a picture to its faces: find, then align."""

from omote.core.types import Face, Picture
from omote.imaging.boxes import areas
from omote.perception.aligning import Aligner
from omote.perception.config import LookConfig
from omote.perception.finding import Finder


class Looker:
    """Looks at pictures with one detector and one landmarker, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self.finder, self.aligner = Finder(config), Aligner(config)

    def look(self, picture: Picture) -> list[Face]:
        """Return the faces of a picture, the largest first."""
        (found,) = self.finder.find([picture])
        return sorted(self.aligner.align(picture, found), key=lambda face: -float(areas(face.detection.box)[0]))
