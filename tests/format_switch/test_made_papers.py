"""Papers made for people, badge and visa letter: withdrawn or kept when they leave the hall, and back with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import set_brief
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, transaction
from app.delegations.queries.visa import visa_letters
from app.format_switch.operations import apply_plan, draft_plan
from app.format_switch.queries.paper import plan_html
from app.format_switch.queries.plans import planned
from app.format_switch.rules.requests import Choice, Paper
from app.i18n import speaking
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.printing.freshness import last_badges
from app.printing.models import Badge, PrintRun
from tests.delegations.test_visa import issued, with_passport
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate
from tests.format_switch.test_requests import GIVEN, IN_PERSON, VIDEO, counted, mail_to, move


def kaluga() -> Conference:
    """Two with a badge, one of them with a visa letter."""
    conference = make_conference()
    facts = {"host_inn": "7700000000", "responsible_name": "М. Т.", "responsible_emails": ["a@example.org"]}
    set_brief(conference=conference, kind=LetterKind.VISA_SUPPORT_RU, language="ru", facts=facts, actor=ACTOR, at=NOW)
    erika = with_passport(conference)
    people = [erika, make_delegate(conference, "D2", email="d2@x.example")]
    issued(conference, erika, language="ru")
    run = keep(
        PrintRun(conference_id=conference.id, kind="badges", layout="a6", count=2, sha256="0" * 64, created_at=NOW)
    )
    for person in people:
        keep(Badge(run_id=run.id, delegate_id=person.id, fingerprint="x"))
    return conference


def valid(conference: Conference) -> tuple[int, int]:
    """How many badges and visa letters count."""
    db.session.expire_all()
    letter = db.session.query(Letter).filter_by(kind=LetterKind.VISA_SUPPORT_RU).one()
    assert letter.state is LetterState.ISSUED  # whatever becomes of it, it stays as it was issued
    return len(last_badges(conference)), len(visa_letters([letter.subject_id or 0]))


def test_papers_are_withdrawn_as_the_plan_says_and_count_again_with_the_way_back(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    plan = draft_plan(conference=conference, to=VIDEO, reason="Ограничения на въезд", **GIVEN)
    address = f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}"
    sent: dict[str, Any] = {"version": plan.version, "badge": "withdraw", "visa-letter": "withdraw"}
    assert staff("organiser").post(f"{address}/requests", data=sent).status_code == 303
    assert plan.requests == {"badge": "withdraw", "visa-letter": "withdraw"}
    said = (
        "2 Namensschilder sind schon gedruckt; sie werden zurückgezogen.",
        "1 Visumschreiben ist ausgefertigt; es wird zurückgezogen, seine Nummer bleibt im Postausgangsbuch.",
    )
    page = staff("organiser").get(address).get_data(as_text=True)
    with speaking("de"):
        paper = plan_html(plan, at=NOW)
    assert [(line in page, line in paper) for line in said] == [(True, True)] * 2
    assert counted(planned(plan)) == (3, 0, 0)
    apply_plan(plan=plan, version=plan.version, **GIVEN)
    assert valid(conference) == (0, 0)
    told = mail_to("erika@karlsruhe.example")
    assert "Die Einladung für Ihr Visum ist gegenstandslos; bitte beantragen Sie damit keines." in told
    assert "Das für Sie gedruckte Namensschild ist zurückgezogen." in told
    letter = db.session.query(Letter).filter_by(kind=LetterKind.VISA_SUPPORT_RU).one()
    shown = staff("organiser").get(f"/de/desk/c/{conference.slug}/letters/{letter.id}").get_data(as_text=True)
    assert "weil die Person per Video teilnimmt" in shown
    assert all(line in staff("organiser").get(address).get_data(as_text=True) for line in said)  # as it was decided
    with transaction():
        for mail in db.session.query(OutgoingMail).filter_by(state=MailState.HELD):
            mail.state = MailState.SENT
    assert counted(move(conference, IN_PERSON, at=NOW + timedelta(hours=1))) == (0, 0, 3)
    assert valid(conference) == (2, 1)
    assert "Das für Sie gedruckte Namensschild gilt wieder." in mail_to("erika@karlsruhe.example")


def test_papers_are_kept_unless_the_plan_withdraws_them(app: Flask) -> None:
    conference = kaluga()
    assert counted(move(conference, VIDEO, requests={Paper.BADGE: Choice.WITHDRAW})) == (2, 1, 0)
    assert valid(conference) == (0, 1)
    assert counted(move(conference, IN_PERSON, at=NOW + timedelta(hours=1))) == (0, 0, 2)
    assert counted(move(conference, VIDEO, at=NOW + timedelta(hours=2))) == (0, 3, 0)
    assert valid(conference) == (2, 1)
