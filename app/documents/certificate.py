"""The key the house signs with, and its certificate: given by the settings, else made once and kept."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app

from config import Settings, kept_file, kept_secret, open_own_signing_key, open_signing_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

OWN_YEARS = 10
_MAKING = threading.Lock()


@dataclass(frozen=True)
class Certificate:
    """The public half: who signs, and from when until when. ``number`` is its serial number in hexadecimal digits."""

    number: str
    holder: str
    issuer: str
    self_made: bool
    valid_from: datetime
    valid_until: datetime
    fingerprint: str
    der: bytes

    def days_left(self, at: datetime) -> int:
        """Whole days until it ends; negative when it has ended."""
        return (self.valid_until - at).days


def _name(name: Any) -> str:
    """The common name, else the organisation, else all of it."""
    parts: dict[str, Any] = name.native
    for key in ("common_name", "organization_name"):
        value = parts.get(key)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return str(name.human_friendly)


def certificate_of(der: bytes) -> Certificate:
    """What a certificate says.

    :raises ValueError: when it is none.
    """
    from asn1crypto import x509

    found = x509.Certificate.load(der, strict=True)
    period = found["tbs_certificate"]["validity"]
    return Certificate(
        number=f"{found.serial_number:X}",
        holder=_name(found.subject),
        issuer=_name(found.issuer),
        self_made=found.subject == found.issuer,
        valid_from=period["not_before"].native,
        valid_until=period["not_after"].native,
        fingerprint=hashlib.sha256(der).hexdigest(),
        der=der,
    )


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate and those that vouch for it, the nearest first."""

    key: Any
    certificate: Certificate
    chain: tuple[bytes, ...]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _shortened(name: str) -> str:
    """At most 64 bytes, as X.520 allows a common name and as all readers accept, cut between words."""
    while len(name.encode()) > 64:
        name = name[:64].rpartition(" ")[0] if " " in name[:64] else name[:-1]
    return name


def make_own(*, holder: str, password: str, at: datetime) -> bytes:
    """A PKCS#12 file with a new key on P-256 and a certificate for it, valid ten years."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _shortened(holder))])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False)  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))  # clocks differ
        .not_valid_after(at + timedelta(days=365 * OWN_YEARS + OWN_YEARS // 4))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"signing", key, certificate, None, serialization.BestAvailableEncryption(password.encode())
    )


def _known_folder() -> Path:
    return _settings().data / "signers"


def _remember(found: Certificate) -> None:
    """Keep every certificate signed with: a letter stays ours after the certificate has been replaced."""
    folder = _known_folder()
    folder.mkdir(exist_ok=True, mode=0o750)
    kept_file(folder, f"{found.fingerprint}.cer", lambda: found.der)


def _opened(found: PKCS12KeyAndCertificates) -> SigningKey:
    from cryptography.hazmat.primitives.serialization import Encoding

    assert found.cert is not None  # open_signing_key has seen it
    der = found.cert.certificate.public_bytes(Encoding.DER)
    chain = tuple(other.certificate.public_bytes(Encoding.DER) for other in found.additional_certs)
    return SigningKey(found.key, certificate_of(der), chain)


def _find() -> SigningKey | None:
    settings = _settings()
    kept: SigningKey | None = current_app.extensions.get("ratusha.signing_key")
    if kept is not None:
        return kept
    if settings.signing_key is not None:
        found = open_signing_key(settings.signing_key, settings.signing_password)
    elif (settings.data / "signing.p12").exists():
        found = open_own_signing_key(settings.data)
    else:
        return None
    current_app.extensions["ratusha.signing_key"] = kept = _opened(found)
    return kept


def signing_key(*, holder: str, at: datetime) -> SigningKey:
    """The key to sign with, read once per process; made when there is none.

    :param holder: whose name a certificate made now carries; the host of the base address when empty.
    :raises config.BadSetting: when the file or its password is no longer right.
    """
    with _MAKING:
        found = _find()
        if found is None:
            data = _settings().data
            holder = holder.strip() or urlsplit(_settings().base_url).hostname or "Ratusha"
            password = kept_secret(data, "signing_password")
            kept_file(data, "signing.p12", lambda: make_own(holder=holder, password=password, at=at))
            found = _find()
            assert found is not None  # it was made just now
        _remember(found.certificate)
        return found


def certificate() -> Certificate | None:
    """The certificate in use; None while none was given and nothing has been signed yet."""
    found = _find()
    return found.certificate if found is not None else None


def known_certificates() -> set[bytes]:
    """Every certificate this house has ever signed with."""
    known = {path.read_bytes() for path in _known_folder().glob("*.cer")} if _known_folder().is_dir() else set()
    current = certificate()
    return known | {current.der} if current is not None else known
