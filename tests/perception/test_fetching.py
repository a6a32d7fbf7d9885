import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from omote.core.errors import OmoteError, Stopped
from omote.core.files import part_name
from omote.perception.fetching import Unfetched, fetch, sha256_of

DATA = np.random.default_rng(0).bytes(1_000_000)
RIGHT = hashlib.sha256(DATA).hexdigest()


class Shelf:
    """A web server on this machine.

    /whole gives the data, /wrong something else of the same length, /cut breaks off in the middle of what it sends,
    /stubborn always gives all, and everything else is not found.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.answer(self)

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path, wanted = request.path, request.headers.get("Range")
        self.asked.append((path, wanted))
        if path not in ("/whole", "/wrong", "/cut", "/stubborn"):
            request.send_error(404)
            return
        data = bytes(len(DATA)) if path == "/wrong" else DATA
        first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and path != "/stubborn" else 0
        if first >= len(data):
            request.send_error(416)
            return
        request.send_response(206 if first else 200)
        request.send_header("Content-Length", str(len(data) - first))
        request.end_headers()
        rest = data[first:]
        request.wfile.write(rest[: len(rest) // 2] if path == "/cut" else rest)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.close()


def silent(done: int, total: int) -> None:
    pass


def test_a_file_arrives_whole_and_says_how_far_it_is(shelf: Shelf, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "new" / "a.onnx"
    fetch([f"{shelf.url}/whole"], path, RIGHT, lambda done, total: told.append((done, total)))
    assert path.read_bytes() == DATA
    assert sha256_of(path) == RIGHT
    assert [path.name for path in path.parent.iterdir()] == ["a.onnx"]
    assert told == sorted(told)
    assert told[-1] == (len(DATA), len(DATA))


def test_the_second_address_serves_when_the_first_does_not(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    for other in ("nothing", "wrong"):
        path.unlink(missing_ok=True)
        fetch([f"{shelf.url}/{other}", f"{shelf.url}/whole"], path, RIGHT, silent)
        assert path.read_bytes() == DATA


def test_a_cut_file_is_gone_on_with_and_never_has_the_final_name(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    with pytest.raises(Unfetched, match="the connection was cut"):
        fetch([f"{shelf.url}/cut"], path, RIGHT, silent)
    assert not path.exists()
    assert part_name(path).stat().st_size == 500_000
    fetch([f"{shelf.url}/whole"], path, RIGHT, silent)
    assert shelf.asked[-1] == ("/whole", "bytes=500000-")
    assert path.read_bytes() == DATA


def test_an_address_that_cannot_go_on_gives_all_anew(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    part_name(path).write_bytes(DATA[:300])
    fetch([f"{shelf.url}/stubborn"], path, RIGHT, silent)
    assert path.read_bytes() == DATA
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("left", [b"something else", b"longer" * 300_000])
def test_a_part_of_something_else_is_dropped(shelf: Shelf, tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "a.onnx"
    part_name(path).write_bytes(left)
    fetch([f"{shelf.url}/whole"], path, RIGHT, silent)
    assert path.read_bytes() == DATA


def test_a_part_that_is_already_whole_is_taken(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    part_name(path).write_bytes(DATA)
    fetch([f"{shelf.url}/whole"], path, RIGHT, silent)
    assert len(shelf.asked) == 1
    assert path.read_bytes() == DATA


def test_wrong_content_leaves_nothing_and_an_older_file_untouched(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"older")
    with pytest.raises(Unfetched, match=r"127\.0\.0\.1:\d+: its content has another SHA-256"):
        fetch([f"{shelf.url}/wrong"], path, RIGHT, silent)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.onnx", b"older")]


def test_every_address_has_its_reason(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(Unfetched, match=r"HTTP 404 Not Found; 127\.0\.0\.1:1: .*refused"):
        fetch([f"{shelf.url}/none", "http://127.0.0.1:1/a"], tmp_path / "a.onnx", RIGHT, silent)


def test_who_stops_it_keeps_what_is_there(shelf: Shelf, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done > 300_000:
            raise Stopped

    path = tmp_path / "a.onnx"
    with pytest.raises(Stopped):
        fetch([f"{shelf.url}/whole"], path, RIGHT, stop)
    assert not path.exists()
    assert 0 < part_name(path).stat().st_size < len(DATA)


def test_a_folder_that_cannot_be_is_one_line(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OmoteError, match="cannot write"):
        fetch([f"{shelf.url}/whole"], tmp_path / "file" / "a.onnx", RIGHT, silent)
