"""Mails to groups: written once, filled in for each, held, let go; and who gets none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate, GroupMail, GroupMailRecipient
from app.delegations.operations import change_details
from app.delegations.operations.group_mail import (
    Prepared,
    compose,
    prepare_group_mail,
    release_group_mail,
    take_back_group_mail,
    write_group_mail,
)
from app.delegations.operations.mails import mail_place_granted, salutation
from app.delegations.rules import DelegateDetails
from app.delegations.rules.group_mail import GroupMailKind, GroupMailState, merged
from app.errors import Refusal
from app.i18n import speaking
from app.jobs import Job
from app.mail_texts import MailText
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail
from app.mailroom.rules import MailState
from tests.factories import ACTOR, NOW, make_conference, make_delegate

Staff = Callable[[str], FlaskClient]
MAILS = "/en/desk/c/xvi-kaluga-2021/mails"
TEXTS = {
    "subject_ru": "Автобус", "body_ru": "{salutation}\n\nАвтобус отходит в 9 часов.\n{link}",
    "subject_de": "Bus für {name}", "body_de": "{salutation}\n\nDer Bus fährt um 9 Uhr.",
    "subject_en": "Bus", "body_en": "{salutation}\n\nThe bus leaves at 9.",
}  # fmt: skip


def draft(conference: Conference, *, kind: GroupMailKind = GroupMailKind.TEXT, query: Mapping[str, Any] | None = None,
          texts: Mapping[str, str] = TEXTS) -> GroupMail:  # fmt: skip
    return write_group_mail(conference=conference, kind=kind, query=query or {}, texts=texts, actor=ACTOR, at=NOW)


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_mails_are_held_in_the_readers_language_when_a_filter_is_prepared(app: Flask) -> None:
    conference = make_conference()
    anna = make_delegate(conference, "D1")
    make_delegate(conference, "D2", last="Meier", first="Jan", patronymic="", language="de", gender="m",
                  email="jan@x.de", last_latin="Meier", first_latin="Jan", academic_title="Dr.")  # fmt: skip
    make_delegate(conference, "D3", last="Kim", first="Lee", patronymic="", language="en", gender="x",
                  email="kim@x.example", role="press")  # fmt: skip
    make_delegate(conference, "D4", email="", role="press")
    mail = draft(conference)

    done = prepare_group_mail(mail=mail, actor=ACTOR, at=NOW)

    assert done == Prepared(written=3, without_address=["D4"], nothing_changed=0)
    assert [(row.to, row.subject, row.state, row.kind) for row in mails()] == [
        (["anna.orlova@kaluga.example"], "Автобус", MailState.HELD, "group_mail"),
        (["jan@x.de"], "Bus für Jan Meier", MailState.HELD, "group_mail"),
        (["kim@x.example"], "Bus", MailState.HELD, "group_mail"),
    ]
    first = mails()[0]
    assert "Анна Павловна" in first.text
    assert f"/ru/delegate/{anna.token}" in first.text
    assert f'href="http://localhost:5000/ru/delegate/{anna.token}"' in first.html or anna.token in first.html
    assert "Sehr geehrter Herr Dr. Meier," in mails()[1].text
    assert mail.state is GroupMailState.PREPARED


def test_only_the_filtered_get_a_mail_when_there_is_a_filter(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", role="press", email="press@x.example")

    for query in ({"role": "press"}, {"ids": ["D2"]}):
        prepare_group_mail(mail=draft(conference, query=query), actor=ACTOR, at=NOW)

    assert [row.to for row in mails()] == [["press@x.example"], ["press@x.example"]]


def test_nobody_gets_a_second_mail_when_preparing_is_begun_anew(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1")
    mail = draft(conference)
    prepare_group_mail(mail=mail, actor=ACTOR, at=NOW)
    make_delegate(conference, "D2", email="later@x.example")

    done = prepare_group_mail(mail=mail, actor=ACTOR, at=NOW + timedelta(minutes=1))

    assert done.written == 2
    assert [row.to for row in mails()] == [["anna.orlova@kaluga.example"], ["later@x.example"]]


def test_preparing_is_refused_when_a_language_somebody_reads_is_missing(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", language="de")
    mail = draft(conference, texts={"subject_ru": "Автобус", "body_ru": "Автобус"})

    with pytest.raises(Refusal, match="Deutsch"):
        prepare_group_mail(mail=mail, actor=ACTOR, at=NOW)

    assert (mails(), mail.state) == ([], GroupMailState.DRAFT)


@pytest.mark.parametrize(
    ("texts", "field"),
    [({"body_de": "Hallo {namen}"}, "body_de"), ({}, "body_ru"), ({"subject_en": "{0}", "body_en": "x"}, "subject_en")],
)
def test_draft_is_refused_when_its_text_cannot_be_filled_in(app: Flask, texts: dict[str, str], field: str) -> None:
    conference = make_conference()

    with pytest.raises(Refusal) as refusal:
        draft(conference, texts=texts)

    assert refusal.value.field == field
    assert db.session.scalars(select(GroupMail)).all() == []


def test_release_lets_only_this_mail_go_when_others_are_held(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1")
    queue_mail(kind="other", to=["x@y.example"], language="ru", mail=MailText("x", "x", ""), at=NOW,
               conference_id=conference.id, held=True)  # fmt: skip
    mail, other = draft(conference), draft(conference)
    prepare_group_mail(mail=mail, actor=ACTOR, at=NOW)
    prepare_group_mail(mail=other, actor=ACTOR, at=NOW)

    assert release_group_mail(mail=mail, actor=ACTOR, at=NOW) == 1

    assert [row.state for row in mails()] == [MailState.HELD, MailState.WAITING, MailState.HELD]
    with pytest.raises(Refusal):
        release_group_mail(mail=mail, actor=ACTOR, at=NOW)


def test_taken_back_mail_never_goes_and_can_be_prepared_anew_when_changed(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1")
    mail = draft(conference)
    prepare_group_mail(mail=mail, actor=ACTOR, at=NOW)

    assert take_back_group_mail(mail=mail, actor=ACTOR, at=NOW) == 1
    write_group_mail(conference=conference, kind=GroupMailKind.TEXT, query={}, texts=TEXTS | {"subject_ru": "Поезд"},
                     mail=mail, actor=ACTOR, at=NOW)  # fmt: skip
    prepare_group_mail(mail=mail, actor=ACTOR, at=NOW + timedelta(hours=1))
    release_group_mail(mail=mail, actor=ACTOR, at=NOW + timedelta(hours=2))

    assert [(row.subject, row.state) for row in mails()] == [
        ("Автобус", MailState.FAILED), ("Поезд", MailState.WAITING),
    ]  # fmt: skip


def test_changes_are_told_once_to_those_they_concern_when_others_made_them(app: Flask) -> None:
    conference = make_conference()
    changed = make_delegate(conference, "D1", arrival="2021-06-27T14:05+03:00")
    own = make_delegate(conference, "D2", email="own@x.example")
    make_delegate(conference, "D3", email="same@x.example")

    def change(delegate: Delegate, actor: Any, hours: int, **values: Any) -> None:
        details = DelegateDetails(last=delegate.last, first=delegate.first, last_latin="x", first_latin="y", **values)
        change_details(delegate=delegate, details=details, names=set(values), by_staff=True, actor=actor,
                       at=NOW + timedelta(hours=hours))  # fmt: skip

    change(changed, ACTOR, 1, position="Глава <города>", arrival="2021-06-28T09:30+03:00")
    change(own, type(ACTOR)(kind="delegate", id=own.id, label="D2"), 1, position="Я сам")
    text = {"subject_ru": "", "body_ru": ""}

    first = draft(conference, kind=GroupMailKind.CHANGES, texts=text)
    done = prepare_group_mail(mail=first, actor=ACTOR, at=NOW + timedelta(hours=2))

    assert done == Prepared(written=1, without_address=[], nothing_changed=2)
    (mail,) = mails()
    assert mail.to == ["anna.orlova@kaluga.example"]
    assert "Глава <города>" in mail.text
    assert "28.06.2021" in mail.text.replace("\xa0", " ") or "28 июня 2021" in mail.text.replace("\xa0", " ")
    assert "Глава &lt;города&gt;" in mail.html

    second = draft(conference, kind=GroupMailKind.CHANGES, texts=text)
    assert prepare_group_mail(mail=second, actor=ACTOR, at=NOW + timedelta(hours=3)).written == 0
    change(changed, ACTOR, 4, phone="+7 495 000-00-00")
    third = draft(conference, kind=GroupMailKind.CHANGES, texts=text)
    assert prepare_group_mail(mail=third, actor=ACTOR, at=NOW + timedelta(hours=5)).written == 1
    assert "Глава" not in mails()[-1].text
    assert "+7 495 000-00-00" in mails()[-1].text


def test_salutations_are_polite_in_three_languages_when_the_gender_is_known_or_not(app: Flask) -> None:
    conference = make_conference()
    people = [
        make_delegate(conference, "D1", gender="f"),
        make_delegate(conference, "D2", gender="", patronymic=""),
        make_delegate(conference, "D3", gender="f", language="de"),
        make_delegate(conference, "D4", gender="m", language="de", last="Strauß", first="Uwe", patronymic="",
                      noble_prefix="Freiherr von", academic_title="Prof. Dr."),
        make_delegate(conference, "D5", gender="m", language="en", last="Tenzin", first="", patronymic="",
                      last_latin="Tenzin", first_latin=""),
    ]  # fmt: skip

    def said(row: Delegate) -> str:
        with speaking(row.language):
            return salutation(row)

    assert [said(row) for row in people] == [
        "Уважаемая Анна Павловна!", "Здравствуйте, Анна Орлова!", "Sehr geehrte Frau Orlova,",
        "Sehr geehrter Herr Professor Freiherr von Strauß,", "Dear Mr Tenzin,",
    ]  # fmt: skip


def test_mails_begin_politely_and_go_on_with_a_small_letter_when_their_reader_speaks_german(app: Flask) -> None:
    person = make_delegate(make_conference(), "D1", email="eva@suhl.example", gender="f", language="de")
    with transaction():
        mail = mail_place_granted(person, at=NOW)
    assert mail is not None
    assert mail.text.startswith("Sehr geehrte Frau Orlova,\n\nwir freuen uns, Ihnen mitzuteilen, dass Ihre Teilnahme")
    assert "wir freuen uns, Ihnen mitzuteilen" in mail.html


def test_hidden_characters_become_visible_when_a_name_carries_them(app: Flask) -> None:
    row = make_delegate(make_conference(), "D1", first="\u202eаннА")
    mail = draft(row.conference)

    text = compose(mail, row)

    assert "\u202e" not in text.text + text.html
    assert "[U+202E]аннА" in text.text


def test_merged_values_are_not_looked_through_again() -> None:
    assert merged("{name} {link} {other}", {"name": "{link}", "link": "L"}) == "{link} L {other}"


def test_mail_is_written_looked_at_and_released_on_the_pages(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", role="press")
    make_delegate(conference, "D2", role="press", email="", last="Безадресный")
    desk = staff("secretariat")

    wrong = desk.post(f"{MAILS}/new?role=press", data={"kind": "text", "body_ru": "{nobody}"})
    assert (wrong.status_code, "{nobody}" in wrong.text) == (422, True)
    kept = desk.post(f"{MAILS}/new?role=press", data={"kind": "text", **TEXTS})
    assert kept.status_code == 303
    page = desk.get(f"{kept.location}?as=D1").text
    assert "Анна Павловна" in page
    assert "Безадресный" in page
    assert mails() == []
    desk.post(kept.location, data={"deed": "prepare"})
    assert [row.state for row in mails()] == [MailState.HELD]
    assert "Безадресный" in desk.get(kept.location).text
    desk.post(kept.location, data={"deed": "release"})
    assert [row.state for row in mails()] == [MailState.WAITING]
    assert desk.get(MAILS).status_code == 200
    assert staff("desk").get(MAILS).status_code == 403


def test_many_mails_are_prepared_in_the_background_when_there_are_many(
    app: Flask, staff: Staff, run_jobs: Callable[[], int]
) -> None:
    conference = make_conference()
    for n in range(31):
        make_delegate(conference, f"D{n}", email=f"p{n}@x.example")
    mail = draft(conference)
    answer = staff("secretariat").post(f"{MAILS}/{mail.id}", data={"deed": "prepare"})

    assert "/desk/jobs/" in answer.location
    assert run_jobs() == 1
    db.session.expire_all()
    assert len(mails()) == 31
    assert db.session.scalars(select(Job.result)).one()["written"] == 31
    assert len(db.session.scalars(select(GroupMailRecipient)).all()) == 31
