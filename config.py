"""Settings, read once from the environment and an optional ``.env`` file.

A bad value stops the start with one line that names it (:class:`BadSetting`).
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent


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
    video_url: str = "https://meet.ratusha.example/{room}"
    proxies: int = 0
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


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 5:
        raise BadSetting("RATUSHA_PROXIES: expected the number of reverse proxies in front, 0 to 5")
    return int(text)


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


def _kept_secret(folder: Path, name: str) -> str:
    """A secret made once and kept in the data folder, readable by the owner only."""
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # another process may have been first: its secret stands
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


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
    secret = given("RATUSHA_SECRET_KEY") or _kept_secret(data, "secret_key")
    if len(secret) < 16:
        raise BadSetting("RATUSHA_SECRET_KEY: at least 16 characters are needed")
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
        demo_password=given("RATUSHA_DEMO_PASSWORD"),
        mail_from=mail_from,
        video_url=_video_url(given("RATUSHA_VIDEO_URL") or "https://meet.ratusha.example/{room}"),
        proxies=_proxies(given("RATUSHA_PROXIES") or "0"),
    )
