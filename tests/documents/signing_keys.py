"""PKCS#12 files for tests, as a trust centre or an administrator would hand them over."""

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
