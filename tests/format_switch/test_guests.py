"""What a switch tells people with a part who are no delegates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.format_switch.operations import draft_plan, switch
from app.format_switch.queries import what_will_change
from app.format_switch.queries.paper import plan_html
from app.format_switch.rules import Decision, Scope, ScopeKind
from app.format_switch.rules.guests import GuestOutcome, outcome_of_guest
from app.i18n import speaking
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.operations import release_programme
from app.programme.operations.confirming import answer_part
from app.programme.rules import Confirmation, PersonRole
from tests.factories import ACTOR, NOW, make_conference, make_room, make_session

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO


@pytest.mark.parametrize(
    ("held", "outcome"),
    [
        ([], GuestOutcome.OFF), ([VIDEO, VIDEO], GuestOutcome.BY_VIDEO), ([IN_PERSON], GuestOutcome.ON_SITE),
        ([HYBRID, VIDEO], GuestOutcome.MAY_CHOOSE), ([HYBRID, IN_PERSON], GuestOutcome.MAY_CHOOSE),
        ([VIDEO, IN_PERSON], GuestOutcome.MAY_CHOOSE),
    ],
)  # fmt: skip
def test_outcome_of_guest_follows_from_how_their_sessions_are_held(
    held: list[ConferenceFormat], outcome: GuestOutcome
) -> None:
    assert outcome_of_guest(held) is outcome


def _conference() -> tuple[Conference, ProgrammeSession]:
    """Released: an opening which Eva Berg chairs, and a second session in which somebody without an address speaks."""
    conference = make_conference(contact_email="info@twincities.example")
    opening = make_session(conference, "K07", room=make_room(conference))
    later = make_session(conference, "K08", title_ru="Итоги", title_de="Abschluss", title_en="Closing")
    with transaction():
        opening.people.append(
            SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="de")
        )
        later.people.append(SessionPerson(name="Гость Иван", role=PersonRole.SPEAKER))
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    return conference, opening


def _move(conference: Conference, to: ConferenceFormat, **given: Any) -> None:
    values: dict[str, Any] = {"plan": None, "reason": "Einreise gesperrt", "actor": ACTOR, "at": NOW}
    switch(conference=conference, to=to, **(values | given))


def _held() -> list[OutgoingMail]:
    return db.session.query(OutgoingMail).filter_by(kind="format_changed", state=MailState.HELD).all()


def test_guest_is_told_what_changes_for_their_part_when_the_conference_moves_to_video(app: Flask) -> None:
    conference, opening = _conference()
    plan = what_will_change(conference, VIDEO)
    assert (plan.counts["guests"], plan.counts["guests_told"], plan.counts["mails"]) == (2, 1, 1)
    assert [one.name for one in plan.guests_unreachable] == ["Гость Иван"]
    assert plan.languages == {"de": 1}
    draft = draft_plan(conference=conference, to=VIDEO, reason="Einreise gesperrt", actor=ACTOR, at=NOW)
    with app.test_request_context(), speaking("de"):
        paper = " ".join(plan_html(draft, at=NOW).split())
    assert "Mitwirkende, die keine Delegierten sind</b> (keine Adresse bekannt): Гость Иван (K08)" in paper
    _move(conference, VIDEO)
    [mail] = _held()
    token = opening.people[0].token
    assert (mail.to, mail.language, mail.reply_to) == (["eva@x.example"], "de", "info@twincities.example")
    assert (
        mail.text.replace("\u00a0", " ").partition("Haben Sie Fragen?")[0]
        == f"""\
Guten Tag Eva Berg,

die Konferenz findet vollständig per Video statt. Bisher war sie in Präsenz geplant.

Grund:
Einreise gesperrt

Für Sie heißt das: Sie wirken per Video mit; Ihr Zugang steht unten.

Ihr Zugang zu den Videositzungen (er öffnet jeweils eine halbe Stunde vorher):
http://127.0.0.1:5000/join/{token}

Ihre Aufgabe im Programm:

1 Punkt Ihres Programms ändert sich.

* Eröffnung der Konferenz
  Ihre Aufgabe: Vorsitz
  28. Juni 2021, 18:00–20:00 Uhr, per Video
  Berlin: 17:00–19:00 Uhr
  bisher: Philharmonie, Большой зал

Uhrzeiten in Ortszeit: Kaluga.

Beigefügt ist eine Datei mit Ihren geänderten Programmpunkten für den Kalender.

Hier können Sie antworten, ob Sie die Aufgabe übernehmen:
http://127.0.0.1:5000/de/session/{token}

"""
    )
    assert f'href="http://127.0.0.1:5000/join/{token}"' in mail.html


def test_guest_is_told_nothing_when_what_is_undone_they_never_heard_of(app: Flask) -> None:
    conference, _opening = _conference()
    _move(conference, VIDEO)
    assert what_will_change(conference, IN_PERSON).counts["mails"] == 0
    _move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    assert _held() == []


def test_guest_is_called_back_to_the_hall_when_they_had_been_told_of_video(app: Flask) -> None:
    conference, _opening = _conference()
    _move(conference, VIDEO)
    release_held(conference_id=conference.id, actor=ACTOR, at=NOW)
    with transaction():
        for mail in db.session.query(OutgoingMail):
            mail.state = MailState.SENT
    _move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    [mail] = _held()
    assert "Für Sie heißt das: Für Ihre Aufgabe werden Sie vor Ort erwartet." in mail.text
    assert "bisher: per Video" in mail.text
    assert "/join/" not in mail.text


def test_guest_is_told_of_the_part_that_moves_alone_and_again_when_it_is_called_off(app: Flask) -> None:
    conference, opening = _conference()
    scope = Scope(ScopeKind.SESSION, opening.uid)
    assert what_will_change(conference, VIDEO, scope=Scope(ScopeKind.SESSION, "no such")).guests == []
    _move(conference, VIDEO, scope=scope)
    assert len(_held()) == 1
    _move(conference, VIDEO, decisions={opening.uid: Decision("cancelled")}, at=NOW + timedelta(hours=1))
    [mail] = _held()  # the first one never left
    text = mail.text.replace("\u00a0", " ")
    assert "Für Sie heißt das: Der Programmpunkt, an dem Sie mitwirken, entfällt." in text
    assert (
        "* Eröffnung der Konferenz (entfällt)\n  Ihre Aufgabe: Vorsitz\n  bisher: 28. Juni 2021, 18:00–20:00 Uhr"
        in text
    )


def test_yes_to_a_part_comes_back_when_its_session_stands_again_as_it_did(app: Flask) -> None:
    conference, opening = _conference()
    eva, later = opening.people[0], db.session.query(ProgrammeSession).filter_by(code="K08").one()
    ivan = later.people[0]
    for person in (eva, ivan):
        answer_part(person=person, comes=True, remark="", actor=ACTOR, at=NOW)
    said = [(person.confirmation, person.answered_at, person.answered_for) for person in (eva, ivan)]
    assert opening.starts_at is not None
    starts = opening.starts_at + timedelta(days=1)
    other_day = {one.uid: Decision("", starts, starts + timedelta(hours=1)) for one in (opening, later)}
    _move(conference, VIDEO, decisions=other_day)
    assert [(person.confirmation, person.answered_at) for person in (eva, ivan)] == [
        (Confirmation.ASKED, None), (Confirmation.NOT_ASKED, None),  # nobody can write to Ivan
    ]  # fmt: skip
    _move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    assert [(person.confirmation, person.answered_at, person.answered_for) for person in (eva, ivan)] == said
    _move(conference, VIDEO, decisions=other_day, at=NOW + timedelta(hours=2))
    answer_part(person=eva, comes=False, remark="", actor=ACTOR, at=NOW + timedelta(hours=3))
    _move(conference, IN_PERSON, at=NOW + timedelta(hours=4))
    assert (eva.confirmation, ivan.confirmation) == (Confirmation.DECLINED, Confirmation.CONFIRMED)
