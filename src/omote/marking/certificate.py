"""Who signs: the user's certificate, or one made on this computer, which nobody else has reason to trust."""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from omote.core.errors import SettingError
from omote.core.files import explained, write_bytes

Algorithm = Literal["es256", "es384", "es512", "ps256", "ed25519"]
OWN = "omote, by a certificate made on this computer"

_CURVES: dict[str, Algorithm] = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_YEARS = 10
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs.

    Attributes:
        chain: PEM certificates, the signing one first.
        key: its private key as PEM.
        algorithm: of the signature, by C2PA's name.
        own: made on this computer.
    """

    chain: bytes
    key: bytes
    algorithm: Algorithm
    own: bool


def given(certificate: Path, key: Path) -> Credentials:
    """Read a user's certificate chain and key.

    Raises:
        SettingError: one cannot be read or used, they do not belong together, or the certificate's time is over.
    """
    chain, secret = _read(certificate), _read(key)
    try:
        first = x509.load_pem_x509_certificates(chain)[0]
        private = load_pem_private_key(secret, None)
    except TypeError as fault:
        raise SettingError("the key is locked with a password", key, "give a file without one") from fault
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise SettingError("no PEM certificate with its PEM key", certificate) from fault
    if _public(first.public_key()) != _public(private.public_key()):
        raise SettingError("this is the key of another certificate", key)
    now = datetime.datetime.now(datetime.UTC)
    if not first.not_valid_before_utc <= now <= first.not_valid_after_utc:
        raise SettingError(f"the certificate is valid to {first.not_valid_after_utc:%Y-%m-%d} only", certificate)
    return Credentials(chain, secret, _algorithm(private, key), own=False)


def local() -> Credentials:
    """Return this computer's own credentials; they are made at first use and kept for later.

    They lie in the folder that OMOTE_CONFIG names, by default `omote` in the user's folder for settings; nobody else
    may read them.

    Raises:
        OmoteError: they cannot be written.
    """
    folder = config_folder()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    try:
        kept = given(certificate, key)
    except SettingError:  # not there, or over
        chain, secret = _made()
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path, data in ((key, secret), (certificate, chain)):
            _write_private(path, data)
        kept = given(certificate, key)
    return Credentials(kept.chain, kept.key, kept.algorithm, own=True)


def config_folder() -> Path:
    """Return the folder for what omote keeps of a user's settings."""
    if chosen := os.environ.get("OMOTE_CONFIG"):
        return Path(chosen)
    base = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return Path(base or Path.home() / ".config") / "omote"


def _write_private(path: Path, data: bytes) -> None:
    before = os.umask(0o077)  # so that it is never readable by others, not even while it is written
    try:
        write_bytes(path, data)
    finally:
        os.umask(before)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise SettingError(f"cannot be read ({fault.strerror or fault})", path) from fault


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def _algorithm(key: object, path: Path) -> Algorithm:
    match key:
        case ec.EllipticCurvePrivateKey() if key.curve.name in _CURVES:
            return _CURVES[key.curve.name]
        case rsa.RSAPrivateKey():
            return "ps256"
        case ed25519.Ed25519PrivateKey():
            return "ed25519"
    raise SettingError("C2PA has no signatures of this kind of key", path, "use a key of P-256, Ed25519 or RSA")


def _made() -> tuple[bytes, bytes]:
    """Make a root and, below it, a certificate that signs: a chain and its key, both PEM. The root's key is dropped."""
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("omote: local root"), _name(OWN)
    root = (
        _begun(root_name, root_name, above)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .sign(above, hashes.SHA256())
    )
    leaf = (
        _begun(name, root_name, own)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .sign(above, hashes.SHA256())
    )
    secret = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM), secret


def _name(text: str) -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, "made on this computer by omote"), (NameOID.COMMON_NAME, text))
    return x509.Name([x509.NameAttribute(kind, part) for kind, part in parts])


def _begun(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _YEARS * 365 * _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs, key_cert_sign=not signs, crl_sign=not signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
