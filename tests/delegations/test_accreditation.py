"""Declining with a reason in the person's language, and the sealed list for the guards of the host."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import DeclineReason, Delegate, PassportRecord
from app.delegations.operations.passports import erase_passports
from app.delegations.operations.reasons import keep_reason, reason_texts, remove_reason
from app.delegations.operations.security_list import make_security_list
from app.delegations.operations.together import TogetherDeed, decide_together
from app.delegations.queries.security_list import security_lists
from app.delegations.queries.visa import SEEN
from app.delegations.rules import Accreditation
from app.documents.models import SealedDocument
from app.documents.queries import content
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.strongbox import lock_values
from tests.factories import ACTOR, NOW, make_conference, make_delegate

TEXTS = {"ru": "Мест нет.", "de": "Kein Platz.", "en": "No place."}


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference()


def with_passport(conference: Conference, number: str, *, agrees: bool = True, **given: Any) -> Delegate:
    row = make_delegate(conference, number[::-1], **given)
    with transaction() as session:
        row.consents = {"visa": "2021-04-06"} if agrees else {}
        session.add(
            PassportRecord(delegate_id=row.id, created_at=NOW, updated_at=NOW,
                           sealed=lock_values({"number": number, "birth_date": "1980-02-01", "citizenship": "DE"}))
        )  # fmt: skip
    return row


def text_of(document: SealedDocument) -> str:
    import io

    from openpyxl import load_workbook

    rows = load_workbook(io.BytesIO(content(document))).active.iter_rows(values_only=True)
    return "\n".join("|".join(str(cell or "") for cell in row) for row in rows)


def test_reason_reaches_everyone_in_their_language_when_several_are_declined(conference: Conference) -> None:
    rows = [make_delegate(conference, f"R0000{n}", language=code) for n, code in enumerate(("ru", "de", "en"))]
    kept = keep_reason(conference=conference, texts=TEXTS, actor=ACTOR, at=NOW)
    texts = reason_texts(conference=conference, chosen=str(kept.id), typed={})

    decide_together(conference=conference, ids=[row.id for row in rows], deed=TogetherDeed.DECLINE, reasons=texts,
                    actor=ACTOR, at=NOW)  # fmt: skip

    assert [(row.accreditation, row.decision_reason) for row in rows] == [
        (Accreditation.DECLINED, TEXTS[code]) for code in ("ru", "de", "en")
    ]


def test_reason_is_refused_when_a_language_is_missing(conference: Conference) -> None:
    with pytest.raises(Refusal) as refused:
        reason_texts(conference=conference, chosen="", typed={"ru": "Нет", "de": "", "en": "No"})
    assert refused.value.field == "text_de"


def test_reason_is_kept_once_and_removed(conference: Conference) -> None:
    for _ in range(2):
        kept = keep_reason(conference=conference, texts=TEXTS, actor=ACTOR, at=NOW)
    assert len(db.session.scalars(select(DeclineReason)).all()) == 1
    remove_reason(conference=conference, number=kept.id, actor=ACTOR, at=NOW)
    assert db.session.scalars(select(DeclineReason)).all() == []


def test_desk_declines_with_a_reason_when_asked(conference: Conference, staff: Any) -> None:
    row = make_delegate(conference, "R00001", language="de")
    client = staff("organiser")
    base = "/ru/desk/c/xvi-kaluga-2021/delegates/R00001/decline"

    assert client.get(base).status_code == 200
    assert client.post(base, data={"reason": "", "text_ru": "Нет"}).status_code == 422
    typed = {f"text_{code}": text for code, text in TEXTS.items()}
    assert client.post("/ru/desk/c/xvi-kaluga-2021/decline-reasons", data=typed).status_code == 303
    assert client.post(base, data={"reason": ""} | typed).status_code == 303

    db.session.refresh(row)
    assert (row.accreditation, row.decision_reason) == (Accreditation.DECLINED, "Kein Platz.")
    assert client.get(base).status_code == 303


def test_list_is_sealed_and_tells_passports_of_those_who_agreed(app: Flask, conference: Conference) -> None:
    agreed = with_passport(conference, "C01X00T47", last="Meier")
    with_passport(conference, "C99Y99Z99", agrees=False, last="Schmidt")
    make_delegate(conference, "R00003", last="Ждёт", accreditation=Accreditation.APPLIED)

    document = make_security_list(conference=conference, form="xlsx", with_passports=True, actor=ACTOR, at=NOW)

    text = text_of(document)
    assert ("C01X00T47" in text, "C99Y99Z99" in text, "Meier" in text, "Schmidt" in text, "Ждёт" in text) == (
        True, False, True, True, False,
    )  # fmt: skip
    assert (document.private, document.kind, document.number) == (True, "security_list", "xvi-kaluga-2021")
    seen = db.session.scalars(select(HistoryEntry.subject_id).where(HistoryEntry.deed == SEEN)).all()
    assert seen == [agreed.id]
    stored = b"".join(path.read_bytes() for path in app.config["SETTINGS"].data.rglob("*") if path.is_file())
    assert b"C01X00T47" not in stored


def test_list_has_no_passports_when_they_are_not_wanted(conference: Conference) -> None:
    with_passport(conference, "C01X00T47")
    document = make_security_list(conference=conference, form="xlsx", with_passports=False, actor=ACTOR, at=NOW)
    assert "C01X00T47" not in text_of(document)
    assert db.session.scalars(select(HistoryEntry.subject_id).where(HistoryEntry.deed == SEEN)).all() == []


def test_list_goes_when_passport_data_are_erased(conference: Conference) -> None:
    with_passport(conference, "C01X00T47")
    document = make_security_list(conference=conference, form="pdf", with_passports=True, actor=ACTOR, at=NOW)
    assert content(document)[:5] == b"%PDF-"

    erase_passports(conference=conference, actor=ACTOR, at=NOW)

    assert security_lists(conference) == []
    assert document.erased_at == NOW


def test_list_is_refused_when_nobody_comes(conference: Conference) -> None:
    with pytest.raises(Refusal):
        make_security_list(conference=conference, form="xlsx", with_passports=True, actor=ACTOR, at=NOW)


def test_list_is_for_those_who_may_see_passports(conference: Conference, staff: Any) -> None:
    with_passport(conference, "C01X00T47")
    base = "/de/desk/c/xvi-kaluga-2021/security-list"
    client = staff("organiser")

    assert client.post(base, data={"form": "xlsx", "passports": "y"}).status_code == 303
    row = security_lists(conference)[0]
    assert client.get(f"{base}/{row.code}").data[:2] == b"PK"
    assert staff("desk").get(base).status_code == 403
    assert staff("desk").get(f"{base}/{row.code}").status_code == 403
