from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from omote.alignments.describe import frame_record
from omote.alignments.record import SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import SettingError
from omote.media.cuts import NONE, Cuts
from omote.stages.converting.config import ConvertConfig
from omote.stages.converting.spans import spans
from omote.stages.converting.wanted import cuts_of, wanted_of
from tests.stages.converting.frames import Greys


def known(path: Path, source: SourceRecord, frames: set[int]) -> Path:
    """Alignments that know these frames, at times that are twice as late as those of the source."""
    with Alignments.open(path, source) as kept:
        for frame in Greys(20).frames():
            if frame.index in frames:
                kept.add(frame_record(replace(frame, pts=2 * frame.pts)), [])
    return path


def cut(*bounds: tuple[int, int]) -> Cuts:
    return Cuts(tuple((Fraction(begin, 25), Fraction(end, 25)) for begin, end in bounds))


@pytest.mark.parametrize(
    ("ranges", "every", "cuts"),
    [
        ("2:9", 1, NONE),
        ("2:4,4:9", 1, cut((8, 8))),
        ("2:4,9:12,15:", 1, cut((8, 18), (24, 30))),
        ("2:4,9:12,15:", 4, cut((8, 20), (24, 36))),  # frames 2, 10, 18
        ("2:4,7:9,12:", 5, cut((8, 14), (18, 24))),  # frames 2, 7, 12 and 17
        ("2:4,8:9,12:", 5, cut((8, 24))),  # of the second range there is none
    ],
)
def test_what_is_between_ranges_is_cut(
    tmp_path: Path, source: SourceRecord, ranges: str, every: int, cuts: Cuts
) -> None:
    path = known(tmp_path / "a.db", source, set(range(20)))
    assert cuts_of(spans(ranges, every), Greys(20), path) == cuts


def test_times_that_alignments_lack_are_the_source_s(tmp_path: Path, source: SourceRecord) -> None:
    wanted, footage = spans("2:4,9:12"), Greys(20)
    assert cuts_of(wanted, footage, known(tmp_path / "a.db", source, {2, 3, 9, 10, 11})) == cut((7, 18))
    assert footage.given == 0
    assert cuts_of(wanted, footage, known(tmp_path / "b.db", source, {2, 3, 10, 11})) == cut((4, 9))
    assert footage.given == 11


def test_a_range_has_frames(tmp_path: Path) -> None:
    def wanted(text: str) -> object:
        asked = {"source": tmp_path / "a.mp4", "people": ["x=none"], "output": tmp_path / "out", "range": text}
        return wanted_of(ConvertConfig.checked(asked), Greys(20)).ranges

    assert wanted("3:99") == ((3, 99),)
    with pytest.raises(SettingError, match="range 20: begins behind the end of the source, which has 20 frames"):
        wanted("3:9,20:")
    with pytest.raises(SettingError, match="no frame lies in the range 9:9"):
        wanted("9:9,12:0s")
