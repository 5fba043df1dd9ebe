"""Visa and passport data on the person's own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.taking_part import comes
from app.delegations.forms.visa import CitizenshipForm, PassportForm
from app.delegations.models import Delegate
from app.delegations.operations.consents import give_consent
from app.delegations.operations.passports import (
    erase_passport,
    keep_scan,
    save_passport,
    say_citizenship,
    with_zone,
)
from app.delegations.queries.consents import agrees, text_for
from app.delegations.queries.visa import (
    erased_after,
    looks_at,
    need_for,
    passport_in,
    record_of,
    visa_letters,
)
from app.delegations.rules import is_cyrillic, is_over, moment_of
from app.delegations.rules.consents import Purpose
from app.delegations.rules.visa import PASSPORT_WORDS, Passport, VisaNeed, lacking_for_letter, warnings_about
from app.delegations.views.papers import as_themselves, of_token
from app.delegations.views.shared import blueprint, private, put
from app.errors import Refusal
from app.i18n import date_long, language
from app.permissions import by_token
from app.security_headers import limiter
from invitations.readings import name_in_russian


@blueprint.app_template_filter("passport_word")
def passport_word(name: str) -> str:
    """What a field of the passport data is called inside a sentence."""
    return str(PASSPORT_WORDS.get(name, name))


@blueprint.app_template_filter("passport_day")
def passport_day(text: str) -> str:
    """A kept date as the language writes it."""
    return date_long(date.fromisoformat(text)) if text else ""


def _proposed(delegate: Delegate) -> Passport:
    """What we know already, as a beginning."""
    conference = delegate.conference
    zone = ZoneInfo(conference.timezone)
    arrival, departure = (
        moment_of(delegate.arrival, conference.timezone),
        moment_of(delegate.departure, conference.timezone),
    )
    if is_cyrillic(delegate.last + delegate.first):
        cyrillic = " ".join(part for part in (delegate.last, delegate.first, delegate.patronymic) if part)
    else:
        latin = " ".join(part for part in (delegate.last, delegate.first) if part)
        cyrillic = name_in_russian(
            latin, country=delegate.citizenship or delegate.country, lives=delegate.country,
        )  # fmt: skip
    return Passport(
        surname=delegate.last_latin.upper(), given=delegate.first_latin.upper(), cyrillic=cyrillic,
        sex=delegate.gender if delegate.gender in {"m", "f"} else "", citizenship=delegate.citizenship,
        residence=delegate.country if len(delegate.country) == 2 else "",
        stay_from=(arrival.astimezone(zone).date() if arrival else conference.starts_on).isoformat(),
        stay_to=(departure.astimezone(zone).date() if departure else conference.ends_on).isoformat(),
    )  # fmt: skip


def _page(row: Delegate, *, citizenship: CitizenshipForm | None = None, passport: PassportForm | None = None) -> str:
    conference = row.conference
    record = record_of(row)
    known = passport_in(record)
    if citizenship is None:
        citizenship = CitizenshipForm(formdata=None)
        citizenship.prepare()
        citizenship.citizenship.data = row.citizenship or (row.country if len(row.country) == 2 else "")
        citizenship.has_one.data = row.visa_needed == "no"
    if passport is None:
        passport = PassportForm(formdata=None)
        passport.prepare()
        passport.show(known or _proposed(row))
        passport.guardian.data = row.guardian
        passport.consent_visa.data = agrees(row, Purpose.VISA)
    need = need_for(row)
    return render_template(
        "delegations/visa.html", delegate=row, conference=conference, need=need, citizenship=citizenship,
        form=passport, record=record, known=known, lost=record is not None and known is None,
        lacking=lacking_for_letter(known, conference.host.country) if known else [],
        warnings=warnings_about(known) if known else [], until=erased_after(conference),
        over=is_over(erased_after(conference), now(), conference.timezone), looks=looks_at(row),
        letter=visa_letters([row.id]).get(row.id), text=text_for(Purpose.VISA, conference, language()),
        comes=comes(row.attendance, conference.format),
        agreed=agrees(row, Purpose.VISA), open_form=passport.errors or known or need is VisaNeed.VISA,
    )  # fmt: skip


@blueprint.get("/delegate/<token>/visa")
@by_token
@private
def own_visa(token: str) -> Any:
    """Whether a visa is needed, one's passport data, who looked at them, and until when they are kept."""
    return _page(of_token(token))


@blueprint.post("/delegate/<token>/visa")
@by_token
@limiter.limit("30 per minute")
@private
def change_own_visa(token: str) -> Any:
    """Say the citizenship, keep passport data, or erase them."""
    row = of_token(token)
    deed = request.form.get("deed", "")
    if deed not in {"citizenship", "passport", "erase"}:
        abort(400)
    if deed != "erase" and not comes(row.attendance, row.conference.format):
        return _page(row), 422  # a form kept open from before: nothing more is taken, and nothing is lost
    answer = {"citizenship": _citizenship, "passport": _passport, "erase": _erase}[deed](row)
    return answer or redirect(url_for("delegations.own_visa", token=token), code=303)


def _citizenship(row: Delegate) -> Any:
    form = CitizenshipForm()
    form.prepare()
    if not form.validate():
        return _page(row, citizenship=form), 422
    say_citizenship(delegate=row, citizenship=form.citizenship.data, needs_none=form.has_one.data,
                    actor=as_themselves(row), at=now())  # fmt: skip
    flash(_("Saved."), "done")
    return None


def _passport(row: Delegate) -> Any:
    form = PassportForm()
    form.prepare()
    actor, at = as_themselves(row), now()
    if form.validate():
        try:
            passport = form.passport()
            if form.mrz.data:
                today = at.astimezone(ZoneInfo(row.conference.timezone)).date()
                passport, _zone = with_zone(passport, form.mrz.data, today=today)
            if not passport.cyrillic and passport.surname:
                passport = replace(passport, cyrillic=_proposed(row).cyrillic)
            scan = form.scan.data.stream.read() if form.scan.data else b""
            if form.consent_visa.data and not agrees(row, Purpose.VISA):
                if form.guardian.data and not row.guardian:
                    row = _with_guardian(row, form.guardian.data)
                give_consent(delegate=row, purpose=Purpose.VISA, language=language(), actor=actor, at=at)
            save_passport(delegate=row, passport=passport, guardian=form.guardian.data or "", actor=actor, at=at)
            if scan:
                keep_scan(delegate=row, content=scan, filename=form.scan.data.filename or "", actor=actor, at=at)
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("Your passport data are saved, encrypted."), "done")
            return None
    return _page(row, passport=form), 422


def _with_guardian(row: Delegate, guardian: str) -> Delegate:
    from app.delegations.operations.consents import name_guardian

    if row.minor:
        name_guardian(delegate=row, minor=True, guardian=guardian, actor=as_themselves(row), at=now())
    return row


def _erase(row: Delegate) -> Any:
    if erase_passport(delegate=row, reason="by_hand", actor=as_themselves(row), at=now()):
        flash(_("Your passport data are erased."), "done")
    return None


@blueprint.get("/delegate/<token>/passport-copy")
@by_token
@private
def own_scan(token: str) -> Any:
    """One's own marked copy."""
    from app.strongbox import Locked, read_file

    record = record_of(of_token(token))
    if record is None or not record.scan:
        abort(404)
    try:
        return scan_response(read_file(record.scan), record.scan_type)
    except Locked:
        abort(404)


def scan_response(content: bytes, media_type: str) -> Response:
    """A copy as a download; nothing in it is run."""
    ending = "pdf" if media_type == "application/pdf" else "jpg"
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="kopie.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
