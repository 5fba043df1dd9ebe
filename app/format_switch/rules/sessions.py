"""What becomes of a session: the proposal, what the organisers decide otherwise, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_both, has_hall, has_screen
from app.format_switch.rules.scope import DISTANCE, Scope, ScopeKind
from app.programme.rules import NEEDS_A_PLACE, SessionKind, held_as

CANCELLED = "cancelled"
LONGEST_ON_SCREEN = timedelta(hours=3)  # nobody looks at a screen for longer without a break
SHORTEST_JOURNEY = timedelta(hours=6)  # people arrive all day long; a talk about arriving is shorter
_JOURNEY = re.compile(r"\b(заезд|отъезд|anreise|abreise|arrivals?|departures?)\b", re.IGNORECASE)
_TOUR = re.compile(
    r"^\s*[«„“\"]?(экскурси[яи]\b|прогулк\w+|(stadt)?(führung|rundgang|rundfahrt)\b|exkursion\b|ausflug\b"
    r"|(guided |city |walking )?tour\b|excursion\b|sightseeing\b)",
    re.IGNORECASE,
)
# Of what people say and sign a screen shows enough, wherever it was planned.
_TALKS = frozenset(
    {
        SessionKind.PLENARY, SessionKind.WORKING_GROUP, SessionKind.ROUND_TABLE, SessionKind.BILATERAL,
        SessionKind.SIGNING, SessionKind.PRESS,
    }
)  # fmt: skip
_ON_THE_SPOT = re.compile(r"возложени\w* (венк|цвет)|kranzniederlegung|wreath|wreaths", re.IGNORECASE)


class Why(StrEnum):
    """Why something is proposed, or what the organisers should think of."""

    NEEDS_A_PLACE = "needs-a-place"
    JOURNEY = "journey"
    OUTDOORS = "outdoors"
    SHOWN_ONLY = "shown-only"
    LONG = "long"
    ON_A_SCREEN = "on-a-screen"
    BOTH = "both"
    IN_THE_HALL = "in-the-hall"
    OWN_FORM = "own-form"
    OFF_BEFORE = "off-before"
    OWN_DEED = "own-deed"


@dataclass(frozen=True)
class Held:
    """How a session stands in the draft: its own format, whether it is off, its hours."""

    format: ConferenceFormat | None = None
    cancelled: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "format": self.format.value if self.format else None,
            "cancelled": self.cancelled,
            "starts_at": _told(self.starts_at),
            "ends_at": _told(self.ends_at),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Held:
        """From :meth:`kept`."""
        return cls(
            ConferenceFormat(kept["format"]) if kept["format"] else None, bool(kept["cancelled"]),
            _moment(kept["starts_at"]), _moment(kept["ends_at"]),
        )  # fmt: skip


def _told(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Alteration:
    """What an earlier switch to ``made_for`` did to a session and has not given back; ``scope``: what it moved."""

    made_for: ConferenceFormat
    before: Held
    after: Held
    scope: ScopeKind = ScopeKind.WHOLE

    def is_undone_by(self, to: ConferenceFormat, scope: ScopeKind) -> bool:
        """Whether a switch gives it back: one that goes nearer to the hall; the whole gives back what a switch of the
        whole took, what was decided of one day or session alone stays so."""
        return DISTANCE[self.made_for] > DISTANCE[to] and not self.stays_apart(to, scope)

    def stays_apart(self, to: ConferenceFormat, scope: ScopeKind) -> bool:
        """Whether a switch of the whole that goes nearer to the hall leaves it, as a deed of its own."""
        apart = scope is ScopeKind.WHOLE and self.scope is not ScopeKind.WHOLE
        return apart and DISTANCE[self.made_for] > DISTANCE[to]


@dataclass(frozen=True)
class Decision:
    """What the organisers decide for a session; what they leave empty is as proposed."""

    form: str = ""  # in-person | hybrid | video | cancelled
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"form": self.form, "starts_at": _told(self.starts_at), "ends_at": _told(self.ends_at)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Decision:
        """From :meth:`kept`."""
        return cls(str(kept.get("form", "")), _moment(kept.get("starts_at")), _moment(kept.get("ends_at")))


@dataclass(frozen=True)
class _Formed:
    kind: SessionKind
    format: ConferenceFormat | None


def form_of(held: Held, kind: SessionKind, conference: ConferenceFormat) -> str:
    """How it is held in a conference of that format: one of the formats, or ``cancelled``."""
    return CANCELLED if held.cancelled else held_as(_Formed(kind, held.format), conference).value


def dropped(kind: SessionKind, own_format: ConferenceFormat | None, to: ConferenceFormat) -> bool:
    """Whether a session is cancelled because nobody will be on the spot (gala dinner, excursion, transfer)."""
    return not has_hall(to) and kind in NEEDS_A_PLACE and own_format is None


def is_journey(titles: Iterable[str], held: Held) -> bool:
    """Whether a session is a day of arrivals or departures, whatever kind the file gave it: as little of it can be
    shown as of a transfer."""
    if held.starts_at is None or held.ends_at is None or held.ends_at - held.starts_at < SHORTEST_JOURNEY:
        return False
    return any(_JOURNEY.search(title) for title in titles)


def _shown_nowhere(kind: SessionKind, titles: Iterable[str], base: Held, *, outdoors: bool) -> Why | None:
    """Why a session nobody has a form of its own for cannot be shown on a screen; None when it can.

    :param outdoors: it is held where no walls are; what is said there can be said before a screen.
    """
    texts = list(titles)
    if base.format is not None:
        return None
    if kind in NEEDS_A_PLACE or (kind not in _TALKS and any(_TOUR.search(title) for title in texts)):
        return Why.NEEDS_A_PLACE
    if is_journey(texts, base):
        return Why.JOURNEY
    return Why.OUTDOORS if outdoors and kind not in _TALKS else None


def why(
    kind: SessionKind,
    titles: Iterable[str],
    base: Held,
    form: str,
    too_long: bool,
    *,
    outdoors: bool = False,
    apart: bool = False,
) -> Why:
    """What is said beside the form proposed for a session.

    :param apart: an earlier switch of its own, or of its day, made it so and is not undone.
    """
    if apart:
        return Why.OWN_DEED
    texts = list(titles)
    if form == CANCELLED:
        if base.cancelled:
            return Why.OFF_BEFORE
        return _shown_nowhere(kind, texts, base, outdoors=outdoors) or Why.NEEDS_A_PLACE
    if not has_hall(form):
        if any(_ON_THE_SPOT.search(text) for text in texts):
            return Why.SHOWN_ONLY
        if too_long:
            return Why.LONG
        return Why.OWN_FORM if base.format is not None and not has_hall(base.format) else Why.ON_A_SCREEN
    return Why.BOTH if has_both(form) else Why.IN_THE_HALL


def forms_offered(conference: ConferenceFormat) -> tuple[str, ...]:
    """What a session may become in a conference of that format."""
    if not has_hall(conference):
        return (ConferenceFormat.VIDEO.value, CANCELLED)
    return (*(each.value for each in ConferenceFormat), CANCELLED)


def stands_apart(
    base: Held, alterations: Sequence[Alteration], to: ConferenceFormat, scope: ScopeKind = ScopeKind.WHOLE
) -> bool:
    """Whether a session that all others leave stays as a switch of its own, or of its day, made it."""
    return any(
        one.stays_apart(to, scope)
        and (base.format, base.cancelled) == (one.after.format, one.after.cancelled)
        and (base.format, base.cancelled) != (one.before.format, one.before.cancelled)
        for one in alterations
    )


def given_back(
    now: Held, alterations: Sequence[Alteration], to: ConferenceFormat, scope: ScopeKind = ScopeKind.WHOLE
) -> Held:
    """What earlier switches made for formats further from the hall than ``to``, undone, the newest first; what
    somebody has changed since stays as they made it."""
    for one in reversed(alterations):
        if not one.is_undone_by(to, scope):
            continue
        if now.format == one.after.format:
            now = replace(now, format=one.before.format)
        if now.cancelled == one.after.cancelled:
            now = replace(now, cancelled=one.before.cancelled)
        if (now.starts_at, now.ends_at) == (one.after.starts_at, one.after.ends_at):
            now = replace(now, starts_at=one.before.starts_at, ends_at=one.before.ends_at)
    return now


def with_form(held: Held, kind: SessionKind, form: str, conference: ConferenceFormat) -> Held:
    """The session held in that form in a conference of that format; its own format only where it needs one."""
    if form == CANCELLED:
        return replace(held, cancelled=True)
    living = replace(held, cancelled=False)
    for candidate in (living, replace(living, format=None)):
        if form_of(candidate, kind, conference) == form and not dropped(kind, candidate.format, conference):
            return candidate
    return replace(living, format=ConferenceFormat(form))


def proposal(
    base: Held,
    kind: SessionKind,
    scope: Scope,
    conference: ConferenceFormat,
    to: ConferenceFormat,
    titles: Iterable[str] = (),
    *,
    outdoors: bool = False,
) -> Held:
    """What becomes of a session unless somebody decides otherwise.

    :param base: as it stands when earlier switches have given back what they took.
    :param conference: the format the conference has afterwards.
    :param outdoors: it is held in the open air, in a bus or on foot.
    """
    if scope.kind is ScopeKind.SESSION:
        return with_form(base, kind, to.value, conference)
    if has_screen(to) and _shown_nowhere(kind, titles, base, outdoors=outdoors) is not None:
        if not has_hall(to):
            return replace(base, cancelled=True)
        return base if base.cancelled else with_form(base, kind, ConferenceFormat.IN_PERSON.value, conference)
    if scope.kind is ScopeKind.WHOLE or (has_both(to) and kind in NEEDS_A_PLACE):
        return base
    return with_form(base, kind, to.value, conference)


def decided(held: Held, decision: Decision, kind: SessionKind, conference: ConferenceFormat) -> Held:
    """The proposal with what was decided otherwise."""
    if decision.form in forms_offered(conference):
        held = with_form(held, kind, decision.form, conference)
    if decision.starts_at is None or decision.ends_at is None or decision.starts_at >= decision.ends_at:
        return held
    return replace(held, starts_at=decision.starts_at, ends_at=decision.ends_at)


def shorter(held: Held, form: str) -> datetime | None:
    """When a session that moves to video should end instead, of whatever kind; None when it is short enough."""
    if form == CANCELLED or has_hall(form):
        return None
    if held.starts_at is None or held.ends_at is None or held.ends_at - held.starts_at <= LONGEST_ON_SCREEN:
        return None
    return held.starts_at + LONGEST_ON_SCREEN
