"""Whether faces are followed rightly: tracks against labels, trembling, and boxes against those of a search."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.switches import Seen, judged, labels
from omote.alignments.record import FaceRecord
from omote.alignments.store import Alignments
from omote.core.types import Detection, Floats, Picture
from omote.imaging.boxes import overlaps
from omote.imaging.cuts import glance, is_cut
from omote.imaging.landmarks import eye_distance
from omote.media.source import open_source
from omote.perception.config import FollowConfig, LookConfig
from omote.perception.finding import Finder
from omote.perception.following import Follower, Looked
from omote.perception.look import Looker
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig, run

_LABELLED = ("multi_hamilton_360p.mp4", "multi_two_people_headpose.gif")
_STEADIED = "extra_woman_office_720p.mp4"
_FRAMES = 72  # of each clip in which following is compared with searching
_AGREE = 0.85
_LATEST = 5

Signal = npt.NDArray[np.float64]


def measure(folder: Path, step: int = FollowConfig().step) -> dict[str, Any]:
    """Return how rightly faces are followed in `clips/`.

    `labelled`: see `switches.judged`; `steadied`: see `steadiness`; `agreement`: for each clip of one person the share
    of frames in which the same faces are found as by a search of every frame, each at an overlap of 0.85 or more, the
    least overlap, and the share of frames that were searched; `agree`: that first share over all clips.

    Args:
        folder: laid out like `../shared/data/dev`.
        step: frames from one search to the next where nothing calls for more.

    Raises:
        MediaError: a clip is not there or cannot be read.
    """
    clips = folder / "clips"
    finder = _Remembering(LookConfig().for_kind("video"))
    single = sorted(path for path in clips.iterdir() if not path.name.startswith("multi"))
    agreement = {path.name: finder.agreement(path, step) for path in single}
    frames = sum(each["frames"] for each in agreement.values())
    return {
        "labelled": {name: _labelled(clips / name, step) for name in _LABELLED},
        "steadied": {_STEADIED: _steadied(clips / _STEADIED, step)},
        "agreement": agreement,
        "agree": round(sum(each["frames"] * each["agree"] for each in agreement.values()) / frames, 4),
    }


def _extracted(clip: Path, step: int) -> list[FaceRecord]:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "clip.alignments.db"
        run(ExtractConfig(sources=[clip], alignments=place, follow=FollowConfig(step=step), masks=[]), Context())
        with Alignments.open(place) as alignments:
            return list(alignments.faces())


def _labelled(clip: Path, step: int) -> dict[str, Any]:
    faces = [Seen(face.frame.index, face.box, str(face.track), str(face.person)) for face in _extracted(clip, step)]
    glances = (glance(frame.rgb) for frame in open_source(clip).frames())
    cuts = [index for index, (one, other) in enumerate(pairwise(glances), 1) if is_cut(one, other)]
    return judged(labels(clip.name), faces, cuts)


def _steadied(clip: Path, step: int) -> dict[str, Any]:
    faces = _extracted(clip, step)
    ((most, _),) = Counter(face.track for face in faces).most_common(1)
    pairs = [(face.raw, face.landmarks) for face in faces if face.track == most and face.raw is not None]
    raw, steady = zip(*pairs, strict=True)
    return steadiness(np.stack(raw), np.stack(steady))


def steadiness(raw: Floats, steady: Floats) -> dict[str, Any]:
    """Compare (N, 68, 2) points of one face in neighbouring frames before and after they were steadied.

    Returns:
        `jitter_raw` and `jitter`: mean size of the second difference of points in percent of the eye distance; `ratio`
        of the two; `lag`: frames by which eyes, mouth and head come late, where the correlation of changes from frame
        to frame is highest; `kept`: share that is left of the way between the tenth of the frames with the eyes (the
        mouth) most open and least, and the head's nose rightmost and leftmost. Of something that does not move this
        share is one of trembling; `moves` gives the way itself in percent of the eye distance.
    """
    size = float(np.mean([eye_distance(points) for points in raw]))
    before, after = (100 * jitter(points) / size for points in (raw, steady))
    each = {name: (of(raw), of(steady)) for name, of in _SIGNALS.items()}
    return {
        "frames": len(raw),
        "jitter_raw": round(before, 3),
        "jitter": round(after, 3),
        "ratio": round(after / before, 3),
        "lag": {name: lag(*pair) for name, pair in each.items()},
        "moves": {name: round(100 * way(one, one) / size, 2) for name, (one, _) in each.items()},
        "kept": {name: _share(way(one, other), way(one, one)) for name, (one, other) in each.items()},
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def jitter(points: Floats) -> float:
    """Return the mean size in pixels of the second difference over time of (N, 68, 2) points."""
    return float(np.linalg.norm(points[:-2] - 2 * points[1:-1] + points[2:], axis=2).mean())


def lag(one: Signal, other: Signal) -> int:
    """Return how many frames the changes of `other` come after those of `one`, -5 to 5."""
    change, later = np.diff(one), np.diff(other)
    inner = slice(_LATEST, len(change) - _LATEST)
    nearest_first = sorted(range(-_LATEST, _LATEST + 1), key=abs)
    return max(nearest_first, key=lambda late: _correlation(change[inner], np.roll(later, -late)[inner]))


def _correlation(one: Signal, other: Signal) -> float:
    """Return the correlation of two signals; 0 where one of them does not change."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size else 0.0


def way(one: Signal, other: Signal) -> float:
    """Return how far `other` goes between the tenths of the frames where `one`, evened out, is least and most."""
    even = np.convolve(np.pad(one, 1, mode="edge"), np.full(3, 1 / 3), "valid")
    order, tenth = np.argsort(even), max(1, len(even) // 10)
    return float(other[order[-tenth:]].mean() - other[order[:tenth]].mean())


def _open(points: Floats, *lids: tuple[int, int]) -> Signal:
    gaps = [np.linalg.norm(points[:, up] - points[:, low], axis=1) for up, low in lids]
    return np.asarray(np.mean(gaps, axis=0), np.float64)


_SIGNALS: dict[str, Callable[[Floats], Signal]] = {
    "eyes": lambda points: _open(points, (37, 41), (38, 40), (43, 47), (44, 46)),
    "mouth": lambda points: _open(points, (62, 66)),
    "head": lambda points: points[:, 30, 0].astype(np.float64),
}


class _Remembering(Finder):
    """A finder that keeps what a follower made it find in one clip, so that nothing is searched twice."""

    def __init__(self, config: LookConfig) -> None:
        super().__init__(config)
        self._looker = Looker(config)
        self._looker.finder = self
        self._found: dict[int, list[Detection]] = {}

    def find(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        found = super().find(pictures)
        self._found |= {id(picture): faces for picture, faces in zip(pictures, found, strict=True)}
        return found

    def agreement(self, clip: Path, step: int) -> dict[str, float]:
        shares, searched = [], 0
        for looked in self._followed(clip, step):
            known = self._found.pop(id(looked.frame.rgb), None)
            searched += known is not None
            truth = super().find([looked.frame.rgb])[0] if known is None else known
            shares.append(least_overlap([face.detection.box for face in looked.faces or []], [t.box for t in truth]))
        self._found.clear()
        return {
            "frames": len(shares),
            "agree": round(float(np.mean(np.array(shares) >= _AGREE)), 4),
            "least": round(min(shares), 3),
            "searched": round(searched / len(shares), 3),
        }

    def _followed(self, clip: Path, step: int) -> Iterator[Looked]:
        follower = Follower(self._looker, step)
        return follower.fill(follower.search(islice(open_source(clip).frames(), _FRAMES)))


def least_overlap(boxes: Sequence[Floats], others: Sequence[Floats]) -> float:
    """Return the overlap of the two boxes, one of each side, that agree least; 0 where one has none of its own."""
    if len(boxes) != len(others):
        return 0.0
    return float(overlaps(boxes, others).max(1).min()) if boxes else 1.0
