"""Which meeting server a conference uses, and whether it answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.delegations.operations.lock_anew import also_locked
from app.errors import Refusal
from app.i18n import number as written
from app.permissions import Permission, allow
from app.video.forms import ServerForm
from app.video.models import VideoAccount
from app.video.operations.accounts import check_account, lock_secrets_anew, settle_account
from app.video.queries.accounts import account_of, house_account, kept_account
from app.video.rules.accounts import Account
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding
from app.video.rules.words import finding_words, provider_name
from app.video.views.blueprint import desk_blueprint

also_locked["video"] = lock_secrets_anew


def _host(base: str) -> str:
    return urlsplit(base.replace("{room}", "")).hostname or ""


def server_words(conference: Conference, account: Account, row: VideoAccount | None) -> dict[str, Any]:
    """The server of a conference in words, and what the last test call found."""
    finding = Finding.from_json(row.finding) if row is not None and row.finding else None
    return {
        "name": provider_name(account.provider),
        "host": _host(account.base),
        "own": row is not None,
        "checked_at": row.checked_at if row is not None else None,
        "finding": finding_words(finding) if finding is not None else "",
        "ok": finding is not None and finding.ok,
        "zone": conference.timezone,
    }


def _choices() -> list[tuple[str, str]]:
    house = house_account()
    name = _("As the house is set up: %(name)s at %(host)s", name=provider_name(house.provider), host=_host(house.base))
    own = [(one.value, provider_name(one)) for one in (Provider.BIGBLUEBUTTON, Provider.JITSI, Provider.PLAIN)]
    return [("", name), *own]


def _kept(row: VideoAccount | None) -> dict[str, Any]:
    if row is None:
        return {"version": 0, "provider": ""}
    values = {name: getattr(row, name) for name in ("base", "app_id", "audience", "subject", "key_id", "waiting_room",
                                                    "recording", "version")}  # fmt: skip
    return values | {"provider": row.provider.value}


@desk_blueprint.route("/server", methods=["GET", "POST"])
@allow(Permission.SEE_ROOM_ADDRESSES)
def server(slug: str) -> Any:
    """Settle which meeting server is used."""
    conference = desk_conference(slug)
    row = kept_account(conference)
    form = ServerForm(data=_kept(row))
    form.provider.choices = _choices()
    if form.validate_on_submit():
        try:
            moved = settle_account(
                conference=conference, details=form.details, version=form.seen, actor=current_actor(), at=now()
            )
        except Refusal as refusal:
            if refusal.field:
                form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
            else:
                form.form_errors.append(refusal.message)
        else:
            flash(_("The meeting server has been saved."), "done")
            if moved:
                flash(
                    ngettext("%(count)s room stands on it from now on; the join links stay the same.",
                             "%(count)s rooms stand on it from now on; the join links stay the same.",
                             moved, count=written(moved)),
                    "information",
                )  # fmt: skip
            if request.form.get("deed") == "check":
                _check(conference)
            return redirect(url_for("video_rooms.server", slug=slug), code=303)
    account = account_of(conference)
    page = render_template(
        "video/server.html", conference=conference, form=form, server=server_words(conference, account, row),
        has_secret=bool(account.secret) and row is not None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _check(conference: Conference) -> None:
    finding = check_account(conference=conference, at=now())
    flash(finding_words(finding), "done" if finding.ok else "error")


@desk_blueprint.post("/server/check")
@allow(Permission.SEE_ROOM_ADDRESSES)
def check(slug: str) -> Any:
    """Ask the server whether it answers and takes the secret."""
    _check(desk_conference(slug))
    return redirect(url_for("video_rooms.server", slug=slug), code=303)
