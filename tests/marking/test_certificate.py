import os
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from omote.core.errors import SettingError
from omote.marking.certificate import given, local


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes | None = None) -> bytes:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def test_the_local_certificate_is_made_once_and_kept_private(own_config: Path) -> None:
    first = local()
    assert first.own and first.algorithm == "es256"
    assert local() == first
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in own_config.iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE(own_config.stat().st_mode) == 0o700


def test_the_chain_is_what_c2pa_asks_for(own_config: Path) -> None:
    leaf, root = x509.load_pem_x509_certificates(local().chain)
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and not usage.key_cert_sign
    (purpose,) = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert purpose == x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION
    own = leaf.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    above = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert above == root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest != own
    private = load_pem_private_key(local().key, None)
    assert private.public_key() == leaf.public_key()


def test_a_certificate_that_is_gone_is_made_anew(own_config: Path) -> None:
    first = local()
    (own_config / "certificate.pem").write_text("rubbish")
    assert local().chain != first.chain


def test_keys_that_do_not_fit_are_refused(own_config: Path, tmp_path: Path) -> None:
    local()
    certificate, key = own_config / "certificate.pem", tmp_path / "key.pem"
    for data, wrong in (
        (pem(ec.generate_private_key(ec.SECP256R1())), "another certificate"),
        (pem(ec.generate_private_key(ec.SECP256R1()), b"secret"), "password"),
        (b"rubbish", "no PEM"),
    ):
        key.write_bytes(data)
        with pytest.raises(SettingError, match=wrong):
            given(certificate, key)
    with pytest.raises(SettingError, match="cannot be read"):
        given(certificate, tmp_path / "none.pem")
