"""The desk: places, the door of registration, and what holds for single roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.rules import Attendance
from app.delegations.forms.settings import DoorSettingsForm
from app.delegations.operations import set_registration
from app.delegations.operations.ways_in import set_role_rules
from app.delegations.queries import places
from app.delegations.queries.ways_in import rules_of
from app.delegations.rules import PUBLIC_ROLES, DelegateRole
from app.delegations.rules.ways_in import Approval, Rule
from app.delegations.views.shared import blueprint, put
from app.delegations.words import attendance_word, role_word
from app.errors import Refusal
from app.permissions import Permission, allow

_PLAIN = (
    "places_on_site", "places_video", "registration_open", "approval_needed", "offer_hours", "participants_public",
)  # fmt: skip
_MOMENTS = ("registration_opens_at", "registration_closes_at")


@blueprint.route("/desk/c/<slug>/registration", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def registration(slug: str) -> Any:
    """Places, and whether and when anyone may register."""
    conference = desk_conference(slug)
    zone = ZoneInfo(conference.timezone)
    form = DoorSettingsForm(obj=conference)
    if not form.is_submitted():
        for name in _MOMENTS:
            known: datetime | None = getattr(conference, name)
            form[name].data = known.astimezone(zone).replace(tzinfo=None) if known is not None else None
    if form.validate_on_submit():
        moments = {name: form[name].data.replace(tzinfo=zone) if form[name].data else None for name in _MOMENTS}
        try:
            set_registration(conference=conference, actor=current_actor(), at=now(),
                             changes={name: form[name].data for name in _PLAIN} | moments)  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.registration", slug=slug), code=303)
    page = render_template("delegations/registration.html", conference=conference, form=form, places=places(conference))
    return page, (422 if form.is_submitted() else 200)


def approval_words() -> dict[str, str]:
    """Who accredits those of a role."""
    return {
        Approval.AS_CONFERENCE.value: _("as for everyone"),
        Approval.AUTOMATIC.value: _("at once"),
        Approval.BY_HAND.value: _("decided by us"),
    }


@blueprint.route("/desk/c/<slug>/registration/roles", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def role_rules(slug: str) -> Any:
    """Who may register themselves, who is accredited how, and how many there may be of a role."""
    conference = desk_conference(slug)
    known = rules_of(conference)
    faults: dict[str, str] = {}
    lines = [_line(role.value, known.get(role.value, Rule())) for role in DelegateRole]
    if request.method == "POST":
        lines = [_typed(role.value) for role in DelegateRole]
        told = _("Please give a number from 0 to 100000, or leave it empty.")
        faults = {f"{line['role']}-{name}": told for line in lines for name in ("on_site", "video")
                  if line[name] and not _is_number(str(line[name]))}  # fmt: skip
        if not faults:
            set_role_rules(conference=conference, rules={str(line["role"]): _rule(line) for line in lines},
                           actor=current_actor(), at=now())  # fmt: skip
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.role_rules", slug=slug), code=303)
    page = render_template(
        "delegations/role_rules.html", conference=conference, lines=lines, faults=faults, approvals=approval_words(),
        ways={"": _("as they choose"), **{way.value: attendance_word(way) for way in Attendance}}, role_word=role_word,
         open_to_all={role.value for role in PUBLIC_ROLES},
    )  # fmt: skip
    return page, (422 if faults else 200)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 7 and int(text) <= 100_000


def _line(role: str, rule: Rule) -> dict[str, Any]:
    return {"role": role, "public": rule.public, "approval": rule.approval.value,
            "on_site": "" if rule.on_site is None else str(rule.on_site),
            "video": "" if rule.video is None else str(rule.video),
            "way": rule.way.value if rule.way else ""}  # fmt: skip


def _typed(role: str) -> dict[str, Any]:
    given = request.form
    approval = given.get(f"{role}-approval", "")
    return {
        "role": role, "public": f"{role}-public" in given or role not in set(PUBLIC_ROLES),
        "approval": approval if approval in set(Approval) else Approval.AS_CONFERENCE.value,
        "on_site": given.get(f"{role}-on_site", "").strip(), "video": given.get(f"{role}-video", "").strip(),
        "way": way if (way := given.get(f"{role}-way", "")) in set(Attendance) else "",
    }  # fmt: skip


def _rule(line: dict[str, Any]) -> Rule:
    return Rule(public=line["public"], approval=Approval(line["approval"]),
                on_site=int(line["on_site"]) if line["on_site"] else None,
                video=int(line["video"]) if line["video"] else None,
                way=Attendance(line["way"]) if line["way"] else None)  # fmt: skip
