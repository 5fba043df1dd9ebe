"""A new join link for somebody whose old one was seen by others; and what their pages say of the sessions by video."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.queries import conference_title
from app.conferences.taking_part import has_screen, joins_by_video
from app.delegations.models import Delegate
from app.delegations.queries.own_page import OwnLine, OwnSection, desk_sections, own_sections, video_doors
from app.delegations.rules import Accreditation, usable_address
from app.delegations.views.papers import as_themselves, of_token, staff_delegate
from app.delegations.views.shared import full_name, private
from app.errors import Refusal
from app.i18n import date_time, localized, time_range
from app.mail_texts import absolute
from app.permissions import Permission, allow, by_token, may
from app.programme.queries.guests import guests_of
from app.security_headers import limiter
from app.video.models import RoomVisit
from app.video.operations.links import replace_guest_link, replace_join_link
from app.video.queries.rooms import any_by_video_alone, sessions_on_video
from app.video.queries.visits import visits_of
from app.video.views.blueprint import desk_blueprint, join_blueprint


def _takes_part_by_video(delegate: Delegate) -> bool:
    """Whether the pages of the person say anything of the sessions by video."""
    conference = delegate.conference
    if delegate.accreditation is not Accreditation.GRANTED:
        return False
    by_video = joins_by_video(delegate.attendance, conference.format) or has_screen(conference.format)
    return by_video or bool(sessions_on_video(conference))


def _own(delegate: Delegate) -> OwnSection | None:
    if not _takes_part_by_video(delegate):
        return None
    note = _("What is on now and next, and a test of camera and microphone.")
    return OwnSection(
        title=str(_("Video sessions")), lines=[OwnLine(str(_("Your lobby")), str(note))],
        link=str(_("To the lobby")), url=url_for("video.lobby", token=delegate.join_token),
    )  # fmt: skip


def visit_line(visit: RoomVisit, zone: str) -> OwnLine:
    """A visit in words: the session, and from when to when."""
    title = (localized(visit.session, "title") or visit.session.code) if visit.session is not None else ""
    if visit.left_at is None:
        when = _("since %(when)s", when=date_time(visit.joined_at, zone))
    else:
        day, _sep, _time = date_time(visit.joined_at, zone).rpartition(", ")
        when = f"{day}, {time_range(visit.joined_at, visit.left_at, zone)}" if day else date_time(visit.joined_at, zone)
    return OwnLine(title or str(_("a session that is no longer in the programme")), str(when),
                   str(_("in the room now")) if visit.left_at is None else "", "done")  # fmt: skip


def _at_desk(delegate: Delegate) -> OwnSection | None:
    if not _takes_part_by_video(delegate):
        return None
    zone = delegate.conference.timezone
    lines = [visit_line(visit, zone) for visit in visits_of(delegate)]
    return OwnSection(
        title=str(_("Video sessions")), lines=lines or [OwnLine(str(_("Has not entered a room yet.")), "")],
        link=str(_("Replace the join link")) if may(Permission.EDIT_DELEGATES) else "",
        url=url_for("video_rooms.replace_link", slug=delegate.conference.slug, public_id=delegate.public_id),
    )  # fmt: skip


own_sections["video"] = _own
video_doors["video"] = lambda delegate: any_by_video_alone(delegate.conference)
desk_sections["video"] = _at_desk


@join_blueprint.route("/<language:language>/delegate/<token>/join-link", methods=["GET", "POST"])
@by_token
@limiter.limit("10 per minute", methods=["POST"])
@private
def replace_own_link(token: str) -> Any:
    """The person takes a new join link; the old one opens nothing from then on."""
    delegate = of_token(token)
    if delegate.accreditation is not Accreditation.GRANTED:
        return redirect(url_for("delegations.delegate", token=token), code=303)
    if request.method == "POST":
        told = replace_join_link(
            delegate=delegate, tell="mail" in request.form, actor=as_themselves(delegate), at=now()
        )  # fmt: skip
        flash(_told(told), "done")
        return redirect(url_for("delegations.delegate", token=token), code=303)
    return render_template(
        "video/replace_own_link.html", delegate=delegate, title=conference_title(delegate.conference),
        name=full_name(delegate), has_address=usable_address(delegate.email),
    )  # fmt: skip


def _told(told: bool) -> str:
    if told:
        return str(_("The old link opens nothing any more. The new one is on its way by mail."))
    return str(_("The old link opens nothing any more. The new one stands on the personal page."))


@desk_blueprint.route("/links/<public_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def replace_link(slug: str, public_id: str) -> Any:
    """Staff replace a delegate's join link."""
    conference = desk_conference(slug)
    delegate = staff_delegate(conference, public_id)
    error = ""
    if request.method == "POST":
        try:
            told = replace_join_link(
                delegate=delegate, tell="mail" in request.form, actor=current_actor(), at=now()
            )  # fmt: skip
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            flash(_told(told), "done")
            return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)
    page = render_template(
        "video/replace_link.html", conference=conference, delegate=delegate, name=full_name(delegate), error=error,
        has_address=usable_address(delegate.email),
        lines=[visit_line(visit, conference.timezone) for visit in visits_of(delegate)],
    )  # fmt: skip
    return page, (422 if error else 200)


@desk_blueprint.route("/guest-links/<int:part_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def guest_link(slug: str, part_id: int) -> Any:
    """Staff replace the link of somebody with a part who is no delegate."""
    conference = desk_conference(slug)
    guest = next((one for one in guests_of(conference) if any(part.id == part_id for part in one.parts)), None)
    if guest is None:
        abort(404)
    if request.method == "POST":
        told = replace_guest_link(guest=guest, tell="mail" in request.form, actor=current_actor(), at=now())
        flash(
            _("The old link opens nothing any more. The new one is on its way by mail.")
            if told
            else _("The old link opens nothing any more. Give the person the new one: %(link)s",
                   link=absolute(f"/join/{guest.parts[0].token}")),
            "done",
        )  # fmt: skip
        return redirect(url_for("programme.desk_people", slug=slug), code=303)
    return render_template("video/replace_guest_link.html", conference=conference, guest=guest)
