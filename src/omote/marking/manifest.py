"""C2PA manifests: signed into a file, and read out of it. Nothing here reaches for the network."""

import json
import mimetypes
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from omote.core.errors import OmoteError
from omote.marking.certificate import Credentials
from omote.marking.statement import SOURCE_TYPE, ModelCard, words

SUFFIXES = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".png": "image/png", ".tif": "image/tiff", ".tiff": "image/tiff", ".gif": "image/gif", ".webp": "image/webp",
    ".avi": "video/avi",
}  # fmt: skip
"""Files that hold a manifest, with their kind."""

_OFFLINE = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
_PLATE = "plate"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was found.

    Attributes:
        state: valid; broken: the file or the manifest was changed after it was signed.
        trusted: the signer is among those whom the reader was told to trust.
        signer: the name in the certificate.
        made: whether it says that a trained network made a part.
        faults: what is wrong, by C2PA's codes.
    """

    state: Literal["valid", "broken"]
    trusted: bool
    signer: str
    made: bool
    faults: tuple[str, ...]


def sign(
    source: Path, target: Path, plate: Path, cards: Sequence[ModelCard], credentials: Credentials, title: str = ""
) -> None:
    """Write a file with a manifest: opened from the plate, edited by omote, signed.

    Args:
        source: one of `SUFFIXES`.
        target: the new file; it must not be the source.
        plate: what it was made from; a manifest of its own is kept inside the new one.
        cards: the networks.
        credentials: who signs.
        title: what the file is called.

    Raises:
        OmoteError: it cannot be signed.
        ImportError: the package c2pa is missing.
    """
    import c2pa

    algorithm = getattr(c2pa.C2paSigningAlg, credentials.algorithm.upper())
    info = c2pa.C2paSignerInfo(algorithm, credentials.chain, credentials.key, None)
    try:
        with ExitStack() as stack:
            context = stack.enter_context(c2pa.Context(c2pa.Settings.from_dict(_OFFLINE)))
            signer = stack.enter_context(c2pa.Signer.from_info(info))
            builder = stack.enter_context(c2pa.Builder(json.dumps(_claim(title or target.name, plate, cards)), context))
            if (kind := SUFFIXES.get(plate.suffix.lower())) is not None:
                file = stack.enter_context(plate.open("rb"))
                builder.add_ingredient(json.dumps(_ingredient(plate)), kind, file)
            reading, writing = stack.enter_context(source.open("rb")), stack.enter_context(target.open("w+b"))
            builder.sign(signer, SUFFIXES[source.suffix.lower()], reading, writing)
    except c2pa.C2paError as fault:
        raise OmoteError(f"cannot be signed ({fault})", source) from fault


def read(path: Path, trust: Path | None = None) -> Manifest | None:
    """Read a file's manifest; None where there is none.

    Args:
        path: any file.
        trust: PEM file with the certificates of those whose signatures are to be trusted.

    Raises:
        OmoteError: there is something that cannot be read, or `trust` cannot.
        ImportError: the package c2pa is missing.
    """
    import c2pa

    settings: dict[str, Any] = dict(_OFFLINE)
    if trust is not None:
        try:
            settings |= {"trust": {"user_anchors": trust.read_text("utf-8")}}
        except (OSError, UnicodeDecodeError) as fault:
            raise OmoteError("the trusted certificates cannot be read", trust) from fault
    try:
        with ExitStack() as stack:
            context = stack.enter_context(c2pa.Context(c2pa.Settings.from_dict(settings)))
            file = stack.enter_context(path.open("rb"))
            kind = SUFFIXES.get(path.suffix.lower())
            reader = stack.enter_context(c2pa.Reader(kind, file, context=context))
            return _understood(json.loads(reader.json()))
    except (c2pa.C2paError.ManifestNotFound, c2pa.C2paError.NotSupported):
        return None
    except c2pa.C2paError as fault:
        raise OmoteError(f"its C2PA manifest cannot be read ({fault})", path) from fault


def _claim(title: str, plate: Path, cards: Sequence[ModelCard]) -> dict[str, Any]:
    agent = {"name": "omote", "version": version("omote")}
    edited = {
        "action": "c2pa.edited", "digitalSourceType": SOURCE_TYPE, "softwareAgent": agent,
        "description": words(cards),
        "parameters": {"org.omote.models": [{"network": c.network, "iterations": c.iterations} for c in cards]},
    }  # fmt: skip
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PLATE]}}
    known = plate.suffix.lower() in SUFFIXES
    return {
        "claim_generator_info": [agent],
        "title": title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [opened, edited]}}],
        "ingredients": [] if known else [_ingredient(plate)],
    }


def _ingredient(plate: Path) -> dict[str, Any]:
    kind = SUFFIXES.get(plate.suffix.lower()) or mimetypes.guess_type(plate.name)[0] or "application/octet-stream"
    # Not by its name: that may be a person's.
    return {"title": f"plate{plate.suffix.lower()}", "format": kind, "relationship": "parentOf", "label": _PLATE}


def _understood(store: dict[str, Any]) -> Manifest:
    active = store["manifests"][store["active_manifest"]]
    codes = [each["code"] for each in store.get("validation_status") or []]
    faults = tuple(code for code in codes if code != "signingCredential.untrusted")
    signature = active.get("signature_info") or {}
    return Manifest(
        state="broken" if store["validation_state"] == "Invalid" else "valid",
        trusted=store["validation_state"] == "Trusted",
        signer=signature.get("common_name") or signature.get("issuer") or "unknown",
        made=SOURCE_TYPE in json.dumps(active),
        faults=faults,
    )
