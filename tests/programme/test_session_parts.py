"""What a session is made of, at the desk: sides, documents, handouts, tracks, ways; and what is forgotten."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.conferences.models import Conference, Venue
from app.conferences.operations import remove_room, remove_venue
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.erasure.operations import erase_delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.programme.models import DraftStep, ProgrammeSession, ProgrammeTrack, SessionMaterial, TravelTime
from app.programme.operations import change_session, details_of, release_programme, undo_last
from app.programme.operations.adding import add_material, remove_material, type_of
from app.programme.operations.tracks import TrackDetails, keep_track, remove_track, set_travel_times
from app.programme.queries import session_by_code
from app.programme.queries.offering import arrival
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.parts import MaterialDetails
from app.programme.rules.relief import relief_plan
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_municipality,
    make_room,
    make_session,
    plain_pdf,
)

DESK = "/en/desk/c/xvi-kaluga-2021/programme"
START = datetime(2021, 6, 28, 7, 0, tzinfo=UTC)


def _form(client: FlaskClient, address: str) -> dict[str, Any]:
    page = html.fromstring(client.get(address).text)
    form = next(found for found in page.forms if "title_ru" in found.fields)
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.fromstring(text).text_content())


def _again(code: str = "K07") -> ProgrammeSession:
    db.session.expire_all()
    row = session_by_code(db.session.scalars(select(Conference)).one(), code)
    assert row is not None
    return row


def _office(part: str, *, macros: bool = False) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr(f"{part}document.xml", "<x/>")
        if macros:
            parts.writestr(f"{part}vbaProject.bin", "x")
    return file.getvalue()


def test_everything_of_a_session_is_saved_when_the_form_is_sent(staff: Any) -> None:
    conference = make_conference()
    hall = make_room(conference)
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    make_delegate(conference, "D00007")
    track = keep_track(
        conference=conference, details=TrackDetails("youth", "Молодёжь", "Jugend", "Youth", "moss"), actor=ACTOR, at=NOW
    )
    session = make_session(conference)
    client = staff("secretariat")
    address = f"{DESK}/{session.id}"
    values = _form(client, address) | {
        "track": str(track.id), "parallel": "A", "to_venue": str(hall.venue_id), "buffer_before": "15",
        "buffer_after": "", "interpreted_how": "booth", "relief_minutes": "20", "parties-0": str(suhl.id),
        "parties-1": str(conference.host_id), "agreements-0-title_ru": "Соглашение",
        "agreements-0-title_de": "Abkommen",
        "agreements-0-parties": "Зуль\r\nКалуга\r\n", "people-0-name": "Вторая", "people-0-role": "speaker",
        "people-0-place": "2", "people-1-name": "Первая", "people-1-role": "chair", "people-1-place": "1",
        "people-1-office_de": "Vorsitzende", "people-1-email": "one@kaluga.example", "people-1-language": "de",
        "people-1-delegate": "D00007",
    }  # fmt: skip
    assert client.post(address, data=values).status_code == 303
    row = _again()
    details = details_of(row)
    assert {
        "track": details.track_id, "parallel": details.parallel, "to": details.to_venue_id,
        "buffers": (details.buffer_before, details.buffer_after), "how": details.interpreted_how,
        "relief": details.relief_minutes, "parties": details.parties,
        "agreements": [(one.title_de, one.parties) for one in details.agreements],
        "people": [(one.name, one.role, one.office_de, one.email, one.language) for one in details.people],
        "delegate": row.people[0].delegate_id is not None,
    } == {
        "track": track.id, "parallel": "A", "to": hall.venue_id, "buffers": (15, 0), "how": "booth", "relief": 20,
        "parties": (suhl.id, conference.host_id), "agreements": [("Abkommen", ("Зуль", "Калуга"))],
        "people": [("Первая", "chair", "Vorsitzende", "one@kaluga.example", "de"), ("Вторая", "speaker", "", "", "")],
        "delegate": True,
    }  # fmt: skip
    assert client.post(address, data=_form(client, address)).status_code == 303
    assert details_of(_again()) == details
    assert _again().version == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"people-0-name": "A", "people-0-delegate": "D99999"}, "There is no delegate D99999 at this conference."),
        ({"people-0-name": "A", "people-0-email": "nobody"}, "This is not an e-mail address: nobody."),
        ({"agreements-0-parties": "Suhl"}, "A document to be signed needs a title."),
        ({"buffer_before": "1441"}, "A whole number from 0 to 1,440, please."),
        ({"start": "20:00", "end": "10:00"}, "The end lies before the beginning."),
        ({"title_ru": "x" * 401}, "At most 400 characters, please."),
    ],
)
def test_form_says_what_is_wrong_when_it_cannot_be_kept(staff: Any, given: dict[str, str], says: str) -> None:
    session = make_session(make_conference())
    client = staff("secretariat")
    address = f"{DESK}/{session.id}"
    answer = client.post(address, data=_form(client, address) | given)
    assert (answer.status_code, says in _words(answer.text)) == (422, True)
    assert _again().version == 1


def test_second_sees_sides_and_documents_when_two_edit_at_once(staff: Any) -> None:
    conference = make_conference()
    session = make_session(conference)
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    address = f"{DESK}/{session.id}"
    first, second = staff("secretariat"), staff("organiser")
    mine, theirs = _form(first, address), _form(second, address)
    assert first.post(address, data=mine | {"parties-0": str(suhl.id)}).status_code == 303
    changed = {"agreements-0-title_de": "Abkommen", "parties-0": str(conference.host_id)}
    answer = second.post(address, data=theirs | changed)
    assert answer.status_code == 409
    found = html.fromstring(answer.text).iterfind(".//tbody/tr")
    rows = [re.sub(r"\s+", " ", row.text_content()).strip() for row in found]
    assert [row for row in rows if row.startswith(("Sides", "Documents"))] == [
        "SidesKalugaSuhl",
    ]  # fmt: skip
    assert "Abkommen" in answer.text  # nobody else changed the documents: they stay in the form


def test_delegate_is_found_and_added_when_chosen(staff: Any) -> None:
    conference = make_conference()
    session = make_session(conference)
    make_delegate(conference, "D00007")
    make_delegate(conference, "D00008", last="Петров", accreditation=Accreditation.WITHDRAWN)
    client = staff("secretariat")
    assert "D00007" in _words(client.get(f"{DESK}/{session.id}?q=орлова").text)
    assert "Nobody of this name comes" in _words(client.get(f"{DESK}/{session.id}?q=петров").text)
    sent = {"person": "D00007", "role": "moderator", "version": "1"}
    assert client.post(f"{DESK}/{session.id}/people", data=sent).status_code == 303
    [person] = _again().people
    assert person.delegate is not None
    assert (person.role, person.delegate.public_id, person.language) == (PersonRole.MODERATOR, "D00007", "ru")
    stale = sent | {"role": "chair"}
    client.post(f"{DESK}/{session.id}/people", data=stale)
    assert len(_again().people) == 1
    assert "Somebody else has changed this session meanwhile." in _words(client.get(f"{DESK}/{session.id}").text)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"), (b"\x89PNG\r\n\x1a\nxx", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (_office("word/"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (_office("ppt/"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ],
)  # fmt: skip
def test_type_is_told_by_content_when_it_is_one_we_hand_out(content: bytes, kind: str) -> None:
    assert type_of(content)[0] == kind


@pytest.mark.parametrize(
    "content", [b"MZ\x90", b"<html>", b"PK\x03\x04broken", _office("evil/"), _office("word/", macros=True), b""]
)
def test_file_is_refused_when_it_is_no_paper(content: bytes) -> None:
    with pytest.raises(Refusal):
        type_of(content)


def test_handout_reaches_its_readers_when_released(staff: Any, visitor: FlaskClient) -> None:
    conference = make_conference()
    session = make_session(conference)
    delegate = make_delegate(conference)
    client = staff("secretariat")
    paper = plain_pdf()
    upload = {"title": "Порядок", "language": "ru", "link": "", "public": "y", "file": (BytesIO(paper), "order.exe")}
    assert client.post(f"{DESK}/{session.id}/materials", data=upload).status_code == 303
    inner = upload | {"title": "Nur intern", "public": "", "file": (BytesIO(paper + b"\n%x"), "../../x.pdf")}
    del inner["public"]
    assert client.post(f"{DESK}/{session.id}/materials", data=inner).status_code == 303
    first, second = _again().materials
    assert [(one.file_name, one.media_type, one.public) for one in (first, second)] == [
        ("order.pdf", "application/pdf", True), ("x.pdf", "application/pdf", False),
    ]  # fmt: skip
    public = [f"/en/c/xvi-kaluga-2021/programme/papers/{one.sha256}" for one in (first, second)]
    own = [f"/en/delegate/{delegate.token}/papers/{one.sha256}" for one in (first, second)]
    assert [visitor.get(address).status_code for address in public] == [404, 404]
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    assert [visitor.get(address).status_code for address in public] == [200, 404]
    assert [visitor.get(address).status_code for address in own] == [200, 200]
    answer = visitor.get(public[0])
    assert (answer.data, answer.headers["Content-Security-Policy"]) == (paper, "sandbox")
    assert client.get(f"{DESK}/materials/{second.id}").status_code == 200
    with transaction():
        delegate.accreditation = Accreditation.WITHDRAWN
    assert visitor.get(own[1]).status_code == 404


@pytest.mark.parametrize(
    ("details", "content", "field"),
    [
        (MaterialDetails("X"), None, "file"),
        (MaterialDetails("X", link="https://a.example"), b"%PDF-", "file"),
        (MaterialDetails("X", link="javascript:alert(1)"), None, "link"),
        (MaterialDetails("X", link="https://a b"), None, "link"),
        (MaterialDetails(""), b"%PDF-", "title"),
        (MaterialDetails("X"), b"%PDF-" + b"x" * (20 * 1024 * 1024), "file"),
    ],
)
@pytest.mark.usefixtures("app")
def test_handout_is_refused_when_it_is_not_right(details: MaterialDetails, content: bytes | None, field: str) -> None:
    session = make_session(make_conference())
    with pytest.raises(Refusal) as refused:
        add_material(session=session, details=details, content=content, actor=ACTOR, at=NOW)
    assert refused.value.field == field
    assert db.session.query(SessionMaterial).count() == 0


@pytest.mark.usefixtures("app")
def test_handout_comes_back_when_taking_it_away_is_undone() -> None:
    session = make_session(make_conference())
    paper = add_material(session=session, details=MaterialDetails("X", link="https://a.example/x"), content=None,
                         actor=ACTOR, at=NOW)  # fmt: skip
    remove_material(material=paper, actor=ACTOR, at=NOW)
    assert _again().materials == []
    undo_last(conference=session.conference, actor=ACTOR, at=NOW)
    assert [one.link for one in _again().materials] == ["https://a.example/x"]


def test_tracks_are_kept_changed_and_removed_when_asked(staff: Any) -> None:
    conference = make_conference()
    client = staff("secretariat")
    address = f"{DESK}/tracks"
    sent = {"code": "youth", "name_ru": "Молодёжь", "name_de": "Jugend", "name_en": "Youth", "colour": "moss"}
    assert client.post(address, data=sent).status_code == 303
    [track] = db.session.query(ProgrammeTrack)
    assert client.post(address, data=sent).status_code == 422
    assert client.post(address, data=sent | {"code": "a b"}).status_code == 422
    assert client.post(address, data={"code": "x", "colour": ""}).status_code == 422
    assert client.post(f"{address}/{track.id}", data=sent | {"name_de": "Junge Leute"}).status_code == 303
    assert db.session.get_one(ProgrammeTrack, track.id).name_de == "Junge Leute"
    session = make_session(conference, track_id=track.id)
    assert remove_track(track=db.session.get_one(ProgrammeTrack, track.id), actor=ACTOR, at=NOW) == 1
    assert (_again().track_id, db.session.query(ProgrammeTrack).count()) == (None, 0)
    assert session.id


def test_ways_are_kept_both_ways_when_sent(staff: Any) -> None:
    conference = make_conference()
    first = make_room(conference).venue
    second = keep(Venue(conference_id=conference.id, name="Hotel", name_de="Hotel", position=2))
    client = staff("secretariat")
    name = f"way-{first.id}-{second.id}"
    assert name in client.get(f"{DESK}/ways").text
    assert client.post(f"{DESK}/ways", data={name: "25"}).status_code == 303
    [way] = db.session.query(TravelTime)
    assert (way.from_venue_id, way.to_venue_id, way.minutes) == (first.id, second.id, 25)
    for wrong in ("-1", "soon", "1441"):
        answer = client.post(f"{DESK}/ways", data={name: wrong})
        assert (answer.status_code, f'href="#{name}"' in answer.text) == (422, True)
    session = make_session(conference, kind=SessionKind.TRANSFER, venue_id=second.id, to_venue_id=first.id,
                           starts_at=START, ends_at=START + timedelta(hours=1))  # fmt: skip
    assert arrival(session) == START + timedelta(minutes=25)
    assert "By the travel times it arrives at 10:25." in _words(client.get(f"{DESK}/{session.id}").text)
    assert client.post(f"{DESK}/ways", data={name: ""}).status_code == 303
    assert db.session.query(TravelTime).count() == 0


def test_transfer_arrives_by_the_travel_times_when_no_end_is_given(staff: Any) -> None:
    conference = make_conference()
    hall = make_room(conference)
    hotel = keep(Venue(conference_id=conference.id, name="Hotel", name_de="Hotel", position=2))
    set_travel_times(conference=conference, minutes={(hotel.id, hall.venue_id): 25}, actor=ACTOR, at=NOW)
    client = staff("secretariat")
    values = _form(client, f"{DESK}/new") | {
        "code": "T1", "kind": "transfer", "title_ru": "Автобус", "day": "2021-06-28", "start": "23:50",
        "place": f"room-{hall.id}", "to_venue": str(hotel.id),
    }  # fmt: skip
    assert client.post(f"{DESK}/new", data=values).status_code == 303
    row = _again("T1")
    assert (row.starts_at, row.ends_at) == (
        datetime(2021, 6, 28, 20, 50, tzinfo=UTC), datetime(2021, 6, 28, 21, 15, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_ways_are_refused_when_a_house_is_of_another_conference() -> None:
    conference = make_conference()
    own = make_room(conference).venue
    other = make_room(make_conference("xv-aachen-2019", edition=15, host=conference.host)).venue
    with pytest.raises(Refusal):
        set_travel_times(conference=conference, minutes={(own.id, other.id): 5}, actor=ACTOR, at=NOW)


@pytest.mark.parametrize(
    ("names", "minutes", "turns"),
    [
        (["A", "B"], 30, [("A", 0, 30), ("B", 30, 60), ("A", 60, 75)]),
        (["A", "B", "C"], 40, [("A", 0, 40), ("B", 40, 75)]),
        (["A"], 30, [("A", 0, 75)]),
        ([], 30, []),
    ],
)
def test_interpreters_change_in_turn_when_time_is_up(
    names: list[str], minutes: int, turns: list[tuple[str, int, int]]
) -> None:
    found = relief_plan(names, START, START + timedelta(minutes=75), minutes)
    since = [(one.name, one.starts_at - START, one.ends_at - START) for one in found]
    assert since == [(name, timedelta(minutes=begin), timedelta(minutes=end)) for name, begin, end in turns]


@pytest.mark.usefixtures("app")
def test_room_in_use_is_kept_and_its_sessions_named_when_it_is_removed() -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "K01", room=hall)
    make_session(conference, "K02", to_venue_id=hall.venue_id)
    with pytest.raises(Refusal, match=r"\(K01\)"):
        remove_room(room=hall, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match=r"\(K01, K02\)"):
        remove_venue(venue=hall.venue, actor=ACTOR, at=NOW)
    assert _again("K01").room_id == hall.id


@pytest.mark.usefixtures("app")
def test_address_remark_and_steps_are_forgotten_when_a_delegate_is_erased() -> None:
    conference = make_conference()
    session = make_session(conference)
    delegate = make_delegate(conference, "D00007")
    from dataclasses import replace

    from app.programme.rules.parts import PersonDetails

    person = PersonDetails("Анна Орлова", PersonRole.CHAIR, email="orlova@kaluga.example", delegate_id=delegate.id)
    other = PersonDetails("Пётр", PersonRole.SPEAKER, email="peter@kaluga.example")
    change_session(session=session, details=replace(details_of(session), people=(person, other)),
                   version=session.version, actor=ACTOR, at=NOW)  # fmt: skip
    with transaction():
        session.people[0].token, session.people[0].remark = "t" * 32, "krank"
    erase_delegate(delegate=delegate, actor=ACTOR, at=NOW)
    people = _again().people
    assert [(one.email, one.remark, one.token, one.delegate_id) for one in people] == [
        ("", "", None, None), ("peter@kaluga.example", "", None, None),
    ]  # fmt: skip
    assert db.session.query(DraftStep).count() == 0
    assert db.session.query(HistoryEntry).filter_by(deed="programme.change_session").count() == 1


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"title": "", "link": "https://a.example"}, "paper-title", "Give the paper a title."),
        ({"title": "Plan"}, "paper-file", "Choose a file or give a link, one of the two."),
        ({"title": "Plan", "link": "javascript:1"}, "paper-link", "A link begins with https:// or http://."),
        ({"title": "Plan", "file": (b"MZ", "x.exe")}, "paper-file", ""),
    ],
)
def test_page_keeps_what_was_typed_when_a_handout_is_faulty(
    staff: Any, given: dict[str, Any], field: str, message: str
) -> None:
    session = make_session(make_conference())
    sent = {name: (BytesIO(value[0]), value[1]) if name == "file" else value for name, value in given.items()}
    answer = staff("secretariat").post(f"{DESK}/{session.id}/materials", data={"language": "de", "public": "y"} | sent)
    page = html.fromstring(answer.text)
    [line] = page.xpath("//*[@data-error-summary]//li/a")
    assert (answer.status_code, line.get("href"), page.xpath("//details[@open]/summary/text()")) == (
        422, f"#{field}", ["Add a paper"],
    )  # fmt: skip
    assert message in line.text_content()
    assert len(page.xpath(f"//*[@id='{field}'][@aria-invalid='true']")) == 1
    assert page.xpath("//label[@for='paper-title']") != []
    assert page.xpath("//input[@id='paper-title']/@value") == ([given["title"]] if given["title"] else [""])
    assert page.xpath("//select[@id='paper-language']/option[@selected]/@value") == ["de"]
    assert db.session.query(SessionMaterial).count() == 0
