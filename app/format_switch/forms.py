"""Beginning a plan of a switch, and what is typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.conferences.rules import ConferenceFormat
from app.errors import Message, Refusal
from app.format_switch.rules import Cost, Decision, Scope, ScopeKind, SessionChange, cost_of
from app.format_switch.rules.plans import MOST_COSTS
from app.format_switch.rules.reasons import said
from app.format_switch.rules.words import FORM_WORDS, MOVE_WORDS
from app.i18n import LANGUAGES
from app.programme.rules.hours import moments

_WHY = _l("Say why the format changes: the mails and the history tell it.")
_LONG = Length(max=1000, message=_l("Say it in at most 1000 characters."))
EMPTY_COSTS = 3  # rows ready to be filled in


class _Why(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The reason, in one language at least."""

    reason = TextAreaField(_l("Reason"), validators=[_LONG])
    reason_language = SelectField(_l("Language of the reason"), choices=list(LANGUAGES.items()), validate_choice=False)
    reason_ru = TextAreaField(_l("Reason in Russian"), validators=[_LONG])
    reason_de = TextAreaField(_l("Reason in German"), validators=[_LONG])
    reason_en = TextAreaField(_l("Reason in English"), validators=[_LONG])

    def _others(self) -> dict[str, str]:
        return {code: self[f"reason_{code}"].data or "" for code in LANGUAGES}

    def first_reason(self) -> str:
        """The words that stand for the reason where there are none of the reader's language."""
        given = (self.reason.data or "", *self._others().values())
        return next((text.strip() for text in given if text.strip()), "")

    def reasons(self) -> dict[str, str]:
        """The reason by language."""
        return said(self.reason.data or "", self.reason_language.data or "", self._others())

    def validate(self, extra_validators: Any = None) -> bool:
        """Refused without a reason in any language."""
        sound = bool(super().validate(extra_validators))
        if self.first_reason():
            return sound
        self.reason.errors = [*self.reason.errors, _WHY]
        return False


class BeginForm(_Why):
    """Whereto, which part, and why."""

    to = RadioField(
        _l("New format"),
        choices=[(each.value, MOVE_WORDS[each]) for each in ConferenceFormat],
        validators=[InputRequired(_l("Choose a format."))],
    )
    part = SelectField(_l("What moves"), default=ScopeKind.WHOLE.value, validate_choice=False)

    def scope(self) -> Scope:
        """The part that was chosen; nonsense is refused by the operation."""
        kind, _colon, of = (self.part.data or "").partition(":")
        return Scope(ScopeKind(kind), of) if kind in {each.value for each in ScopeKind} else Scope(of="?")


class WordsForm(_Why):
    """The reason and the notes of a plan; its costs are read by :func:`read_costs`."""

    notes = TextAreaField(
        _l("Notes"),
        validators=[Length(max=10_000, message=_l("The notes are too long: 10,000 characters are allowed."))],
    )


@dataclass
class Read:
    """What was typed, and what is wrong with it: messages with the ids of fields."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    costs: list[Cost] = field(default_factory=list)
    wrong: list[tuple[Message, str]] = field(default_factory=list)


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return None


def days_offered(change: SessionChange, days: Sequence[date], zone: str) -> list[date]:
    """The days a session with hours may be moved to: those of the conference, and where it is or was."""
    own = {_day(held.starts_at, zone) for held in (change.base, change.now, change.then) if held.starts_at}
    return sorted({*days, *own})


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _chosen_day(
    change: SessionChange, values: Mapping[str, str], days: Sequence[date], usual: date, zone: str, read: Read
) -> date | None:  # fmt: skip
    text = values.get(f"day-{change.session_id}", "").strip()
    if not text:
        return usual
    found = next((day for day in days_offered(change, days, zone) if day.isoformat() == text), None)
    if found is None:
        read.wrong.append((_l("%(code)s: choose a day of the conference.", code=change.code),
                           f"day-{change.session_id}"))  # fmt: skip
    return found


def _hours(
    change: SessionChange, values: Mapping[str, str], days: Sequence[date], zone: str, read: Read
) -> tuple[datetime, datetime] | None:  # fmt: skip
    base, number = change.base, change.session_id
    if base.starts_at is None or base.ends_at is None:
        return None
    usual = _day(base.starts_at, zone)
    day = _chosen_day(change, values, days, usual, zone, read)
    if day is None:
        return None
    typed = {part: values.get(f"{part}-{number}", "").strip() for part in ("start", "end")}
    if not any(typed.values()):
        if day == usual:
            return None
        place = ZoneInfo(zone)  # the same hours on another day
        typed = {"start": f"{base.starts_at.astimezone(place):%H:%M}", "end": f"{base.ends_at.astimezone(place):%H:%M}"}
    clocks = {part: _clock(text) for part, text in typed.items()}
    odd = next((part for part, clock in clocks.items() if clock is None), None)
    if odd is not None:
        read.wrong.append((_l("%(code)s: write the hours as 09:30.", code=change.code), f"{odd}-{number}"))
        return None
    try:
        begins, until = moments(day, clocks["start"], clocks["end"], zone)
    except Refusal as refusal:
        read.wrong.append((_l("%(code)s: %(what)s", code=change.code, what=refusal.message), f"start-{number}"))
        return None
    if begins is None or until is None or (begins, until) == (base.starts_at, base.ends_at):
        return None
    return begins, until


def read_decisions(
    changes: Sequence[SessionChange], values: Mapping[str, str], days: Sequence[date], zone: str
) -> Read:  # fmt: skip
    """The form of the sessions: a form, a day and hours for each; what is as proposed is no decision.

    :param days: those of the conference.
    """
    read = Read()
    for change in changes:
        form = values.get(f"form-{change.session_id}", "")
        hours = _hours(change, values, days, zone, read)
        chosen = form if form in FORM_WORDS and form != change.proposed else ""
        decision = Decision(chosen, *(hours or (None, None)))
        if decision != Decision():
            read.decisions[change.uid] = decision
    return read


def read_costs(values: Mapping[str, str]) -> Read:
    """The rows of costs."""
    read = Read()
    for row in range(MOST_COSTS + EMPTY_COSTS):
        label, amount = values.get(f"cost-{row}_label"), values.get(f"cost-{row}_amount")
        if label is None and amount is None:
            break
        try:
            cost = cost_of(label or "", amount or "", values.get(f"cost-{row}_currency", ""), field=f"cost-{row}")
        except Refusal as refusal:
            read.wrong.append((refusal.message, str(refusal.field)))
            continue
        if cost is not None:
            read.costs.append(cost)
    return read
