"""A person sees what they agreed to, and takes it back or gives it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.delegations.operations.consents import give_consent, name_guardian, withdraw_consent
from app.delegations.queries.consents import agrees, consents_of, texts_for
from app.delegations.queries.visa import need_for, record_of
from app.delegations.rules import Accreditation
from app.delegations.rules.consents import Purpose
from app.delegations.rules.visa import VisaNeed
from app.delegations.views.papers import as_themselves, of_token
from app.delegations.views.shared import blueprint, private
from app.errors import Refusal
from app.i18n import language
from app.permissions import by_token
from app.security_headers import limiter


def purpose_words() -> dict[str, str]:
    """What the purposes are called."""
    return {
        Purpose.PROCESSING.value: _("Registration and the conference itself"),
        Purpose.CROSS_BORDER.value: _("Transfer to the other country"),
        Purpose.PUBLICATION.value: _("Publication of the name"),
        Purpose.PHOTO.value: _("Publication of the photograph"),
        Purpose.RECORDING.value: _("Photographs and recordings at the conference"),
        Purpose.HEALTH.value: _("Food and access"),
        Purpose.VISA.value: _("Passport data for the visa"),
        Purpose.NEWSLETTER.value: _("Messages about later meetings"),
    }


def effect_words() -> dict[str, str]:
    """What a withdrawal does at once."""
    return {
        Purpose.PROCESSING.value: _("Your registration ends; photograph and passport data are erased."),
        Purpose.CROSS_BORDER.value: _("Your data stay with the organisers in their own country."),
        Purpose.PUBLICATION.value: _("Your name goes from published lists."),
        Purpose.PHOTO.value: _("Your photograph goes from published lists."),
        Purpose.RECORDING.value: _("No new pictures of you are published."),
        Purpose.HEALTH.value: _("What you said of food and access is erased."),
        Purpose.VISA.value: _("Your passport data, the copy and the letters made of them are erased."),
        Purpose.NEWSLETTER.value: _("We write to you about this conference only."),
    }


@blueprint.get("/delegate/<token>/consents")
@by_token
@private
def own_consents(token: str) -> Any:
    """Every purpose with its text, whether it is agreed to, and what was given and taken back before."""
    return _page(token)


def _page(token: str, *, error: Refusal | None = None) -> str:
    row = of_token(token)
    needs_visa = need_for(row) is not VisaNeed.NONE or record_of(row) is not None or agrees(row, Purpose.VISA)
    shown = [purpose for purpose in Purpose if purpose is not Purpose.VISA or needs_visa]
    given = consents_of(row)
    living = {entry.consent.purpose: entry.consent for entry in given if entry.consent.withdrawn_at is None}
    return render_template(
        "delegations/consents.html", delegate=row, conference=row.conference, purposes=shown, living=living,
        given=given, texts=texts_for(row.conference, language()), words=purpose_words(), effects=effect_words(),
        agreed={purpose: agrees(row, purpose) for purpose in Purpose}, error=error,
        ended=row.accreditation in {Accreditation.WITHDRAWN, Accreditation.DECLINED},
    )  # fmt: skip


@blueprint.post("/delegate/<token>/consents")
@by_token
@limiter.limit("60 per minute")
@private
def change_consents(token: str) -> Any:
    """Agree to one purpose, take one back, or name the guardian."""
    row = of_token(token)
    deed, name = request.form.get("deed", ""), request.form.get("purpose", "")
    actor, at = as_themselves(row), now()
    try:
        if deed == "guardian":
            name_guardian(delegate=row, minor=bool(request.form.get("minor")),
                          guardian=request.form.get("guardian", "")[:200], actor=actor, at=at)  # fmt: skip
            flash(_("Saved."), "done")
        elif deed in {"give", "withdraw"} and name in set(Purpose):
            if deed == "give":
                give_consent(delegate=row, purpose=Purpose(name), language=language(), actor=actor, at=at)
                flash(_("Thank you. Your consent is kept with the text and the time."), "done")
            else:
                withdraw_consent(delegate=row, purpose=Purpose(name), actor=actor, at=at)
                flash(_("Your consent is taken back, and what rested on it is gone."), "done")
        else:
            abort(400)
    except Refusal as refusal:
        return _page(token, error=refusal), 422
    return redirect(url_for("delegations.own_consents", token=token), code=303)
