"""Rooms on meeting servers: settled, made in the background, entered, and never holding anybody up."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from sqlalchemy import event

from app.blueprints import commands
from app.clock import now
from app.command_line import GROUPS
from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.delegations.operations.passports import lock_all_anew
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.programme.models import ProgrammeSession
from app.programme.rules import SessionKind
from app.video.jobs import make_waiting_rooms
from app.video.models import MeetingRoom, VideoAccount
from app.video.operations import change_room, open_rooms
from app.video.operations.accounts import AccountDetails, check_account, settle_account
from app.video.operations.doors import lead_back
from app.video.operations.entering import address_for, end_room, people_in, recordings_of
from app.video.operations.making import Round, make_rooms, try_again
from app.video.operations.rooms import give_back_room
from app.video.providers.patience import forget_servers
from app.video.queries.accounts import account_of, channels_of
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor, VisitorRole
from app.video.rules.words import finding_words
from config import VideoServer
from tests.factories import ACTOR, NOW, make_conference, make_session
from tests.video.bbb_server import SECRET, SmallServer, raw_server, seconds_since, speaking_server

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


@pytest.fixture(autouse=True)
def _inner_network(app: Flask) -> Iterator[None]:
    """Servers of these tests stand on this machine."""
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, video=VideoServer(inside=True, seconds=0.4))
    yield
    app.config["SETTINGS"] = kept


def settle(conference: Conference, base: str, version: int = 0, **given: Any) -> int:
    values: dict[str, Any] = {"provider": Provider.BIGBLUEBUTTON, "base": base, "secret": SECRET}
    details = AccountDetails(**(values | given))
    return settle_account(conference=conference, details=details, version=version, actor=ACTOR, at=NOW)


def on_video(**given: Any) -> Conference:
    return make_conference(format=ConferenceFormat.HYBRID, **given)


def soon(conference: Conference, code: str = "K07", minutes: int = 20, **given: Any) -> ProgrammeSession:
    at = now()
    values = {"starts_at": at + timedelta(minutes=minutes), "ends_at": at + timedelta(minutes=minutes + 90)}
    return make_session(conference, code, **(values | given))


def coming(**given: Any) -> Conference:
    today = now().date()
    return on_video(starts_on=today, ends_on=today + timedelta(days=2), **given)


def room_of(session: ProgrammeSession) -> MeetingRoom:
    open_rooms(sessions=[session], at=NOW)
    return db.session.query(MeetingRoom).filter_by(session_id=session.id).one()


# Settling


def test_settle_account_locks_the_secret_and_moves_the_rooms_when_saved(app: Flask, server: SmallServer) -> None:
    conference = on_video()
    kept, typed = (room_of(make_session(conference, code)) for code in ("K1", "K2"))
    change_room(room=typed, url="https://zoom.example/j/1", actor=ACTOR, at=NOW)
    assert kept.url == f"https://meet.ratusha.example/{kept.key}"
    assert settle(conference, server.base.removesuffix("/api")) == 1
    row = db.session.query(VideoAccount).one()
    assert (row.base, row.provider) == (server.base, Provider.BIGBLUEBUTTON)
    assert SECRET not in row.sealed
    assert account_of(conference).secret == SECRET
    assert (kept.provider, kept.url) == (Provider.BIGBLUEBUTTON, f"{server.base}/join?meetingID={kept.key}")
    assert (typed.provider, typed.url) == (Provider.PLAIN, "https://zoom.example/j/1")
    entry = db.session.query(HistoryEntry).filter_by(deed="video.settle_account").one()
    assert entry.details == {"provider": "bigbluebutton", "server": "127.0.0.1", "rooms_moved": 1}
    give_back_room(room=typed, actor=ACTOR, at=NOW)
    assert (typed.provider, typed.by_hand) == (Provider.BIGBLUEBUTTON, False)
    assert settle(conference, "", version=row.version, provider=None, secret="") == 2
    assert (db.session.query(VideoAccount).count(), kept.provider) == (0, Provider.PLAIN)


def test_settle_account_moves_rooms_of_old_when_their_addresses_were_not_typed_in(app: Flask) -> None:
    conference = on_video()
    made, typed = (room_of(make_session(conference, code)) for code in ("K1", "K2"))
    with transaction():
        made.key, made.url = "", "https://meet.ratusha.example/k1-1234"
        typed.key, typed.url = "", "https://zoom.example/j/1"
    assert settle(conference, "https://one.example") == 1
    assert (made.key, made.provider) == ("k1-1234", Provider.BIGBLUEBUTTON)
    assert (typed.url, typed.by_hand) == ("https://zoom.example/j/1", True)


def test_settle_account_asks_for_the_secret_again_when_the_server_is_another(app: Flask) -> None:
    conference = on_video()
    settle(conference, "https://one.example")
    version = db.session.query(VideoAccount).one().version
    settle(conference, "https://one.example/bigbluebutton", version=version, secret="")
    assert account_of(conference).secret == SECRET
    with pytest.raises(Refusal) as caught:
        settle(conference, "https://two.example", version=version + 1, secret="")
    assert caught.value.field == "secret"
    with pytest.raises(Refusal) as caught:
        settle(conference, "https://one.example", version=version + 1, provider=Provider.JITSI, secret="")
    assert caught.value.field == "secret"
    assert account_of(conference).base == "https://one.example/bigbluebutton/api"


def test_settle_account_refuses_when_somebody_else_was_faster(app: Flask) -> None:
    conference = on_video()
    settle(conference, "https://one.example")
    with pytest.raises(Refusal, match="meanwhile"):
        settle(conference, "https://two.example", version=0)
    assert account_of(conference).base == "https://one.example/api"


def test_secret_is_locked_anew_when_the_key_of_the_house_changes(app: Flask) -> None:
    conference = on_video()
    settle(conference, "https://one.example")
    old = app.extensions["ratusha.strongbox"]
    new = Fernet(Fernet.generate_key())
    try:
        app.extensions["ratusha.strongbox"] = MultiFernet([new, *old._fernets])
        assert lock_all_anew(actor=ACTOR, at=NOW)["servers"] == 1
        app.extensions["ratusha.strongbox"] = MultiFernet([new])
        assert account_of(conference).secret == SECRET
    finally:
        app.extensions["ratusha.strongbox"] = old


def test_check_account_keeps_what_it_found_when_the_conference_has_a_server(app: Flask, server: SmallServer) -> None:
    conference = on_video()
    settle(conference, server.base)
    assert finding_words(check_account(conference=conference, at=NOW)) == (
        "The server answered and took the secret. Its clock is right."
    )
    row = db.session.query(VideoAccount).one()
    assert (row.checked_at, Finding.from_json(row.finding).ok) == (NOW, True)
    settle(conference, server.base, version=row.version, secret="wrong")
    assert row.finding == {}
    assert finding_words(check_account(conference=conference, at=NOW)) == "Checksum refused: the secret is wrong."


# Making


def test_make_rooms_opens_what_is_lacking_and_asks_the_server_when_it_runs(app: Flask, server: SmallServer) -> None:
    conference = coming()
    settle(conference, server.base)
    plenary = soon(conference, languages="ru;de", interpretation=True)
    group = soon(conference, "K11a", kind=SessionKind.WORKING_GROUP, parallel="a", interpretation=False)
    other = soon(conference, "K11b", kind=SessionKind.WORKING_GROUP, parallel="a", interpretation=False)
    pair = soon(conference, "B01", kind=SessionKind.BILATERAL, interpretation=False)
    soon(conference, "K12", kind=SessionKind.BREAK)
    soon(conference, "K13", kind=SessionKind.EXCURSION)
    soon(conference, "K14", format=ConferenceFormat.IN_PERSON)
    soon(conference, "K15", cancelled=True)
    at = now()
    assert make_rooms(at=at) == Round(opened=4, made=4)
    rooms = {room.session.code: room for room in db.session.query(MeetingRoom)}
    assert sorted(rooms) == sorted(one.code for one in (plenary, group, other, pair))
    floor = rooms["K07"].key
    assert set(server.meetings) == {
        floor, f"{floor}-ru", f"{floor}-de", rooms["K11a"].key, rooms["K11b"].key, rooms["B01"].key
    }  # fmt: skip
    assert {room.made_at for room in rooms.values()} == {at}
    assert make_rooms(at=at) == Round()
    assert make_rooms(at=at + timedelta(minutes=6)) == Round(made=4)


def test_make_rooms_asks_once_a_round_when_the_server_never_answers(app: Flask) -> None:
    conference = coming()
    for number in range(5):
        soon(conference, f"K{number}", minutes=60 * 24)
    at = now()
    with raw_server() as base:
        settle(conference, base)
        begun = time.monotonic()
        assert make_rooms(at=at) == Round(opened=5, failed=5)
        assert seconds_since(begun) < 3
    rooms = db.session.query(MeetingRoom).all()
    assert {json.dumps(room.trouble) for room in rooms} == {'{"kind": "no-answer", "values": {"seconds": 1}}'}
    assert {(room.tries, room.tried_at, room.next_try_at) for room in rooms} == {(1, at, at + timedelta(seconds=30))}
    assert make_rooms(at=at + timedelta(seconds=20)) == Round()


def test_make_rooms_mends_by_itself_when_the_server_comes_back(app: Flask, server: SmallServer) -> None:
    conference = coming()
    room = room_of(soon(conference))
    settle(conference, server.base, secret="wrong")
    at = now()
    assert make_rooms(at=at) == Round(failed=1)
    assert room.trouble == {"kind": "wrong-secret", "values": {}}
    settle(conference, server.base, version=1)
    assert room.trouble == {}
    assert make_rooms(at=at) == Round(made=1)
    with transaction():
        room.next_try_at, room.tries, room.trouble = at + timedelta(hours=1), 3, {"kind": "garbage", "values": {}}
    assert make_rooms(at=at) == Round()
    assert try_again(conference=conference) == 1
    make_waiting_rooms()
    assert (room.tries, room.trouble, room.next_try_at) == (0, {}, None)


def test_open_rooms_asks_nobody_when_the_server_is_down(app: Flask) -> None:
    """The switch calls it: a server that is down holds up no switch."""
    conference = coming()
    sessions = [soon(conference, f"K{number}") for number in range(20)]
    with raw_server() as base:
        settle(conference, base)
        begun = time.monotonic()
        assert len(open_rooms(sessions=sessions, at=NOW)) == 20
        assert seconds_since(begun) < 2


# Entering


def test_address_for_makes_a_way_in_when_somebody_clicks(app: Flask, server: SmallServer) -> None:
    conference = coming()
    settle(conference, server.base, waiting_room=True)
    room = room_of(soon(conference))
    at = now()
    address = address_for(room=room, visitor=ANNA, at=at)
    given = dict(parse_qsl(urlsplit(address).query))
    assert (given["meetingID"], given["fullName"], given["guest"]) == (room.key, "Анна Орлова", "true")
    assert (room.made_at, len(server.named("create"))) == (at, 1)
    assert channels_of(room) == ["ru", "de"]
    heard = dict(parse_qsl(urlsplit(address_for(room=room, visitor=ANNA, at=at, channel="de")).query))
    assert heard["meetingID"] == f"{room.key}-de"
    unknown = dict(parse_qsl(urlsplit(address_for(room=room, visitor=ANNA, at=at, channel="fr")).query))
    assert unknown["meetingID"] == room.key
    server.people[room.key] = [("R00001", "Анна", "VIEWER")]
    assert [one.id for one in people_in(room=room) or []] == ["R00001"]
    assert recordings_of(room=room) == []
    assert end_room(room=room, actor=ACTOR, at=at) is True
    assert server.meetings == {}
    assert end_room(room=room, actor=ACTOR, at=at) is False


def test_address_for_tells_at_once_when_the_server_failed_a_moment_ago(app: Flask) -> None:
    conference = coming()
    room = room_of(soon(conference))
    with raw_server() as base:
        settle(conference, base)
        took = []
        for _click in range(3):
            begun = time.monotonic()
            with pytest.raises(Trouble) as caught:
                address_for(room=room, visitor=ANNA, at=now())
            took.append(seconds_since(begun))
    assert caught.value.kind is TroubleKind.NO_ANSWER
    assert took[0] < 2
    assert max(took[1:]) < 0.3
    assert (room.tries, room.trouble["kind"]) == (1, "no-answer")


def test_channels_are_those_typed_in_when_the_service_is_any_other(app: Flask) -> None:
    conference = coming()
    room = room_of(soon(conference))
    assert channels_of(room) == []
    change_room(
        room=room, url="https://zoom.example/j/1", channels={"de": " https://zoom.example/j/2 ", "ru": ""}, actor=ACTOR,
        at=NOW,
    )  # fmt: skip
    assert channels_of(room) == ["de"]
    assert address_for(room=room, visitor=ANNA, at=NOW, channel="de") == "https://zoom.example/j/2"
    assert address_for(room=room, visitor=ANNA, at=NOW, channel="ru") == "https://zoom.example/j/1"
    with pytest.raises(Refusal) as caught:
        change_room(room=room, url=room.url, channels={"en": "http://x"}, actor=ACTOR, at=NOW)
    assert caught.value.field == "channel_en"


# Pages and verbs


def test_server_page_tests_the_server_when_saved(app: Flask, server: SmallServer, staff: Any) -> None:
    conference = coming()
    client, page = staff("organiser"), f"/en/desk/c/{conference.slug}/video/server"
    assert staff("secretariat").get(page).status_code == 403
    form = {"version": "0", "provider": "bigbluebutton", "base": server.base, "secret": "wrong", "deed": "check"}
    assert client.post(page, data=form | {"secret": ""}).status_code == 422
    assert client.post(page, data=form).status_code == 303
    assert "Checksum refused: the secret is wrong." in client.get(page).text
    assert client.post(page, data=form | {"secret": SECRET, "version": "0"}).status_code == 422
    version = db.session.query(VideoAccount).one().version
    assert client.post(page, data=form | {"secret": SECRET, "version": str(version)}).status_code == 303
    text = client.get(page).text
    assert "The server answered and took the secret. Its clock is right." in text
    assert SECRET not in text


def test_control_sends_on_those_inside_when_everybody_is_moved_and_it_was_asked_for(
    app: Flask, server: SmallServer, staff: Any
) -> None:
    conference = coming()
    settle(conference, server.base)
    row = soon(conference, minutes=5)
    soon(conference, "K08", minutes=5)
    room = room_of(row)
    client, move = staff("organiser"), f"/de/desk/c/{conference.slug}/video/control/{row.id}/move"
    for asked, left in (({}, [room.key]), ({f"along_{row.id}": "1"}, [])):
        address_for(room=room, visitor=ANNA, at=now())
        assert client.post(move, data={f"to_{row.id}": "K08", **asked}).status_code == 303
        assert [key for key in server.meetings if key == room.key] == left
        lead_back(session=row, actor=ACTOR, at=now())


def test_rooms_page_shows_an_address_only_when_asked_and_keeps_who_asked(app: Flask, staff: Any) -> None:
    conference = coming()
    room = room_of(soon(conference))
    with transaction():
        room.url, room.provider = "https://zoom.example/j/1234567890", Provider.PLAIN
    client, page = staff("organiser"), f"/de/desk/c/{conference.slug}/video/"
    for path in (page, f"{page}{room.id}"):
        assert "zoom.example" in client.get(path).text
        assert "1234567890" not in client.get(path).text
    assert client.post(f"{page}addresses").location == page
    assert "https://zoom.example/j/1234567890" in client.get(page).text
    assert client.post(f"{page}addresses", data={"room": room.id}).location == f"{page}{room.id}"
    assert "https://zoom.example/j/1234567890" in client.get(f"{page}{room.id}").text
    assert db.session.query(HistoryEntry).filter_by(deed="video.see_addresses").count() == 2


def test_rooms_page_says_what_went_wrong_when_the_server_is_down(app: Flask, staff: Any) -> None:
    conference = coming()
    room = room_of(soon(conference))
    with raw_server() as base:
        settle(conference, base)
        make_rooms(at=now())
    client, page = staff("organiser"), f"/de/desk/c/{conference.slug}/video/"
    text = client.get(page).text
    assert "1 Raum konnte nicht angelegt werden" in text
    assert "Keine Antwort binnen 1 Sekunde." in text
    answer = client.post(f"{page}{room.id}/enter")
    assert (answer.status_code, answer.location) == (303, page)
    assert db.session.query(HistoryEntry).filter_by(deed="video.enter_as_staff").count() == 0
    assert client.post(f"{page}again").status_code == 303
    with transaction():
        pass
    assert room.next_try_at is None


def test_rooms_page_waits_for_no_room_when_its_session_is_over(app: Flask, server: SmallServer, staff: Any) -> None:
    conference = coming()
    for code, minutes in (("K01", -200), ("K02", 20)):
        room_of(soon(conference, code, minutes))
    settle(conference, server.base)
    page = staff("organiser").get(f"/de/desk/c/{conference.slug}/video/").text
    assert ("1 Raum wird gerade angelegt" in page, "2 Räume werden" in page) == (True, False)
    assert page.count("beendet") == 1
    assert make_rooms(at=now()) == Round(made=1)
    assert "gerade angelegt" not in staff("organiser").get(f"/de/desk/c/{conference.slug}/video/").text


def test_rooms_page_takes_the_same_queries_for_1_and_20_rooms(app: Flask, staff: Any) -> None:
    conference = coming()
    settle(conference, "https://bbb.example")
    client, page = staff("organiser"), f"/de/desk/c/{conference.slug}/video/"
    room_of(soon(conference, "K00"))
    client.get(page)

    def queries() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(page).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    few = queries()
    for number in range(1, 20):
        room_of(soon(conference, f"K{number:02}"))
    assert queries() == few


def test_staff_enter_as_moderators_when_they_press_enter(app: Flask, server: SmallServer, staff: Any) -> None:
    conference = coming()
    settle(conference, server.base)
    room = room_of(soon(conference))
    client, page = staff("organiser"), f"/ru/desk/c/{conference.slug}/video/{room.id}"
    assert client.get(f"{page}/enter").status_code == 405
    answer = client.post(f"{page}/enter")
    wait, _, address = answer.headers["Refresh"].partition(";url=")
    assert (answer.status_code, answer.location, wait) == (200, None, "0")
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert address.startswith(server.base)
    assert server.base not in answer.text
    assert dict(parse_qsl(urlsplit(address).query))["role"] == "MODERATOR"
    [noted] = db.session.query(HistoryEntry).filter_by(deed="video.enter_as_staff")
    assert (noted.details, server.base in str(noted.details)) == ({"session": room.session.code}, False)
    server.recorded = b"<recordings><recording><recordID>r</recordID><name>Fred</name></recording></recordings>"
    assert "Fred" in client.get(f"{page}/recordings").text
    assert client.post(f"{page}/end").status_code == 303
    assert server.meetings == {}
    assert staff("desk").post(f"{page}/enter").status_code == 403


@pytest.mark.parametrize("right", [True, False])
def test_check_verb_tells_in_words_when_asked(app: Flask, server: SmallServer, right: bool) -> None:
    conference = coming()
    settle(conference, server.base, secret=SECRET if right else "wrong")
    commands()  # the verbs put themselves into their groups
    result = CliRunner().invoke(GROUPS["video"], ["check", "--conference", conference.slug, "--json"])
    found = json.loads(result.stdout)
    expected = (0, True, "accepted") if right else (1, False, "wrong-secret")
    assert (result.exit_code, found["ok"], found["kind"]) == expected
    assert found["message"].startswith("The server answered and took" if right else "Checksum refused")


def test_server_verb_settles_and_changes_nothing_when_it_is_dry(app: Flask, server: SmallServer) -> None:
    conference = coming()
    room_of(soon(conference))
    commands()
    arguments = ["server", "--conference", conference.slug, "--provider", "bigbluebutton", "--base", server.base,
                 "--secret-file", "-", "--waiting-room", "--json"]  # fmt: skip
    for dry in (["--dry-run"], []):
        result = CliRunner().invoke(GROUPS["video"], [*arguments, *dry], input=f"{SECRET}\n")
        assert result.exception is None, (result.exception, result.output)
        assert json.loads(result.stdout) == {"provider": "bigbluebutton", "base": server.base, "rooms_moved": 1}
        assert db.session.query(VideoAccount).count() == (0 if dry else 1)
    account = account_of(conference)
    assert (account.secret, account.waiting_room, account.recording) == (SECRET, True, False)
    refused = CliRunner().invoke(GROUPS["video"], ["server", "--conference", conference.slug, "--provider", "jitsi"])
    assert (refused.exit_code, refused.stderr) == (1, "Give an address that begins with https://.\n")
