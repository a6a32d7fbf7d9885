"""Look for marks in a video or picture that say that faces in it were made: manifest, metadata, watermark.

A folder of pictures is one film, 25 pictures a second, as convert takes it; what its files say is counted.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import MediaError, OmoteError, Stopped
from omote.core.events import Progress
from omote.perception.config import LookConfig
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from omote.core.types import Frame
    from omote.media.source import Source

NO_PROOF = "That no mark was found is no proof that it is not made."
_TOGETHER = 32  # frames of one stretch
_PLACES = (1 / 2, 1 / 6, 5 / 6)  # of its stretches in their shares of a film, look by look
_APART = 0.1  # seconds from one to the next
_SEARCHED = 4  # one of so many is searched, and the faces are followed between
_SMALL = 60  # pixels: smaller faces seldom keep a watermark that is not seen, once they are compressed
_TAIL = 1 << 20  # bytes at the end of a large file in which metadata is looked for


class VerifyConfig(Config):
    """Settings of verify."""

    path: Path = Field(description="a video, a picture, or a folder with the pictures of a film")
    frames: int = Field(
        64,
        ge=1,
        le=4096,
        description="frames of a video that are looked at for the watermark at once; three times as many at most",
    )
    trust: Path | None = Field(None, description="PEM file with certificates of those whose signatures you trust")
    look: LookConfig = LookConfig()


class ManifestFound(Report):
    """The C2PA manifest.

    Attributes:
        state: valid: the file is as it was signed; broken: it was changed after that.
        made: it says that a trained network made a part of the file.
        trusted: its signer is among those of `trust`.
        signer: as the certificate names it.
    """

    state: Literal["valid", "broken", "none", "unreadable", "not looked for"]
    made: bool = False
    trusted: bool = False
    signer: str | None = None
    words: str


class MetadataFound(Report):
    """What the container's tags or XMP say."""

    found: bool
    words: str


class WatermarkFound(Report):
    """The invisible watermark.

    Attributes:
        chance: bound of the probability that a file without it looks like this.
        faces: pictures of one face that were compared with it.
    """

    found: bool
    chance: float
    faces: int
    words: str


class VerifyReport(Report):
    """What was found in a file."""

    file: Path
    verdict: str
    manifest: ManifestFound
    metadata: MetadataFound
    watermark: WatermarkFound


Found = TypeVar("Found", ManifestFound, MetadataFound)
_TELLING = ("not looked for", "none", "unreadable", "valid", "broken")


def run(config: VerifyConfig, context: Context) -> VerifyReport:
    """Look for all marks.

    Raises:
        MediaError: the file is not there or cannot be read at all.
        OmoteError: the trusted certificates cannot be read.
        Stopped: someone stopped it.
    """
    from omote.media.source import open_source

    source = open_source(config.path)
    files = _files(config.path, config.frames)
    manifest = _most_telling([_manifest(file, config.trust) for file in files], _telling)
    metadata = _most_telling([_metadata(file) for file in files], lambda one: (one.found, 0))
    watermark = _watermark(source, config, context)
    return VerifyReport(
        file=config.path, verdict=_verdict(manifest, metadata, watermark),
        manifest=manifest, metadata=metadata, watermark=watermark,
    )  # fmt: skip


def _verdict(manifest: ManifestFound, metadata: MetadataFound, watermark: WatermarkFound) -> str:
    told = {
        "its manifest": manifest.made,
        "its metadata": metadata.found,
        "a watermark in a face": watermark.found,
    }
    by = [name for name, says in told.items() if says]
    changed = " It was changed after it was signed." if manifest.state == "broken" else ""
    if not by:
        return f"No mark was found.{changed} {NO_PROOF}"
    return f"It is marked as made: {', '.join(by)} {'say' if len(by) > 1 else 'says'} so.{changed}"


def _files(path: Path, most: int) -> list[Path]:
    """Return a file itself, or up to so many pictures that lie evenly in a folder."""
    from omote.media.pictures import is_picture

    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if is_picture(file))
    return files[:: -(-len(files) // most)]


def _telling(manifest: ManifestFound) -> tuple[bool, int]:
    return manifest.made, _TELLING.index(manifest.state)


def _most_telling(found: Sequence[Found], telling: Callable[[Found], tuple[bool, int]]) -> Found:
    """Return what says most of the files of a folder, with how many say the same."""
    most = max(found, key=telling)
    if len(found) == 1:
        return most
    alike = sum(telling(one) == telling(most) for one in found)
    return most.model_copy(update={"words": f"{most.words} ({alike} of {len(found)} pictures)"})


def _manifest(path: Path, trust: Path | None) -> ManifestFound:
    try:
        from omote.marking.manifest import read

        found = read(path, trust)
    except ImportError:
        return ManifestFound(state="not looked for", words="not looked for: that needs pip install 'omote[mark]'")
    except OmoteError as fault:
        if fault.where == trust:
            raise
        return ManifestFound(state="unreadable", words=str(fault))
    if found is None:
        return ManifestFound(state="none", words="none")
    says = "a trained network made a part of it" if found.made else "nothing of a trained network"
    if found.state == "broken":
        state = f"broken: file or manifest was changed after it was signed ({', '.join(found.faults)})"
    else:
        state = "valid: unchanged since it was signed"
    who = "whom you trust" if found.trusted else "untrusted: nothing proves that the signer is who the name says"
    words = f"{state}; it says: {says}; signed by {found.signer} ({who})"
    return ManifestFound(state=found.state, made=found.made, trusted=found.trusted, signer=found.signer, words=words)


def _metadata(path: Path) -> MetadataFound:
    from omote.marking.packets import packet_in
    from omote.marking.statement import stated, stated_in
    from omote.media.tags import container_tags

    text = stated(container_tags(path))
    if text is None:
        with path.open("rb") as file:
            data = file.read(_TAIL)
            file.seek(max(_TAIL, path.stat().st_size - _TAIL))
            data += file.read()
        xmp = (packet_in(data) or b"").decode("utf-8", "replace")
        text = "XMP says that a trained network made a part of it" if stated_in(xmp) else None
    return MetadataFound(found=text is not None, words=text or "none")


def _watermark(source: Source, config: VerifyConfig, context: Context) -> WatermarkFound:
    """Look at more and more of a film until the mark is found; each look makes the others less sure."""
    from omote.marking.gathering import Gathering
    from omote.perception.following import Follower
    from omote.perception.look import Looker

    looker, seen = Looker(config.look.for_kind(source.facts.kind)), Gathering()
    found, done, widest = None, 0, 0.0
    looks = _looks(source.facts.frames, float(source.facts.rate), config.frames)
    for chosen in looks:
        follower = Follower(looker, _SEARCHED)
        for looked in follower.fill(follower.search(_sampled(source, chosen))):
            if context.stopped():
                raise Stopped
            frame, faces = looked.frame, [face.landmarks for face in looked.faces or []]
            seen.add(frame.rgb, faces, float(frame.pts * source.facts.time_base), cut=looked.cut)
            widest = max([widest, *(float(points[:, 0].max() - points[:, 0].min()) for points in faces)])
            context.emit(Progress("verify", done := done + 1, sum(map(len, looks))))
        found = seen.evidence(len(looks))
        if found is not None and found.found:
            break
    if found is None:
        return WatermarkFound(found=False, chance=1, faces=0, words="none: no face was seen")
    how = f"{found.sights} pictures of a face" if found.sights > 1 else "one picture of a face"
    odds = f"an unmarked file looks like this with a chance below {max(found.chance, 1e-99):.0e}"
    small = (
        f"; the largest is {widest:.0f} px wide, and less than {_SMALL} px seldom keeps it" if widest < _SMALL else ""
    )
    words = f"found in {how}: {odds}" if found.found else f"none found in {how}{small}"
    return WatermarkFound(found=found.found, chance=found.chance, faces=found.sights, words=words)


def _looks(count: int, rate: float, wanted: int) -> list[list[int]]:
    """Return which frames of so many are looked at, look by look; the stretches of each lie between those before."""
    step = max(1, round(rate * _APART))
    looks = min(len(_PLACES), max(1, round(count / (wanted * step))))
    return [_chosen(count, rate, wanted, place) for place in _PLACES[:looks]]


def _chosen(count: int, rate: float, wanted: int, place: float = 0.5) -> list[int]:
    """Return which frames of so many are looked at: all, one of so many, or stretches that lie evenly in the film.

    Args:
        count: frames of the film; 0 where that is not known.
        rate: of them in a second.
        wanted: frames that are looked at.
        place: 0 to 1, where in its share of the film each stretch lies.
    """
    step = max(1, round(rate * _APART))
    if count <= 0:
        return [step * number for number in range(wanted)]
    if count <= wanted * step:
        fit = min(count, wanted)
        return [round(number * (count - 1) / max(1, fit - 1)) for number in range(fit)]
    stretches = max(1, wanted // _TOGETHER)
    each = wanted // stretches
    starts = [round((number + place) * count / stretches - each * step / 2) for number in range(stretches)]
    within = [min(max(0, start), count - each * step) for start in starts]
    return sorted({start + step * number for start in within for number in range(each)})


def _sampled(source: Source, chosen: list[int]) -> Iterator[Frame]:
    """Give the frames of these numbers, numbered anew; a film that breaks off gives those before."""
    places = {number: place for place, number in enumerate(chosen)}
    try:
        for frame in source.frames(chosen[0]):
            if (place := places.get(frame.index)) is not None:
                yield replace(frame, index=place)
            if frame.index >= chosen[-1]:
                return
    except MediaError:
        return
