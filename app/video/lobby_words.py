"""What the lobby says of a session, in the words of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.taking_part import has_hall
from app.delegations.queries.clocks import zone_beside
from app.i18n import date_short, language, listing, localized, time_range
from app.programme.rules import PersonRole
from app.programme.rules.words import FORMATS, KINDS, LANGUAGES
from app.programme.rules.zones import city, elsewhere
from app.video.queries.lobby import Entry, Lobby
from app.video.queries.scene import SceneSession
from app.video.rules.accounts import FLOOR
from app.video.rules.joining import Phase, Tie
from app.video.rules.visitors import VisitorRole

ENTER_AS: Mapping[VisitorRole, LazyString] = {
    VisitorRole.MODERATOR: _l("You enter as moderator."),
    VisitorRole.SPEAKER: _l("You enter as speaker."),
    VisitorRole.INTERPRETER: _l("You enter as interpreter."),
    VisitorRole.DELEGATE: _l("You enter as delegate."),
    VisitorRole.PRESS: _l("You enter as press and listen only."),
}
PARTS: Mapping[PersonRole, LazyString] = {
    PersonRole.CHAIR: _l("You take the chair"),
    PersonRole.MODERATOR: _l("You moderate"),
    PersonRole.SPEAKER: _l("You speak"),
    PersonRole.INTERPRETER: _l("You interpret"),
    PersonRole.RAPPORTEUR: _l("You report"),
}
PHASES: Mapping[Phase, tuple[LazyString, str]] = {
    Phase.BEFORE: (_l("not open yet"), "quiet"),
    Phase.EARLY: (_l("open, begins soon"), "information"),
    Phase.RUNNING: (_l("on now"), "done"),
    Phase.SHUT: (_l("closed for the moment"), "waiting"),
    Phase.OVER: (_l("over"), "quiet"),
    Phase.CANCELLED: (_l("is cancelled"), "stop"),
}


@dataclass(frozen=True)
class Hours:
    """When: on the host's clock with the day, and on the reader's where that differs (else empty); and as moments."""

    host: str
    host_city: str
    day: str
    own: str
    own_city: str
    own_day: str
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True)
class ShownSession:
    """A session of the lobby in words; ``enters``: a click leads into its room now."""

    code: str
    title: str
    title_language: str
    hours: Hours
    starts: str
    opens: str
    ends: str
    facts: str
    place: str
    why: str
    role: str
    state: str
    tone: str
    phase: str
    ready: bool
    enters: bool
    in_hall: bool
    moved_to: str
    channels: tuple[tuple[str, str], ...] = ()


def own_zone(lobby: Lobby, chosen: str) -> str:
    """The reader's clock: the one chosen on this device, else, of who takes part from elsewhere, that of their town;
    empty: the host's will do."""
    return chosen or zone_beside(lobby.guest.delegate)


def hours_of(starts: datetime, ends: datetime, *, conference: Conference, zone: str, today: datetime) -> Hours:
    """The hours in words; the days only where they are not ``today`` of the host."""
    host = conference.timezone
    here = starts.astimezone(ZoneInfo(host)).date()
    day = date_short(here) if here != today.astimezone(ZoneInfo(host)).date() else ""
    there = elsewhere(starts, ends, host=host, zone=zone) if zone else None
    own = time_range(starts, ends, zone) if there is not None else ""
    own_day = date_short(there.day) if there is not None and there.day is not None else ""
    return Hours(time_range(starts, ends, host), localized(conference.host, "name"), day, own,
                 city(zone, language()) if own else "", own_day, starts.isoformat(), ends.isoformat())  # fmt: skip


def _title(entry: Entry) -> tuple[str, str]:
    for code in (language(), "en", "de", "ru"):
        title = getattr(entry.session, f"title_{code}")
        if title:
            return title, code
    return entry.session.code, language()


def spoken_in(languages: Sequence[str], interpreted: bool) -> str:
    """«русский и немецкий, с синхронным переводом»."""
    named = listing([str(LANGUAGES.get(code, code)) for code in languages]) if languages else ""
    if not interpreted:
        return named
    if not named:
        return str(_("with simultaneous interpreting"))
    return str(_("%(languages)s, with simultaneous interpreting", languages=named))


def _facts(session: SceneSession) -> str:
    """«Рабочая группа · по видеосвязи · русский и немецкий»; of one that does not take place, only what it was."""
    if session.cancelled:
        return str(KINDS[session.kind])
    spoken = spoken_in(session.languages, session.interpretation)
    return " · ".join(filter(None, (str(KINDS[session.kind]), str(FORMATS[session.held]), spoken)))


def _channels(entry: Entry) -> tuple[tuple[str, str], ...]:
    if not entry.session.channels:
        return ()
    hall = has_hall(entry.session.held)
    return ((FLOOR, str(_("as spoken in the hall") if hall else _("original sound"))),
            *((code, str(LANGUAGES.get(code, code))) for code in entry.session.channels))  # fmt: skip


def _why(entry: Entry) -> str:
    if entry.parts:
        return "; ".join(str(PARTS[part]) for part in entry.parts)
    if entry.doorway.tie is Tie.OWN:
        return str(_("Your session"))
    return ""


def shown(entry: Entry, lobby: Lobby, *, zone: str) -> ShownSession:
    """A session as it stands now."""
    session, phase = entry.session, entry.doorway.phase(lobby.at)
    conference = lobby.guest.delegate.conference
    title, code = _title(entry)
    word, tone = PHASES[phase]
    target = lobby.scene.by_id.get(session.leads_to) if session.leads_to != session.id else None
    return ShownSession(
        code=session.code, title=title, title_language=code,
        hours=hours_of(session.starts_at, session.ends_at, conference=conference, zone=zone, today=lobby.at),
        starts=session.starts_at.isoformat(), opens=entry.doorway.opens_at.isoformat(),
        ends=session.ends_at.isoformat(),
        facts=_facts(session),
        place=session.places.get(language(), "") if entry.doorway.in_hall else "", why=_why(entry),
        role=str(ENTER_AS[entry.role]), state=str(word), tone=tone, phase=phase.value, ready=session.ready,
        enters=entry.doorway.is_open(lobby.at) and entry.doorway.may_enter, in_hall=entry.doorway.in_hall,
        channels=_channels(entry), moved_to=(localized(target, "title") or target.code) if target is not None else "",
    )  # fmt: skip


def how_long(until: datetime, at: datetime) -> str:
    """«через 25 минут»; nothing for a moment that has passed."""
    left = until - at
    if left <= timedelta():
        return ""
    return str(format_timedelta(left, threshold=1.5, add_direction=True, locale=language()))
