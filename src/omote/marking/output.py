"""What is made gets its mark once it is whole: XMP, then a signed manifest. Each file is replaced in one step."""

import shutil
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from omote.core.files import explained, part_name, sync, write_bytes
from omote.marking.config import MarkConfig
from omote.marking.packets import box, with_packet
from omote.marking.statement import ModelCard, packet

if TYPE_CHECKING:
    from omote.marking.certificate import Credentials

_SIGNED = frozenset({".mp4", ".mov", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif"})
_BOXED = (".mp4", ".mov")
_TAGGED = (".mkv", ".webm")  # whose tags are written with the frames, and which take nothing after
_KNOWN = _SIGNED.union(_TAGGED, (".exr", ".webp"))
_NO_PACKAGE = "no C2PA manifest: that needs pip install 'omote[mark]'"


class Marked(BaseModel):
    """What was written so that what is made says so.

    Attributes:
        c2pa: a signed manifest.
        signer: whose signature it has, in words; None without one.
        metadata: tags of the container, or XMP.
        watermark: the invisible one, in the faces.
        notes: what is missing and why, in words.
    """

    model_config = ConfigDict(frozen=True)

    c2pa: bool = False
    signer: str | None = None
    metadata: bool = False
    watermark: bool = False
    notes: list[str] = []


def check(config: MarkConfig) -> None:
    """See that the certificate can sign, before hours of work.

    Raises:
        SettingError: it or its key cannot be used.
    """
    if config.on and _can_sign():
        _credentials(config)


def mark_output(
    output: Path,
    plate: Path,
    cards: Sequence[ModelCard],
    config: MarkConfig,
    *,
    watermarked: bool,
    layer: bool = False,
    files: Sequence[Path] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Marked:
    """Write the mark into what is made.

    Args:
        output: a video or a picture, or a folder: then each picture in it.
        plate: what it was made from; of a folder the file of the same stem.
        cards: the networks.
        config: whether and how.
        watermarked: the invisible mark was laid into a face.
        layer: a patch or an alpha layer, of which others make a picture: metadata only.
        files: of a folder those that were made; None: all that can be marked.
        told: is called with how many files are done, and of how many.

    Raises:
        OmoteError: a file cannot be read, signed or written; those before it are marked.
    """
    if not config.on:
        return Marked(notes=["not marked, as asked"])
    if output.is_dir():
        files = sorted(file for file in (output.iterdir() if files is None else files) if _is_made(file))
    else:
        files = [output]
    signs = not layer and any(file.suffix.lower() in _SIGNED for file in files)
    credentials = _credentials(config) if signs and _can_sign() else None
    plates = {file.stem: file for file in plate.iterdir() if file.is_file()} if plate.is_dir() else {}
    mute = set()
    for done, file in enumerate(files, 1):
        if not _mark(file, plates.get(file.stem, plate), cards, credentials):
            mute.add(file.suffix.lower())
        if told:
            told(done, len(files))
    notes = [] if layer else _lacks(files, signs, credentials)
    return Marked(
        c2pa=credentials is not None, signer=_signer(credentials), watermark=watermarked,
        metadata=bool(files) and not mute, notes=notes + [f"no metadata in {kind} files" for kind in sorted(mute)],
    )  # fmt: skip


def _mark(file: Path, plate: Path, cards: Sequence[ModelCard], credentials: "Credentials | None") -> bool:
    """Mark one file; say whether it has metadata."""
    suffix = file.suffix.lower()
    if suffix in _TAGGED:
        return True
    part = part_name(file)
    if suffix not in _BOXED:
        with explained(file):
            data = file.read_bytes()
        whole = with_packet(data, packet(cards))
        if whole is None:
            return False
        write_bytes(part, whole, durable=False)
    with explained(file):
        try:
            if suffix in _BOXED:
                shutil.copyfile(file, part)
                with part.open("ab") as end:
                    end.write(box(packet(cards)))
            part = _signed(part, file.name, plate, cards, credentials)
            sync(part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return True


def _signed(part: Path, title: str, plate: Path, cards: Sequence[ModelCard], credentials: "Credentials | None") -> Path:
    """Sign a file under another name; return the one of the two that is left."""
    if credentials is None:
        return part
    from omote.marking.manifest import sign

    signed = part.with_name(f".signed{part.name}")
    try:
        sign(part, signed, plate, cards, credentials, title)
    except BaseException:
        signed.unlink(missing_ok=True)
        raise
    finally:
        part.unlink(missing_ok=True)
    return signed


def _is_made(file: Path) -> bool:
    return file.is_file() and file.suffix.lower() in _KNOWN and not file.name.startswith(".")


def _can_sign() -> bool:
    return find_spec("c2pa") is not None and find_spec("cryptography") is not None


def _credentials(config: MarkConfig) -> "Credentials":
    from omote.marking.certificate import given, local

    return given(config.certificate, config.key) if config.certificate and config.key else local()


def _signer(credentials: "Credentials | None") -> str | None:
    if credentials is None:
        return None
    return "a certificate made on this computer, which others do not trust" if credentials.own else "your certificate"


def _lacks(files: Sequence[Path], signs: bool, credentials: "Credentials | None") -> list[str]:
    kinds = sorted({file.suffix.lower() for file in files} - _SIGNED)
    notes = [f"no C2PA manifest in {kind} files, which cannot hold one" for kind in kinds]
    return [*notes, _NO_PACKAGE] if signs and credentials is None else notes
