"""The mails of a switch: what changes for this person, and nothing that concerns others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate, RoleRule
from app.delegations.rules import Accreditation
from app.format_switch.operations import switch
from app.format_switch.rules import Decision, Scope, ScopeKind
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp
from app.programme.operations import release_programme
from app.programme.rules import PersonRole, SessionKind, SignUpStanding
from app.video.queries import rooms
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_room,
    make_session,
)

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO


def _conference() -> Conference:
    """Released: the opening and a dinner on one day, a working group of which Lutz takes the chair."""
    conference = make_conference(contact_email="info@twincities.example")
    hall = make_room(conference)
    make_session(conference, "K07", room=hall)
    make_session(
        conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём главы", title_de="Empfang", title_en="Reception",
        starts_at=datetime(2021, 6, 28, 17, 30, tzinfo=UTC), ends_at=datetime(2021, 6, 28, 20, 0, tzinfo=UTC),
    )  # fmt: skip
    make_session(
        conference, "K10", kind=SessionKind.WORKING_GROUP, title_ru="Рабочая группа", title_de="Arbeitsgruppe",
        title_en="Working group", audience="experts", starts_at=datetime(2021, 6, 29, 7, 0, tzinfo=UTC),
        ends_at=datetime(2021, 6, 29, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    return conference


def _lutz(conference: Conference, **given: Any) -> Delegate:
    """From Suhl; chairs the working group and signed up for the dinner."""
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE", timezone="Europe/Berlin")
    values: dict[str, Any] = {
        "email": "lutz@suhl.example", "language": "de", "first": "Lutz", "last": "Wagner", "patronymic": "",
        "gender": "m", "municipality_id": suhl.id, "created_at": NOW - timedelta(days=9),
    }  # fmt: skip
    lutz = make_delegate(conference, "D2", **(values | given))
    keep(SessionPerson(session_id=_session("K10").id, name="Lutz Wagner", role=PersonRole.CHAIR, delegate_id=lutz.id))
    keep(SessionSignUp(session_id=_session("K09").id, delegate_id=lutz.id, standing=SignUpStanding.HAS_PLACE, at=NOW))
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    return lutz


def _session(code: str) -> ProgrammeSession:
    return db.session.query(ProgrammeSession).filter_by(code=code).one()


def _move(conference: Conference, to: ConferenceFormat, **given: Any) -> None:
    values: dict[str, Any] = {"plan": None, "reason": "Einreise gesperrt", "actor": ACTOR, "at": NOW}
    switch(conference=conference, to=to, **(values | given))


def _mail() -> OutgoingMail:
    [mail] = db.session.query(OutgoingMail).filter_by(state=MailState.HELD)
    return mail


def _plain(mail: OutgoingMail) -> str:
    """Its text, with plain spaces for those that do not break."""
    return mail.text.replace("\u00a0", " ")


def _sent() -> None:
    release_held(conference_id=db.session.query(Conference).one().id, actor=ACTOR, at=NOW)
    with transaction():
        for mail in db.session.query(OutgoingMail).filter_by(state=MailState.WAITING):
            mail.state = MailState.SENT


def test_mail_says_all_that_changes_for_its_reader_when_the_conference_moves_to_video(app: Flask) -> None:
    conference = _conference()
    lutz = _lutz(conference, hotel_needed="yes", arrival="2021-06-27T18:00+03:00", visa_needed="yes")
    _move(conference, VIDEO)
    mail = _mail()
    page = f"http://127.0.0.1:5000/de/delegate/{lutz.token}"
    assert mail.subject == "XVI. Deutsch-Russische Städtepartnerkonferenz findet per Video statt"
    assert (
        _plain(mail)
        == f"""\
Sehr geehrter Herr Wagner,

die Konferenz findet vollständig per Video statt. Bisher war sie in Präsenz geplant.

Grund:
Einreise gesperrt

Für Sie heißt das: Sie nehmen per Video teil. Ihre Anmeldung bleibt gültig.

Ein Hotelzimmer brauchen Sie nicht mehr: Ihren Zimmerwunsch nehmen wir zurück. Falls Sie selbst gebucht haben, \
stornieren Sie bitte. Eine Abholung am Flughafen oder Bahnhof entfällt. Falls Sie schon Fahrkarten oder Flugscheine \
haben, geben Sie diese bitte zurück. Falls Sie doch noch anreisen, bleibt für Sie vorgemerkt: Ihre Visumunterlagen.

Ihr Zugang zu den Videositzungen (er öffnet jeweils eine halbe Stunde vorher):
http://127.0.0.1:5000/join/{lutz.join_token}

Ihr Programm:

2 Punkte Ihres Programms ändern sich. 1 Punkt Ihres Programms entfällt.

* Eröffnung der Konferenz
  28. Juni 2021, 18:00–20:00 Uhr, per Video
  Ihre Ortszeit (Suhl): 17:00–19:00 Uhr
  bisher: Philharmonie, Большой зал

* Empfang (entfällt)
  bisher: 28. Juni 2021, 20:30–23:00 Uhr

* Arbeitsgruppe
  Ihre Aufgabe: Vorsitz
  29. Juni 2021, 10:00–12:00 Uhr, per Video
  Ihre Ortszeit (Suhl): 09:00–11:00 Uhr
  bisher: vor Ort

Uhrzeiten in Ortszeit: Kaluga.

Ihr Programm als Kalender, der jeder Änderung von selbst folgt:
{page}/programme.ics

Ein Kalendereintrag ist beigefügt.
Beigefügt ist eine Datei mit Ihren geänderten Programmpunkten für den Kalender.

Ihre persönliche Seite mit Programm und Angaben:
{page}

Haben Sie Fragen? Bitte schreiben Sie an info@twincities.example.

--
Diese Nachricht wurde von Ratusha im Auftrag der Veranstalter versandt. Wenn sie Sie irrtümlich erreicht hat, teilen \
Sie es ihnen bitte mit und löschen Sie sie.
""".replace("\n--\n", "\n-- \n")
    )
    for words in ("Einreise gesperrt", "Ihre Ortszeit (Suhl): 17:00–19:00 Uhr", f"/join/{lutz.join_token}", page):
        assert words in mail.html.replace("\u00a0", " ")
    assert not any(room.url in mail.text + mail.html + mail.calendar for room in rooms(conference))
    assert mail.reply_to == "info@twincities.example"


def test_mail_holds_only_ones_own_sessions_when_others_have_others(app: Flask) -> None:
    conference = _conference()
    make_delegate(conference, "D1", email="anna@kaluga.example", created_at=NOW - timedelta(days=9))
    _lutz(conference)
    _move(conference, HYBRID)
    anna = db.session.query(OutgoingMail).filter_by(language="ru").one()
    assert "Торжественное" not in _plain(anna)
    assert "* Открытие конференции\n  28 июня 2021 г., 18:00–20:00, Филармония, Большой зал\n" in _plain(anna)
    assert "Рабочая группа" not in _plain(anna)
    assert "* Приём главы\n  28 июня 2021 г., 20:30–23:00, очно\n" in _plain(anna)
    assert "Ваша программа остаётся без изменений." in _plain(anna)


def test_mail_tells_other_hours_before_and_after_when_a_session_is_moved_in_time(app: Flask) -> None:
    conference = _conference()
    _lutz(conference)
    earlier = Decision("", datetime(2021, 6, 28, 8, 0, tzinfo=UTC), datetime(2021, 6, 28, 10, 0, tzinfo=UTC))
    _move(conference, VIDEO, decisions={_session("K07").uid: earlier})
    assert """* Eröffnung der Konferenz
  28. Juni 2021, 11:00–13:00 Uhr, per Video
  Ihre Ortszeit (Suhl): 10:00–12:00 Uhr
  bisher: 18:00–20:00 Uhr, Philharmonie, Большой зал
""" in _plain(_mail())


def test_mail_owns_up_to_titles_in_another_language_when_there_are_some(app: Flask) -> None:
    conference = _conference()
    with transaction():
        _session("K09").title_en = ""
    _lutz(conference, language="en")
    _move(conference, VIDEO)
    assert "* Empfang (is cancelled)\n" in _plain(_mail())
    note = "Titles stand here as the organisers wrote them, some in another language."
    assert (_mail().text.count(note), _mail().html.count(note)) == (1, 1)
    assert '<strong lang="de">Empfang</strong>' in _mail().html
    assert "<strong>Opening" in _mail().html


def test_mail_gives_everything_back_when_the_conference_returns_to_the_hall(app: Flask) -> None:
    conference = _conference()
    _lutz(conference, hotel_needed="yes")
    _move(conference, VIDEO)
    _sent()
    _move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    text = _plain(_mail())
    assert "die Konferenz findet in Präsenz statt. Bisher war sie per Video geplant." in text
    assert "Ihr Zimmerwunsch gilt wieder." in text
    assert "* Empfang (findet wieder statt)\n  28. Juni 2021, 20:30–23:00 Uhr, vor Ort\n" in text
    assert "  bisher: per Video\n" in text
    assert "/join/" not in text
    assert "Ortszeit (" not in text


def test_mail_tells_from_what_was_known_when_the_mail_of_the_first_switch_never_left(app: Flask) -> None:
    conference = _conference()
    _lutz(conference, arrival="2021-06-27T18:00+03:00")
    _move(conference, VIDEO)
    _move(conference, HYBRID, at=NOW + timedelta(hours=1))
    text = _plain(_mail())
    assert "gleichzeitig vor Ort und per Video statt. Bisher war sie in Präsenz geplant." in text
    assert "An Ihrer An- und Abreise ändert sich nichts." in text
    assert "An Ihrem Programm ändert sich nichts." in text
    assert "entfällt" not in text


def test_mail_begins_with_the_news_of_the_whole_when_a_part_moves_before_they_were_told(app: Flask) -> None:
    conference = _conference()
    lutz, opening = _lutz(conference), _session("K07")
    with transaction():
        opening.people.append(
            SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="de")
        )
    _move(conference, HYBRID)
    _move(conference, VIDEO, reason="Strom fehlt", scope=Scope(ScopeKind.SESSION, opening.uid))
    mails = db.session.query(OutgoingMail).filter_by(state=MailState.HELD).order_by(OutgoingMail.id).all()
    assert [mail.to for mail in mails] == [[lutz.email], ["eva@x.example"]]
    for mail in mails:
        assert mail.subject.endswith("Städtepartnerkonferenz findet hybrid statt: vor Ort und per Video")
        assert """\
die Konferenz findet gleichzeitig vor Ort und per Video statt. Bisher war sie in Präsenz geplant.

Grund:
Einreise gesperrt

„Eröffnung der Konferenz“ findet per Video statt.

Grund:
Strom fehlt

Für Sie """ in _plain(mail)


def test_mail_brings_the_door_when_one_session_alone_moves_to_video(app: Flask) -> None:
    conference = _conference()
    lutz = _lutz(conference)
    _move(conference, VIDEO, scope=Scope(ScopeKind.SESSION, _session("K10").uid))
    mail = _mail()
    assert mail.subject == "XVI. Deutsch-Russische Städtepartnerkonferenz: Änderungen für Sie"
    assert "„Arbeitsgruppe“ findet per Video statt.\n" in _plain(mail)
    assert f"/join/{lutz.join_token}" in _plain(mail)
    assert "1 Punkt Ihres Programms ändert sich." in _plain(mail)
    assert "Bisher war" not in _plain(mail)
    assert (
        "Für Sie heißt das: Sie kommen wie geplant; zu dem, was per Video stattfindet, schalten Sie sich über Ihren "
        "Zugang unten zu.\n\nAn Ihrer Reise und Ihrer Unterkunft ändert sich nichts.\n"
    ) in _plain(mail)


def test_mail_tells_those_on_site_to_do_nothing_when_one_session_becomes_hybrid(app: Flask) -> None:
    conference = _conference()
    _lutz(conference)
    _move(conference, HYBRID, scope=Scope(ScopeKind.SESSION, _session("K10").uid))
    assert "„Arbeitsgruppe“ findet gleichzeitig vor Ort und per Video statt.\n" in _plain(_mail())
    assert "Für Sie bleibt es vor Ort: Sie kommen wie geplant und müssen nichts tun.\n" in _plain(_mail())
    assert "/join/" not in _mail().text + _mail().html


def test_mail_tells_all_that_was_not_told_yet_when_part_follows_part_and_the_whole(app: Flask) -> None:
    conference = _conference()
    _lutz(conference)
    group = Scope(ScopeKind.SESSION, _session("K10").uid)
    _move(conference, VIDEO, reason="Sturm", scope=Scope(ScopeKind.DAY, "2021-06-28"))
    _move(conference, HYBRID, reason="Gäste aus Suhl", scope=group)
    assert _mail().subject.endswith(": Änderungen für Sie")
    assert """
was für den 28. Juni 2021 geplant ist, findet per Video statt.

Grund:
Sturm

„Arbeitsgruppe“ findet gleichzeitig vor Ort und per Video statt.

Grund:
Gäste aus Suhl

Für Sie heißt das: Sie kommen wie geplant; zu dem, was per Video stattfindet, """ in _plain(_mail())
    _move(conference, HYBRID, reason="Grenze zu")
    text = _plain(_mail())
    assert (
        """
die Konferenz findet gleichzeitig vor Ort und per Video statt. Bisher war sie in Präsenz geplant.

Grund:
Grenze zu

Was für den 28. Juni 2021 geplant ist, findet per Video statt.

Grund:
Sturm

Für Sie heißt das: Sie nehmen wie bisher vor Ort teil. Was in Ihrem Programm neu ist, steht unten. Wenn Sie lieber \
per Video teilnehmen, können Sie das auf Ihrer persönlichen Seite wählen.
"""
        in text
    )
    assert "1 Punkt Ihres Programms ändert sich. 1 Punkt Ihres Programms entfällt." in text
    assert "Für Sie ändert sich nichts" not in text
    _sent()
    _move(conference, VIDEO, reason="Kein Strom", scope=group)
    assert "Sturm" not in _mail().text  # told


@pytest.mark.parametrize("own_form", [None, VIDEO])
def test_mail_tells_the_session_that_left_its_day_when_the_whole_follows_it(
    app: Flask, own_form: ConferenceFormat | None
) -> None:
    conference = _conference()
    group = _session("K10")
    with transaction():
        group.starts_at = datetime(2021, 6, 28, 7, 0, tzinfo=UTC)
        group.ends_at = datetime(2021, 6, 28, 9, 0, tzinfo=UTC)
        group.format = own_form  # by video already: the day changes nothing in it, and speaks of it all the same
    _lutz(conference)
    opening, group_left = (
        """„Eröffnung der Konferenz“ findet per Video statt.

Grund:
Sturm
""",
        """
„Arbeitsgruppe“ findet gleichzeitig vor Ort und per Video statt.

Grund:
Es melden sich viele an
""",
    )
    _move(conference, VIDEO, reason="Sturm", scope=Scope(ScopeKind.DAY, "2021-06-28"))
    assert "as für den 28. Juni 2021 geplant ist, findet per Video statt." in _plain(_mail())
    _move(conference, HYBRID, reason="Es melden sich viele an", scope=Scope(ScopeKind.SESSION, group.uid))
    assert opening + group_left in _plain(_mail())
    _move(conference, HYBRID, reason="Grenze zu")
    known = opening if own_form is None else opening + group_left  # else: it is hybrid as the whole conference is
    assert f"\n\nGrund:\nGrenze zu\n\n{known}\nFür Sie" in _plain(_mail())


def test_mail_tells_session_after_session_when_nothing_was_sent_between(app: Flask) -> None:
    conference = _conference()
    _lutz(conference)
    with transaction():
        for item in [_session("K07"), _session("K10")]:
            item.people.append(
                SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="de")
            )
    for code, why in (("K07", "Sturm"), ("K10", "Strom fehlt")):
        _move(conference, VIDEO, reason=why, scope=Scope(ScopeKind.SESSION, _session(code).uid))
    mails = db.session.query(OutgoingMail).filter_by(state=MailState.HELD).all()
    assert len(mails) == 2
    for mail in mails:
        assert """
„Eröffnung der Konferenz“ findet per Video statt.

Grund:
Sturm

„Arbeitsgruppe“ findet per Video statt.

Grund:
Strom fehlt
""" in _plain(mail)


@pytest.mark.parametrize("bound", [False, True])
def test_mail_tells_of_the_choice_when_the_way_back_leads_to_hybrid(app: Flask, bound: bool) -> None:
    conference = _conference()
    if bound:
        keep(RoleRule(conference_id=conference.id, role="delegate", way=Attendance.ON_SITE))
    _lutz(conference, role="delegate")
    _move(conference, VIDEO)
    _sent()
    _move(conference, HYBRID, at=NOW + timedelta(hours=1))
    text = _plain(_mail())
    assert "Für Sie heißt das: Sie werden vor Ort erwartet; Ihr Platz ist reserviert." in text
    assert ("Wenn Sie lieber per Video teilnehmen, können Sie das auf Ihrer persönlichen" in text) is not bound


def test_mail_speaks_of_the_delegation_when_it_alone_moves(app: Flask) -> None:
    conference = _conference()
    with transaction():
        conference.format = HYBRID
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE", timezone="Europe/Berlin")
    group = make_delegation(conference, suhl)
    make_delegate(conference, "D1", email="anna@kaluga.example", delegation_id=group.id)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    _move(conference, VIDEO, scope=Scope(ScopeKind.DELEGATION, str(group.id)))
    text = _plain(_mail())
    assert "Ваша делегация будет участвовать по видеосвязи.\n" in text
    assert "по Вашему местному времени (Зуль): 17:00–19:00\n" in text


def test_mail_leaves_out_the_programme_when_none_is_released_yet(app: Flask) -> None:
    conference = _conference()
    make_delegate(conference, "D1", email="anna@kaluga.example")
    _move(conference, VIDEO)
    assert "Ваша программа" not in _plain(_mail())
    assert "programme.ics" not in _mail().html


def test_mail_leaves_out_what_is_over_when_the_conference_has_begun(app: Flask) -> None:
    conference = _conference()
    _lutz(conference)
    _move(conference, VIDEO, at=datetime(2021, 6, 29, 6, 0, tzinfo=UTC))
    text = _plain(_mail())
    assert "Eröffnung" not in text
    assert "1 Punkt Ihres Programms ändert sich." in text


def test_mail_to_somebody_who_waits_names_no_session_and_no_door_when_there_is_no_place(app: Flask) -> None:
    conference = make_conference(format=HYBRID, places_on_site=0)
    make_session(conference)
    make_delegate(conference, "D1", email="anna@kaluga.example", attendance=Attendance.VIDEO)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    _move(conference, IN_PERSON)
    person = db.session.query(Delegate).one()
    assert person.accreditation is Accreditation.WAITLISTED
    text = _plain(_mail())
    assert "Ваша программа" not in text
    assert "Вы в списке ожидания на очное участие" in text
    assert "/join/" not in text
    assert "номер в гостинице" not in text


def test_mail_brings_a_programme_when_somebody_gets_a_place_by_the_switch(app: Flask) -> None:
    conference = make_conference(places_on_site=0)
    make_session(conference)
    make_delegate(conference, "D1", email="anna@kaluga.example", accreditation=Accreditation.WAITLISTED,
                  waitlisted_at=NOW, created_at=NOW - timedelta(days=9))  # fmt: skip
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    _move(conference, VIDEO)
    text = _plain(_mail())
    assert "теперь у Вас есть место" in text
    assert "Ваша программа:\n\n* Открытие конференции\n  28 июня 2021 г., 18:00–20:00, по видеосвязи\n\n" in text
    assert "меняется" not in text


def test_mail_says_what_is_new_when_the_way_back_opens_a_session_held_on_the_spot(app: Flask) -> None:
    conference = _conference()
    with transaction():
        conference.format = HYBRID
        _session("K07").format = IN_PERSON
    make_delegate(conference, "D1", email="anna@kaluga.example", attendance=Attendance.VIDEO,
                  created_at=NOW - timedelta(days=9))  # fmt: skip
    make_session(conference, "K11", title_ru="Закрытие", starts_at=datetime(2021, 6, 30, 7, 0, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 30, 8, 0, tzinfo=UTC))  # fmt: skip
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    _move(conference, IN_PERSON)
    text = _plain(_mail())
    assert "1 пункт Вашей программы меняется. 2 пункта Вашей программы новые." in text
    assert "* Открытие конференции\n  28 июня 2021 г., 18:00–20:00, Филармония, Большой зал\n" in text
    assert "* Закрытие\n  30 июня 2021 г., 10:00–11:00, очно\n  ранее: по видеосвязи\n" in text


def test_telling_takes_the_same_number_of_questions_when_there_are_many_delegates(app: Flask) -> None:
    conference = _conference()
    for number in range(3):
        make_delegate(conference, f"A{number}", email=f"a{number}@kaluga.example", created_at=NOW - timedelta(days=9))
    _lutz(conference, email="lutz@suhl.example")
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    def count(to: ConferenceFormat) -> int:
        asked.clear()
        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        _move(conference, to)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    for there in (VIDEO, IN_PERSON):
        count(there)
    few = count(VIDEO)
    count(IN_PERSON)
    for number in range(30):
        make_delegate(conference, f"B{number}", email=f"b{number}@kaluga.example", created_at=NOW - timedelta(days=9))
    assert count(VIDEO) == few
