"""Fetching a file from the network: resumed where an earlier run was cut, and whole and right or not there."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from omote.core.files import explained, part_name, sync

_SECONDS = 30.0
_CHUNK = 1 << 18
_BEYOND_THE_END = 416

Tell = Callable[[int, int], None]
"""Told of bytes that are there and bytes in all, 0 when unknown. What it raises ends the fetching."""


class Unfetched(Exception):  # noqa: N818 - a reason, which others put into a sentence
    """A file cannot be fetched, with the reason for each address."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(urls: Sequence[str], path: Path, sha256: str, tell: Tell) -> None:
    """Fetch a file, from the first of several addresses that gives it with the right content.

    It is written under a temporary name and renamed when its content was checked. What a cut or stopped run has
    written stays there, and the next run goes on behind it.

    Raises:
        Unfetched: no address gives it.
        OmoteError: it cannot be written.
    """
    part = part_name(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for url in urls:
        try:
            _fetch_right(url, part, sha256, tell)
        except Unfetched as fault:
            reasons.append(f"{urlsplit(url).netloc}: {fault}")
            continue
        with explained(path):
            sync(part)
            part.replace(path)
        return
    raise Unfetched("; ".join(reasons))


def _fetch_right(url: str, part: Path, sha256: str, tell: Tell) -> None:
    resumed = part.exists()
    _download(url, part, tell)
    if sha256_of(part) == sha256:
        return
    part.unlink()
    if not resumed:
        raise Unfetched("its content has another SHA-256")
    # The earlier part may have been of something else.
    _fetch_right(url, part, sha256, tell)


def _download(url: str, part: Path, tell: Tell) -> None:
    there = part.stat().st_size if part.exists() else 0
    try:
        response = urlopen(Request(url, headers={"Range": f"bytes={there}-"} if there else {}), timeout=_SECONDS)
    except HTTPError as fault:
        fault.close()
        if there and fault.code == _BEYOND_THE_END:
            return  # nothing is missing; whether the content is right is seen next
        raise Unfetched(f"HTTP {fault.code} {fault.reason}") from fault
    except (OSError, HTTPException) as fault:
        raise Unfetched(str(getattr(fault, "reason", fault))) from fault
    with response:
        goes_on = response.status == 206
        done = there if goes_on else 0
        length = int(response.headers.get("Content-Length") or 0)
        total = done + length if length else 0
        with explained(part), part.open("ab" if goes_on else "wb") as file:
            for chunk in _chunks(response):
                file.write(chunk)
                done += len(chunk)
                tell(done, total)
    if done < total:
        raise Unfetched("the connection was cut")


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := response.read(_CHUNK):
            yield chunk
    except (OSError, HTTPException) as fault:
        raise Unfetched(str(fault) or type(fault).__name__) from fault
