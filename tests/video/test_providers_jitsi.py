"""Tokens of Jitsi, judged by the library and by hand; and plain addresses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.video.providers import server_of
from app.video.providers.jitsi import Jitsi
from app.video.providers.patience import forget_servers
from app.video.rules.accounts import Account, RoomPlan
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor, VisitorRole
from tests.video.bbb_server import answered, raw_server

ONE_DATABASE = True
AT = datetime(2021, 6, 28, 14, 50, tzinfo=UTC)
FLOOR = RoomPlan(
    "k07-1a2b", "Открытие, Eröffnung & mehr", AT + timedelta(minutes=10), AT + timedelta(hours=2),
    return_to="https://konferenz.example/",
)  # fmt: skip
ANNA = Visitor("R00001", "Анна Орлова", VisitorRole.DELEGATE, "ru")


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    forget_servers()
    yield
    forget_servers()


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()  # fmt: skip
SHARED = "a secret of forty signs for HS256 tokens"


def jitsi(**given: Any) -> Jitsi:
    values = {"provider": Provider.JITSI, "base": "https://meet.example", "secret": SHARED, "app_id": "ratusha"}
    return Jitsi(Account(**(values | given)))


def token_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["jwt"][0]


def test_address_for_carries_a_token_for_this_room_when_the_server_is_a_jitsi() -> None:
    address = jitsi().address_for(FLOOR, ANNA, at=AT)
    assert address.startswith("https://meet.example/k07-1a2b?jwt=")
    claims = jwt.decode(
        token_of(address), SHARED, algorithms=["HS256"], audience="jitsi", issuer="ratusha",
        options={"verify_exp": False},
    )  # fmt: skip
    assert claims == {
        "aud": "jitsi", "iss": "ratusha", "sub": "meet.example", "room": "k07-1a2b", "iat": int(AT.timestamp()),
        "nbf": int(AT.timestamp()) - 60, "exp": int((AT + timedelta(hours=3)).timestamp()), "moderator": False,
        "context": {
            "user": {"id": "R00001", "name": "Анна Орлова", "affiliation": "member", "moderator": "false",
                     "lobby_bypass": "true"},
            "features": {"recording": "false", "livestreaming": "false", "outbound-call": "false"},
        },
    }  # fmt: skip
    assert urlsplit(address).fragment.startswith("config.defaultLanguage=%22ru%22&config.subject=")


def test_token_stands_when_it_is_computed_by_hand() -> None:
    head, payload, signature = token_of(jitsi().address_for(FLOOR, ANNA, at=AT)).split(".")
    expected = hmac.new(SHARED.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert signature == base64.urlsafe_b64encode(expected).rstrip(b"=").decode()
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}


def test_token_is_signed_by_the_private_key_when_there_is_one() -> None:
    found = jitsi(
        secret=PEM, key_id="vpaas-1/4f", audience="jitsi", app_id="chat", subject="vpaas-1",
        base="https://8x8.vc/vpaas-1", waiting_room=True, recording=True,
    )  # fmt: skip
    address = found.address_for(FLOOR, Visitor("1", "Olga", VisitorRole.MODERATOR, "de"), at=AT)
    assert address.startswith("https://8x8.vc/vpaas-1/k07-1a2b?jwt=")
    token = token_of(address)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": "vpaas-1/4f"}
    claims = jwt.decode(
        token, KEY.public_key(), algorithms=["RS256"], audience="jitsi", options={"verify_exp": False}
    )  # fmt: skip
    assert (claims["moderator"], claims["sub"], claims["iss"]) == (True, "vpaas-1", "chat")
    assert claims["context"] == {
        "user": {"id": "1", "name": "Olga", "affiliation": "owner", "moderator": "true", "lobby_bypass": "true"},
        "features": {"recording": "true", "livestreaming": "false", "outbound-call": "false"},
        "room": {"lobby": True},
    }
    waits = jwt.decode(
        token_of(found.address_for(FLOOR, ANNA, at=AT)), options={"verify_signature": False}
    )["context"]["user"]  # fmt: skip
    assert "lobby_bypass" not in waits


@pytest.mark.parametrize(
    ("ends", "hours"),
    [(AT + timedelta(days=2), 12), (None, 12), (AT - timedelta(days=1), 0.25), (AT + timedelta(hours=1), 2)],
)
def test_token_ends_in_time_when_the_session_is_long_unknown_or_over(ends: datetime | None, hours: float) -> None:
    room = RoomPlan("k", "T", AT, ends)
    claims = jwt.decode(token_of(jitsi().address_for(room, ANNA, at=AT)), options={"verify_signature": False})
    assert claims["exp"] == int((AT + timedelta(hours=hours)).timestamp())


def test_token_takes_a_short_secret_when_the_association_chose_one() -> None:
    token = token_of(jitsi(secret="short").address_for(FLOOR, ANNA, at=AT))
    head, payload, signature = token.split(".")
    expected = hmac.new(b"short", f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected


def test_address_for_mutes_for_good_when_somebody_only_listens() -> None:
    address = jitsi().address_for(FLOOR, Visitor("1", "N", VisitorRole.PRESS), at=AT)
    given = dict(parse_qsl(urlsplit(address).fragment))
    assert given["config.disableInitialGUM"] == "true"
    assert "microphone" not in given["config.toolbarButtons"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [("https://8x8.vc/vpaas-1", ("chat", "vpaas-1")), ("https://meet.example/t1", ("ratusha", "t1")),
     ("https://meet.example:8443", ("ratusha", "meet.example"))],
)  # fmt: skip
def test_token_names_the_tenant_when_nothing_else_is_settled(base: str, expected: tuple[str, str]) -> None:
    token = token_of(jitsi(base=base, app_id="").address_for(FLOOR, ANNA, at=AT))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["sub"]) == expected


@pytest.mark.parametrize("secret", ["-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "ec"])
def test_check_names_the_key_when_it_cannot_be_read(secret: str) -> None:
    if secret == "ec":
        secret = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()  # fmt: skip
    assert jitsi(secret=secret).check(at=AT) == Finding(False, "bad-key", {})


def test_check_says_what_it_cannot_prove_when_a_jitsi_answers() -> None:
    with raw_server(answered(b"var config = {};", "200 OK", "Date: Mon, 28 Jun 2021 14:50:00 GMT")) as base:
        found = jitsi(base=f"{base}/tenant", inside=True, secret="short").check(at=AT)
    assert (found.ok, found.kind, found.values["short_secret"]) == (True, "token-unproved", True)
    assert found.values["clock"] < -100_000_000
    with raw_server(answered(b"<html><body>config</body></html>")) as base:
        assert jitsi(base=base, inside=True).check(at=AT) == Finding(False, "garbage", {})


# Plain addresses


def test_plain_address_is_given_as_it_stands_when_somebody_enters() -> None:
    plain = server_of(Account(Provider.PLAIN, "https://meet.example/{room}"))
    assert plain.raw_address("k07-1") == "https://meet.example/k07-1"
    assert plain.address_for(RoomPlan("k", "T", url="https://zoom.example/j/1"), ANNA, at=AT) == (
        "https://zoom.example/j/1"
    )
    with pytest.raises(Trouble) as caught:
        plain.address_for(RoomPlan("k", "T"), ANNA, at=AT)
    assert caught.value.kind is TroubleKind.NO_ADDRESS


def test_check_is_content_when_a_plain_service_answers_anything() -> None:
    with raw_server(answered(b"no", "404 Not Found")) as base:
        found = server_of(Account(Provider.PLAIN, f"{base}/{{room}}", inside=True)).check(at=AT)
    assert found == Finding(True, "answered", {"clock": None})
