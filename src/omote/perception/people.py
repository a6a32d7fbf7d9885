"""Who is who over a whole source: tracks of one person joined, and a person known by reference pictures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import pdist, squareform

from omote.core.types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class TrackViews:
    """What is known of one track.

    Attributes:
        name: of the track.
        frames: numbers of the frames in which it is seen.
        vectors: (D,) identity vectors of its best views; none where they do not say who it is.
    """

    name: str
    frames: frozenset[int]
    vectors: Sequence[Floats]


def joined(tracks: Sequence[TrackViews], one_person: float) -> dict[str, str]:
    """Name the person of each track: "person-01" is seen in most frames.

    Average linkage of the tracks' mean vectors up to the distance of one person. Two tracks that share a frame are two
    people, however alike, and a track that does not say who it is of is a person of its own.

    Args:
        tracks: of one source.
        one_person: distance of two vectors up to which they are of one person.
    """
    groups = _groups(tracks, one_person)
    frames: dict[int, list[int]] = {}
    for group, track in zip(groups, tracks, strict=True):
        frames.setdefault(group, []).extend(track.frames)
    order = sorted(frames, key=lambda group: (-len(frames[group]), min(frames[group])))
    names = {group: f"person-{place:02d}" for place, group in enumerate(order, 1)}
    return {track.name: names[group] for group, track in zip(groups, tracks, strict=True)}


def _groups(tracks: Sequence[TrackViews], one_person: float) -> list[int]:
    if len(tracks) < 2:
        return [0] * len(tracks)
    known = [place for place, track in enumerate(tracks) if len(track.vectors)]
    never = len(tracks) ** 2 * one_person  # so far that one such pair keeps two groups apart, however many others agree
    apart = np.full((len(tracks), len(tracks)), never)
    np.fill_diagonal(apart, 0)
    if known:
        means = np.stack([np.mean(tracks[place].vectors, 0) for place in known])
        apart[np.ix_(known, known)] = squareform(pdist(means))
    together = _share_frames(tracks)
    apart[together & ~np.eye(len(tracks), dtype=np.bool_)] = never
    return [int(group) for group in fcluster(linkage(squareform(apart), "average"), one_person, "distance")]


def _share_frames(tracks: Sequence[TrackViews]) -> npt.NDArray[np.bool_]:
    """Return (N, N) which tracks are seen in one frame."""
    rows = np.repeat(np.arange(len(tracks)), [len(track.frames) for track in tracks])
    columns = np.concatenate([np.fromiter(track.frames, np.int64) for track in tracks])
    _, columns = np.unique(columns, return_inverse=True)
    seen = csr_array((np.ones(len(rows), np.int32), (rows, columns)), shape=(len(tracks), int(columns.max()) + 1))
    return np.asarray((seen @ seen.T).toarray() > 0, np.bool_)


def alike(
    tracks: Sequence[TrackViews], people: Mapping[str, str], references: Sequence[Floats], one_person: float
) -> Collection[str]:
    """Return the people who look like one of the reference vectors.

    A person's distance to a reference is the median over the vectors of all their tracks.

    Args:
        tracks: of one source.
        people: what `joined` says of them.
        references: (D,) vectors.
        one_person: distance up to which two vectors are of one person.
    """
    views: dict[str, list[Floats]] = {}
    for track in tracks:
        views.setdefault(people[track.name], []).extend(track.vectors)
    return {
        person
        for person, vectors in views.items()
        if vectors
        and any(
            float(np.median(np.linalg.norm(np.stack(vectors) - reference, axis=1))) <= one_person
            for reference in references
        )
    }
