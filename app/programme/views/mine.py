"""A reader's own programme: stars on the device, the clock beside the host's; and a delegate's by their link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.clock import now
from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.delegations.models import Delegate
from app.delegations.queries.clocks import home_zone
from app.delegations.queries.own_page import OwnLine, OwnSection, own_sections
from app.delegations.queries.people import join_link
from app.delegations.views.papers import of_token
from app.delegations.views.shared import full_name, private
from app.directory.zones import is_zone
from app.i18n import language, localized, number
from app.mail_texts import absolute
from app.permissions import by_token
from app.permissions import public as public_page
from app.programme.operations.own_entries import tell_own_calendar
from app.programme.queries.feeds import ics
from app.programme.queries.own_programme import Own, Reason, door_for, held_online, own_programme
from app.programme.queries.pages import day_anchor, day_title, line
from app.programme.queries.published import Item, published
from app.programme.queries.sign_up import is_closed, offered_to
from app.programme.rules import PersonRole
from app.programme.rules.changes import when
from app.programme.rules.sign_up import overlaps
from app.programme.views.blueprint import programme
from app.programme.views.public import around
from app.programme.views.reading import (
    MOST_STARS,
    ZONE_COOKIE,
    answer,
    by_day,
    hours_elsewhere,
    keep_cookie,
    keep_stars,
    reader_zone,
    require_our_page,
    session_url,
    star_button,
    stars,
    way_back,
    zone_choices,
)
from app.security_headers import csrf, limiter


@dataclass(frozen=True)
class _Timed:
    """A session as clashes are looked for."""

    title: str
    starts_at: datetime | None
    ends_at: datetime | None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@programme.get("/c/<slug>/programme/mine")
@public_page
def mine(slug: str) -> Any:
    """What the reader has starred on this device."""
    conference = conference_or_404(slug)
    found = published(conference)
    chosen = stars(slug)
    items = [item for code, item in found.by_code.items() if code in chosen] if found else []
    timed = [
        _Timed(localized_title(item), _moment(item["starts_at"]), _moment(item["ends_at"]))
        for item in items
        if not item["cancelled"]
    ]
    codes = [code for code in found.by_code if code in chosen] if found else []
    return answer(
        "programme/mine.html", **around(conference, found), clashes=overlaps(timed),
        days=by_day(found, items, slug, chosen) if found else [],
        calendar=url_for("programme_feeds.calendar", slug=slug, session=codes),
    )  # fmt: skip


def localized_title(item: Any) -> str:
    """The title in the reader's language, else in one that is there."""
    return next(
        (str(item[f"title_{code}"]) for code in (language(), "en", "de", "ru") if item[f"title_{code}"]), item["id"]
    )


@programme.post("/c/<slug>/programme/stars")
@csrf.exempt  # type: ignore[untyped-decorator]  # see require_our_page
@public_page
@limiter.limit("240 per minute")
def star(slug: str) -> Any:
    """Put a session into the reader's programme or take it out; only this device learns of it."""
    require_our_page()
    conference = conference_or_404(slug)
    found = published(conference) or abort(404)
    adding = "add" in request.form
    code = request.form.get("add" if adding else "remove", "")
    item = found.by_code.get(code)
    if item is None and adding:
        abort(404)
    chosen = [one for one in stars(slug) if one != code and one in found.by_code]
    quietly = request.headers.get("X-Requested-With") == "fetch"
    if adding:
        chosen.append(code)
    if quietly:
        response = make_response(
            str(star_button(code, line(item, found.content, language()).title, adding)) if item else ""
        )
    else:
        response = make_response(redirect(way_back(url_for("programme.mine", slug=slug)), code=303))
    response.headers["Cache-Control"] = "no-store"
    if not keep_stars(response, slug, chosen):
        message = _("Your programme is full: it holds %(most)s sessions.", most=number(MOST_STARS))
        if quietly:
            return message, 422
        flash(message, "error")
    return response


@programme.post("/c/<slug>/programme/zone")
@csrf.exempt  # type: ignore[untyped-decorator]  # see require_our_page
@public_page
@limiter.limit("120 per minute")
def choose_zone(slug: str) -> Any:
    """Show the hours of another clock beside the host's from now on; empty: the host's alone."""
    require_our_page()
    conference_or_404(slug)
    name = request.form.get("zone", "")
    if name and not is_zone(name):
        abort(400)
    response = redirect(way_back(url_for("programme.public", slug=slug)), code=303)
    response.headers["Cache-Control"] = "no-store"
    keep_cookie(response, ZONE_COOKIE, name)
    return response


_OWN_PARTS: Mapping[PersonRole, LazyString] = {
    PersonRole.CHAIR: _l("You take the chair"),
    PersonRole.MODERATOR: _l("You moderate"),
    PersonRole.SPEAKER: _l("You speak"),
    PersonRole.INTERPRETER: _l("You interpret"),
    PersonRole.RAPPORTEUR: _l("You report"),
}


def reason_words(reason: Reason) -> str:
    """Why a session stands in somebody's programme."""
    if reason.role:
        return str(_OWN_PARTS[PersonRole(reason.role)])
    if reason.place_in_line:
        return str(_("You are number %(number)s in line", number=number(reason.place_in_line)))
    if reason.signed_up:
        return str(_("You have a place"))
    if reason.party:
        return str(_("Your delegation takes part"))
    if reason.group:
        return str(_("Your working group"))
    return ""


def all_reasons(one: Own) -> str:
    """The same for a session as a whole."""
    return "; ".join(filter(None, map(reason_words, one.reasons)))


def _on_both_clocks(item: Item, conference: Conference, zone: str, home: str) -> str:
    """When it is at the host, and on the person's own clock where that shows something else."""
    there = hours_elsewhere(item, zone, home)
    if there is None:
        return when(item, zone)
    own = ", ".join(filter(None, (there["day"], there["hours"])))
    return f"{when(item, zone)} ({localized(conference.host, 'name')}; {there['city']}: {own})"


def _section(delegate: Delegate) -> OwnSection | None:
    found = published(delegate.conference)
    own = own_programme(delegate, found) if found else []
    if not own or found is None:
        return None
    zone, home = found.content["timezone"], reader_zone() or home_zone(delegate)
    ahead = [one for one in own if not one.item["cancelled"] and (_moment(one.item["ends_at"]) or now()) >= now()]
    return OwnSection(
        title=str(_("My programme")),
        lines=[
            OwnLine(
                localized_title(one.item), _on_both_clocks(one.item, delegate.conference, zone, home), all_reasons(one)
            )
            for one in ahead[:3]
        ],
        link=str(_("See my whole programme")),
        url=url_for("programme.own_programme_page", token=delegate.token),
    )  # fmt: skip


own_sections["my_programme"] = _section


@programme.get("/delegate/<token>/programme")
@by_token
@private
def own_programme_page(token: str) -> Any:
    """What a delegate signed up for, has a part in, and what is for everyone."""
    delegate = of_token(token)
    conference = delegate.conference
    found = published(conference)
    own = own_programme(delegate, found) if found else []
    days: dict[str, list[Own]] = {}
    for one in own:
        days.setdefault(one.item["date"], []).append(one)
    zone, home = found.content["timezone"] if found else conference.timezone, home_zone(delegate)
    return render_template(
        "programme/own_programme.html", delegate=delegate, conference=conference, title=conference_title(conference),
        name=full_name(delegate), slug=conference.slug, back=request.path, release=found,
        zones=zone_choices(conference, found, home) if found else [], reason_words=reason_words,
        days=[(day_title(day), day_anchor(day), ones) for day, ones in days.items()],
        line_of=lambda item: line(item, found.content if found else {}, language()),
        elsewhere=lambda item: hours_elsewhere(item, zone, reader_zone() or home),
        session_url=lambda item: session_url(item, conference.slug),
        papers=lambda item: _papers(item, token), instead=_instead(delegate, own),
        online=lambda item: held_online(delegate, item),
        join=join_link(delegate), calendar=absolute(url_for("programme.own_calendar", token=token)),
    )  # fmt: skip


def _instead(delegate: Delegate, own: Sequence[Own]) -> list[str]:
    """What somebody may still choose when a session they signed up for does not take place: titles, none is full."""
    if not any(one.item["cancelled"] and any(reason.signed_up for reason in one.reasons) for one in own):
        return []
    if is_closed(delegate, now()):
        return []
    offered = offered_to(delegate, now())
    return [
        localized_title(one.item)
        for one in offered
        if one.standing is None and one.open and not one.cancelled and one.left != 0
    ]


def _papers(item: Item, token: str) -> list[tuple[str, str]]:
    """Papers of a session for a delegate: title and address; those for delegates alone come by their own link."""
    found = []
    for one in () if item["cancelled"] else item.get("materials") or ():
        link = one.get("link") or url_for("programme.delegate_material", token=token, sha256=one["sha256"])
        found.append((one.get("title") or one.get("file_name") or link, link))
    return found


@programme.get("/delegate/<token>/programme.ics")
@by_token
@private
def own_calendar(token: str) -> Any:
    """The same as a calendar; the way into sessions by video is the person's own door, never the room itself. What once
    stood in it and is theirs no more is called off."""
    delegate = of_token(token)
    found = published(delegate.conference) or abort(404)
    own = [one for one in own_programme(delegate, found) if one.in_calendar]
    theirs = {one.item["uid"] for one in own}
    told = tell_own_calendar(delegate=delegate, sequences=found.sequences, theirs=theirs)
    lost = {uid for uid, entry in told.items() if not entry.theirs}
    lost |= found.earlier.by_delegate.get(delegate.public_id, frozenset()) - theirs
    text = ics(
        found, base_url=absolute(""), only=theirs, lost=lost,
        sequences={uid: entry.sequence for uid, entry in told.items()},
        name=f"{conference_title(delegate.conference, delegate.language)} – {full_name(delegate)}",
        doors={one.item["uid"]: join_link(delegate) for one in own if door_for(delegate.attendance, one.item)},
        language=delegate.language,
    )  # fmt: skip
    response = current_app.response_class(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{delegate.conference.slug}.ics"'
    return response
