"""People say by their own link whether they take their part."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.programme.models import SessionPerson
from app.programme.operations.confirming import Asked, answer_part, ask_to_confirm
from app.programme.queries.confirming import people_with_parts
from app.programme.rules import Confirmation, PersonRole
from tests.factories import ACTOR, keep, make_conference, make_delegate, make_room, make_session

NOW = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_april(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.programme.views.confirming.now", lambda: NOW)


def _part(name: str = "Анна Орлова", code: str = "K07", **given: Any) -> SessionPerson:
    from app.conferences.models import Conference
    from app.programme.models import ProgrammeSession

    conference = db.session.scalar(select(Conference)) or make_conference(contact_email="office@kaluga.example")
    session = db.session.scalar(select(ProgrammeSession).filter_by(code=code)) or make_session(
        conference, code, room=make_room(conference, f"Зал {code}")
    )
    values = {"name": name, "role": PersonRole.CHAIR, "email": "orlova@kaluga.example"} | given
    return keep(SessionPerson(session_id=session.id, **values))


def _ask(*people: SessionPerson) -> Asked:
    return ask_to_confirm(conference=people[0].session.conference, people=people, actor=ACTOR, at=NOW)


def _mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.fromstring(text).text_content())


def test_one_mail_names_every_part_when_somebody_has_several() -> None:
    first, second = _part(), _part(code="K08", role=PersonRole.SPEAKER)
    assert _ask(first, second) == Asked(people=1, mails=1, without_address=[])
    [mail] = _mails()
    assert (mail.to, mail.language, mail.kind, mail.reply_to) == (
        ["orlova@kaluga.example"], "ru", "session_confirm", "office@kaluga.example",
    )  # fmt: skip
    for person in (first, second):
        assert f"/ru/session/{person.token}" in mail.text
        assert f"/ru/session/{person.token}" in mail.html
        assert person.confirmation is Confirmation.ASKED
    assert "28 июня 2021 г., 18:00–20:00" in _plain(mail.text)
    assert first.token != second.token


def test_mail_goes_to_the_delegate_in_their_language_when_the_person_is_one() -> None:
    first = _part()
    delegate = make_delegate(first.session.conference, email="weiss@suhl.example", language="de", last="Weiß",
                             first="Anna", patronymic="")  # fmt: skip
    with transaction():
        first.delegate_id = delegate.id
    _ask(first)
    [mail] = _mails()
    assert (mail.to, mail.language) == (["weiss@suhl.example"], "de")
    assert "Montag, 28. Juni 2021, 18:00–20:00" in _plain(mail.text)


def test_those_are_passed_over_who_answered_or_cannot_be_asked() -> None:
    said = _part("A", confirmation=Confirmation.CONFIRMED)
    gone = _part("B")
    leaver = make_delegate(gone.session.conference, accreditation=Accreditation.WITHDRAWN)
    with transaction():
        gone.delegate_id = leaver.id
    silent = _part("C", email="")
    off = _part("D", code="K09")
    with transaction():
        off.session.cancelled = True
    assert _ask(said, gone, silent, off) == Asked(people=0, mails=0, without_address=["C"])
    assert _mails() == []
    assert [person.name for person in people_with_parts(said.session.conference)] == ["A", "B", "C"]


def test_asking_is_refused_when_the_people_are_of_another_conference() -> None:
    person = _part()
    other = make_conference("xv-aachen-2019", edition=15, host=person.session.conference.host)
    with pytest.raises(Refusal):
        ask_to_confirm(conference=other, people=[person], actor=ACTOR, at=NOW)


def test_page_shows_the_part_when_the_link_is_opened(visitor: FlaskClient) -> None:
    person = _part(office_de="Vorsitzende", name_latin="Anna Orlowa")
    _ask(person)
    answer = visitor.get(f"/de/session/{person.token}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    words = _words(answer.text)
    for part in ("Eröffnung der Konferenz", "Vorsitzende", "Montag, 28. Juni 2021, 18:00–20:00 Uhr (Moskau)",
                 "Montag, 28. Juni 2021, 17:00–19:00 Uhr (Berlin)", "Philharmonie"):  # fmt: skip
        assert part in words
    assert visitor.get("/de/session/" + "x" * 32).status_code == 404
    assert visitor.get("/de/session/x").status_code == 404


def test_answer_is_kept_and_may_be_changed_when_sent(visitor: FlaskClient) -> None:
    person = _part()
    _ask(person)
    address = f"/en/session/{person.token}"
    sent = visitor.post(address, data={"answer": "yes", "remark": ""})
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    assert (person.confirmation, person.answered_at) == (Confirmation.CONFIRMED, NOW)
    assert visitor.post(address, data={"answer": "no", "remark": "Mein Zug\r\nfährt früher "}).status_code == 303
    assert (person.confirmation, person.remark) == (Confirmation.DECLINED, "Mein Zug\nfährt früher")
    assert "you do not take this part" in _words(visitor.get(address).text)
    deeds = db.session.scalars(
        select(HistoryEntry.deed).where(HistoryEntry.actor_kind == "speaker").order_by(HistoryEntry.id)
    )
    assert list(deeds) == ["programme.confirm_part", "programme.decline_part"]
    assert visitor.post(address, data={"answer": "perhaps"}).status_code == 400


@pytest.mark.parametrize("case", ["cancelled", "over", "long"])
def test_answer_is_refused_when_it_comes_too_late_or_is_too_long(visitor: FlaskClient, case: str) -> None:
    person = _part()
    _ask(person)
    with transaction():
        person.session.cancelled = case == "cancelled"
        if case == "over":
            person.session.starts_at, person.session.ends_at = NOW - timedelta(hours=2), NOW
    remark = "x" * 1001 if case == "long" else ""
    answer = visitor.post(f"/en/session/{person.token}", data={"answer": "yes", "remark": remark})
    assert (answer.status_code, person.confirmation) == (422, Confirmation.ASKED)
    assert "Your answer could not be taken down" in answer.text


def test_nothing_is_recorded_when_the_same_answer_comes_twice() -> None:
    person = _part()
    sent: dict[str, Any] = {"person": person, "comes": True, "remark": "", "actor": ACTOR, "at": NOW}
    assert [answer_part(**sent), answer_part(**sent)] == [True, False]


def test_staff_ask_everybody_unasked_and_see_answers_when_on_the_page(staff: Any) -> None:
    person, silent = _part(), _part("Пётр Орлов", email="")
    client = staff("secretariat")
    address = "/en/desk/c/xvi-kaluga-2021/programme/people"
    assert "Ask 1 person to confirm" in client.get(address).text
    _part("Анна Орлова", "K08")  # one person with two parts
    keep(SessionPerson(session_id=make_session(person.session.conference, "OVER", starts_at=NOW - timedelta(hours=3),
                                               ends_at=NOW).id, name="Jörg Spät", role=PersonRole.SPEAKER,
                       email="gast@x.example"))  # fmt: skip
    preview = _words(client.get(f"{address}/ask").text)
    assert "1 person is asked, by 1 mail." in preview
    assert "Send 1 mail" in preview
    assert "Jörg" not in preview
    assert "No address is known of Pjotr Orlow." in preview
    assert len(_mails()) == 0
    assert client.post(f"{address}/ask", data={}).status_code == 303
    words = _words(client.get(address).text)
    assert "1 mail has been queued." in words
    assert "No address is known of Pjotr Orlow." in words
    assert (person.confirmation, silent.confirmation) == (Confirmation.ASKED, Confirmation.NOT_ASKED)
    assert _words(client.get(f"{address}?answer=asked").text).count("Anna Orlowa") == 2  # her two parts
    again = client.post(f"{address}/ask", data={"session": str(person.session_id)})
    assert again.headers["Location"].endswith(f"/programme/{person.session_id}")
    assert len(_mails()) == 2


def test_desk_sees_no_addresses_when_it_may_not_edit(staff: Any) -> None:
    _part()
    assert staff("desk").get("/en/desk/c/xvi-kaluga-2021/programme/people").status_code == 403


def test_organisers_get_a_mail_when_somebody_declines() -> None:
    person = _part(role=PersonRole.CHAIR, remark="")
    _ask(person)
    answer_part(person=person, comes=False, remark="Больна", actor=ACTOR, at=NOW)
    answer_part(person=person, comes=False, remark="Больна, увы", actor=ACTOR, at=NOW + timedelta(minutes=2))
    [_asked, mail] = _mails()
    assert (mail.kind, mail.to, mail.language, mail.subject) == (
        "part_declined", ["office@kaluga.example"], "ru", "Анна Орлова не участвует: Открытие конференции",
    )  # fmt: skip
    words = _plain(mail.text)
    assert "Анна Орлова (председатель) сообщает по личной ссылке, что участвовать не сможет:" in words
    assert "K07 · Открытие конференции Когда: Понедельник, 28 июня 2021 г., 18:00–20:00 " in words
    assert "Примечание для организаторов: Больна " in words
    assert f"/ru/desk/c/xvi-kaluga-2021/programme/{person.session_id}" in mail.text


def test_no_mail_is_made_when_the_organisers_have_no_address() -> None:
    person = _part(email="")
    with transaction():
        person.session.conference.contact_email, person.session.conference.issuer = "", None
    answer_part(person=person, comes=False, remark="", actor=ACTOR, at=NOW)
    assert (person.confirmation, _mails()) == (Confirmation.DECLINED, [])
