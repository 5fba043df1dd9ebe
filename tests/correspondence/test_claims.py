"""Letters that say what is not so: remarked before they are approved; with other dates they are not issued."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter
from app.correspondence.operations import (
    approve_letters,
    issue_letters,
    plan_approval,
    plan_letters,
    prepare_letters,
    record_reply,
    take_back_approval,
)
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer
from app.database import db, transaction
from app.history.operations import record
from tests.factories import ACTOR, NOW

Staff = Callable[[str], FlaskClient]
BASE = "/en/desk/c/xvi-kaluga-2021/letters"
PERM = "municipality:perm"
CLAIM = {
    "programme_cover": "The letter sends the programme, but nothing is enclosed and no address is given",
    "confirmation": "The letter confirms the participation of somebody who has not said that they take part",
    "thanks": "The letter thanks for a conference that is not over yet",
    "change_of_format": "The letter tells of a change of format, but the format was not changed",
}


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


def noted(conference: Conference, kind: str, days: int = 0) -> list[tuple[str, str]]:
    """Municipality and words of what is noted before letters of a kind are made."""
    plan = plan_letters(conference=conference, kind=LetterKind(kind), selection=PERM, language=None,
                        at=NOW + timedelta(days=days))  # fmt: skip
    return [(note.municipality, str(note.message)) for note in plan.notes]


@pytest.mark.parametrize("kind", list(CLAIM))
def test_letter_that_says_what_is_not_so_is_noted_and_remarked_when_nothing_bears_it_out(
    kaluga: Conference, staff: Staff, kind: str
) -> None:
    assert noted(kaluga, kind) == [("perm" if kind == "confirmation" else "", CLAIM[kind])]
    prepare_letters(conference=kaluga, kind=LetterKind(kind), selection=PERM, actor=ACTOR, at=NOW)
    (fixed,), _refused = plan_approval(conference=kaluga, at=NOW)
    assert len(fixed.departures) == 1
    client = staff("organiser")
    letter = db.session.query(Letter).one()
    if kind != "thanks":  # the clock of the pages is today's
        assert CLAIM[kind] in words_of(client.get(f"{BASE}/prepare?kind={kind}&municipality=suhl"))
        assert CLAIM[kind] in words_of(client.get(f"{BASE}/approve"))
        assert CLAIM[kind] in words_of(client.get(f"{BASE}/{letter.id}"))


def test_letters_are_not_remarked_on_when_they_say_what_is_so(kaluga: Conference) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection=PERM, actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    (letter,) = issue_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    record_reply(letter=letter, answer=ReplyAnswer.COMES, people=2, source="phone", actor=ACTOR, at=NOW)
    with transaction():
        record(deed="format_switch.switch", subject=None, actor=ACTOR, at=NOW, conference_id=kaluga.id)
    after = (kaluga.ends_on - NOW.date()).days + 1
    assert [noted(kaluga, kind, after) for kind in ("confirmation", "thanks", "change_of_format")] == [[], [], []]
    assert noted(kaluga, "thanks", after - 1) == [("", CLAIM["thanks"])]
    record_reply(letter=letter, answer=ReplyAnswer.CANNOT, source="phone", actor=ACTOR, at=NOW)
    assert noted(kaluga, "confirmation") == [("perm", CLAIM["confirmation"])]


def test_letter_is_not_issued_when_the_dates_of_the_conference_changed_after_its_approval(
    kaluga: Conference, staff: Staff
) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection=PERM, actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    client = staff("organiser")
    letter = db.session.query(Letter).one()
    warning = "says other dates than the conference has now"
    assert warning not in words_of(client.get(f"{BASE}/issue"))
    with transaction():
        kaluga.ends_on = kaluga.ends_on + timedelta(days=1)
    assert f"1 letter {warning.replace('dates', 'dates or another format')} and will not be issued" in words_of(
        client.get(f"{BASE}/issue")
    )
    assert f"It {warning}" in words_of(client.get(f"{BASE}/{letter.id}"))
    outcome = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert (outcome.count, [str(one.message) for one in outcome.refused]) == (
        0, [f"It {warning}: take the approval back, then approve it anew."]
    )  # fmt: skip
    assert letter.state is LetterState.APPROVED
    take_back_approval(letters=[letter], actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert issue_letters(conference=kaluga, actor=ACTOR, at=NOW).count == 1
    assert letter.fields["end"] == kaluga.ends_on.isoformat()


def test_letter_is_not_issued_when_the_format_of_the_conference_changed_after_its_approval(
    kaluga: Conference, staff: Staff
) -> None:
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection=PERM, actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    client = staff("organiser")
    letter = db.session.query(Letter).one()
    warning = "says another format than the conference has now"
    assert warning not in words_of(client.get(f"{BASE}/{letter.id}"))
    with transaction():
        kaluga.format = ConferenceFormat.VIDEO
    assert "1 letter says other dates or another format than" in words_of(client.get(f"{BASE}/issue"))
    assert f"It {warning}" in words_of(client.get(f"{BASE}/{letter.id}"))
    outcome = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert (outcome.count, [str(one.message) for one in outcome.refused]) == (
        0, [f"It {warning}: take the approval back, then approve it anew."]
    )  # fmt: skip
    take_back_approval(letters=[letter], actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert issue_letters(conference=kaluga, actor=ACTOR, at=NOW).count == 1
    assert letter.fields["format"] == "video"
