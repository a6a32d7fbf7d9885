from pathlib import Path

import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.imaging.pictures import encode_jpeg, encode_png
from omote.marking.packets import box, packet_in, with_packet
from omote.media.pictures import read_picture
from tests.marking.files import gif, tiff

PACKET = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">first</x:xmpmeta><?xpacket end="r"?>'
OTHER = PACKET.replace(b"first", b"another, a longer one")


def inner(packet: bytes) -> bytes:
    return packet[packet.index(b"<x:") : packet.rindex(b"<?")]


def files(picture: Picture) -> dict[str, bytes]:
    return {
        "a.png": encode_png(picture),
        "a.jpg": encode_jpeg(picture),
        "le.tif": tiff(picture),
        "be.tif": tiff(picture, ">"),
        "a.gif": gif(picture),
    }


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "le.tif", "be.tif", "a.gif"])
def test_packets_go_in_and_pixels_stay(name: str, picture: Picture, tmp_path: Path) -> None:
    plain, marked = tmp_path / name, tmp_path / f"marked-{name}"
    data = files(picture)[name]
    with_it = with_packet(data, PACKET)
    assert with_it is not None
    plain.write_bytes(data)
    marked.write_bytes(with_it)
    assert packet_in(data) is None
    assert packet_in(with_it) == inner(PACKET)
    np.testing.assert_array_equal(read_picture(marked), read_picture(plain))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "le.tif"])
def test_a_new_packet_takes_the_place_of_the_old_one(name: str, picture: Picture, tmp_path: Path) -> None:
    once = with_packet(files(picture)[name], OTHER)
    assert once is not None
    twice = with_packet(once, PACKET)
    assert twice is not None
    (tmp_path / name).write_bytes(twice)
    assert read_picture(tmp_path / name).shape == picture.shape
    assert twice.count(b"<x:xmpmeta") == (1 if name != "le.tif" else 2)  # TIFF leaves the old bytes, unnamed


def test_other_files_are_not_touched() -> None:
    assert with_packet(b"\x1a\x45\xdf\xa3 matroska", PACKET) is None


def test_a_damaged_file_is_refused(picture: Picture) -> None:
    with pytest.raises(MediaError, match="damaged"):
        with_packet(encode_jpeg(picture)[:20], PACKET)
    with pytest.raises(MediaError, match="too long"):
        with_packet(encode_jpeg(picture), PACKET * 1000)


def test_the_box_is_one_that_readers_pass_over() -> None:
    data = box(PACKET)
    assert int.from_bytes(data[:4], "big") == len(data)
    assert data[4:8] == b"uuid"
    assert packet_in(data) == inner(PACKET)
