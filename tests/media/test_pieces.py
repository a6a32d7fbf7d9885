import errno
from fractions import Fraction
from pathlib import Path

import pytest
from av.packet import Packet

from omote.core.errors import OmoteError
from omote.media.pieces import Piece, Pieces
from omote.media.track import Start


def _packet(pts: int, dts: int, data: bytes, *, whole: bool = False) -> "Packet":  # type: ignore[type-arg]
    packet = Packet(data)
    packet.pts, packet.dts, packet.duration, packet.is_keyframe = pts, dts, 40, whole
    packet.time_base = Fraction(1, 1000)
    return packet


def test_packets_come_back_as_they_went_in(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "p", ["key"])
    pieces.add([_packet(0, -80, b"one", whole=True), _packet(80, -40, b"two")])
    pieces.add([])
    pieces.close(Piece(0, 0, 1, 120))
    again = Pieces(tmp_path / "p", ["key"])
    found = [(p.pts, p.dts, p.duration, p.is_keyframe, bytes(p)) for p in again.packets()]
    assert found == [(0, -80, 40, True, b"one"), (80, -40, 40, False, b"two")]
    assert (again.closed, again.start) == ([Piece(0, 0, 1, 120)], Start(0, 0))


def test_only_closed_pieces_count_and_seams_rise(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "p", ["key"])
    pieces.add([_packet(0, 0, b"a"), _packet(100, 90, b"b")])
    pieces.close(Piece(0, 0, 1, 200))
    pieces.add([_packet(200, 60, b"c"), _packet(240, 150, b"d")])  # decoded, it says, before the piece before ends
    pieces.close(Piece(2, 200, 3, 300))
    pieces.add([_packet(300, 300, b"e")])
    pieces.leave()
    again = Pieces(tmp_path / "p", ["key"])
    assert [(p.dts, bytes(p)) for p in again.packets()] == [(0, b"a"), (90, b"b"), (91, b"c"), (150, b"d")]
    assert again.closed[-1].last == 3


def test_another_film_begins_with_nothing(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "p", ["key", 1])
    pieces.add([_packet(0, 0, b"a")])
    pieces.close(Piece(0, 0, 0, 40))
    assert Pieces(tmp_path / "p", ["key", 1]).closed
    assert Pieces(tmp_path / "p", ["key", 2]).closed == []
    assert Pieces(tmp_path / "p", ["key", 1]).closed == []


def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "p", [])
    pieces.add([_packet(0, 0, b"a")])
    pieces.drop()
    assert list(tmp_path.iterdir()) == []


class _Full:
    """A packet for which there is no space any more."""

    pts = dts = duration = 0
    is_keyframe = False

    def __bytes__(self) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_torn_piece_does_not_count(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "p", ["key"])
    pieces.add([_packet(0, 0, b"a")])
    pieces.close(Piece(0, 0, 0, 40))
    with pytest.raises(OmoteError, match="the disk is full"):
        pieces.add([_packet(40, 40, b"b"), _Full()])  # type: ignore[list-item]
    pieces.add([_packet(80, 80, b"c")])  # space came back, but what was to come before is lost
    pieces.close(Piece(1, 40, 2, 120))
    pieces.leave()
    assert [piece.index for piece in pieces.closed] == [0]
    assert Pieces(tmp_path / "p", ["key"]).closed == [Piece(0, 0, 0, 40)]
