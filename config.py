"""Settings, read once from the environment and an optional ``.env`` file.

A bad value stops the start with one line that names it (:class:`BadSetting`).
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

ROOT = Path(__file__).resolve().parent
SHORTEST_PASSWORD = 12  # of staff
SHORTEST_DEMO_PASSWORD = 4  # whoever sets one shows made-up data, mostly to themselves


class BadSetting(Exception):
    """A setting has a value the house cannot work with; the message names the setting."""


@dataclass(frozen=True)
class SmtpServer:
    """Where outgoing mail is handed over. ``security`` is ``none``, ``starttls`` or ``tls``."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "none"


@dataclass(frozen=True)
class VideoServer:
    """The meeting server of conferences that name none of their own. ``provider``: plain, jitsi or bigbluebutton.

    ``inside``: whether servers may stand in the inner network and answer without TLS; ``seconds``: how long a call to
    any of them may take.
    """

    provider: str = "plain"
    base: str = ""
    secret: str = field(repr=False, default="")
    app_id: str = ""
    inside: bool = False
    seconds: float = 5.0


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Paths are absolute."""

    data: Path
    database_url: str
    redis_url: str | None
    smtp: SmtpServer | None
    base_url: str
    secret_key: str = field(repr=False)
    demo_password: str | None = field(repr=False, default=None)
    mail_from: str = "konferenz@ratusha.example"
    mail_trial_to: str = ""
    mail_per_minute: int = 0
    video_url: str = "https://meet.ratusha.example/{room}"
    video: VideoServer = VideoServer()
    proxies: int = 0
    signing_key: Path | None = None
    signing_password: str = field(repr=False, default="")
    sign_letters: bool = True
    second_person: bool = False
    personal_key: str | None = field(repr=False, default=None)
    testing: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


def read_env_file(path: Path) -> dict[str, str]:
    """``KEY=value`` lines of a ``.env`` file; blank lines and ``#`` lines are passed over."""
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, separator, value = text.partition("=")
        if not separator:
            raise BadSetting(f"{path.name} line {number}: expected KEY=value")
        values[key.strip()] = value.strip().strip("\"'")
    return values


def _smtp(url: str) -> SmtpServer:
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting("RATUSHA_SMTP_URL: expected smtp://[user:pass@]host:port[?starttls=1] or smtps://host:port")
    try:
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError as error:
        raise BadSetting("RATUSHA_SMTP_URL: the port is not a number from 1 to 65535") from error
    starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] in {"1", "true", "yes"}
    security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else "none"
    return SmtpServer(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), security)


def _database_url(url: str) -> str:
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("RATUSHA_DATABASE_URL: expected sqlite:///FILE or postgresql+psycopg://…")
    return url


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting("RATUSHA_BASE_URL: expected an address such as https://konferenz.example")
    return url.rstrip("/")


def _video_url(url: str) -> str:
    if not url.startswith("https://") or url.count("{room}") != 1 or re.search(r"[\s<>\"']", url):
        raise BadSetting("RATUSHA_VIDEO_URL: expected an address such as https://meet.example/{room}")
    return url


def _video_server(given: Callable[[str], str | None]) -> VideoServer:
    provider, base = given("RATUSHA_VIDEO_PROVIDER") or "plain", given("RATUSHA_VIDEO_BASE") or ""
    inside = _switch("RATUSHA_VIDEO_PRIVATE", given("RATUSHA_VIDEO_PRIVATE") or "0")
    if provider not in {"plain", "jitsi", "bigbluebutton"}:
        raise BadSetting("RATUSHA_VIDEO_PROVIDER: expected plain, jitsi or bigbluebutton")
    if provider != "plain":
        allowed = ("https?" if inside else "https") + r"://[^\s<>\"'{}\\?#@/:]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)?"
        if not re.fullmatch(allowed, base) or len(base) > 300:
            raise BadSetting("RATUSHA_VIDEO_BASE: expected the address of the server, such as https://meet.example")
    secret = (given("RATUSHA_VIDEO_SECRET") or "").replace("\\n", "\n")  # a private key on one line
    seconds = given("RATUSHA_VIDEO_SECONDS") or "5"
    if not seconds.isdecimal() or not 1 <= int(seconds) <= 30:
        raise BadSetting("RATUSHA_VIDEO_SECONDS: expected how long a call to a meeting server may take, 1 to 30")
    app_id = given("RATUSHA_VIDEO_APP_ID") or ""
    return VideoServer(provider, base.rstrip("/"), secret, app_id, inside, float(seconds))


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 5:
        raise BadSetting("RATUSHA_PROXIES: expected the number of reverse proxies in front, 0 to 5")
    return int(text)


def _demo_password(text: str | None) -> str | None:
    if text is not None and len(text) < SHORTEST_DEMO_PASSWORD:
        raise BadSetting(f"RATUSHA_DEMO_PASSWORD: at least {SHORTEST_DEMO_PASSWORD} characters are needed")
    return text


def _mail_per_minute(text: str) -> int:
    if not text.isdecimal() or int(text) > 6000:
        raise BadSetting("RATUSHA_MAIL_PER_MINUTE: expected how many mails may go in a minute, 1 to 6000; 0: no limit")
    return int(text)


def _mail_trial_to(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", text):
        raise BadSetting("RATUSHA_MAIL_TRIAL_TO: expected one e-mail address")
    return text


def _data_folder(text: str) -> Path:
    folder = Path(text).expanduser()
    if not folder.is_absolute():
        folder = ROOT / folder
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise BadSetting(f"RATUSHA_DATA: the folder cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting("RATUSHA_DATA: the folder cannot be written to")
    return folder


def kept_file(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """What ``make`` gave when the file was first asked for, readable by the owner only.

    Of several processes that ask at once, one is first and its content stands for all.
    """
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its content stands
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_bytes()


def kept_secret(folder: Path, name: str) -> str:
    """A secret made once and kept in the data folder, readable by the owner only."""
    return kept_file(folder, name, lambda: secrets.token_urlsafe(48).encode("ascii")).decode("ascii").strip()


def personal_keys(settings: Settings) -> list[bytes]:
    """The keys that lock passport data; the first one locks, the others only open. Made once when none is set.

    :raises BadSetting: when the kept file holds something else.
    """
    text = settings.personal_key
    if text is None:
        text = kept_file(settings.data, "personal_key", _new_personal_key).decode("ascii", "replace")
        return _personal_keys(text, name="personal_key in RATUSHA_DATA")
    return _personal_keys(text)


def _new_personal_key() -> bytes:
    return base64.urlsafe_b64encode(secrets.token_bytes(32))


def _personal_keys(text: str, *, name: str = "RATUSHA_PERSONAL_KEY") -> list[bytes]:
    keys = [key for key in re.split(r"[\s,]+", text) if key]
    for key in keys:
        if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", key):
            raise BadSetting(f"{name}: expected one key of 32 bytes in URL-safe Base64, or several joined by commas")
    if not keys:
        raise BadSetting(f"{name}: no key in it")
    return [key.encode("ascii") for key in keys]


def open_signing_key(path: Path, password: str, *, name: str = "RATUSHA_SIGNING_KEY") -> PKCS12KeyAndCertificates:
    """The key and the certificate of a PKCS#12 file, or of a PEM file that holds both.

    :param name: what to call the file in a complaint.
    :raises BadSetting: when it cannot be read, the password is wrong, key and certificate are no pair, or the key is
        neither RSA of at least 2048 bits nor on the curve P-256 or P-384.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        if path.stat().st_size > 1_000_000:
            raise BadSetting(f"{name}: expected a PKCS#12 or PEM file; this one is larger than 1 MB")
        content = path.read_bytes()
    except OSError as error:
        raise BadSetting(f"{name}: {path} cannot be read: {error.strerror}") from error
    try:
        is_pem = b"-----BEGIN " in content
        found = _read_pem(content, password) if is_pem else pkcs12.load_pkcs12(content, password.encode() or None)
    except (ValueError, TypeError) as error:
        raise BadSetting(f"{name}: not a PKCS#12 or PEM file, or the password given for it is wrong") from error
    key, certificate = found.key, found.cert
    if key is None or certificate is None:
        raise BadSetting(f"{name}: the file must hold a private key and its certificate")
    good = (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    )
    if not good:
        raise BadSetting(f"{name}: the key must be RSA of at least 2048 bits, or on the curve P-256 or P-384")
    if key.public_key() != certificate.certificate.public_key():
        raise BadSetting(f"{name}: the certificate does not belong to the private key")
    return found


def _read_pem(content: bytes, password: str) -> PKCS12KeyAndCertificates:
    """The parts of a PEM file: a private key, its certificate, and those that vouch for it, in any order.

    :raises ValueError, TypeError: when a part is damaged, or the password is wrong.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, PKCS12KeyAndCertificates

    keys = re.findall(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", content, re.DOTALL)
    key: Any = load_pem_private_key(keys[0], password.encode() or None) if keys else None
    has_some = b"-----BEGIN CERTIFICATE-----" in content
    certificates = x509.load_pem_x509_certificates(content) if has_some else []
    own = next((one for one in certificates if key is not None and one.public_key() == key.public_key()), None)
    own = own or next(iter(certificates), None)
    others = [PKCS12Certificate(one, None) for one in certificates if one is not own]
    return PKCS12KeyAndCertificates(key, PKCS12Certificate(own, None) if own is not None else None, others)


def open_own_signing_key(folder: Path) -> PKCS12KeyAndCertificates:
    """The key the house made for itself and keeps in its data folder.

    :raises BadSetting: as :func:`open_signing_key`.
    """
    password = kept_secret(folder, "signing_password")
    return open_signing_key(folder / "signing.p12", password, name="signing.p12 in RATUSHA_DATA")


def _signing_key(text: str | None, password: str, folder: Path) -> Path | None:
    if text is None:
        if password:
            raise BadSetting("RATUSHA_SIGNING_PASSWORD: set RATUSHA_SIGNING_KEY too, the file it opens")
        if (folder / "signing.p12").exists():
            open_own_signing_key(folder)
        return None
    path = Path(text).expanduser()
    path = path if path.is_absolute() else ROOT / path
    open_signing_key(path, password)
    return path


def _personal_key(text: str | None, folder: Path) -> str | None:
    if text is not None:
        _personal_keys(text)
    elif (folder / "personal_key").exists():
        _personal_keys((folder / "personal_key").read_text("ascii", "replace"), name="personal_key in RATUSHA_DATA")
    return text


def _switch(name: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise BadSetting(f"{name}: expected 1 (yes) or 0 (no)")
    return text == "1"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    :param environment: instead of the process environment and ``.env`` (tests).
    :raises BadSetting: naming the setting and what was expected.
    """
    if environment is None:
        environment = {**read_env_file(ROOT / ".env"), **os.environ}

    def given(name: str) -> str | None:
        return (environment.get(name) or "").strip() or None

    data = _data_folder(given("RATUSHA_DATA") or "instance")
    redis_url = given("RATUSHA_REDIS_URL")
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise BadSetting("RATUSHA_REDIS_URL: expected redis://host:port/0")
    smtp_url = given("RATUSHA_SMTP_URL")
    secret = given("RATUSHA_SECRET_KEY") or kept_secret(data, "secret_key")
    if len(secret) < 16:
        raise BadSetting("RATUSHA_SECRET_KEY: at least 16 characters are needed")
    signing_password = environment.get("RATUSHA_SIGNING_PASSWORD") or ""
    processes = given("WEB_CONCURRENCY") or "2"  # read by the web server itself; refused here, by name
    if not processes.isdecimal() or not 1 <= int(processes) <= 64:
        raise BadSetting("WEB_CONCURRENCY: expected the number of web processes, 1 to 64")
    mail_from = given("RATUSHA_MAIL_FROM") or "konferenz@ratusha.example"
    if "@" not in mail_from:
        raise BadSetting("RATUSHA_MAIL_FROM: expected an e-mail address")
    return Settings(
        data=data,
        database_url=_database_url(given("RATUSHA_DATABASE_URL") or f"sqlite:///{data / 'ratusha.sqlite'}"),
        redis_url=redis_url,
        smtp=_smtp(smtp_url) if smtp_url else None,
        base_url=_base_url(given("RATUSHA_BASE_URL") or "http://127.0.0.1:5000"),
        secret_key=secret,
        demo_password=_demo_password(given("RATUSHA_DEMO_PASSWORD")),
        mail_from=mail_from,
        mail_trial_to=_mail_trial_to(given("RATUSHA_MAIL_TRIAL_TO") or ""),
        mail_per_minute=_mail_per_minute(given("RATUSHA_MAIL_PER_MINUTE") or "0"),
        video_url=_video_url(given("RATUSHA_VIDEO_URL") or "https://meet.ratusha.example/{room}"),
        video=_video_server(given),
        proxies=_proxies(given("RATUSHA_PROXIES") or "0"),
        signing_key=_signing_key(given("RATUSHA_SIGNING_KEY"), signing_password, data),
        signing_password=signing_password,
        personal_key=_personal_key(given("RATUSHA_PERSONAL_KEY"), data),
        sign_letters=_switch("RATUSHA_SIGN_LETTERS", given("RATUSHA_SIGN_LETTERS") or "1"),
        second_person=_switch("RATUSHA_SECOND_PERSON", given("RATUSHA_SECOND_PERSON") or "0"),
    )
