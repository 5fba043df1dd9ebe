"""A head's answer, and the roster it opens."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry, Reply
from app.correspondence.queries import (
    answer_of_head,
    answers_by_municipality,
    invitations_by_place,
    people_announced,
)
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer, Stage
from app.database import db, transaction
from app.delegations.jobs import open_delegations
from app.delegations.models import Delegate, Delegation
from app.delegations.queries import members
from app.delegations.rules import Accreditation
from app.documents.models import SealedDocument
from app.mailroom.models import OutgoingMail
from tests.factories import NOW, keep, make_conference, make_delegation, make_head

ANSWER = {
    "answer": "comes", "people": "3", "contact_name": "Анна Орлова", "contact_email": "orlova@kaluga.example",
    "contact_phone": "+7 4842 565979", "deputy_name": "", "deputy_office": "", "remarks": "Спасибо!",
}  # fmt: skip


def make_letter(**given: Any) -> Letter:
    """An issued invitation to the head of Kaluga."""
    conference = given.pop("conference", None) or make_conference()
    head = make_head(conference.host)
    assert conference.issuer_id is not None
    document = keep(
        SealedDocument(
            sha256=secrets.token_hex(32),
            size=1,
            kind="letter",
            code=secrets.token_hex(8),
            title="Исх-1",
            created_at=NOW,
        )
    )
    register = keep(OutgoingRegister(issuer_id=conference.issuer_id, year=2021, last_number=1))
    entry = keep(RegisterEntry(register_id=register.id, number=1, label="Исх-1", dated=date(2021, 4, 6),
                               addressee="Главе", subject="Приглашение", created_at=NOW))  # fmt: skip
    letter = {
        "conference_id": conference.id, "kind": LetterKind.INVITATION, "language": "ru", "head_id": head.id,
        "municipality_id": conference.host_id, "state": LetterState.ISSUED, "reply_token": "t-" + secrets.token_hex(8),
        "created_at": NOW, "issued_at": NOW, "document_id": document.id, "register_entry_id": entry.id,
    }  # fmt: skip
    return keep(Letter(**(letter | given)))


def answer(visitor: FlaskClient, letter: Letter, **changes: str) -> Any:
    return visitor.post(f"/ru/reply/{letter.reply_token}", data={**ANSWER, **changes})


def test_reply_shows_and_changes_nothing_when_only_opened(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()

    page = visitor.get(f"/de/reply/{letter.reply_token}")

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert page.text.count("<h1") == 1
    assert db.session.scalars(select(Reply)).all() == []
    assert db.session.scalars(select(Delegation)).all() == []


def test_reply_opens_the_delegation_once_when_somebody_comes(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()

    for _ in range(2):
        assert answer(visitor, letter).status_code == 303

    reply = db.session.scalars(select(Reply)).one()
    assert (reply.answer.value, reply.people, reply.remarks) == ("comes", 3, "Спасибо!")
    opened = db.session.scalars(select(Delegation)).one()
    assert (opened.municipality_id, opened.contact_email, opened.expected, opened.letter_id) == (
        letter.municipality_id, "orlova@kaluga.example", 3, letter.id,
    )  # fmt: skip
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.to) == ("delegation_opened", ["orlova@kaluga.example"])
    assert f"/ru/delegation/{opened.token}" in mail.text
    page = visitor.get(f"/ru/reply/{letter.reply_token}").text
    assert f"/ru/delegation/{opened.token}" in page


def test_reply_mails_the_new_contact_when_it_changes(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()
    answer(visitor, letter)
    answer(visitor, letter, contact_email="petrov@kaluga.example", people="5")

    assert db.session.scalars(select(OutgoingMail.to).order_by(OutgoingMail.id)).all() == [
        ["orlova@kaluga.example"], ["petrov@kaluga.example"],
    ]  # fmt: skip
    assert db.session.scalars(select(Delegation.expected)).one() == 5


def test_reply_opens_nothing_when_nobody_comes(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()

    assert answer(visitor, letter, answer="cannot", contact_email="", people="").status_code == 303

    assert db.session.scalars(select(Reply.answer)).one().value == "cannot"
    assert db.session.scalars(select(Delegation)).all() == []
    assert db.session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.parametrize(
    "change",
    [{"answer": ""}, {"answer": "perhaps"}, {"contact_email": ""}, {"contact_email": "x"}, {"people": "0"},
     {"people": "501"}, {"people": "many"}, {"remarks": "x" * 4001}],
)  # fmt: skip
def test_reply_refuses_and_keeps_what_was_typed_when_something_is_wrong(
    app: Flask, visitor: FlaskClient, change: dict[str, str]
) -> None:
    letter = make_letter()

    result = answer(visitor, letter, **change)

    assert result.status_code == 422
    assert "Спасибо!" in result.text or "remarks" in change
    assert db.session.scalars(select(Reply)).all() == []


def test_reply_is_closed_when_the_last_day_is_over(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter(conference=make_conference(reply_until=date(2021, 5, 1)))

    assert "<form method" not in visitor.get(f"/en/reply/{letter.reply_token}").text.split("<main")[1]
    assert answer(visitor, letter).status_code == 422
    assert db.session.scalars(select(Reply)).all() == []


def test_reply_is_not_found_when_the_letter_was_annulled(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter(state=LetterState.ANNULLED)

    page = visitor.get(f"/en/reply/{letter.reply_token}")
    assert (page.status_code, page.headers["Cache-Control"]) == (404, "no-store")
    assert "please use the link in that one" in page.text
    assert answer(visitor, letter).status_code == 404
    assert db.session.scalars(select(Reply)).all() == []
    assert "please use the link" not in visitor.get("/en/reply/nobody-knows-it").text


MEMBER = {"nonce": "m", "last": "Петров", "first": "Иван", "role": "youth", "email": "petrov@kaluga.example"}


def test_delegation_enters_a_member_and_mails_the_link(app: Flask, visitor: FlaskClient) -> None:
    delegation = make_delegation(conference := make_conference(registration_open=False), conference.host)

    for _ in range(2):
        assert visitor.post(f"/ru/delegation/{delegation.token}", data=MEMBER).status_code == 303

    (row,) = members(delegation)
    assert (row.last, row.accreditation, row.municipality_id, row.country) == (
        "Петров", Accreditation.GRANTED, conference.host_id, "RU",
    )  # fmt: skip
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.to) == ("delegate_added", ["petrov@kaluga.example"])
    assert f"/ru/delegate/{row.token}" in mail.text
    page = visitor.get(f"/en/delegation/{delegation.token}").text
    assert "Петров Иван" in page
    assert "link is on its way" in page
    assert "languages, arrival, and departure" in page


def test_delegation_answers_with_the_roster_alone_when_asked_by_htmx(app: Flask, visitor: FlaskClient) -> None:
    delegation = make_delegation(conference := make_conference(), conference.host)

    good = visitor.post(f"/en/delegation/{delegation.token}", data=MEMBER, headers={"HX-Request": "true"})
    bad = visitor.post(f"/en/delegation/{delegation.token}", data={"last": ""}, headers={"HX-Request": "true"})

    assert (good.status_code, "<html" in good.text, "Петров Иван" in good.text) == (200, False, True)
    assert (bad.status_code, "<html" in bad.text, "Please give a name." in bad.text) == (422, False, True)


def test_delegation_puts_members_in_line_when_places_are_taken(app: Flask, visitor: FlaskClient) -> None:
    delegation = make_delegation(conference := make_conference(places_on_site=1), conference.host)
    for number in range(2):
        visitor.post(f"/ru/delegation/{delegation.token}", data={**MEMBER, "nonce": str(number), "first": f"И{number}"})
    first = members(delegation)[0]

    assert visitor.get(f"/ru/delegation/{delegation.token}/{first.id}/remove").status_code == 200
    visitor.post(f"/ru/delegation/{delegation.token}/{first.id}/remove")

    standing = db.session.scalars(select(Delegate.accreditation).order_by(Delegate.id)).all()
    assert [one.value for one in standing] == ["withdrawn", "granted"]
    assert db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all() == [
        "delegate_added", "delegate_added", "delegate_changed", "place_granted",
    ]  # fmt: skip


def test_delegation_edits_only_its_own_members(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()
    ours, theirs = make_delegation(conference, conference.host), make_delegation(conference, None, name="Verein")
    visitor.post(f"/ru/delegation/{ours.token}", data=MEMBER)
    (row,) = members(ours)

    assert visitor.get(f"/ru/delegation/{theirs.token}/{row.id}").status_code == 404
    assert (
        visitor.post(f"/ru/delegation/{ours.token}/{row.id}", data={**MEMBER, "phone": "+7 4842 560001"}).status_code
        == 303
    )
    assert members(ours)[0].phone == "+7 4842 560001"


def test_delegation_opens_when_the_answer_was_recorded_by_hand(app: Flask) -> None:
    letter = make_letter()
    keep(Reply(letter_id=letter.id, answer=ReplyAnswer.COMES, people=4, contact_name="Анна", remarks="", source="phone",
               contact_email="orlova@kaluga.example", first_at=NOW, answered_at=NOW))  # fmt: skip

    open_delegations()
    open_delegations()

    opened = db.session.scalars(select(Delegation)).one()
    assert (opened.expected, opened.contact_email, opened.letter_id) == (4, "orlova@kaluga.example", letter.id)
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_reply_is_acknowledged_with_what_was_noted_when_the_delegation_opens(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()
    answer(visitor, letter, answer="sends_deputy", deputy_name="Иван Петров", deputy_office="заместитель главы")

    (mail,) = mails()
    words = " ".join(mail.text.split())
    assert mail.kind == "delegation_opened"
    assert "Иван Петров, заместитель главы" in words
    assert "Анна Орлова, orlova@kaluga.example, +7 4842 565979" in words
    assert f"/ru/reply/{letter.reply_token}" in words
    assert "Спасибо!" in mail.html


def test_reply_is_acknowledged_once_for_each_answer_that_says_something_new(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter(conference=make_conference(reply_until=date(2999, 5, 1), contact_phone="+7 499 000-00-00"))
    cannot = {"answer": "cannot", "people": "", "remarks": "Мы желаем успеха."}
    answer(visitor, letter)
    for _ in range(3):
        assert answer(visitor, letter, **cannot).status_code == 303
    answer(visitor, letter, people="5")

    assert [mail.kind for mail in mails()] == ["delegation_opened", "reply_received", "reply_received"]
    words = " ".join(mails()[1].text.split())
    assert ("Исх-1" in words, "Мы желаем успеха." in words, "+7 499 000-00-00" in words) == (True, True, True)
    assert "1 мая 2999" in words.replace("\xa0", " ")
    assert f"/ru/reply/{letter.reply_token}" in words


def test_reply_sends_at_most_ten_acknowledgements_about_one_letter(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()
    for count in range(14):
        answer(visitor, letter, answer="cannot", remarks=f"{count}")

    assert len(mails()) == 10


def test_reply_is_not_kept_when_a_program_filled_in_what_nobody_sees(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()

    assert answer(visitor, letter, website="https://spam.example").status_code == 303
    assert db.session.scalars(select(Reply)).all() == []
    assert mails() == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ru", ["по 1 мая 2021", "+7 499 000-00-00", "kaluga@twincities.example"]),
        ("de", ["bis einschließlich 1. Mai 2021", "+7 499 000-00-00", "kaluga@twincities.example"]),
        ("en", ["until 1 May 2021", "+7 499 000-00-00", "kaluga@twincities.example"]),
    ],
)
def test_reply_says_whom_to_call_when_the_last_day_is_over(
    app: Flask, visitor: FlaskClient, code: str, words: list[str]
) -> None:
    conference = make_conference(reply_until=date(2021, 5, 1), contact_phone="+7 499 000-00-00",
                                 contact_email="kaluga@twincities.example")  # fmt: skip
    page = visitor.get(f"/{code}/reply/{make_letter(conference=conference).reply_token}").text.replace("\xa0", " ")

    assert [word for word in words if word not in page] == []
    assert 'href="tel:+7499000-00-00"' in page


def second_letter(first: Letter, **given: Any) -> Letter:
    """Another letter to the same head: a change of format."""
    assert first.register_entry is not None
    register_id = first.register_entry.register_id
    entry = keep(RegisterEntry(register_id=register_id, number=2, label="Исх-2", dated=date(2021, 5, 6),
                               addressee="Главе", subject="Формат", created_at=NOW))  # fmt: skip
    letter = {
        "conference_id": first.conference_id, "kind": LetterKind.CHANGE_OF_FORMAT, "language": "ru",
        "head_id": first.head_id, "municipality_id": first.municipality_id, "state": LetterState.ISSUED,
        "reply_token": "t-" + secrets.token_hex(8), "created_at": NOW, "issued_at": NOW,
        "document_id": first.document_id, "register_entry_id": entry.id,
    }  # fmt: skip
    return keep(Letter(**(letter | given)))


def test_reply_shows_and_changes_the_earlier_answer_when_the_head_got_a_second_letter(
    app: Flask, visitor: FlaskClient
) -> None:
    first = make_letter()
    answer(visitor, first)
    second = second_letter(first)

    page = visitor.get(f"/de/reply/{second.reply_token}").text
    assert "Ein früheres Schreiben haben Sie am" in page
    assert 'value="orlova@kaluga.example"' in page
    assert re.search(r'<input[^>]*value="comes"[^>]*checked|<input[^>]*checked[^>]*value="comes"', page)
    assert "Ein früheres Schreiben" not in visitor.get(f"/de/reply/{first.reply_token}").text

    assert answer(visitor, second, answer="cannot", people="").status_code == 303

    conference = first.conference
    town = first.municipality_id
    assert {key: reply.answer.value for key, reply in answers_by_municipality(conference).items()} == {town: "cannot"}
    assert people_announced(conference) == (0, 0)
    (place,) = invitations_by_place(conference)
    assert (place.counts[Stage.COMES], place.counts[Stage.CANNOT], place.counts[Stage.SILENT]) == (0, 1, 0)
    page = visitor.get(f"/de/reply/{first.reply_token}").text
    assert re.search(r'<input[^>]*value="cannot"[^>]*checked|<input[^>]*checked[^>]*value="cannot"', page)
    assert db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all() == [
        "delegation_opened", "reply_received",
    ]  # fmt: skip


def test_reply_says_nothing_new_when_the_earlier_answer_is_sent_once_more(app: Flask, visitor: FlaskClient) -> None:
    first = make_letter()
    answer(visitor, first, answer="cannot", people="")
    second = second_letter(first)
    count = len(db.session.scalars(select(OutgoingMail)).all())

    assert answer(visitor, second, answer="cannot", people="").status_code == 303

    assert len(db.session.scalars(select(OutgoingMail)).all()) == count
    assert answer_of_head(first) == second.reply


@pytest.mark.parametrize("given", ["another head", "another conference", "annulled"])
def test_reply_starts_anew_when_the_earlier_answer_is_not_of_this_head_and_conference(
    app: Flask, visitor: FlaskClient, given: str
) -> None:
    first = make_letter()
    answer(visitor, first)
    changes: dict[str, Any] = {}
    if given == "another head":
        changes["head_id"] = make_head(first.conference.host, last="Другая").id
    elif given == "another conference":
        changes["conference_id"] = make_conference(slug="xvii-perm-2023", edition=17, host=first.municipality).id
    else:
        with transaction():
            first.state = LetterState.ANNULLED
    second = second_letter(first, **changes)

    page = visitor.get(f"/ru/reply/{second.reply_token}").text

    assert "На предыдущее письмо" not in page
    assert "orlova@kaluga.example" not in page


def answers_of(page: str) -> list[str]:
    """The answers one may choose, and after ``!`` the one that is chosen."""
    found = re.findall(r"<input[^>]*name=\"answer\"[^>]*>", page)
    return [("!" if "checked" in one else "") + re.findall(r'value="(\w+)"', one)[0] for one in found]


def test_reply_asks_what_fits_when_the_format_is_another(app: Flask, visitor: FlaskClient) -> None:
    letter = make_letter()
    url = f"/en/reply/{letter.reply_token}"
    answer(visitor, letter)
    for held, offered, question, told in (
        ("in-person", ["!comes", "sends_deputy", "by_video", "cannot"], "How many people will come?", None),
        ("hybrid", ["!comes", "sends_deputy", "by_video", "cannot"], "How many people will take part?",
         "held on site and by video"),
        ("video", ["sends_deputy", "!by_video", "cannot"], "How many people will take part by video?", "held by video"),
    ):  # fmt: skip
        with transaction():
            letter.conference.format = ConferenceFormat(held)
        page = visitor.get(url).text
        assert answers_of(page) == offered
        assert question in page
        assert ("As many people of your delegation may join as you wish." in page) is (told is not None)
        assert told is None or f"The conference is {told}" in page
    assert "you answered: “I shall take part in person”" in page
    assert db.session.scalars(select(Reply.answer)).one() is ReplyAnswer.COMES  # nobody changed it

    assert answer(visitor, letter).status_code == 303  # a page that was opened before the switch

    assert db.session.scalars(select(Reply.answer)).one() is ReplyAnswer.BY_VIDEO
    assert "you answered: “" not in visitor.get(url).text
