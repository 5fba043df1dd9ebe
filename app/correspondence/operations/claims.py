"""Letters that say what is not so: told before they are made and approved; other dates, or another format, hinder
their issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.taking_part import has_hall
from app.correspondence.models import Letter
from app.correspondence.operations.writing import OWN
from app.correspondence.queries import answers_by_municipality
from app.correspondence.rules import LetterKind, ReplyAnswer
from app.errors import Message, Refusal
from app.history.queries import has_happened
from invitations.lint import Departure

# By the rule of the remark.
CLAIMS: Mapping[str, Message] = {
    "no programme": _l("The letter sends the programme, but nothing is enclosed and no address is given"),
    "no answer": _l("The letter confirms the participation of somebody who has not said that they take part"),
    "not over": _l("The letter thanks for a conference that is not over yet"),
    "not switched": _l("The letter tells of a change of format, but the format was not changed"),
}
_SWITCHED = "format_switch.switch"
# Letters whose text says how the conference is held; a free one says what its writer wrote.
_SAY_FORMAT = frozenset(LetterKind) - {LetterKind.FREE, LetterKind.VISA_SUPPORT_RU, LetterKind.VISA_SUPPORT_DE}
_DATES: Mapping[str, str] = {"start": "starts_on", "end": "ends_on", "reply_until": "reply_until"}


@dataclass(frozen=True)
class Claims:
    """What the letters of a kind say against what is so; read once for all of them."""

    kind: LetterKind
    taking_part: frozenset[int]  # municipalities
    over: bool
    switched: bool

    def untrue(self, municipality_id: int, fields: Mapping[str, Any], enclosures: Sequence[object]) -> tuple[str, ...]:
        """The rules of :data:`CLAIMS` that a letter departs from."""
        wrong = {
            LetterKind.PROGRAMME_COVER: ("no programme", not enclosures and not fields.get("programme_url")),
            LetterKind.CONFIRMATION: ("no answer", municipality_id not in self.taking_part),
            LetterKind.THANKS: ("not over", not self.over),
            LetterKind.CHANGE_OF_FORMAT: ("not switched", not self.switched),
        }
        rule, is_wrong = wrong.get(self.kind, ("", False))
        return (rule,) if is_wrong else ()


def claims_of(conference: Conference, kind: LetterKind, *, own_format: bool = False, at: datetime | None) -> Claims:
    """What is so now, as far as letters of a kind speak of it.

    :param own_format: whether the letters were given their format: those a switch prepares.
    :param at: None when it is not asked whether the conference is over.
    """
    today = at.astimezone(ZoneInfo(conference.timezone)).date() if at is not None else None
    replies = answers_by_municipality(conference) if kind is LetterKind.CONFIRMATION else {}
    return Claims(
        kind=kind,
        taking_part=frozenset(
            town_id for town_id, reply in replies.items() if reply.answer is not ReplyAnswer.CANNOT
        ),
        over=today is None or today > conference.ends_on,
        switched=kind is not LetterKind.CHANGE_OF_FORMAT or own_format or has_happened(_SWITCHED, conference.id),
    )  # fmt: skip


def remarks_on(rules: Sequence[str]) -> tuple[Departure, ...]:
    """As remarks beside those on the wording."""
    return tuple(Departure(rule, "", "") for rule in rules)


def says_other_dates(letter: Letter) -> bool:
    """Whether an approved letter says other dates than the conference has now.

    The deadline is asked of invitations only; a free letter says what its writer wrote.
    """
    if letter.kind is LetterKind.FREE:
        return False
    names = _DATES if letter.kind is LetterKind.INVITATION else ("start", "end")
    return any(_differs(letter.fields.get(name), getattr(letter.conference, _DATES[name])) for name in names)


def _differs(said: Any, now: date | None) -> bool:
    return bool(said) and said != (now.isoformat() if now is not None else None)


def says_other_format(letter: Letter) -> bool:
    """Whether an approved letter says another format than the conference is held in now.

    A letter that was given its format tells of a switch, which annuls those before it. A visa letter speaks of a
    journey: it is out of date when there is no hall any more.
    """
    said, now = letter.fields.get("format"), letter.conference.format
    if not said or said == now.value or (letter.fields.get(OWN) or {}).get("format"):
        return False
    if letter.subject_id is not None:
        return has_hall(said) and not has_hall(now)
    return letter.kind in _SAY_FORMAT


def out_of_date(letter: Letter) -> Message | None:
    """Why an approved letter is not issued as it is, and what to do; None when it says what is so."""
    numbered = letter.register_entry_id is not None
    if says_other_dates(letter):
        return (
            _l("It says other dates than the conference has now: annul it, then prepare a new one.")
            if numbered
            else _l("It says other dates than the conference has now: take the approval back, then approve it anew.")
        )
    if says_other_format(letter):
        return (
            _l("It says another format than the conference has now: annul it, then prepare a new one.")
            if numbered
            else _l("It says another format than the conference has now: take the approval back, then approve it anew.")
        )
    return None


def require_up_to_date(letter: Letter) -> None:
    """Refuse to issue a letter that says other dates, or another format, than the conference has now.

    :raises Refusal: saying what to do.
    """
    reason = out_of_date(letter)
    if reason is not None:
        raise Refusal(reason)
