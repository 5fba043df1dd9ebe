"""Forms of address: shown with their source before the first letter, decided by organisers for ever."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import FormOverride
from app.correspondence.operations.addressee import as_recipient, recipient_of
from app.correspondence.queries import decided_forms, draft_addressees, select_municipalities
from app.correspondence.rules import FormScope, language_for, parse_selection
from app.database import transaction
from app.directory.models import MunicipalHead, Municipality
from app.directory.queries import heads_for
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations import address
from invitations.address.explain import explain_recipient
from invitations.lint import Departure, addressee_departures
from invitations.overrides import Overrides
from invitations.recipient import Gender, Recipient
from invitations.signs import plain_text

CASES = ("dative", "genitive", "instrumental")
LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class FormOfAddress:
    """One form: ``form`` as letters use it (empty: nobody knows), ``rule`` what the rules alone would make.

    ``source`` is decided, list, rule, unchanged (its class does not decline) or unknown.
    """

    name: str
    scope: FormScope
    key: str
    case: str
    form: str
    rule: str
    source: str


@dataclass(frozen=True)
class Addressed:
    """A head as the letters in one language would address the office and the person."""

    municipality: Municipality
    head: MunicipalHead
    language: str
    recipient: Mapping[str, Any]
    forms: Mapping[str, FormOfAddress]
    initials: str
    remarks: tuple[Departure, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether a form is lacking that every letter needs and only a person can decide."""
        return any(not form.form for form in self.forms.values() if form.case in ("", "dative"))


def _initials(recipient: Recipient, overrides: Overrides | None) -> str:
    """«Денисову Д.А.», as it stands below the office."""
    of_name = {key: form for key, form in (overrides or {}).items() if key[0] == "name"}
    return address.address_lines(replace(recipient, office="", organisation=""), of_name)[-1]


# What a form is called in the review, by how the letter writer calls it; parts of names are not decided one by one.
_NAMED = {
    **{("title", case): (f"office_{case}", FormScope.OFFICE) for case in CASES},
    **{("name", case): (f"name_{case}", FormScope.NAME) for case in CASES},
    ("salutation", ""): ("salutation", FormScope.SALUTATION),
    ("address", ""): ("address_line", FormScope.ADDRESS_LINE),
}


def forms_of_address(recipient: Recipient, overrides: Overrides) -> dict[str, FormOfAddress]:
    """Every form a letter to ``recipient`` may need, by name, in the order of the review, each with its source."""
    tidy = replace(recipient, office=" ".join(recipient.office.split()))
    by_rule = {(form.kind, form.case): form.form for form in explain_recipient(tidy, None)}
    made = {}
    for form in explain_recipient(tidy, overrides):
        known = _NAMED.get((form.kind, form.case))
        if known is None or (form.kind == "name" and (not form.form or not recipient.last)):
            continue
        name, scope = known
        rule = by_rule[form.kind, form.case]
        source = "unknown" if not form.form else "decided" if form.form != rule else form.source.value
        made[name] = FormOfAddress(name, scope, form.key, form.case, form.form, rule, source)
    order = [name for name, _scope in _NAMED.values() if name in made]
    return {name: made[name] for name in order}


def addressed(head: MunicipalHead, municipality: Municipality, language: str, overrides: Overrides) -> Addressed:
    """How letters in ``language`` address a head."""
    kept = recipient_of(head, municipality, language, overrides)
    as_kept = as_recipient(kept)
    recipient = replace(
        as_kept, office=plain_text(as_kept.office), last=plain_text(as_kept.last), first=plain_text(as_kept.first),
        patronymic=plain_text(as_kept.patronymic), degree=plain_text(as_kept.degree),
    )  # fmt: skip
    declined = language == "ru" and recipient.gender in {Gender.MALE, Gender.FEMALE} and bool(recipient.last)
    return Addressed(
        municipality, head, language, kept, forms_of_address(recipient, overrides),
        _initials(recipient, overrides) if declined else "", addressee_departures(as_kept),
    )  # fmt: skip


def review_forms(*, conference: Conference, selection: str, language: str | None) -> list[Addressed]:
    """How the heads a selection means would be addressed; those nobody knows how to address come first,
    then those whose name or office looks odd.

    :param selection: as for preparing letters; empty for the heads with letters not yet issued.
    :raises Refusal: when the selection is not understood.
    """
    if selection:
        towns = select_municipalities(parse_selection(selection), conference=conference, files_allowed=False)
        heads = heads_for([town.id for town in towns], conference.starts_on.year)
        meant = [(heads[town.id], town, language or language_for(town.country)) for town in towns if town.id in heads]
    else:
        meant = draft_addressees(conference)
    decided = {code: decided_forms(code) for code in {code for _head, _town, code in meant}}
    rows = [addressed(head, town, code, decided[code]) for head, town, code in meant]
    return sorted(rows, key=lambda row: (not row.asks, not row.remarks))


def _require_form(form: FormOfAddress, text: str) -> str:
    several = form.scope is FormScope.ADDRESS_LINE
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n") if line.strip()]
    tidy = "\n".join(lines) if several else " ".join(lines)
    if _CONTROL.search(text.replace("\r", "")) or len(tidy) > LONGEST or len(lines) > 6:
        raise Refusal(_l("Write at most 1,000 characters of plain text in at most six lines."), field=form.name)
    if tidy and form.scope is FormScope.NAME and len(tidy.split()) != len(form.key.split()):
        raise Refusal(
            _l("Write the whole name in the order surname, first name, patronymic, with as many words as “%(name)s”.",
               name=form.key),
            field=form.name,
        )  # fmt: skip
    return tidy


def decide_forms(
    *, forms: Mapping[str, FormOfAddress], texts: Mapping[str, str], language: str, actor: Actor, at: datetime
) -> Sequence[FormOverride]:
    """Decide forms of address: they win over every rule in every letter that is not approved yet.

    :param forms: as they stand, by name (:func:`forms_of_address`).
    :param texts: the wanted form by the same names; empty lets the rules decide again.
    :returns: what was changed.
    :raises Refusal: with the name of the form that could not be used.
    """
    wanted = {name: _require_form(forms[name], text) for name, text in texts.items() if name in forms}
    changed: list[FormOverride] = []
    with transaction() as session:
        for name, text in wanted.items():
            form = forms[name]
            if text == form.form or (not text and form.source != "decided"):
                continue
            row = session.scalar(
                select(FormOverride)
                .where(
                    FormOverride.scope == form.scope, FormOverride.key == form.key, FormOverride.case == form.case,
                    FormOverride.language == language,
                )
                .with_for_update()
            )  # fmt: skip
            if row is None and not text:
                continue  # it follows a decided name or office
            if row is None:
                row = FormOverride(scope=form.scope, key=form.key, case=form.case, language=language, form="")
                session.add(row)
            before = row.form or form.form
            row.form, row.changed_by, row.changed_at = text, actor.label, at
            session.flush()
            record(deed="correspondence.decide_form", subject=row, actor=actor, at=at,
                   details={"form": name, "before": before, "after": text or form.rule})  # fmt: skip
            changed.append(row)
    return changed
