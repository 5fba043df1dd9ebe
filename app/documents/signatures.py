"""Electronic signatures in a PDF: written with pyHanko (PAdES-B-B), read without trusting the file.

What is read here is never parsed as a PDF: a signature of ours names the bytes it covers, and they must be the whole
file but the signature itself. So no trick with the structure of a PDF (shadow attacks, incremental saving) can pass.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.documents.certificate import Certificate, SigningKey, certificate_of

FIELD = "Signature"
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_MOST = 8  # signatures looked at in one file
_LONGEST = 200_000  # bytes of one signature, as hexadecimal digits


@dataclass(frozen=True)
class Signature:
    """A signature made with one of our certificates.

    ``intact``: what it covers is what was signed. ``whole``: it covers the whole file, so nothing was added behind.
    """

    certificate: Certificate
    intact: bool
    whole: bool


class Signer:
    """Signs with one key. pyHanko composes the CMS container once; each file gets it with its own digest."""

    def __init__(self, signing_key: SigningKey) -> None:
        from asn1crypto import cms, x509
        from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        self.key = signing_key.key
        others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        others.register_multiple(x509.Certificate.load(der) for der in signing_key.chain)
        self.pyhanko = ExternalSigner(
            signing_cert=x509.Certificate.load(signing_key.certificate.der),
            cert_registry=others,
            signature_value=self._raw(b""),
        )
        composed = asyncio.run(
            self.pyhanko.async_sign(bytes(32), "sha256", use_pades=True, signed_attr_settings=PdfCMSSignedAttributes())
        )
        self.container: bytes = composed.dump()
        self._cms = cms
        # As hexadecimal digits; an ECDSA signature may be some bytes longer than the first one was.
        self.reserved = 2 * (len(self.container) + 32)

    def _raw(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), SHA256())
        signed: bytes = self.key.sign(data, ec.ECDSA(SHA256()))
        return signed

    def cms(self, digest: bytes) -> bytes:
        """The container for a file with this SHA-256."""
        container = self._cms.ContentInfo.load(self.container)
        info = container["content"]["signer_infos"][0]
        for attribute in info["signed_attrs"]:
            if attribute["type"].native == "message_digest":
                attribute["values"] = self._cms.SetOfOctetString([digest])
        info["signature"] = self._raw(info["signed_attrs"].untag().dump())
        encoded: bytes = container.dump()
        return encoded

    def sign(self, content: bytes, *, reason: str, name: str, at: datetime) -> bytes:
        """``content`` with an invisible certifying signature added behind it; no change is permitted afterwards.

        :raises ValueError: when it is no sound PDF, or signed already.
        """
        from pyhanko.pdf_utils.generic import NameObject
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        meta = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", reason=reason or None, name=name, certify=True,
            subfilter=SigSeedSubFilter.PADES, docmdp_permissions=MDPPerm.NO_CHANGES,
        )  # fmt: skip
        # Outside the page and printable: what PDF/UA-1 (7.18) and PDF/A (6.3.2) ask of a field nobody sees.
        field = SigFieldSpec(
            FIELD, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True), readable_field_name=FIELD
        )
        buffer = io.BytesIO(content)
        try:
            writer = IncrementalPdfFileWriter(buffer)
            session = PdfSigner(meta, self.pyhanko, new_field_spec=field).init_signing_session(writer)
            session.system_time = at
            first_page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
            first_page["/Tabs"] = NameObject("/S")  # PDF/UA-1, 7.18.3
            unsigned = session.prepare_tbs_document(validation_info=None, bytes_reserved=self.reserved)
            prepared, _ = unsigned.digest_tbs_document(in_place=True)
            prepared.fill_with_cms(buffer, self.cms(prepared.document_digest))
        except (PdfError, SigningError) as reason_why:
            raise ValueError(f"cannot be signed: {reason_why}") from reason_why
        return buffer.getvalue()


@dataclass(frozen=True)
class Signing:
    """How the house signs at a moment; can be handed to another process of it.

    ``key`` is the private key (PKCS#8, DER), ``certificate`` and ``chain`` are in DER.
    """

    key: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    holder: str
    at: datetime

    def sign(self, content: bytes, *, reason: str) -> bytes:
        """``content`` signed; see :meth:`Signer.sign`."""
        signer = _signer(self.key, self.certificate, self.chain)
        return signer.sign(content, reason=reason, name=self.holder, at=self.at)


@lru_cache(maxsize=4)
def _signer(key: bytes, certificate: bytes, chain: tuple[bytes, ...]) -> Signer:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return Signer(SigningKey(load_der_private_key(key, None), certificate_of(certificate), chain))


def covered(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, length and end of the gap of each signature named in ``content``: ``content[start:end]`` is ``<…>``."""
    for count, found in enumerate(_RANGE.finditer(content)):
        if count >= _MOST:
            return
        first, start, end, rest = map(int, found.groups())
        if first == 0 and 0 < start < end <= end + rest <= len(content) and end - start <= _LONGEST:
            yield start, end, end + rest


def _signature(content: bytes, start: int, end: int, stop: int, known: Collection[bytes] | None) -> Signature | None:
    from asn1crypto import cms

    gap = content[start:end]
    if not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})+>", gap):
        return None
    data = cms.ContentInfo.load(bytes.fromhex(gap[1:-1].decode("ascii")))["content"]
    info = data["signer_infos"][0]
    der = next(
        (
            one.chosen.dump()
            for one in data["certificates"]
            if one.name == "certificate" and one.chosen.serial_number == info["sid"].chosen["serial_number"].native
        ),
        b"",
    )
    if known is not None and der not in known:
        return None
    digest = hashlib.sha256(memoryview(content)[:start])
    digest.update(memoryview(content)[end:stop])
    said = [one["values"][0].native for one in info["signed_attrs"] if one["type"].native == "message_digest"]
    intact = said == [digest.digest()] and _agrees(der, info["signature"].native, info["signed_attrs"].untag().dump())
    return Signature(certificate_of(der), intact, stop == len(content))


def _agrees(der: bytes, signature: bytes, data: bytes) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    key: Any = x509.load_der_x509_certificate(der).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def signature_in(content: bytes, known: Collection[bytes] | None) -> Signature | None:
    """The best signature in ``content`` made with one of the ``known`` certificates; None when there is none.

    :param known: certificates in DER; None in a file we sealed, where any certificate is one we had then.

    Somebody else's signature is passed over: what it says about its maker could not be checked here.
    """
    best: Signature | None = None
    for start, end, stop in covered(content):
        try:
            found = _signature(content, start, end, stop, known)
        except Exception:  # noqa: S112  # anybody's bytes: whatever the parser says, this is not a signature any more
            continue
        if found is not None and (best is None or (found.intact, found.whole) > (best.intact, best.whole)):
            best = found
    return best
