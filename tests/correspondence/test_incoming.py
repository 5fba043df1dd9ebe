"""Letters that come on paper, and the letter of ours that answers them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import IncomingLetter, Letter
from app.correspondence.operations import (
    approve_letters,
    draft_pdf,
    issue_letters,
    prepare_letters,
    record_incoming,
    record_reply,
    set_answered,
)
from app.correspondence.rules import LetterKind, ReplyAnswer
from app.database import db
from app.directory.models import Municipality
from app.documents.queries import content
from app.errors import Refusal
from tests.factories import ACTOR, NOW

Staff = Callable[[str], FlaskClient]
PAGE = "/en/desk/c/xvi-kaluga-2021/letters"


def town(slug: str) -> Municipality:
    return db.session.query(Municipality).filter_by(slug=slug).one()


def came(conference: Conference, slug: str = "perm", **given: Any) -> IncomingLetter:
    """Letter 15-3/12 of 1 April."""
    values = {"number": "15-3/12", "dated": date(2021, 4, 1)}
    return record_incoming(conference=conference, municipality=town(slug), **{**values, **given}, actor=ACTOR, at=NOW)


def draft(conference: Conference, slug: str = "perm") -> Letter:
    """A draft to the head of a town."""
    prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection=f"municipality:{slug}", actor=ACTOR,
                    at=NOW)  # fmt: skip
    return db.session.query(Letter).filter_by(municipality_id=town(slug).id).one()


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").replace("\xa0", " ").split())


def flat(pdf: bytes) -> str:
    """The words of a PDF on one line."""
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return " ".join(text.decode().split())


def test_record_incoming_keeps_it_once_when_it_is_recorded_twice(kaluga: Conference) -> None:
    first = came(kaluga, number=" 15-3/ 12 ", subject="О  делегации")
    assert came(kaluga, number="15-3/ 12") is first
    assert (first.number, first.dated, first.received_on, first.subject, first.recorded_by) == (
        "15-3/ 12", date(2021, 4, 1), date(2021, 4, 6), "О делегации", "M. T.")  # fmt: skip
    assert came(kaluga, "suhl", number="15-3/ 12") is not first


@pytest.mark.parametrize(
    ("given", "field"),
    [({"number": " "}, "number"), ({"dated": date(2021, 4, 7)}, "dated"),
     ({"received_on": date(2021, 3, 31)}, "received_on"), ({"received_on": date(2021, 4, 7)}, "received_on")],
)  # fmt: skip
def test_record_incoming_refuses_what_cannot_be(kaluga: Conference, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as caught:
        came(kaluga, **given)
    assert (caught.value.field, db.session.query(IncomingLetter).count()) == (field, 0)


@pytest.mark.parametrize(("slug", "words"), [("perm", "На № 15-3/12 от 01.04.2021"), ("suhl", "15-3/12")])
def test_letter_names_the_one_it_answers_on_its_paper(kaluga: Conference, slug: str, words: str) -> None:
    letter = draft(kaluga, slug)
    set_answered(letter=letter, incoming=came(kaluga, slug), actor=ACTOR, at=NOW)
    assert words in flat(draft_pdf(letter))
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert letter.document is not None
    assert words in flat(content(letter.document))


def test_set_answered_refuses_when_it_came_from_another_or_the_letter_is_fixed(kaluga: Conference) -> None:
    letter, theirs = draft(kaluga), came(kaluga, "suhl")
    with pytest.raises(Refusal, match="from another municipality"):
        set_answered(letter=letter, incoming=theirs, actor=ACTOR, at=NOW)
    own = came(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="take the approval back first"):
        set_answered(letter=letter, incoming=own, actor=ACTOR, at=NOW)
    assert letter.answers_id is None


def test_record_reply_keeps_the_paper_as_an_incoming_letter(kaluga: Conference, staff: Staff) -> None:
    letter = draft(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    given: dict[str, Any] = {"letter": letter, "answer": ReplyAnswer.CANNOT, "actor": ACTOR, "at": NOW}
    record_reply(**given, source="letter", incoming_number="7", incoming_date=date(2021, 4, 5))
    (row,) = db.session.query(IncomingLetter)
    assert letter.reply is not None
    assert (row.number, row.dated, letter.reply.incoming_id, letter.reply.recorded_by) == (
        "7", date(2021, 4, 5), row.id, "M. T.")  # fmt: skip
    page = words_of(staff("secretariat").get(f"{PAGE}/incoming"))
    assert "7 5 Apr 2021 6 Apr 2021 Perm Исх-1 Prepare an answer" in page
    assert "by letter, recorded by M. T." in words_of(staff("secretariat").get(f"{PAGE}/{letter.id}"))
    record_reply(**given, source="phone", incoming_number="7", incoming_date=date(2021, 4, 5))
    assert (letter.reply.incoming_id, letter.reply.incoming_number) == (None, "")


def test_incoming_page_records_and_a_draft_answers(kaluga: Conference, staff: Staff) -> None:
    client, letter = staff("secretariat"), draft(kaluga)
    assert "No letter of this municipality is recorded." in words_of(client.get(f"{PAGE}/{letter.id}"))
    given = {"municipality": "perm", "number": "1", "dated": "2021-04-01", "received_on": "2021-04-02", "subject": "x"}
    wrong = client.post(f"{PAGE}/incoming", data={**given, "dated": "2999-01-01"})
    assert wrong.status_code == 422
    assert client.post(f"{PAGE}/incoming", data={**given, "municipality": ""}).status_code == 422
    assert client.post(f"{PAGE}/incoming", data=given).status_code == 303
    (row,) = db.session.query(IncomingLetter)
    assert client.post(f"{PAGE}/{letter.id}/answers", data={"incoming": row.id}).status_code == 303
    assert letter.answers_id == row.id
    assert "No. 1 of 1 Apr 2021" in words_of(client.get(f"{PAGE}/{letter.id}"))
    assert client.post(f"{PAGE}/{letter.id}/answers", data={"incoming": "0"}).status_code == 303
    db.session.refresh(letter)
    assert letter.answers_id is None
    assert staff("desk").get(f"{PAGE}/incoming").status_code == 403
    assert staff("desk").post(f"{PAGE}/{letter.id}/answers", data={"incoming": row.id}).status_code == 403
