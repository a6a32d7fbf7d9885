from fractions import Fraction
from pathlib import Path

from av.packet import Packet

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
