"""What the pages of this feature share: the blueprint, conferences by address, choices, words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from flask import Blueprint, current_app, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import func, select

from app.conferences.queries import conference_title
from app.database import db
from app.delegations import forms, words
from app.delegations.models import Delegate
from app.delegations.queries.participants import name_in
from app.delegations.rules import Accreditation, is_cyrillic, moment_of, shown
from app.directory.models import Municipality
from app.errors import Refusal
from app.i18n import date_time, language, localized, region_name

blueprint = Blueprint("delegations", __name__, url_prefix="/<language:language>")

blueprint.add_app_template_filter(shown, "plain")

TONES = {
    Accreditation.GRANTED: "done", Accreditation.APPLIED: "waiting", Accreditation.WAITLISTED: "waiting",
    Accreditation.DECLINED: "stop", Accreditation.WITHDRAWN: "quiet",
}  # fmt: skip


Cities = tuple[dict[str, list[tuple[str, str]]], dict[str, int]]
_known_cities: dict[str, tuple[tuple[object, ...], Cities]] = {}


def cities() -> Cities:
    """Municipalities for a choice, by country in the reader's words, and their ids by slug.

    Kept for each language until the directory changes; asking whether it has is one small query.
    """
    state = db.session.execute(
        select(
            func.count(), func.max(Municipality.updated_at), func.min(Municipality.slug), func.max(Municipality.slug)
        )
    ).one()
    stamp = (current_app.config["SETTINGS"].database_url, *state)
    code = language()
    kept = _known_cities.get(code)
    if kept is None or kept[0] != stamp:
        kept = _known_cities[code] = (stamp, _cities())
    return kept[1]


def _cities() -> Cities:
    rows = db.session.execute(
        select(
            Municipality.id, Municipality.slug, Municipality.country,
            Municipality.name_ru, Municipality.name_de, Municipality.name_en,
        )
    ).all()  # fmt: skip
    grouped: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row.country, []).append((row.slug, localized(row, "name") or row.slug))
    first = ("RU", "DE")
    order = sorted(grouped, key=lambda code: (first.index(code) if code in first else 2, region_name(code)))
    return (
        {region_name(code): sorted(grouped[code], key=lambda pair: pair[1].casefold()) for code in order},
        {row.slug: row.id for row in rows},
    )


def put(form: Any, refusal: Refusal, **fields: str) -> None:
    """Bring a refusal to the field it belongs to."""
    name = fields.get(refusal.field or "", refusal.field or "")
    if name in form:
        form[name].errors = [*form[name].errors, str(refusal.message)]
    else:
        form.form_errors.append(str(refusal.message))


def private(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page opened by a secret: kept by no cache and no search engine."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def is_htmx() -> bool:
    """Whether only a piece of the page is asked for."""
    return request.headers.get("HX-Request") == "true"


def code_svg(text: str) -> Markup:
    """``text`` as a full QR code (never Micro QR), black on white in every theme, quiet zone kept."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704


def full_name(delegate: Delegate) -> str:
    """The name as it is spoken in the person's own script: «Орлова Анна Павловна», "Dr. Jörg Meier"."""
    if is_cyrillic(delegate.last + delegate.first):
        return shown(" ".join(part for part in (delegate.last, delegate.first, delegate.patronymic) if part))
    parts = (delegate.academic_title, delegate.first, delegate.noble_prefix, delegate.last)
    return shown(" ".join(part for part in parts if part))


def list_name(delegate: Delegate) -> str:
    """The name as lists have it, family name first: «Орлова Анна Павловна», "Meier, Jörg"."""
    if is_cyrillic(delegate.last + delegate.first):
        return full_name(delegate)
    return shown(", ".join(part for part in (delegate.last, delegate.first) if part))


def both_names(delegate: Delegate) -> tuple[str, str]:
    """The name in the reader's script first, then in the other; the own one whole, the other as on the badge."""
    own, code = full_name(delegate), "ru" if is_cyrillic(delegate.last + delegate.first) else "de"
    other = name_in(delegate, "de" if code == "ru" else "ru")
    first = "ru" if language() == "ru" else "de"
    names = (own, other) if first == code else (other or own, own)
    return names if names[0] != names[1] else (own, "")


def latin_name(delegate: Delegate) -> str:
    """The Latin spelling when it differs from the own one."""
    latin = " ".join(part for part in (delegate.last_latin, delegate.first_latin) if part)
    own = " ".join(part for part in (delegate.last, delegate.first) if part)
    return "" if latin == own else shown(latin)


def city_name(delegate: Delegate) -> str:
    """The municipality in the reader's language, else what the person or the file said."""
    if delegate.municipality is not None:
        return localized(delegate.municipality, "name")
    return shown(delegate.city_slug)


@blueprint.app_template_filter("field_word")
def field_word(name: str) -> str:
    """What a column is called, in the words of the form."""
    label = getattr(forms.StaffDelegateForm, name, None)
    others = {
        "municipality_id": _("City or municipality"), "city_slug": _("City or municipality"), "search": "",
        "photo_consent": _("Photographs may be published"), "badge_ru": _("On the badge, Russian"),
        "badge_de": _("On the badge, German"), "country": _("Country"), "citizenship": _("Citizenship"),
        "working_group": _("Working group"), "visa_note": _("Visa remark"), "noble_prefix": _("Noble prefix"),
        "accreditation": _("Accreditation"), "registered_at": _("Registered"), "precedence": _("Rank"),
    }  # fmt: skip
    return others[name] if name in others else str(label.args[0] if label is not None else name)


def moment_words(value: str, zone: str) -> str:
    """A stored moment as the language writes it, in the zone of the host; what cannot be read stays as it is."""
    moment = moment_of(value, zone)
    return date_time(moment, zone) if moment is not None else shown(value)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "full_name": full_name, "list_name": list_name,
        "latin_name": latin_name, "both_names": both_names, "city_name": city_name,
        "missing_words": words.missing_words,
        "role_word": words.role_word, "accreditation_word": words.accreditation_word,
        "attendance_word": words.attendance_word, "tone": TONES.get, "conference_title": conference_title,
        "conference_url": lambda conference: url_for("conferences.show", slug=conference.slug),
    }  # fmt: skip
