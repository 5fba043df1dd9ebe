"""Reminders to the silent: by rule, shown first, sent once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Despatch, Letter
from app.correspondence.operations import (
    annul_entry,
    approve_letters,
    issue_letters,
    plan_reminders,
    prepare_letters,
    record_reply,
    send_reminders,
    set_reminder_days,
)
from app.correspondence.queries import reminder_days
from app.correspondence.rules import DespatchWay, LetterKind, ReminderDays, ReplyAnswer, due_step
from app.database import db, transaction
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from tests.factories import ACTOR, NOW, keep

Staff = Callable[[str], FlaskClient]
PAGE = "/en/desk/c/xvi-kaluga-2021/letters/reminders"


def later(days: int) -> datetime:
    """That many days after the letters went."""
    return NOW + timedelta(days=days)


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").replace("\xa0", " ").split())


@pytest.fixture
def sent(kaluga: Conference) -> dict[str, Letter]:
    """Invitations to Perm and Suhl, both sent."""
    prepare_letters(
        conference=kaluga,
        kind=LetterKind.INVITATION,
        selection="municipality:perm,municipality:suhl",
        actor=ACTOR,
        at=NOW,
    )
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    letters = issue_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    with transaction():
        for letter in letters:
            assert letter.mail is not None
            letter.mail.state, letter.mail.sent_at = MailState.SENT, NOW
    return {letter.municipality.slug: letter for letter in letters}


def due(conference: Conference, days: int) -> list[tuple[str, int]]:
    """Town and step of the reminders due so many days later."""
    plan = plan_reminders(conference=conference, at=later(days))
    return [(one.letter.municipality.slug, one.step) for one in plan.due]


def send(conference: Conference, days: int) -> int:
    """Queue all that is due so many days later."""
    keys = {one.key for one in plan_reminders(conference=conference, at=later(days)).due}
    return send_reminders(conference=conference, keys=keys, actor=ACTOR, at=later(days))


@pytest.mark.parametrize(
    ("days", "since_first", "second", "step"),
    [
        (6, None, False, 0), (7, None, False, 1), (30, None, False, 1), (13, 6, False, 0), (14, 7, False, 2),
        (14, 0, False, 0), (20, 6, False, 0), (21, 7, False, 2), (30, 16, True, 0),
    ],
)  # fmt: skip
def test_due_step_keeps_the_distance_when_the_first_went_late(
    days: int, since_first: int | None, second: bool, step: int
) -> None:
    assert due_step(ReminderDays(), days=days, since_first=since_first, second=second) == step


def test_reminders_are_due_after_7_and_14_days(kaluga: Conference, sent: dict[str, Letter]) -> None:
    assert due(kaluga, 6) == []
    assert due(kaluga, 7) == [("perm", 1), ("suhl", 1)]
    assert send(kaluga, 7) == 2
    assert due(kaluga, 13) == []
    assert due(kaluga, 14) == [("perm", 2), ("suhl", 2)]
    assert send(kaluga, 14) == 2
    assert due(kaluga, 40) == []


def test_reminders_go_neither_to_those_who_answered_nor_for_annulled_letters(
    kaluga: Conference, sent: dict[str, Letter]
) -> None:
    record_reply(letter=sent["perm"], answer=ReplyAnswer.CANNOT, source="phone", actor=ACTOR, at=NOW)
    assert sent["suhl"].register_entry is not None
    assert due(kaluga, 7) == [("suhl", 1)]
    annul_entry(entry=sent["suhl"].register_entry, reason="x", actor=ACTOR, at=NOW)
    assert due(kaluga, 7) == []


def test_reminders_are_left_out_with_a_reason_when_the_letter_did_not_arrive(
    kaluga: Conference, sent: dict[str, Letter]
) -> None:
    with transaction():
        assert sent["perm"].mail is not None
        sent["perm"].mail.state = MailState.FAILED
        sent["suhl"].mail = None
    plan = plan_reminders(conference=kaluga, at=later(7))
    assert (plan.due, [(one.municipality, str(one.message)) for one in plan.refused]) == (
        [],
        [
            ("perm", "The letter has perhaps not arrived: look at its mail first."),
            ("suhl", "The letter went on paper: please ask by telephone."),
        ],
    )


def test_reminders_do_not_go_when_the_letter_came_back(kaluga: Conference, sent: dict[str, Letter]) -> None:
    keep(Despatch(letter_id=sent["perm"].id, way=DespatchWay.EMAIL, at=NOW))
    keep(Despatch(letter_id=sent["perm"].id, way=DespatchWay.RETURNED, at=NOW))
    plan = plan_reminders(conference=kaluga, at=later(7))
    assert ([one.letter.municipality.slug for one in plan.due], [one.municipality for one in plan.refused]) == (
        ["suhl"], ["perm"])  # fmt: skip


def test_nobody_is_reminded_when_the_time_to_answer_is_over(kaluga: Conference, sent: dict[str, Letter]) -> None:
    with transaction():
        kaluga.reply_until = date(2021, 4, 13)
    assert due(kaluga, 7) == [("perm", 1), ("suhl", 1)]
    over = plan_reminders(conference=kaluga, at=later(8))
    assert (over.due, str(over.closed)) == ([], "The time to answer is over; nobody is reminded any more.")


def test_send_reminders_sends_once_when_clicked_twice(kaluga: Conference, sent: dict[str, Letter]) -> None:
    keys = {f"reminder-{letter.id}-1" for letter in sent.values()}
    counts = [send_reminders(conference=kaluga, keys=keys, actor=ACTOR, at=later(7)) for _ in range(2)]
    mails = db.session.query(OutgoingMail).filter_by(kind="reminder").order_by(OutgoingMail.id).all()
    assert (counts, [mail.deed_key for mail in mails]) == (
        [2, 0], [f"reminder-{sent['perm'].id}-1", f"reminder-{sent['suhl'].id}-1"],
    )  # fmt: skip
    assert db.session.query(HistoryEntry).filter_by(deed="correspondence.send_reminders").count() == 2


def test_reminder_speaks_to_the_head_and_brings_the_letter(kaluga: Conference, sent: dict[str, Letter]) -> None:
    assert send(kaluga, 7) == 2
    perm, suhl = db.session.query(OutgoingMail).filter_by(kind="reminder").order_by(OutgoingMail.id)
    assert (perm.to, perm.subject.split(":")[0], suhl.subject.split(":")[0]) == (
        ["head@perm.example"], "Напоминание", "Erinnerung",
    )  # fmt: skip
    assert "Уважаемый Алексей Николаевич!" in perm.text
    assert f"/ru/reply/{sent['perm'].reply_token}" in perm.text
    assert f"/ru/reply/{sent['perm'].reply_token}" in perm.html
    assert "am 6. April 2021 haben wir Ihnen unser Schreiben Исх-2 gesandt." in suhl.text.replace("\xa0", " ")
    assert [file.document_id for file in perm.attachments] == [sent["perm"].document_id]


def test_reminders_page_shows_who_how_many_and_what_before_anything_is_queued(
    kaluga: Conference, sent: dict[str, Letter], staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.correspondence.views.reminders.now", lambda: later(7))
    client = staff("secretariat")
    page = client.get(PAGE)
    text = words_of(page)
    assert "2 reminders are due" in text
    assert "Напоминание: " in text
    assert sent["perm"].reply_token not in page.text
    assert db.session.query(OutgoingMail).filter_by(kind="reminder").count() == 0
    ticked = re.findall(r'name="reminder" value="([^"]+)" checked', page.text)
    assert len(ticked) == 2
    assert client.post(PAGE, data={"reminder": ticked[:1]}).status_code == 303
    assert client.post(PAGE, data={"reminder": ticked[:1]}).status_code == 303
    assert [mail.deed_key for mail in db.session.query(OutgoingMail).filter_by(kind="reminder")] == ticked[:1]
    assert staff("desk").get(PAGE).status_code == 403


def test_reminder_days_are_set_for_one_conference(kaluga: Conference, sent: dict[str, Letter], staff: Staff) -> None:
    client = staff("organiser")
    refused = client.post(f"{PAGE}/days", data={"first_days": "10", "second_days": "10"})
    assert refused.status_code == 422
    assert "The second reminder goes later than the first and within 180 days." in words_of(refused)
    assert reminder_days(kaluga) == ReminderDays(7, 14)
    assert client.post(f"{PAGE}/days", data={"first_days": "3", "second_days": "5"}).status_code == 303
    db.session.expire_all()
    assert (reminder_days(kaluga), due(kaluga, 3)) == (ReminderDays(3, 5), [("perm", 1), ("suhl", 1)])


@pytest.mark.parametrize(
    ("days", "field"), [((0, 5), "first_days"), ((91, 95), "first_days"), ((7, 181), "second_days")]
)
def test_set_reminder_days_refuses_what_cannot_be_kept(kaluga: Conference, days: tuple[int, int], field: str) -> None:
    with pytest.raises(Refusal) as caught:
        set_reminder_days(conference=kaluga, days=ReminderDays(*days), actor=ACTOR, at=datetime(2021, 4, 6, tzinfo=UTC))
    assert (caught.value.field, reminder_days(kaluga)) == (field, ReminderDays())
