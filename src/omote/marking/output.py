"""What is made gets its mark when it is whole and before it takes its name: XMP, then a signed manifest."""

from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from omote.core.errors import MediaError
from omote.core.files import explained, part_name, write_bytes
from omote.marking.config import MarkConfig
from omote.marking.packets import box, with_packet
from omote.marking.statement import ModelCard, packet

if TYPE_CHECKING:
    from omote.marking.certificate import Credentials

_SIGNED = frozenset({".mp4", ".mov", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif"})
_BOXED = (".mp4", ".mov")
_TAGGED = (".mkv", ".webm")  # whose tags are written with the frames, and which take nothing after
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


class Marking:
    """Marks the files of one output.

    Args:
        plate: what it is made from; of a folder the file of the same stem.
        cards: the networks.
        config: whose signature.
        layer: patches or alpha layers, of which others make a picture: metadata only.

    Attributes:
        key: other where files would be signed by another, or not at all.

    Raises:
        SettingError: the certificate or its key cannot be used.
        OmoteError: this computer's own cannot be written.
    """

    def __init__(self, plate: Path, cards: Sequence[ModelCard], config: MarkConfig, *, layer: bool = False) -> None:
        self._plate, self._cards, self._layer = plate, cards, layer
        self._plates = {file.stem: file for file in plate.iterdir() if file.is_file()} if plate.is_dir() else {}
        self._credentials = _credentials(config) if not layer and _can_sign() else None
        self.key = "" if self._credentials is None else sha256(self._credentials.chain).hexdigest()

    def mark(self, file: Path, name: str) -> None:
        """Mark a file that has not its name yet; what holds no mark is left as it is.

        Args:
            file: is replaced, or grows at its end.
            name: that it will have.

        Raises:
            OmoteError: it cannot be read, signed or written.
        """
        if (kind := Path(name).suffix.lower()) not in _SIGNED:
            return
        stated = file if kind in _BOXED else part_name(file)
        signed = stated if self._credentials is None else part_name(part_name(file))
        with explained(file.with_name(name)):
            try:
                self._state(file, stated)
                if self._credentials is not None:
                    self._sign(stated, signed, name, self._credentials)
                if signed != file:
                    signed.replace(file)
            finally:
                for left in {stated, signed} - {file}:
                    left.unlink(missing_ok=True)

    def marked(self, suffix: str, *, watermarked: bool) -> Marked:
        """Return what files of a kind have when they were marked.

        Args:
            suffix: of their names.
            watermarked: the invisible mark was laid into a face.
        """
        kind = suffix.lower()
        signed = self._credentials is not None and kind in _SIGNED
        notes = [] if self._layer or signed else [_NO_PACKAGE if kind in _SIGNED else _no_manifest(kind)]
        holds = kind in _SIGNED or kind in _TAGGED
        return Marked(
            c2pa=signed, signer=_signer(self._credentials if signed else None), metadata=holds, watermark=watermarked,
            notes=notes if holds else [*notes, f"no metadata in {kind} files"],
        )  # fmt: skip

    def _state(self, file: Path, stated: Path) -> None:
        """Write the packet: at the end of a film, else into a picture's copy."""
        if stated == file:
            with file.open("ab") as end:
                end.write(box(packet(self._cards)))
            return
        whole = with_packet(file.read_bytes(), packet(self._cards))
        if whole is None:
            raise MediaError("not the picture that its name says", file)
        write_bytes(stated, whole, durable=False)

    def _sign(self, stated: Path, signed: Path, name: str, credentials: "Credentials") -> None:
        from omote.marking.manifest import sign

        sign(stated, signed, self._plates.get(Path(name).stem, self._plate), self._cards, credentials, name)


def _can_sign() -> bool:
    return find_spec("c2pa") is not None and find_spec("cryptography") is not None


def _credentials(config: MarkConfig) -> "Credentials":
    from omote.marking.certificate import given, local

    return given(config.certificate, config.key) if config.certificate and config.key else local()


def _signer(credentials: "Credentials | None") -> str | None:
    if credentials is None:
        return None
    return "a certificate made on this computer, which others do not trust" if credentials.own else "your certificate"


def _no_manifest(kind: str) -> str:
    return f"no C2PA manifest in {kind} files, which cannot hold one"
