"""Whom a selection writes to, who is left out and why: computed before a letter is made, and again when it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import copies_of, group_recipient, name_of, recipient_of
from app.correspondence.operations.claims import CLAIMS, Claims, claims_of
from app.correspondence.operations.partners import for_partner
from app.correspondence.operations.writing import (
    OWN,
    Note,
    Refused,
    asks_answer,
    conference_facts,
    enclosures_as_kept,
    fonts,
    kept_own,
    letter_fields,
    refused_for,
    refused_letter,
    require_issuer,
    write,
)
from app.correspondence.queries import (
    decided_forms,
    enclosures_of,
    head_and_others,
    heads_known,
    living_letters,
    reached_by,
    resolve,
    wordings,
)
from app.correspondence.rules import LetterKind, Term, english_office, language_for, parse_selection
from app.directory.models import MunicipalHead, Municipality
from app.directory.queries import partners_of
from app.directory.rules import serves_in
from app.errors import Refusal
from app.i18n import language as language_now
from app.i18n import localized
from app.mail_texts import absolute
from invitations.letter import Attachment
from invitations.letter import Letter as Written
from invitations.pdf import render

LONGEST_GROUP = 400  # signs


@dataclass(frozen=True)
class Choices:
    """What is decided by hand beyond the selection.

    :param only: slugs of the municipalities ticked; None for all that are meant.
    :param heads: ids of heads to write to instead of the one the year gives.
    :param once: of several heads with one e-mail address only the first gets a letter.
    :param addressed_as: the group a general letter addresses, in the plural («Главы муниципальных образований»);
        empty for a letter to each head.
    :param with_list: the list of its addressees goes with a general letter.
    :param copies: slugs of the organisations that get a copy.
    :param partners: Russian heads get a German letter for each German partner too.
    """

    only: frozenset[str] | None = None
    heads: frozenset[int] = frozenset()
    once: bool = False
    addressed_as: str = ""
    with_list: bool = False
    copies: tuple[str, ...] = ()
    partners: bool = False


@dataclass
class Meant:
    """One letter that would be made; ``others`` hold an office of the same municipality in that year too.

    ``written`` is the letter itself, of a general one with the first addressee only; ``fields``, ``enclosures`` and
    ``text_version`` are what is kept of it when its words are fixed.
    """

    municipality: Municipality
    head: MunicipalHead
    language: str
    recipient: dict[str, Any]
    others: list[MunicipalHead] = field(default_factory=list)
    written: Written | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    enclosures: list[dict[str, Any]] = field(default_factory=list)
    text_version: int = 0


@dataclass
class Plan:
    """Whom a selection would write to; ``refused`` cannot be written to, ``passed_over`` need or shall have none."""

    meant: list[Meant] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    existing: list[Municipality] = field(default_factory=list)
    passed_over: list[Refused] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    copies: list[dict[str, Any]] = field(default_factory=list)
    partners: list[tuple[Municipality, Municipality]] = field(default_factory=list)  # Russian city, its German partner

    @property
    def left_out(self) -> list[Refused]:
        """Everybody whom the selection touches and who gets no letter, with the reason."""
        return [*self.refused, *self.passed_over]

    @property
    def shared_addresses(self) -> list[tuple[str, list[Municipality]]]:
        """E-mail addresses to which more than one of these letters would go, with whose they are."""
        found: dict[str, list[Municipality]] = {}
        for one in self.meant:
            if address := _address_of(one):
                found.setdefault(address, []).append(one.municipality)
        return [(address, towns) for address, towns in found.items() if len(towns) > 1]


def _address_of(one: Meant) -> str:
    return str(one.recipient.get("email", "")).strip().casefold()


def plan_letters(
    *,
    conference: Conference,
    kind: LetterKind,
    selection: str,
    language: str | None,
    facts: Mapping[str, Any] | None = None,
    files_allowed: bool = False,
    anew: bool = False,
    choices: Choices | None = None,
    at: datetime | None = None,
    facts_of: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Plan:
    """What :func:`prepare_letters` would do; changes nothing.

    :param facts_of: what only the letter to one municipality says beyond ``facts``, by slug.
    :param at: when; None when remarks on what is not so yet do not matter.
    :raises Refusal: when the selection is not understood, the conference has no issuer, an organisation is not known,
        or a general letter could not be written.
    """
    require_issuer(conference)
    choices = choices or Choices()
    chosen = resolve(parse_selection(selection), conference=conference, files_allowed=files_allowed)
    living = living_letters(conference, kind) if not anew else {}
    plan = Plan(existing=[town for town in chosen.meant if town.id in living])
    plan.passed_over += [_has_letter(town, living[town.id]) for town in plan.existing]
    plan.passed_over += [_excluded(town, term) for town, term in chosen.excluded]
    wanted = [town for town in chosen.meant if town.id not in living]
    if choices.only is not None:
        plan.passed_over += [
            refused_for(town, _l("Not ticked."), "not-ticked") for town in wanted if town.slug not in choices.only
        ]
        wanted = [town for town in wanted if town.slug in choices.only]
    codes = _languages(wanted, language, choices)
    writer = _Writer(conference, kind, set(codes.values()), facts, choices, facts_of)
    plan.copies = writer.copies.get(next(iter(codes.values()), "ru"), [])
    known = heads_known(town.id for town in wanted)
    partners = partners_of([town.id for town in wanted])
    for town in wanted:
        heads = known.get(town.id)
        if not heads:
            plan.refused.append(
                refused_for(town, _l("Nobody is known to head this municipality; add the head first."), "no-head")
            )
            continue
        head, others = head_and_others(heads, conference.starts_on.year, choices.heads)
        one = Meant(town, head, codes[town.id], writer.recipient(head, town, codes[town.id]), others)
        try:
            one.written = writer.write(one, partners.get(town.id, []))
        except Refusal as refusal:
            if choices.addressed_as:
                raise
            plan.refused.append(refused_letter(head, town, one.language, refusal))
            continue
        plan.meant.append(one)
        if note := _note(one, conference.starts_on.year, choices):
            plan.notes.append(note)
    if choices.once:
        _deduplicate(plan)
    if choices.partners:
        _add_partners(plan, living)
    plan.notes += _untrue(plan, writer, claims_of(conference, kind, own_format="format" in writer.own, at=at))
    if kind is LetterKind.INVITATION:
        plan.notes += _several(plan, reached_by(conference))
    if choices.addressed_as and len(plan.meant) == 1:
        town = plan.meant[0].municipality
        message = _l("The general letter would go to one head only: a letter to this head by name is better.")
        plan.notes.append(Note(town.slug, localized(town, "name"), message))
    return plan


def _languages(wanted: Iterable[Municipality], language: str | None, choices: Choices) -> dict[int, str]:
    codes = {town.id: language or language_for(town.country) for town in wanted}
    if choices.addressed_as and len(set(codes.values())) > 1:
        raise Refusal(_l("A general letter is written in one language: choose it."), field="in_language")
    if len(choices.addressed_as) > LONGEST_GROUP:
        raise Refusal(_l("The name of the group is too long for the sheet."), field="addressed_as")
    if choices.addressed_as and choices.partners:
        raise Refusal(
            _l("Letters for partner cities go with a letter to one head, not with a general one."), field="partners"
        )
    return codes


class _Writer:
    """What all letters of a plan have in common, read once."""

    def __init__(
        self,
        conference: Conference,
        kind: LetterKind,
        codes: set[str],
        facts: Mapping[str, Any] | None,
        choices: Choices,
        facts_of: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.facts_of = facts_of
        self.conference, self.kind, self.choices = conference, kind, choices
        self.facts = conference_facts(conference, kind, sorted(codes))
        rows = enclosures_of(conference, kind)
        self.enclosed = {code: enclosures_as_kept(rows, code) for code in codes}
        self.texts = wordings(kind, codes)
        self.decided = {code: decided_forms(code) for code in codes}
        self.copies = {code: copies_of(choices.copies, code) for code in codes}
        self.own = kept_own(facts).get(OWN, {})
        self.general: Written | None = None

    def recipient(self, head: MunicipalHead, town: Municipality, code: str) -> dict[str, Any]:
        """Who the letter addresses."""
        if self.choices.addressed_as:
            return group_recipient(
                self.choices.addressed_as, code, head.email, self.decided[code], with_list=self.choices.with_list
            )
        return recipient_of(head, town, code, self.decided[code])

    def write(self, one: Meant, partners: list[Municipality]) -> Written:
        """Refuse what could not be written; a general letter, the same for all, is written once."""
        general = bool(self.choices.addressed_as)
        if self.general is not None:
            return self.general
        fields = letter_fields(
            self.facts[one.language], one.municipality, [] if general else partners, one.language,
            {**self.own, **self.facts_of.get(one.municipality.slug, {})},
        )  # fmt: skip
        one.fields, one.enclosures = fields, self.enclosed[one.language]
        one.text_version = self.texts[one.language].version
        try:
            written = write(
                conference=self.conference, kind=self.kind, language=one.language, recipient=one.recipient,
                fields=fields, enclosures=self.enclosed[one.language], text=self.texts[one.language].body,
                url=self._link(one.language), copies=self.copies[one.language],
            )  # fmt: skip
        except Refusal as refusal:
            if general:
                raise Refusal(refusal.message, field="addressed_as") from refusal
            raise
        if general:
            self.general = written
        return written

    def _link(self, code: str) -> str | None:
        """A personal link as the preview shows it: without the secret."""
        if self.choices.addressed_as or not asks_answer(self.kind, self.texts[code].body):
            return None
        return absolute(f"/{code}/reply/…")


def _has_letter(town: Municipality, standing: str) -> Refused:
    if standing:
        message = _l("It has such a letter already: %(number)s.", number=standing)
    else:
        message = _l("It has such a letter already; it is not issued yet.")
    return refused_for(town, message, "has-letter")


def _excluded(town: Municipality, term: Term) -> Refused:
    return refused_for(town, _l("Left out by the choice “%(term)s”.", term=str(term)), "excluded")


def preview_pdf(plan: Plan, slug: str) -> bytes | None:
    """The letter to a municipality as it would look; None when the plan means to write none."""
    written = next((one.written for one in plan.meant if one.municipality.slug == slug), None)
    if written is None:
        return None
    enclosed = [for_partner(town, written.language) for own, town in plan.partners if own.slug == slug]
    more = tuple(Attachment(title, 1) for title in enclosed)
    return render(replace(written, attachments=written.attachments + more), fonts=fonts())


def said(head: MunicipalHead) -> str:
    """«Елена Дятлова, Глава администрации …»: a head in the reader's language."""
    code, town = language_now(), head.municipality
    last, first, _patronymic = name_of(head, code)
    office = localized(head, "office") or head.office_ru or head.office_de
    if code == "en" and not head.office_en:
        office = english_office(
            office_ru=head.office_ru, office_de=head.office_de, town=localized(town, "name"),
            russian=town.country == "RU",
        ) or office  # fmt: skip
    return ", ".join(filter(None, (" ".join(filter(None, (first or head.first, last or head.last))), office)))


def _note(one: Meant, year: int, choices: Choices) -> Note | None:
    """Why this head is written to, where it is not plain."""
    town = one.municipality
    if one.others:
        others = "; ".join(said(head) for head in one.others)
        if one.head.id in choices.heads:
            message = _l("Written to: %(head)s, as chosen. Not written to: %(others)s.", head=said(one.head),
                         others=others)  # fmt: skip
        else:
            message = _l(
                "Written to: %(head)s. Not written to: %(others)s. All hold an office in %(year)s; the one entered "
                "first in the directory is written to unless another is chosen.",
                head=said(one.head), others=others, year=str(year),
            )  # fmt: skip
        return Note(town.slug, localized(town, "name"), message)
    if not serves_in(one.head.as_of, year):
        years = one.head.as_of.replace(";", ", ")
        message = _l("Written to: %(head)s, known for %(years)s but not for %(year)s. Check who is in office.",
                     head=said(one.head), years=years or "?", year=str(year))  # fmt: skip
        return Note(town.slug, localized(town, "name"), message)
    return None


def _untrue(plan: Plan, writer: _Writer, claims: Claims) -> list[Note]:
    """What the letters would say that is not so: of a municipality, or once of all."""
    notes: dict[tuple[str, str], Note] = {}
    for one in plan.meant:
        town = one.municipality
        for rule in claims.untrue(town.id, writer.facts[one.language], writer.enclosed[one.language]):
            of_all = rule != "no answer"
            note = Note("" if of_all else town.slug, "" if of_all else localized(town, "name"), CLAIMS[rule])
            notes.setdefault((rule, note.municipality), note)
    return list(notes.values())


def _several(plan: Plan, reached: Mapping[int, Sequence[Letter]]) -> list[Note]:
    """Who would hold several invitations: one from the association, others from Russian cities that forward them."""
    coming: dict[Municipality, list[Municipality]] = {}
    for own, town in plan.partners:
        coming.setdefault(town, []).append(own)
    notes = []
    for town in dict.fromkeys([*(one.municipality for one in plan.meant), *coming]):
        standing = reached.get(town.id, [])
        carriers = [letter.municipality for letter in standing] + coming.get(town, [])
        names = ", ".join(dict.fromkeys(localized(carrier, "name") for carrier in carriers))
        if town not in coming and carriers:
            message = _l("It has an invitation already, forwarded by %(names)s, and would get one from us too; one "
                         "answer closes all of them.", names=names)  # fmt: skip
        elif town in coming and len(carriers) > 1:
            message = _l("It would get an invitation from each of these cities: %(names)s; one answer closes all of "
                         "them.", names=names)  # fmt: skip
        else:
            continue
        notes.append(Note(town.slug, localized(town, "name"), message))
    return notes


def _deduplicate(plan: Plan) -> None:
    """Keep the first letter to each e-mail address."""
    first: dict[str, Meant] = {}
    kept = []
    for one in plan.meant:
        address = _address_of(one)
        if address and address in first:
            message = _l("The letter to %(name)s goes to the same address, %(address)s.",
                         name=localized(first[address].municipality, "name"), address=address)  # fmt: skip
            plan.passed_over.append(refused_for(one.municipality, message, "same-address"))
            continue
        first.setdefault(address, one)
        kept.append(one)
    plan.meant = kept
    slugs = {one.municipality.slug for one in kept}
    plan.notes = [note for note in plan.notes if note.municipality in slugs]


def _add_partners(plan: Plan, living: Mapping[int, str]) -> None:
    """For which German partners a letter goes with the one to the Russian head; those invited themselves need none."""
    russian = [one.municipality for one in plan.meant if one.municipality.country == "RU"]
    partners = partners_of([town.id for town in russian], country="DE")
    invited = {one.municipality.id for one in plan.meant} | set(living)
    open_ties = [(own, town) for own in russian for town in partners[own.id] if town.id not in invited]
    known = heads_known({town.id for _own, town in open_ties})
    plan.partners = [(own, town) for own, town in open_ties if town.id in known]
    for town in dict.fromkeys(town for _own, town in open_ties if town.id not in known):
        message = _l("No letter for this partner city: nobody is known to head it; add the head first.")
        plan.passed_over.append(refused_for(town, message, "partner-without-head"))
