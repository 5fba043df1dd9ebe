"""Signatures that other programs accept, and certificates that are kept."""

from __future__ import annotations

import io
import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask
from pikepdf import Name

from app.clock import now
from app.doctor import examine
from app.documents.certificate import certificate, certificate_of, known_certificates, make_own, signing_key
from app.documents.operations import sign
from app.documents.signatures import Signer, signature_in
from app.errors import Refusal
from config import BadSetting, load_settings, open_signing_key
from tests.documents.pdf_files import pdf, tagged_pdf
from tests.documents.signing_keys import pem_file, pkcs12_file
from tests.factories import NOW


def pdfsig(data: bytes, folder: Path) -> dict[str, str]:
    """What poppler says about the only signature."""
    path = folder / "signed.pdf"
    path.write_bytes(data)
    done = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False, env={"TZ": "UTC"})
    lines = [line.strip(" -") for line in done.stdout.splitlines() if line.startswith("  -")]
    assert done.stdout.count("Signature #") == 1
    return {key: value for key, _, value in (line.partition(": ") for line in lines)}


@pytest.mark.parametrize("content", [pdf(), pdf(3, object_stream_mode=pikepdf.ObjectStreamMode.generate), tagged_pdf()])
def test_sign_makes_a_signature_that_others_accept_when_the_pdf_is_sound(
    app: Flask, tmp_path: Path, content: bytes
) -> None:
    signed = sign(content, reason="Исх-69", at=NOW, holder="Twin Cities International Association")
    said = pdfsig(signed, tmp_path)
    name = certificate()
    assert name is not None
    assert said["Signature Validation"] == "Signature is Valid."
    assert "Total document signed" in said
    assert said["Signature Type"] == "ETSI.CAdES.detached"
    assert said["Signing Hash Algorithm"] == "SHA-256"
    assert said["Signing Time"] == "Apr 06 2021 09:00:00"
    assert said["Signer Certificate Common Name"] == name.holder
    with pikepdf.open(io.BytesIO(signed), attempt_recovery=False) as document:
        assert document.check_pdf_syntax() == []
        permissions = document.Root.Perms.DocMDP
        assert permissions.Reference[0].TransformParams.P == 1  # no change allowed
        assert str(permissions.Reason) == "Исх-69"
        field = document.Root.AcroForm.Fields[0]
        assert (len(document.Root.AcroForm.Fields), field.FT, field.F) == (
            1,
            Name.Sig,
            4 + 128,
        )  # printable, locked, not hidden
        assert [int(edge) for edge in field.Rect][:2] < [-1000, -1000]  # outside the page
        assert document.pages[0].obj.Tabs == Name.S
    assert signed.startswith(content)  # added behind, nothing rewritten


def test_sign_keeps_the_claim_and_the_tags_when_the_pdf_is_accessible(app: Flask) -> None:
    with pikepdf.open(io.BytesIO(sign(tagged_pdf(), reason="x", at=NOW))) as document:
        assert document.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in document.Root.Metadata.read_bytes()
        assert "/StructTreeRoot" in document.Root


def test_sign_raises_when_there_is_nothing_sound_to_sign(app: Flask) -> None:
    signed = sign(pdf(), reason="x", at=NOW)
    for content in (signed, b"", b"%PDF-1.7 broken", pdf(encryption=pikepdf.Encryption(owner="a", user="b"))):
        with pytest.raises(ValueError, match="cannot be signed"):
            sign(content, reason="x", at=NOW)


def test_signature_tells_what_became_of_the_file_when_it_was_changed(app: Flask) -> None:
    signed = sign(tagged_pdf(), reason="x", at=NOW)
    known = known_certificates()

    def told(data: bytes) -> tuple[bool, bool] | None:
        found = signature_in(data, known)
        return (found.intact, found.whole) if found is not None else None

    assert told(signed) == (True, True)
    assert told(signed + b"\n") == (True, False)
    assert told(signed[:500] + bytes([signed[500] ^ 1]) + signed[501:]) == (False, True)
    place = signed.index(b"/ByteRange")
    assert told(signed[:place] + b"/ByteRangf" + signed[place + 10 :]) is None
    assert told(signed.replace(b"/ByteRange [0 ", b"/ByteRange [1 ")) is None
    start = signed.index(b"/Contents <") + 11
    assert told(signed[:start] + b"00" * 50 + signed[start + 100 :]) is None
    assert told(b"") is None
    assert signature_in(signed, set()) is None


def test_signature_is_not_intact_when_another_key_made_it(app: Flask) -> None:
    ours = signing_key(holder="", at=NOW)
    forged = Signer(replace(ours, key=ec.generate_private_key(ec.SECP256R1()))).sign(
        pdf(), reason="x", name="x", at=NOW)  # fmt: skip
    found = signature_in(forged, known_certificates())
    assert found is not None
    assert (found.intact, found.whole) == (False, True)


def test_sign_makes_the_certificate_once_when_none_is_given(app: Flask) -> None:
    sign(pdf(), reason="x", at=NOW)
    data = app.config["SETTINGS"].data
    assert {name: stat.S_IMODE((data / name).stat().st_mode) for name in ("signing.p12", "signing_password")} == {
        "signing.p12": 0o600,
        "signing_password": 0o600,
    }
    first = certificate()
    app.extensions.pop("ratusha.signing_key")
    sign(pdf(), reason="x", at=NOW)
    assert certificate() == first
    assert first is not None
    assert first.self_made
    assert known_certificates() == {first.der}


def test_make_own_names_the_association_for_ten_years_when_its_name_is_long() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    made = pkcs12.load_pkcs12(
        make_own(holder="Международная Ассоциация «Породнённые города»", password="p", at=NOW), b"p"
    )
    assert made.cert is not None
    found = certificate_of(made.cert.certificate.public_bytes(Encoding.DER))
    assert (found.holder, found.issuer, found.self_made) == (
        "Международная Ассоциация", "Международная Ассоциация", True)  # fmt: skip
    assert (found.valid_from, found.valid_until) == (
        datetime(2021, 4, 5, 9, tzinfo=UTC),
        datetime(2031, 4, 6, 9, tzinfo=UTC),
    )
    assert isinstance(made.key, ec.EllipticCurvePrivateKey)


@pytest.fixture
def other_key(app: Flask, tmp_path: Path) -> Any:
    """The application with a certificate from the settings; afterwards with its own again."""
    own, kept = app.config["SETTINGS"], dict(app.extensions)
    path = tmp_path / "given.p12"

    def use(**given: Any) -> None:
        path.write_bytes(pkcs12_file(**given))
        app.config["SETTINGS"] = replace(own, signing_key=path, signing_password="secret")
        for name in ("ratusha.signing_key", "ratusha.signer"):
            app.extensions.pop(name, None)

    yield use
    app.config["SETTINGS"] = own
    for name in ("ratusha.signing_key", "ratusha.signer"):
        app.extensions.pop(name, None)
        if name in kept:
            app.extensions[name] = kept[name]


def test_sign_uses_the_given_certificate_when_the_settings_name_one(app: Flask, other_key: Any, tmp_path: Path) -> None:
    before = sign(pdf(), reason="x", at=NOW)
    other_key(key=rsa.generate_private_key(65537, 2048), holder="Ассоциация", issuer="Trust Centre")
    signed = sign(pdf(), reason="x", at=NOW)
    found = signature_in(signed, known_certificates())
    assert found is not None
    assert (found.intact, found.whole) == (True, True)
    assert (found.certificate.holder, found.certificate.issuer, found.certificate.self_made) == (
        "Ассоциация", "Trust Centre", False)  # fmt: skip
    assert pdfsig(signed, tmp_path)["Signature Validation"] == "Signature is Valid."
    old = signature_in(before, known_certificates())  # made with the certificate that was replaced
    assert old is not None
    assert old.intact


def test_sign_refuses_when_the_certificate_has_ended(app: Flask, other_key: Any) -> None:
    other_key(until=NOW - timedelta(days=1))
    with pytest.raises(Refusal, match=r"ended on 5\sApril\s2021\."):
        sign(pdf(), reason="x", at=NOW)


@pytest.mark.parametrize(
    ("given", "password", "complaint"),
    [
        ({}, "wrong", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({}, "", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({"content": b"hello"}, "secret", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({"content": b""}, "secret", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({"content": bytes(1_000_001)}, "secret", "expected a PKCS#12 or PEM file; this one is larger than 1 MB"),
        ({"with_key": False}, "secret", "the file must hold a private key and its certificate"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "secret", "the key must be RSA of at least 2048 bits"),
        ({"key": ec.generate_private_key(ec.SECP521R1())}, "secret", "the key must be RSA of at least 2048 bits"),
    ],
    ids=["wrong", "none", "text", "nothing", "large", "no key", "short key", "odd curve"],
)
def test_settings_stop_the_start_with_one_line_when_the_key_is_bad(
    tmp_path: Path, given: dict[str, Any], password: str, complaint: str
) -> None:
    path = tmp_path / "given.p12"
    path.write_bytes(given["content"] if "content" in given else pkcs12_file(**given))
    with pytest.raises(BadSetting) as caught:
        load_settings({"RATUSHA_DATA": str(tmp_path), "RATUSHA_SIGNING_KEY": str(path),
                       "RATUSHA_SIGNING_PASSWORD": password})  # fmt: skip
    assert str(caught.value).startswith(f"RATUSHA_SIGNING_KEY: {complaint}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"RATUSHA_SIGNING_KEY": "/nowhere/at/all.p12"}, "RATUSHA_SIGNING_KEY"),
        ({"RATUSHA_SIGNING_PASSWORD": "x"}, "RATUSHA_SIGNING_PASSWORD"),
        ({"RATUSHA_SIGN_LETTERS": "maybe"}, "RATUSHA_SIGN_LETTERS"),
    ],
)
def test_settings_name_the_setting_when_it_is_bad(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}: "):
        load_settings({"RATUSHA_DATA": str(tmp_path), **environment})


def test_settings_stop_the_start_when_the_kept_key_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "signing.p12").write_bytes(b"half")
    with pytest.raises(BadSetting, match=r"^signing\.p12 in RATUSHA_DATA: "):
        load_settings({"RATUSHA_DATA": str(tmp_path)})


@pytest.mark.parametrize(
    ("written", "password", "complaint"),
    [
        ({}, "wrong", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({"password": b""}, "secret", "not a PKCS#12 or PEM file, or the password given for it is wrong"),
        ({"parts": "key"}, "secret", "the file must hold a private key and its certificate"),
        ({"parts": "certificate"}, "secret", "the file must hold a private key and its certificate"),
    ],
    ids=["wrong", "not locked", "no certificate", "no key"],
)
def test_settings_stop_the_start_with_one_line_when_the_pem_file_is_bad(
    tmp_path: Path, written: dict[str, Any], password: str, complaint: str
) -> None:
    path = tmp_path / "given.pem"
    path.write_bytes(pem_file(pkcs12_file(), **written))
    with pytest.raises(BadSetting) as caught:
        load_settings({"RATUSHA_DATA": str(tmp_path), "RATUSHA_SIGNING_KEY": str(path),
                       "RATUSHA_SIGNING_PASSWORD": password})  # fmt: skip
    assert str(caught.value) == f"RATUSHA_SIGNING_KEY: {complaint}"


def test_settings_stop_the_start_when_certificate_and_key_of_a_pem_file_are_no_pair(tmp_path: Path) -> None:
    path = tmp_path / "given.pem"
    path.write_bytes(pem_file(pkcs12_file(), parts="key") + pem_file(pkcs12_file(), parts="certificate"))
    with pytest.raises(BadSetting) as caught:
        load_settings({"RATUSHA_DATA": str(tmp_path), "RATUSHA_SIGNING_KEY": str(path),
                       "RATUSHA_SIGNING_PASSWORD": "secret"})  # fmt: skip
    assert str(caught.value) == "RATUSHA_SIGNING_KEY: the certificate does not belong to the private key"


@pytest.mark.parametrize("parts", ["key certificate", "certificate key"])
@pytest.mark.parametrize("password", ["secret", ""])
def test_signing_key_is_the_same_when_it_is_given_as_pem(tmp_path: Path, parts: str, password: str) -> None:
    given = pkcs12_file()
    (tmp_path / "a.p12").write_bytes(given)
    (tmp_path / "a.pem").write_bytes(pem_file(given, password=password.encode(), parts=parts))
    first = open_signing_key(tmp_path / "a.p12", "secret")
    second = open_signing_key(tmp_path / "a.pem", password)
    assert first.cert is not None
    assert second.cert is not None
    assert (second.cert.certificate, second.key.private_numbers()) == (  # type: ignore[union-attr]
        first.cert.certificate, first.key.private_numbers())  # type: ignore[union-attr]  # fmt: skip


def test_settings_take_the_key_when_it_is_good(tmp_path: Path) -> None:
    path = tmp_path / "given.p12"
    path.write_bytes(pkcs12_file())
    settings = load_settings({"RATUSHA_DATA": str(tmp_path), "RATUSHA_SIGNING_KEY": str(path),
                              "RATUSHA_SIGNING_PASSWORD": "secret", "RATUSHA_SIGN_LETTERS": "0"})  # fmt: skip
    assert (settings.signing_key, settings.sign_letters) == (path, False)
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("until", "good", "remark"),
    [
        (now() + timedelta(days=40, hours=1), True, "40 days left"),
        (now() - timedelta(days=1), False, "Association, self-made, ended"),
        (now() + timedelta(days=2000), False, "Association, self-made, not valid yet"),
    ],
)
def test_doctor_tells_subject_and_days_left_when_there_is_a_certificate(
    app: Flask, other_key: Any, until: datetime, good: bool, remark: str
) -> None:
    other_key(until=until)
    findings = {what: (well, said) for what, well, said in examine()}
    assert findings["certificate"][0] is good
    assert remark in findings["certificate"][1]
    assert findings["certificate"][1].startswith("Association, self-made, ")
