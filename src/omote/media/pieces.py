"""A film in closed pieces on the disk: packets as the encoder gave them, so that a broken run loses little.

A piece is one file of packets; it counts once what is said of it stands beside it, written last. Nothing here is
decoded or coded again: the pieces are laid end to end when the film is whole.
"""

import json
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from av.packet import Packet

from omote.core.files import explained, sync, write_bytes
from omote.media.track import Start

_HEAD = struct.Struct("<qqqBI")  # pts, dts, duration, whether whole, bytes that follow


@dataclass(frozen=True)
class Piece:
    """What is said of a closed piece.

    Attributes:
        index: of its first frame in the source.
        pts: that frame's time, in units of the source's time base.
        last: index of its last frame.
        end: when that one's time is over.
    """

    index: int
    pts: int
    last: int
    end: int


class Pieces:
    """The pieces of one film, in a folder of their own.

    Args:
        folder: made when it is not there; what it holds of another film is dropped.
        key: all that the film depends on, as values JSON knows.

    Attributes:
        closed: what there is, in order.

    Raises:
        OmoteError: the folder cannot be written.
    """

    def __init__(self, folder: Path, key: Sequence[object]) -> None:
        self._folder = folder
        self._open: BinaryIO | None = None
        self._torn = False  # packets were lost: what comes after them is not to be kept
        self.closed: list[Piece] = []
        with explained(folder):
            if _read(folder / "key.json") != json.loads(json.dumps(list(key))):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                write_bytes(folder / "key.json", json.dumps(list(key)).encode())
            while (said := _read(self._path(".json"))) and self._path(".packets").is_file():
                self.closed.append(Piece(**said))

    @property
    def start(self) -> Start | None:
        """Where in the source the film begins; None while there is no piece."""
        return Start(self.closed[0].index, self.closed[0].pts) if self.closed else None

    def add(self, packets: "Sequence[Packet[Any]]") -> None:
        """Append packets to the piece in hand.

        Raises:
            OmoteError: they cannot be written; no piece is closed any more.
        """
        lost, self._torn = self._torn, True
        with explained(self._folder):
            if self._open is None:
                self._open = self._path(".packets").open("wb")
            for packet in packets:
                data = bytes(packet)
                self._open.write(
                    _HEAD.pack(packet.pts or 0, packet.dts or 0, packet.duration or 0, packet.is_keyframe, len(data))
                )
                self._open.write(data)
        self._torn = lost

    def close(self, piece: Piece) -> None:
        """Make the piece in hand safe on the disk, unless packets were lost; the next packet begins another."""
        if self._open is None or self._torn:
            return
        with explained(self._folder):
            self._open.close()
            self._open = None
            sync(self._path(".packets"))
            write_bytes(self._path(".json"), json.dumps(asdict(piece)).encode())
        self.closed.append(piece)

    def leave(self) -> None:
        """Give up the piece in hand; those that are closed stay."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def packets(self) -> "Iterator[Packet[Any]]":
        """Give all packets; their times of decoding rise over the seams too."""
        decoded: int | None = None
        for number in range(len(self.closed)):
            with (self._folder / f"{number:06d}.packets").open("rb") as file:
                while head := file.read(_HEAD.size):
                    pts, dts, duration, whole, size = _HEAD.unpack(head)
                    packet: Packet[Any] = Packet(file.read(size))
                    decoded = dts if decoded is None else max(dts, decoded + 1)
                    packet.pts, packet.dts, packet.duration, packet.is_keyframe = pts, decoded, duration, bool(whole)
                    yield packet

    def drop(self) -> None:
        """Leave nothing of it."""
        self.leave()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, suffix: str) -> Path:
        return self._folder / f"{len(self.closed):06d}{suffix}"


def _read(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
