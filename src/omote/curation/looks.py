"""What sorting asks of the pixels of a face picture: its detail, its tones, what is black, its histogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from omote.alignments.record import PictureRecord
from omote.core.types import Floats, Picture
from omote.curation.faces import FacePicture, Watch, each_seen, unwatched
from omote.imaging.colour import to_lab
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import inverse, resize, transform, warp
from omote.imaging.masks import face_mask
from omote.media.pictures import PICTURE_SUFFIXES

_SIZE, _GLANCE = 256, 64  # pixels at which detail and tones are measured
_FINE = 1 / 8  # cycles a pixel from which detail is fine: lashes, pores, hairs
_LEAST = 1e-6
_BLACK = 12  # of 255: what is meant to be black comes out of a video up to this bright
_BINS, _CHROMA = 16, 64.0  # of a channel of the histogram; how far colours of faces are from grey


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the pixels of one face picture say. Tones are means over the face, without what is around it.

    Attributes:
        detail: decibels, the power of fine detail against that of all the face shows; talking heads have -22 to -10.
        brightness: lightness as the eye sees it, CIE L* 0 to 100.
        luma: 0 to 255, (R + 2 G + B) / 4.
        green: -127 magenta to 127 green, (2 G - R - B) / 4.
        orange: -127 blue to 127 orange, (R - B) / 2.
        black: share of the picture, 0 to 1, that is black or beyond the border of the frame, where the picture only
            repeats the frame's last pixels.
        histogram: (48,) of the aligned face: square roots of the shares of 16 steps of luma, green and orange; the
            distance of two is Hellinger's, 0 to sqrt 2.
    """

    detail: float
    brightness: float
    luma: float
    green: float
    orange: float
    black: float
    histogram: Floats


def looks(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Look]:
    """Look at face pictures, several at a time.

    Args:
        faces: any number; none of their pictures stays in the memory.
        watch: told of every few that were read.

    Raises:
        MediaError: a picture cannot be read.
    """
    return each_seen(faces, lambda face: look(face.pixels(), face.record), watch)


def look(rgb: Picture, record: PictureRecord) -> Look:
    """Look at a face picture.

    Args:
        rgb: (S, S, 3) uint8; its owner may have scaled it.
        record: what the picture says of itself.
    """
    points = transform(record.face.landmarks, record.matrix_at(rgb.shape[1]))
    seen = crop_matrix(points, _SIZE, "legacy")
    face = warp(rgb, seen, _SIZE, _SIZE)
    near = resize(face, _GLANCE, _GLANCE)
    mask = face_mask(transform(points, seen) * np.float32(_GLANCE / _SIZE), _GLANCE, _GLANCE, "components")
    tones = _tones(near)
    lightness = to_lab((near / np.float32(255)).astype(np.float32))[..., :1]
    brightness, luma, green, orange = _means(np.dstack([lightness, tones]), mask)
    return Look(detail(face), brightness, luma, green, orange, _black(rgb, record), _histogram(tones))


def detail(face: Picture) -> float:
    """Return how much of what an aligned face shows is fine detail, in decibels; more light does not change it.

    Args:
        face: (S, S, 3) uint8.
    """
    grey = _tones(face)[..., 0]
    fade = np.hanning(len(grey) + 2)[1:-1].astype(np.float32)  # else the picture's edges count as detail
    power = np.abs(np.fft.rfft2((grey - grey.mean()) * fade * fade[:, None])) ** 2
    pitch = np.hypot(np.fft.fftfreq(len(grey))[:, None], np.fft.rfftfreq(len(grey)))
    return float(10 * np.log10((power[pitch >= _FINE].sum() + _LEAST) / (power[pitch > 0].sum() + 1)))


def _tones(rgb: Picture) -> Floats:
    red, green, blue = np.moveaxis(rgb.astype(np.float32), 2, 0)
    return np.stack([(red + 2 * green + blue) / 4, (2 * green - red - blue) / 4, (red - blue) / 2], 2)


def _means(channels: Floats, mask: Floats) -> list[float]:
    weight = float(mask.sum())
    whole = mask if weight else np.ones_like(mask)
    return [float(mean) for mean in (channels * whole[..., None]).sum((0, 1)) / whole.sum()]


def _black(rgb: Picture, record: PictureRecord) -> float:
    black = resize(rgb, _GLANCE, _GLANCE).max(2) <= _BLACK
    if _knows_its_frame(record):
        rows, columns = np.mgrid[0:_GLANCE, 0:_GLANCE] + 0.5
        middles = np.stack([columns.ravel(), rows.ravel()], 1) * (record.size / _GLANCE)
        x, y = transform(middles, inverse(record.matrix)).T
        inside = (x >= 0) & (y >= 0) & (x <= record.source.width) & (y <= record.source.height)
        black |= ~inside.reshape(black.shape)
    return float(black.mean())


def _knows_its_frame(record: PictureRecord) -> bool:
    # Of a folder of pictures, which may be of many sizes, only the first one's is known.
    return record.source.frames == 1 or PurePath(record.face.frame.name).suffix.lower() not in PICTURE_SUFFIXES


def _histogram(tones: Floats) -> Floats:
    edges = (np.linspace(0, 255, _BINS + 1), *(np.linspace(-_CHROMA, _CHROMA, _BINS + 1),) * 2)
    counts = [
        np.histogram(np.clip(tones[..., channel], edge[0], edge[-1]), edge)[0] for channel, edge in enumerate(edges)
    ]
    return np.asarray(np.sqrt(np.concatenate(counts) / np.sum(counts)), np.float32)
