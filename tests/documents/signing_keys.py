"""PKCS#12 and PEM files for tests, as a trust centre or an administrator would hand them over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tests.factories import NOW


def pkcs12_file(
    *,
    key: Any = None,
    holder: str = "Association",
    issuer: str = "Association",
    until: datetime = NOW + timedelta(days=365),
    with_key: bool = True,
) -> bytes:
    """A file with the password ``secret``."""
    key = key or ec.generate_private_key(ec.SECP256R1())

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    certificate = (
        x509.CertificateBuilder()
        .subject_name(name(holder))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=730))
        .not_valid_after(until)
        .sign(key if issuer == holder else ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"test", key if with_key else None, certificate, None, serialization.BestAvailableEncryption(b"secret")
    )


def pem_file(content: bytes, *, password: bytes = b"secret", parts: str = "key certificate") -> bytes:
    """The key and the certificate of a PKCS#12 file with the password ``secret`` as PEM, in the order asked for."""
    found = pkcs12.load_pkcs12(content, b"secret")
    assert found.key is not None
    assert found.cert is not None
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    made = {
        "key": found.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock),
        "certificate": found.cert.certificate.public_bytes(serialization.Encoding.PEM),
    }
    return b"".join(made[part] for part in parts.split())
