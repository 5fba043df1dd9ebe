"""Meeting servers, asked over real HTTP: what they are told, and what the house bears from them."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import ipaddress
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.video.providers import Recording, server_of
from app.video.providers.bigbluebutton import BigBlueButton, read_answer, signed
from app.video.providers.calls import Limits, call, is_inside
from app.video.providers.interface import PersonInside
from app.video.providers.patience import forget_servers, patiently
from app.video.rules.accounts import Account, RoomPlan
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor, VisitorRole
from tests.video.bbb_server import SECRET, SmallServer, answered, raw_server, seconds_since, speaking_server

ONE_DATABASE = True
AT = datetime(2021, 6, 28, 14, 50, tzinfo=UTC)
SHORT = Limits(look_up=1, connect=0.5, total=0.6, size=20_000)
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


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with speaking_server() as found:
        yield found


def account(base: str, **given: Any) -> Account:
    return Account(**({"provider": Provider.BIGBLUEBUTTON, "base": base, "secret": SECRET, "inside": True} | given))


def trouble_of(base: str, **given: Any) -> tuple[TroubleKind, dict[str, Any]]:
    with pytest.raises(Trouble) as caught:
        BigBlueButton(account(base, **given), SHORT).ensure(FLOOR)
    return caught.value.kind, caught.value.values


# Checksums


def test_signed_gives_the_published_checksum_when_given_the_published_example() -> None:
    """The example of BigBlueButton's API reference, "Usage"; it prints SHA-1, and the string that is hashed."""
    query = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
    hashed = f"create{query}{SECRET}"
    assert hashlib.sha1(hashed.encode()).hexdigest() == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    assert signed("create", query, SECRET) == f"{query}&checksum={hashlib.sha256(hashed.encode()).hexdigest()}"


def test_signed_gives_the_published_sha256_when_given_a_hosts_published_example() -> None:
    """bbbserver.com, "Checksum & Authentication"."""
    query = (
        "name=Demo&meetingID=replace-with-meeting-id&attendeePW=replace-with-password&moderatorPW=replace-with-password"
    )
    assert signed("create", query, "replace-with-secret").endswith(
        "checksum=7e5a0a48f1542462e56ca034dc83d741bff1deb5feab0cd9ef74fa6e009fe1fd"
    )


def test_signed_begins_with_the_checksum_when_there_are_no_parameters() -> None:
    assert signed("getMeetings", "", "s") == f"checksum={hashlib.sha256(b'getMeetingss').hexdigest()}"


# BigBlueButton


def test_check_accepts_when_the_secret_is_right(server: SmallServer) -> None:
    found = server_of(account(server.base)).check(at=AT)
    assert (found.ok, found.kind) == (True, Finding.ACCEPTED)
    assert abs(found.values["clock"]) <= 1


def test_check_names_the_secret_when_it_is_wrong(server: SmallServer) -> None:
    found = server_of(account(server.base, secret="another")).check(at=AT)
    assert found == Finding(False, "wrong-secret", {})
    assert server_of(account(server.base, secret="")).check(at=AT) == Finding(False, "no-secret", {})


def test_check_believes_no_success_when_the_answer_does_not_answer() -> None:
    with raw_server(answered(b"<response><returncode>SUCCESS</returncode></response>")) as base:
        assert server_of(account(base)).check(at=AT) == Finding(False, "garbage", {})


def test_address_for_creates_the_room_first_when_somebody_enters(server: SmallServer) -> None:
    address = server_of(account(server.base)).address_for(FLOOR, ANNA, at=AT)
    created = server.named("create")
    assert [(one["meetingID"], one["name"], one["guestPolicy"]) for one in created] == [
        ("k07-1a2b", "Открытие, Eröffnung & mehr", "ALWAYS_ACCEPT")
    ]
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{server.base}/join"
    unsigned, checksum = parts.query.rsplit("&checksum=", 1)
    assert checksum == hashlib.sha256(f"join{unsigned}{SECRET}".encode()).hexdigest()
    assert dict(parse_qsl(unsigned)) == {
        "fullName": "Анна Орлова", "meetingID": "k07-1a2b", "role": "VIEWER", "userID": "R00001", "redirect": "true",
        "userdata-bbb_override_default_locale": "ru", "createTime": "1531155809613",
        "errorRedirectUrl": "https://konferenz.example/",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (VisitorRole.MODERATOR, ("MODERATOR", None, None)),
        (VisitorRole.SPEAKER, ("VIEWER", None, None)),
        (VisitorRole.INTERPRETER, ("VIEWER", None, None)),
        (VisitorRole.DELEGATE, ("VIEWER", "true", None)),
        (VisitorRole.PRESS, ("VIEWER", "true", "true")),
    ],
)
def test_address_for_tells_the_role_when_there_is_a_waiting_room(
    server: SmallServer, role: VisitorRole, expected: tuple[str | None, ...]
) -> None:
    found = server_of(account(server.base, waiting_room=True))
    address = found.address_for(FLOOR, Visitor("1", "N", role), at=AT)
    given = dict(parse_qsl(urlsplit(address).query))
    assert (given["role"], given.get("guest"), given.get("userdata-bbb_force_listen_only")) == expected
    assert server.named("create")[0]["guestPolicy"] == "ASK_MODERATOR"


def test_address_for_gives_the_channel_to_its_interpreters_when_it_is_a_language(server: SmallServer) -> None:
    channel = RoomPlan("k07-1a2b-de", "Deutsch · Открытие", channel="de")
    found = server_of(account(server.base, recording=True))
    roles = {}
    for role in (VisitorRole.INTERPRETER, VisitorRole.SPEAKER):
        given = dict(parse_qsl(urlsplit(found.address_for(channel, Visitor("1", "N", role), at=AT)).query))
        roles[role] = (given["role"], given.get("userdata-bbb_force_listen_only"))
    assert roles == {VisitorRole.INTERPRETER: ("MODERATOR", None), VisitorRole.SPEAKER: ("VIEWER", "true")}
    made = server.named("create")[0]
    assert (made["lockSettingsDisableMic"], made["record"]) == ("true", "false")
    found.ensure(FLOOR)
    assert server.named("create")[-1]["record"] == "true"


def test_create_cuts_the_title_when_it_is_longer_than_a_meetings_name_may_be(server: SmallServer) -> None:
    server_of(account(server.base)).ensure(RoomPlan("k1", "Ё" * 300))
    server_of(account(server.base)).ensure(RoomPlan("k2", ""))
    assert [one["name"] for one in server.named("create")] == ["Ё" * 63 + "…", " –"]


def test_end_sends_everybody_home_when_the_meeting_runs(server: SmallServer) -> None:
    found = server_of(account(server.base))
    assert found.end(FLOOR) is False
    found.ensure(FLOOR)
    assert found.end(FLOOR) is True
    assert server.meetings == {}


def test_people_in_names_everybody_when_the_meeting_runs(server: SmallServer) -> None:
    found = server_of(account(server.base))
    assert found.people_in(FLOOR) == []
    found.ensure(FLOOR)
    server.people[FLOOR.key] = [("R00001", "Анна", "MODERATOR"), ("R2", "B", "VIEWER")]
    assert found.people_in(FLOOR) == [
        PersonInside("R00001", "Анна", True, True),
        PersonInside("R2", "B", False, True),
    ]


def test_recordings_are_listed_oldest_first_when_the_server_keeps_some(server: SmallServer) -> None:
    def one(number: int, begins: str, address: str) -> str:
        return (
            f"<recording><recordID>r{number}</recordID><name>Fred</name><published>true</published>"
            f"<startTime>{begins}</startTime><endTime>1530718810456</endTime><playback><format><type>presentation</type>"
            f"<url>{address}</url></format></playback></recording>"
        )

    server.recorded = (
        "<recordings>" + one(1, "1530718721124", "https://demo.example/1") + one(2, "x", "javascript:alert(1)")
        + "</recordings>"
    ).encode()  # fmt: skip
    ends = datetime(2018, 7, 4, 15, 40, 10, 456000, UTC)
    assert server_of(account(server.base)).recordings(FLOOR) == [
        Recording("r2", "Fred", None, ends, True, ()),
        Recording(
            "r1", "Fred", datetime(2018, 7, 4, 15, 38, 41, 124000, UTC), ends, True,
            (("presentation", "https://demo.example/1"),),
        ),
    ]  # fmt: skip
    server.recorded = b""
    assert server_of(account(server.base)).recordings(FLOOR) == []


# What servers do instead


BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><response><returncode>&b;</returncode></response>'
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answered(b"<html>Welcome to nginx!</html>"), (TroubleKind.GARBAGE, {})),
        (answered(b"\x00\xff\xfe garbage"), (TroubleKind.GARBAGE, {})),
        (answered(b""), (TroubleKind.GARBAGE, {})),
        (answered(BOMB), (TroubleKind.GARBAGE, {})),
        (answered(b"<response><returncode>MAYBE</returncode></response>"), (TroubleKind.GARBAGE, {})),
        (answered(b'<?xml version="1.0" encoding="klingon"?><response/>'), (TroubleKind.GARBAGE, {})),
        (answered(b"<response><returncode>SUCCESS</returncode><meetingID>other</meetingID></response>"),
         (TroubleKind.GARBAGE, {})),
        (answered(b"<response><returncode>SUCCESS</returncode></response>"), (TroubleKind.GARBAGE, {})),
        (answered(b"<response><returncode>SUCCESS</returncode><meetingID/></response>"), (TroubleKind.GARBAGE, {})),
        (answered(b"Bad Gateway", "502 Bad Gateway"), (TroubleKind.STATUS, {"status": 502})),
        (answered(b"oops", "500 Internal Server Error"), (TroubleKind.STATUS, {"status": 500})),
        (b"SSH-2.0-OpenSSH_9.2\r\n", (TroubleKind.GARBAGE, {})),
        (answered(b"x" * 30_000), (TroubleKind.TOO_BIG, {})),
        (answered(b"", "302 Found", "Location: http://elsewhere.example/a"),
         (TroubleKind.ELSEWHERE, {"host": "elsewhere.example"})),
        (answered(b"", "302 Found", "Location: file:///etc/passwd"), (TroubleKind.ELSEWHERE, {"host": "file"})),
        (answered(b"", "302 Found", "Location: /again"), (TroubleKind.GARBAGE, {})),
        (answered(b"<response><returncode>FAILED</returncode><messageKey>id<b>NotUnique</b></messageKey></response>"),
         (TroubleKind.FAILED, {"key": "id"})),
        (b"", (TroubleKind.GARBAGE, {})),
    ],
)  # fmt: skip
def test_ensure_tells_what_happened_when_the_server_answers_garbage(
    answer: bytes, expected: tuple[TroubleKind, dict[str, Any]]
) -> None:
    with raw_server(answer) as base:
        assert trouble_of(base) == expected


@pytest.mark.parametrize(
    ("pieces", "pause", "stays"),
    [
        ((), 0.0, False),  # never
        ((b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), 0.1, True),  # headers, drop by drop, for ever
        ((b"HTTP/1.1 200 OK\r\n\r\n", *[b"<"] * 100), 0.1, False),  # the answer itself
    ],
)
def test_ensure_gives_up_in_time_when_the_server_is_slow(pieces: tuple[bytes, ...], pause: float, stays: bool) -> None:
    with raw_server(*pieces, pause=pause, stays=stays) as base:
        begun = time.monotonic()
        assert trouble_of(base) == (TroubleKind.NO_ANSWER, {"seconds": 1})
        assert seconds_since(begun) < 1.5


def test_ensure_tells_that_nobody_answers_when_the_port_is_closed() -> None:
    with raw_server() as base:
        pass
    assert trouble_of(base) == (TroubleKind.UNREACHABLE, {"host": "127.0.0.1"})


def test_ensure_tells_that_there_is_no_such_machine_when_the_name_is_unknown() -> None:
    assert trouble_of("http://bbb.invalid/api") == (TroubleKind.UNKNOWN_NAME, {"host": "bbb.invalid"})


def test_ensure_refuses_the_inner_network_when_it_is_not_allowed(server: SmallServer) -> None:
    assert trouble_of(server.base, inside=False) == (TroubleKind.INSIDE, {"host": "127.0.0.1"})
    by_name = server.base.replace("127.0.0.1", "localhost")
    assert trouble_of(by_name, inside=False) == (TroubleKind.INSIDE, {"host": "localhost"})
    assert server.calls == []


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("172.16.0.1", True), ("192.168.1.1", True), ("169.254.169.254", True),
        ("100.64.0.1", True), ("0.0.0.0", True), ("224.0.0.1", True), ("::1", True), ("fe80::1", True),
        ("fd00::1", True), ("::ffff:10.0.0.1", True), ("::ffff:8.8.8.8", False), ("64:ff9b::a00:1", True),
        ("64:ff9b::808:808", False), ("2002:a00:1::", True), ("8.8.8.8", False), ("2001:4860:4860::8888", False),
    ],
)  # fmt: skip
def test_is_inside_knows_the_inner_network_when_it_is_wrapped(text: str, inside: bool) -> None:
    assert is_inside(ipaddress.ip_address(text)) is inside


def test_call_refuses_a_certificate_when_the_server_speaks_no_tls() -> None:
    with raw_server(answered(b"hello")) as base, pytest.raises(Trouble) as caught:
        call(base.replace("http:", "https:"), limits=SHORT, inside=True)
    assert caught.value.kind is TroubleKind.CERTIFICATE


def test_call_follows_when_the_server_leads_to_another_place_of_its_own(server: SmallServer) -> None:
    answer = call(server.base.replace("/bigbluebutton/api", "/moved"), limits=SHORT, inside=True)
    assert b"checksumError" in answer.body


def test_patiently_asks_nobody_when_the_server_failed_a_moment_ago() -> None:
    asked = []

    def fails() -> None:
        asked.append(1)
        raise Trouble(TroubleKind.NO_ANSWER, seconds=5)

    for _time in range(3):
        with pytest.raises(Trouble) as caught:
            patiently("one", fails)
        assert caught.value.as_json() == {"kind": "no-answer", "values": {"seconds": 5}}
    assert len(asked) == 1
    assert patiently("another", lambda: 7) == 7
    assert patiently("one", lambda: 8, anyway=True) == 8
    assert patiently("one", lambda: 9) == 9


def test_patiently_lets_two_wait_when_many_ask_a_server_that_does_not_answer() -> None:
    told: list[tuple[str, float]] = []
    with raw_server() as base:
        server = BigBlueButton(account(base), SHORT)

        def click() -> None:
            begun = time.monotonic()
            try:
                server.ensure(FLOOR)
            except Trouble as trouble:
                told.append((trouble.kind.value, seconds_since(begun)))

        people = [threading.Thread(target=click) for _one in range(30)]
        for person in people:
            person.start()
        for person in people:
            person.join(5)
    assert len(told) == 30
    assert {kind for kind, _seconds in told} == {"no-answer"}
    assert max(seconds for _kind, seconds in told) < 1.2


def test_address_for_needs_no_call_when_the_server_is_slow_and_the_room_was_made_lately() -> None:
    lately = dataclasses.replace(FLOOR, made_lately=True)
    with raw_server() as base:
        server = BigBlueButton(account(base), Limits(total=1.6))
        stuck = [threading.Thread(target=lambda: _quietly(server)) for _one in range(2)]
        for thread in stuck:
            thread.start()
        time.sleep(0.2)
        address = server.address_for(lately, ANNA, at=AT)
        with pytest.raises(Trouble) as caught:
            server.address_for(FLOOR, ANNA, at=AT)
        for thread in stuck:
            thread.join(5)
    assert caught.value.kind is TroubleKind.BUSY
    given = dict(parse_qsl(urlsplit(address).query))
    assert (given["meetingID"], "createTime" in given) == ("k07-1a2b", False)


def _quietly(server: BigBlueButton) -> None:
    with contextlib.suppress(Trouble):
        server.ensure(FLOOR)


def test_read_answer_refuses_when_the_answer_holds_entities() -> None:
    with pytest.raises(Trouble) as caught:
        read_answer(BOMB)
    assert caught.value.kind is TroubleKind.GARBAGE


def test_read_answer_raises_nothing_but_trouble_when_the_answer_is_mangled() -> None:
    good = (
        b'<?xml version="1.0" encoding="UTF-8"?><response><returncode>SUCCESS</returncode><meetingID>k</meetingID>'
        b"<createTime>1531155809613</createTime></response>"
    )
    additions = [b"<!DOCTYPE a>", b"&lol;", b"\x00", b"<a><a>", b"&#0;", b"<![CDATA[", b"\xff\xfe", b"<?x?>"]
    dice = random.Random(5)
    outcomes = Counter()
    for _round in range(3000):
        mangled = bytearray(good)
        for _change in range(dice.randint(1, 4)):
            place, kind = dice.randrange(len(mangled)), dice.random()
            if kind < 0.4:
                mangled[place] = dice.randrange(256)
            elif kind < 0.7:
                del mangled[place : place + dice.randint(1, 20)]
            else:
                mangled[place:place] = dice.choice(additions)
        try:
            outcomes[read_answer(bytes(mangled)).tag] += 1
        except Trouble as trouble:
            outcomes[trouble.kind] += 1
    assert set(outcomes) <= {"response", TroubleKind.GARBAGE, TroubleKind.FAILED}
    assert outcomes[TroubleKind.GARBAGE] > 2000
