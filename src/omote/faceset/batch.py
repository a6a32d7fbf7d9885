"""What passes between keeping faces, varying them and learning from them."""

from typing import NamedTuple

from torch import Tensor


class Stored(NamedTuple):
    """Faces of one person as they are kept, with a margin around what a network sees.

    Attributes:
        faces: (B, 6, S, S) uint8: RGB, mask of the face, of the eyes, of the mouth.
        landmarks: (B, 68, 2) float32 in stored pixels.
        towards: (B, 68, 2) float32: landmarks of a like face of the other person, in stored pixels.
    """

    faces: Tensor
    landmarks: Tensor
    towards: Tensor


class Sizes(NamedTuple):
    """Sides in pixels.

    Attributes:
        seen: of the middle of a stored face that a network sees, in stored pixels.
        feed: of what the encoder reads.
        target: of what the decoder makes.
    """

    seen: int
    feed: int
    target: int


class Batch(NamedTuple):
    """What one training step sees of one person.

    Attributes:
        feed: (B, 3, I, I) RGB 0..1, bent: what the encoder reads.
        target: (B, 3, O, O) RGB 0..1, not bent: what the decoder is to make.
        mask: (B, 1, O, O) 0..1: the face in the target.
        eyes: (B, 1, O, O) 0..1: the eyes in the target.
        mouth: (B, 1, O, O) 0..1: the mouth in the target.
    """

    feed: Tensor
    target: Tensor
    mask: Tensor
    eyes: Tensor
    mouth: Tensor
