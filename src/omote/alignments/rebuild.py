"""Alignments made anew from face pictures, each of which carries all that is known of its face."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from omote.alignments.naming import plain_name
from omote.alignments.record import FrameRecord, PictureRecord, SourceRecord
from omote.alignments.store import SUFFIX, Alignments
from omote.core.errors import AlignmentsError
from omote.core.files import check_free, explained, part_name
from omote.core.types import Frame


@contextmanager
def rebuilt(
    pictures: Iterable[tuple[Path, PictureRecord]], folder: Path, *, overwrite: bool = False
) -> Iterator[dict[Path, Alignments]]:
    """Make the alignments of every source that face pictures are from, and give them with the names they will have.

    They are not finished: only the frames that have a picture are known. The files take their names when the block ends
    well; else nothing is left of them.

    Args:
        pictures: with the paths they have.
        folder: where the files go.
        overwrite: replace alignments that are there.

    Raises:
        OmoteError: there is a file of this name already, or it cannot be written.
        AlignmentsError: a source has no name for a file.
    """
    files: dict[str, Path] = {}
    try:
        with ExitStack() as stack:
            made: dict[str, Alignments] = {}
            for _, record in pictures:
                source = record.source
                if source.fingerprint not in made:
                    files[source.fingerprint] = _free_name(source, folder, set(files.values()), overwrite)
                    made[source.fingerprint] = stack.enter_context(_begun(files[source.fingerprint], source))
                made[source.fingerprint].add(record.face.frame, [record.face], pictured=True)
            yield {files[name]: alignments for name, alignments in made.items()}
        for file in files.values():
            _publish(file)
    finally:
        for file in files.values():
            _remove(part_name(file))


def confirm(alignments: Alignments, frames: Iterable[Frame]) -> None:
    """Note all frames of the footage as looked at, once they are found to be those that the pictures are from.

    Raises:
        AlignmentsError: a frame has another time than its face pictures say, or is not there.
    """
    known = {frame.index: frame for frame in alignments.frames()}
    for frame in frames:
        pictured = known.pop(frame.index, None)
        if pictured is None:
            alignments.add(FrameRecord(frame.index, frame.pts, frame.name), [])
        elif pictured.pts != frame.pts:
            raise AlignmentsError(f"frame {frame.name} is not shown when its face pictures say", alignments.source.name)
    if known:
        raise AlignmentsError(f"the footage has no frame {known[min(known)].name}", alignments.source.name)
    alignments.finish()


def _free_name(source: SourceRecord, folder: Path, taken: set[Path], overwrite: bool) -> Path:
    stem = plain_name(Path(source.name).stem)
    path = folder / f"{stem}{SUFFIX}"
    if path in taken:  # another take of the same name
        path = folder / plain_name(f"{stem}-{source.fingerprint[:8]}{SUFFIX}")
    check_free(path, overwrite=overwrite)
    return path


def _begun(file: Path, source: SourceRecord) -> Alignments:
    _remove(part_name(file))
    return Alignments.open(part_name(file), source)


def _publish(file: Path) -> None:
    with explained(file):
        for log in _logs(file):  # of the older file; beside the new one they would be taken for its own
            log.unlink(missing_ok=True)
        part_name(file).replace(file)


def _remove(file: Path) -> None:
    for each in (file, *_logs(file)):
        each.unlink(missing_ok=True)


def _logs(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{suffix}") for suffix in ("-wal", "-shm")]
