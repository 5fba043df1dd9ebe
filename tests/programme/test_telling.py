"""Telling those a release touches: everybody once, each only what is theirs, in their language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.command_line import GROUPS
from app.commands import command_line
from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import MailReturn, OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, Release, SessionParty, SessionPerson, SessionSignUp
from app.programme.operations import cancel_session, release_programme
from app.programme.queries import current_release
from app.programme.queries.content import freeze
from app.programme.queries.touched import Audience, touched_by
from app.programme.rules import PersonRole, SignUpStanding
from app.programme.rules.changes import kinds_of_change
from app.programme.rules.touched import Tell, Why
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_session,
)

Enter = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/programme/release"


def _part(session: ProgrammeSession, name: str, **given: Any) -> SessionPerson:
    return keep(SessionPerson(session_id=session.id, name=name, **({"role": PersonRole.SPEAKER} | given)))


def _sign_up(session: ProgrammeSession, delegate: Any) -> None:
    keep(SessionSignUp(session_id=session.id, delegate_id=delegate.id, standing=SignUpStanding.HAS_PLACE, at=NOW))


def _move(session: ProgrammeSession, hours: int = 1) -> None:
    with transaction():
        session.starts_at += timedelta(hours=hours)
        session.ends_at += timedelta(hours=hours)


def _release(conference: Conference, **given: Any) -> Release:
    return release_programme(conference=conference, actor=ACTOR, at=NOW, **given)


def _audience(conference: Conference) -> Audience:
    before = current_release(conference)
    earlier = before.content if before else None
    content = freeze(conference, before=earlier)
    return touched_by(conference, changed=kinds_of_change(earlier, content), before=earlier, after=content)


def _people(audience: Audience) -> list[tuple[str, str, dict[str, Why], str]]:
    return [(one.name, one.email, one.concerns, one.unreachable) for one in audience.people]


def _mails() -> list[OutgoingMail]:
    return db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()


def _uid(code: str) -> str:
    return f"xvi-kaluga-2021-{code}@ratusha.example"


def test_those_with_a_part_a_place_or_a_side_are_touched_when_a_session_changes(app: Flask) -> None:
    conference = make_conference()
    moved, kept, off = (make_session(conference, code) for code in "ABC")
    anna = make_delegate(conference, "R1", email="anna@x.example")
    bert = make_delegate(conference, "R2", first="Bert", last="Weiß", patronymic="", language="de", email="b@x.example")
    gone = make_delegate(conference, "R3", accreditation=Accreditation.WITHDRAWN)
    _part(moved, "Анна Орлова", delegate_id=anna.id)
    _part(kept, "Bert Weiß", delegate_id=bert.id)
    _part(moved, "Ушёл", delegate_id=gone.id)
    _part(moved, "Jörg Gast", email="gast@x.example")
    _part(off, "Без адреса")
    _sign_up(off, bert)
    _sign_up(off, anna)
    suhl = make_municipality("suhl")
    make_delegation(conference, suhl, contact_name="Frau Amt", contact_email="amt@suhl.example", language="de")
    keep(SessionParty(session_id=off.id, municipality_id=suhl.id))
    _release(conference)
    assert _people(_audience(conference)) == []
    _move(moved)
    cancel_session(session=off, actor=ACTOR, at=NOW)
    assert _people(_audience(conference)) == [
        ("Amt", "amt@suhl.example", {_uid("C"): Why.SIDE}, ""),
        ("Jörg Gast", "gast@x.example", {_uid("A"): Why.PART}, ""),
        ("Bert Weiß", "b@x.example", {_uid("C"): Why.SIGNED_UP}, ""),
        ("Bes adressa", "", {_uid("C"): Why.PART}, "no-address"),
        ("Anna Orlowa", "anna@x.example", {_uid("A"): Why.PART, _uid("C"): Why.SIGNED_UP}, ""),
    ]


def test_whoever_loses_a_part_is_touched_when_people_change(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    anna = make_delegate(conference, "R1", email="anna@x.example")
    part = _part(session, "Анна Орлова", delegate_id=anna.id)
    _part(session, "Jörg Gast", email="gast@x.example", position=1)
    _release(conference)
    with transaction() as unit:
        unit.delete(part)
    assert [one[0] for one in _people(_audience(conference))] == ["Jörg Gast", "Anna Orlowa"]
    lost = _audience(conference).people[1]
    assert (lost.concerns, lost.unreachable) == ({_uid("A"): Why.PART_LOST}, "")


def test_delegate_is_told_when_known_by_name_alone(app: Flask) -> None:
    conference = make_conference()
    one, other = make_session(conference, "A"), make_session(conference, "B")
    for row in (one, other):
        _part(row, "Хайке Шульце")
    _release(conference)
    make_delegate(conference, "R1", first="Heike", last="Schulze", patronymic="", email="heike@lahr.example")
    assert _people(_audience(conference)) == []
    _move(one)
    assert _people(_audience(conference)) == [("Heike Schulze", "heike@lahr.example", {_uid("A"): Why.PART}, "")]
    content = _release(conference).content
    told = {item["id"]: (item["people"][0]["delegate"], item["sequence"]) for item in content["items"]}
    assert told == {"A": ("R1", 1), "B": ("R1", 0)}


def test_address_is_named_as_unreachable_when_mails_came_back_from_it(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    for number in (1, 2):
        _part(session, f"Jörg Gast{number}", email=f"G{number}@x.example")

    def mail(to: str, **given: Any) -> OutgoingMail:
        values: dict[str, Any] = {"to": [to], "state": MailState.SENT, "sent_at": NOW - timedelta(days=9)}
        return keep(OutgoingMail(message_id=f"<{to}{len(_mails())}>", kind="x", subject="x", text="x", headers={},
                                 created_at=NOW, **(values | given)))  # fmt: skip

    for number in (1, 2):
        returned = mail(f"g{number}@x.example", state=MailState.FAILED, returned_at=NOW - timedelta(days=8))
        keep(MailReturn(mail_id=returned.id, recipient=f"g{number}@X.example", at=NOW - timedelta(days=8)))
    mail("g2@x.example", sent_at=NOW - timedelta(days=1))  # it arrives again
    assert [(one.name, one.unreachable) for one in _audience(conference).people] == [
        ("Jörg Gast1", "bounced"), ("Jörg Gast2", ""),
    ]  # fmt: skip


def test_head_stands_for_the_delegation_when_a_side_has_no_contact(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    suhl, perm, omsk = (make_municipality(slug) for slug in ("suhl", "perm", "omsk"))
    make_delegation(conference, omsk, contact_name="Без почты", contact_email="")
    for town in (suhl, perm, omsk):
        keep(SessionParty(session_id=session.id, municipality_id=town.id))
    make_delegate(conference, "R1", last="Erste", email="erste@x.example", municipality_id=suhl.id, precedence=1)
    make_delegate(conference, "R2", last="Haupt", email="haupt@x.example", municipality_id=suhl.id, role="head")
    make_delegate(conference, "R3", last="Орлов", email="", municipality_id=perm.id)
    make_delegate(conference, "R4", last="Омский", email="omsk@x.example", municipality_id=omsk.id)
    told = _audience(conference).people
    assert [((one.sorted_as or one.name).replace(",", "").split()[0], one.email, one.unreachable) for one in told] == [
        ("Delegation", "", "no-contact"), ("Haupt", "haupt@x.example", ""), ("Омский", "omsk@x.example", ""),
    ]  # fmt: skip


def test_only_those_who_read_it_are_told_when_a_title_changes_in_one_language(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    for name, language in (("Jörg Gast", "de"), ("Анна Письмо", "ru")):
        _part(session, name, email=f"{language}@x.example", language=language)
    _release(conference)
    with transaction():
        session.title_de, session.title_ru = "Feierliche Eröffnung", session.title_ru
    assert [one.email for one in _audience(conference).people] == ["de@x.example"]
    with transaction():
        session.title_ru, session.ends_at = "Торжество", session.ends_at + timedelta(minutes=30)
    _release(conference, tell=Tell.TOUCHED)
    german, russian = sorted(_mails(), key=lambda mail: mail.language)
    assert ["Feierliche Eröffnung" in mail.text for mail in (german, russian)] == [True, False]
    assert "Ende um 20:30" in german.text.replace("\u00a0", " ")


def test_nobody_gets_a_mail_unless_asked_for(app: Flask) -> None:
    conference = make_conference()
    _part(make_session(conference), "Jörg Gast", email="gast@x.example")
    _release(conference)
    assert _mails() == []


def test_each_mail_says_only_what_concerns_its_reader_in_their_language(app: Flask) -> None:
    conference = make_conference(contact_email="office@kaluga.example")
    moved, other = make_session(conference, "A"), make_session(conference, "B", title_ru="Приём", title_de="Empfang")
    anna = make_delegate(conference, "R1", email="anna@x.example")
    _part(moved, "Анна Орлова", delegate_id=anna.id)
    _part(other, "Jörg <Gast>", email="gast@x.example")
    _release(conference)
    _move(moved)
    cancel_session(session=other, actor=ACTOR, at=NOW)
    release = _release(conference, tell=Tell.TOUCHED, names={"ru": "Стенд", "de": "Stand 12. Mai"},
                       notes={"de": "Danke für Ihr Verständnis."})  # fmt: skip
    german, russian = sorted(_mails(), key=lambda mail: mail.language)
    assert [(mail.to, mail.language, mail.state, mail.kind, mail.reply_to) for mail in (german, russian)] == [
        (["gast@x.example"], "de", MailState.WAITING, "programme_changed", "office@kaluga.example"),
        (["anna@x.example"], "ru", MailState.WAITING, "programme_changed", "office@kaluga.example"),
    ]
    assert german.subject == "Änderungen im Programm: XVI. Deutsch-Russische Städtepartnerkonferenz"
    assert german.text.replace("\u00a0", " ").split("\n-- \n")[0] == (
        "Guten Tag Jörg <Gast>,\n\nvom Programm der Konferenz gibt es eine neue Fassung. Name: „Stand 12. Mai“. Für "
        "Sie ist wichtig:\n\n* Empfang (entfällt)\n  28. Juni 2021, 18:00–20:00 Uhr\n  Ihre Mitwirkung war "
        "vorgesehen.\n\nAlle Zeiten in Ortszeit.\n\nDer beigefügte Kalender bringt Ihre "
        "Einträge auf den neuesten Stand.\n\nDanke für Ihr Verständnis.\n\nDas Programm der Konferenz:\n"
        "http://127.0.0.1:5000/de/c/xvi-kaluga-2021/programme\n\nAlle Änderungen:\n"
        "http://127.0.0.1:5000/de/c/xvi-kaluga-2021/programme/changes\n\n"
        "Haben Sie Fragen? Bitte schreiben Sie an office@kaluga.example.\n"
    )  # fmt: skip
    assert "28 июня: перенесено с 18:00 на 19:00." in russian.text.replace("\u00a0", " ")
    assert "Приём" not in russian.text
    assert "Jörg &lt;Gast&gt;" in german.html
    assert not re.search("[\ue001-\ue00f]", german.text + german.html + russian.text + russian.html)
    assert f"/ru/delegate/{anna.token}" in russian.html
    entry = (
        db.session.query(HistoryEntry).filter_by(deed="programme.release_programme").order_by(HistoryEntry.id).all()[1]
    )
    assert entry.details == {"number": release.number, "sessions": 2, "mails": 2, "not_reached": 0}


def test_hour_stands_beside_the_title_when_the_change_does_not_tell_it(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    _part(session, "Jörg Gast", email="gast@x.example")
    _release(conference)
    with transaction():
        session.languages = "de"
    _release(conference, tell=Tell.TOUCHED)
    [mail] = _mails()
    assert (
        "* Eröffnung der Konferenz (geändert)\n  28. Juni 2021, 18:00–20:00 Uhr\n  Sprachen: Deutsch (vorher: Russisch "
        "und Deutsch).\n  Sie wirken daran mit."
    ) in mail.text.replace("\u00a0", " ")


def test_hours_are_those_of_the_readers_town_when_they_take_part_by_video(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    suhl = make_municipality("suhl", name_de="Suhl", timezone="Europe/Berlin")
    far = make_delegate(conference, "R1", municipality_id=suhl.id, attendance=Attendance.VIDEO, language="de")
    _part(session, "Анна Орлова", delegate_id=far.id)
    _release(conference)
    _move(session)
    _release(conference, tell=Tell.TOUCHED)
    [mail] = _mails()
    text = mail.text.replace("\u00a0", " ")
    assert ("von 17:00 Uhr auf 18:00 Uhr" in text, "Alle Uhrzeiten in Ortszeit: Suhl." in text) == (True, True)


def test_mails_are_held_when_that_is_chosen_and_none_is_made_when_the_release_fails(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    _part(session, "Jörg Gast", email="gast@x.example")
    _release(conference, tell=Tell.HELD)
    assert [mail.state for mail in _mails()] == [MailState.HELD]
    assert _mails()[0].subject.startswith("Das Programm ist da: ")
    _move(session)
    with pytest.raises(Refusal, match="too long"):
        _release(conference, tell=Tell.TOUCHED, notes={"de": "a" * 2001})
    assert (len(_mails()), db.session.query(Release).count()) == (1, 1)


def test_page_counts_mails_by_language_and_names_who_cannot_be_reached(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, "A", title_en="Talks")
    _part(session, "Jörg Gast", email="gast@x.example")
    _part(session, "Анна Письмо", email="anna@x.example")
    _part(session, "Борис Без Адреса")
    client = staff("organiser")
    page = html.fromstring(client.get(DESK).text)
    words = re.sub(r"\s+", " ", page.text_content())
    assert "2 people can be told by mail: in German: 1, in Russian: 1." in words
    assert "1 person cannot be reached" in words
    rows = [re.sub(r"\s+", " ", row.text_content()).strip() for row in page.xpath("//tbody/tr")]
    assert rows == [
        "Boris Bes Adressa no e-mail address Talks A · has a part in it",
        "Jörg Gast gast@x.example Talks A · has a part in it",
        "Anna Pismo anna@x.example Talks A · has a part in it",
    ]
    assert page.xpath("//input[@name='name_ru']/@value") == ["Проект программы"]
    given = {"number": "1", "name_de": "Entwurf", "note_de": "Hallo", "tell": "held"}
    asked = client.post(DESK, data=given)
    assert (asked.status_code, "Readers of Russian would get no word." in asked.text) == (422, True)
    assert client.post(DESK, data=given | {"without": "y"}).status_code == 303
    release = current_release(conference)
    assert release is not None
    assert (release.name, release.names, release.notes) == ("Entwurf", {"de": "Entwurf"}, {"de": "Hallo"})
    assert [mail.to for mail in _mails()] == [["gast@x.example"], ["anna@x.example"]]
    page_text = client.get(DESK).text
    assert "Nothing has changed since then." in page_text
    assert "Programm, Stand " in page_text


def test_page_keeps_what_was_typed_when_a_note_is_too_long(staff: Enter) -> None:
    make_session(make_conference())
    answer = staff("organiser").post(DESK, data={"number": "1", "name_ru": "Имя", "note_ru": "a" * 2001})
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("//input[@name='name_ru']/@value") == ["Имя"]
    assert page.xpath("//*[@data-error-summary]//a/@href") == ["#note_ru"]
    assert db.session.query(Release).count() == 0


def test_verb_counts_the_mails_when_people_are_to_be_told(app: Flask) -> None:
    command_line()
    make_conference()
    for code, name in (("A", "Jörg Gast"), ("B", "Anna Gast")):
        _part(make_session(db.session.query(Conference).one(), code), name, email=f"{code}@x.example")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(
            GROUPS["programme"], ["release", "--conference", "xvi-kaluga-2021", *arguments], catch_exceptions=False
        )
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    assert json.loads(run("--tell", "held", "--dry-run", "--json")) == {"release": 1, "mails": 2}
    assert _mails() == []
    assert run("--tell", "held") == "Release 1 is public now. 2 mails are in the mailroom.\n"
    assert [mail.state for mail in _mails()] == [MailState.HELD, MailState.HELD]
    assert json.loads(run("--json")) == {"release": 2}
