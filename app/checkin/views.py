"""The entrance desk: a badge is scanned or a name is typed, and the person is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.checkin import queries
from app.checkin.models import CheckIn
from app.checkin.operations import Arrival, TurnedAway, check_in, check_in_by_code, undo_check_in, undo_outside_days
from app.checkin.rules import LONGEST_REASON, How, is_like_a_code, readings, why_not
from app.checkin.words import HOW_WORDS, moment_words
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.taking_part import comes, has_hall
from app.database import fold
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.queries import how_many, matching, page_of_delegates
from app.delegations.queries.groups import name_of_delegation
from app.delegations.queries.own_page import OwnLine, OwnSection, desk_sections
from app.delegations.views.papers import staff_delegate
from app.delegations.views.shared import both_names, city_name
from app.delegations.words import role_word
from app.errors import Message, Refusal
from app.i18n import date_time
from app.navigation import Door
from app.permissions import Permission, allow, may

MOST = 25  # people a search shows
NO_DELEGATION = "none"

desk = Blueprint("checkin", __name__, url_prefix="/<language:language>/desk/c/<slug>/check-in")
blueprints = (desk,)
doors = (Door(_l("Entrance desk"), "checkin.entrance", Permission.CHECK_IN, order=44, of_conference=True),)


@dataclass(frozen=True)
class Further:
    """A page of a room above for those checked in, which its ``scope`` chooses there."""

    label: Message
    endpoint: str
    permission: Permission


#: name of what is done there -> the page, linked below the counts once somebody has arrived.
further: dict[str, Further] = {}


@dataclass(frozen=True)
class Shown:
    """One person as the desk sees them."""

    delegate: Delegate
    names: tuple[str, str]
    place: str
    role: str
    photo: DelegatePhoto | None
    arrived: CheckIn | None
    refused: Message | None


def _shown(conference: Conference, people: Sequence[Delegate]) -> list[Shown]:
    """People with portrait and whether they have arrived; two queries."""
    if not people:
        return []
    arrived, photos = queries.standing_of(people), queries.photos_of(people)
    found = []
    for row in people:
        group = name_of_delegation(row.delegation) if row.delegation is not None else ""
        place = " · ".join(dict.fromkeys(text for text in (group, city_name(row) or row.organisation) if text))
        refused = why_not(row.accreditation, comes=comes(row.attendance, conference.format),
                          has_hall=has_hall(conference.format))  # fmt: skip
        found.append(Shown(row, both_names(row), place, role_word(row.role), photos.get(row.id), arrived.get(row.id),
                           refused))  # fmt: skip
    return found


def _group(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _page(conference: Conference, *, turned_away: TurnedAway | None = None) -> str:
    at, words, group = now(), request.args.get("q", "").strip(), request.args.get("delegation", "")
    counted = [
        (row, name_of_delegation(row.delegation) if row.delegation is not None else _("without a delegation"))
        for row in queries.groups(conference)
    ]
    counted.sort(key=lambda pair: (pair[0].delegation is None, fold(pair[1]) or ""))
    people: Sequence[Delegate] = ()
    total = 0
    if words:
        asked = matching(conference, words=words)
        people, total = page_of_delegates(asked, offset=0, limit=MOST), how_many(asked)
    elif group:
        people = queries.members(conference, None if group == NO_DELEGATION else _group(group))
    done = queries.check_in_of(conference, _group(request.args.get("done", "")) or 0)
    of_now = [done.delegate] if done is not None and done.undone_at is None else []
    if turned_away is not None:
        of_now = [turned_away.delegate] if turned_away.delegate is not None else []
    arrived = sum(row.arrived for row, _name in counted)
    return render_template(
        "checkin/entrance.html",
        conference=conference,
        words=words,
        found=_shown(conference, people),
        total=total,
        most=MOST,
        of_now=next(iter(_shown(conference, of_now)), None),
        done=done,
        again="again" in request.args,
        turned_away=turned_away,
        group=group,
        group_name=next((name for row, name in counted if group and group == _name_of(row)), ""),
        groups=[(row, name, _name_of(row)) for row, name in counted],
        arrived=arrived,
        expected=sum(row.expected for row, _name in counted),
        on_site=has_hall(conference.format),
        outside=len(queries.outside_its_days(conference)),
        latest=[(row, both_names(row.delegate)) for row in queries.latest(conference)],
        how=HOW_WORDS,
        moment=lambda moment: moment_words(moment, at, conference.timezone),
        links=[
            (one.label, url_for(one.endpoint, slug=conference.slug, scope="checked-in", _anchor="scope"))
            for _name, one in sorted(further.items())
            if arrived and may(one.permission)
        ],
    )


def _name_of(group: queries.Group) -> str:
    return str(group.delegation.id) if group.delegation is not None else NO_DELEGATION


@desk.get("/")
@allow(Permission.CHECK_IN)
def entrance(slug: str) -> Any:
    """One field for scanner and names, who was found, who is in, and how many."""
    return _page(desk_conference(slug))


@desk.post("/")
@allow(Permission.CHECK_IN)
def arrive(slug: str) -> Any:
    """A code is of somebody who is in from now on; anything else is a name to look for."""
    conference = desk_conference(slug)
    actor, at, group = current_actor(), now(), request.form.get("delegation") or None
    said, number = request.form.get("said", "").strip()[:200], request.form.get("delegate", "")
    try:
        if number:
            row = staff_delegate(conference, number)
            return _in(conference, check_in(conference=conference, delegate=row, actor=actor, at=at), group)
        codes = readings(said)
        if queries.holder_of(codes) is not None or queries.withdrawn(codes) is not None:
            return _in(conference, check_in_by_code(conference=conference, code=said, actor=actor, at=at))
        if is_like_a_code(said) and not how_many(matching(conference, words=said)):
            check_in_by_code(conference=conference, code=said, actor=actor, at=at)
    except TurnedAway as refusal:
        return _page(conference, turned_away=refusal), 422
    return redirect(url_for("checkin.entrance", slug=slug, q=said or None), code=303)


def _in(conference: Conference, arrival: Arrival, group: str | None = None) -> Any:
    again = None if arrival.fresh else "yes"
    here = url_for("checkin.entrance", slug=conference.slug, done=arrival.check_in.id, again=again, delegation=group)
    return redirect(here, code=303)


@desk.route("/<int:check_in_id>/undo", methods=["GET", "POST"])
@allow(Permission.CHECK_IN)
def undo(slug: str, check_in_id: int) -> Any:
    """Take a check-in back, with a reason."""
    conference = desk_conference(slug)
    row = queries.check_in_of(conference, check_in_id) or abort(404)
    error = ""
    name = both_names(row.delegate)[0]
    if request.method == "POST":
        try:
            done = undo_check_in(check_in=row, reason=request.form.get("reason", ""), actor=current_actor(), at=now())
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            said = _("%(name)s is not checked in any more.", name=name)
            flash(said if done else _("This check-in of %(name)s had been taken back already.", name=name), "done")
            return redirect(url_for("checkin.entrance", slug=slug), code=303)
    page = render_template(
        "checkin/undo.html", conference=conference, row=row, name=name, error=error, longest=LONGEST_REASON,
        said=arrived_words(row, now()), typed=request.form.get("reason", ""),
    )  # fmt: skip
    return page, (422 if error else 200)


@desk.route("/outside", methods=["GET", "POST"])
@allow(Permission.CHECK_IN)
def outside(slug: str) -> Any:
    """Check-ins of no day of the conference, such as those by which the desk was tried out; all are taken back."""
    conference = desk_conference(slug)
    rows = queries.outside_its_days(conference)
    error = ""
    if request.method == "POST":
        try:
            count = undo_outside_days(
                conference=conference, reason=request.form.get("reason", ""), actor=current_actor(), at=now()
            )  # fmt: skip
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            flash(ngettext("%(num)s check-in was taken back.", "%(num)s check-ins were taken back.", count), "done")
            return redirect(url_for("checkin.entrance", slug=slug), code=303)
    page = render_template(
        "checkin/outside.html", conference=conference, error=error, longest=LONGEST_REASON,
        rows=[(row, both_names(row.delegate)[0], arrived_words(row, now())) for row in rows],
        typed=request.form.get("reason", ""),
    )  # fmt: skip
    return page, (422 if error else 200)


def arrived_words(row: CheckIn, at: datetime) -> str:
    """«at 08:12, by M. T., badge scanned»."""
    when = moment_words(row.at, at, row.conference.timezone)
    return f"{when} · {row.by} · {HOW_WORDS[How(row.how)]}"


def _section(delegate: Delegate) -> OwnSection | None:
    """On the staff's page of a delegate."""
    conference = delegate.conference
    noted = queries.noted_of(delegate)
    refused = why_not(delegate.accreditation, comes=comes(delegate.attendance, conference.format),
                      has_hall=has_hall(conference.format))  # fmt: skip
    if not noted and refused is not None:
        return None
    lines = []
    standing = False
    for row in noted:
        when = date_time(row.at, conference.timezone)
        title = str(_("Checked in on %(when)s", when=when))
        if row.undone_at is None:
            standing = True
            lines.append(OwnLine(title, f"{row.by} · {HOW_WORDS[row.how]}", str(_("arrived")), "done"))
        else:
            note = _("%(who)s, %(when)s: %(reason)s", who=row.undone_by, reason=row.undo_reason,
                     when=date_time(row.undone_at, conference.timezone))  # fmt: skip
            lines.append(OwnLine(title, str(note), str(_("taken back")), "stop"))
    if not standing:
        lines.append(OwnLine(str(_("Has not been checked in.")), ""))
    offered = not standing and refused is None and may(Permission.CHECK_IN)
    return OwnSection(
        title=str(_("Arrival on site")), lines=lines, link=str(_("To the entrance desk")) if offered else "",
        url=url_for("checkin.entrance", slug=conference.slug, q=delegate.public_id),
    )  # fmt: skip


desk_sections["checkin"] = _section
