"""Who a letter addresses, as rows say it and as the letter keeps it: a head, a group, organisations that get a copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.correspondence.models import Letter
from app.correspondence.queries import decided_forms
from app.correspondence.rules import OPEN, english_office
from app.directory.models import MunicipalHead, Municipality
from app.directory.queries import organisations
from app.errors import Refusal
from app.i18n import localized, region_name, speaking
from invitations.letter import MOST_COPIES
from invitations.overrides import Overrides
from invitations.recipient import Gender, Recipient
from invitations.signs import plain_text
from invitations.translit import ru_to_english, ru_to_icao

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def _in_english(name: str, passport: str) -> str:
    """A Russian name as English texts write it; a spelling of one's own, other than the rule of passports, stays."""
    return ru_to_english(name) if passport and passport == ru_to_icao(name) else passport


def name_of(head: MunicipalHead, language: str) -> tuple[str, str, str]:
    """Surname, first name and patronymic in the script of a language."""
    russian = bool(CYRILLIC.search(head.last))
    if language == "ru":
        return (head.last, head.first, head.patronymic) if russian else (head.last_ru, head.first_ru, "")
    if not russian:
        return (head.last, head.first, "")
    if language == "de":
        return (head.last_de, head.first_de, "")
    return (_in_english(head.last, head.last_icao), _in_english(head.first, head.first_icao), "")


def recipient_of(head: MunicipalHead, municipality: Municipality, language: str, decided: Overrides) -> dict[str, Any]:
    """Who is addressed, in the letter's language, as kept with the letter.

    :param decided: the forms of address decided in that language; those of this head are kept too.
    """
    name = name_of(head, language)
    office: str = getattr(head, f"office_{language}")
    if language == "en" and not office:
        office = english_office(
            office_ru=head.office_ru, office_de=head.office_de, town=municipality.name_en or municipality.name_de,
            russian=municipality.country == "RU",
        )  # fmt: skip
    with speaking(language):
        country = region_name(municipality.country)
    return {
        "language": language,
        "office": office,
        "last": name[0],
        "first": name[1],
        "patronymic": name[2],
        "degree": head.academic_title,
        "gender": head.gender.value if head.gender is not None else "u",
        "municipality": localized(municipality, "name", language),
        "country": country,
        "email": head.email,
        "copy_to": split_addresses(head.copy_to),
        "address": municipality.postal_address.splitlines(),
        "forms": _forms_of(decided, (*name, office)),
    }


def split_addresses(joined: str) -> list[str]:
    """«office@suhl.example, protocol@suhl.example» as single e-mail addresses."""
    return [part.strip() for part in joined.split(",") if part.strip()]


def group_recipient(
    addressed_as: str, language: str, email: str, decided: Overrides, *, with_list: bool
) -> dict[str, Any]:
    """A group as addressee: its office in the plural, and where this copy of the general letter goes.

    :param with_list: a Russian letter with a list of its addressees says so (GOST R 7.0.97, 5.15).
    """
    listed = with_list and language == "ru" and "по списку" not in addressed_as
    return {
        "language": language, "office": f"{addressed_as} (по списку)" if listed else addressed_as,
        "last": "", "first": "", "patronymic": "", "degree": "",
        "gender": Gender.GROUP.value, "municipality": "", "country": "", "email": email,
        "forms": _forms_of(decided, ("", "", "", addressed_as)),
    }  # fmt: skip


def addressee_of(letter: Letter, decided: Overrides) -> dict[str, Any]:
    """Who a letter addresses as things stand: its head, the group of a general letter, a consulate."""
    if letter.subject_id is not None:
        return dict(letter.recipient)
    if letter.addressed_as:
        email = letter.head.email if letter.head is not None else ""
        return group_recipient(letter.addressed_as, letter.language, email, decided, with_list=letter.with_list)
    return recipient_of(letter.head, letter.municipality, letter.language, decided)


def addressee_now(letter: Letter) -> dict[str, Any]:
    """Who a letter addresses: as things stand while it is open, else as its approval kept it."""
    if letter.state not in OPEN:
        return dict(letter.recipient)
    return addressee_of(letter, decided_forms(letter.language))


def copies_of(slugs: Iterable[str], language: str) -> list[dict[str, Any]]:
    """The organisations that get a copy, as kept with a letter: named in its language.

    :raises Refusal: (field ``copies``) when one is not known, or there are more than a letter may name.
    """
    wanted = list(dict.fromkeys(slugs))
    known = {row.slug: row for row in organisations(wanted)} if wanted else {}
    for slug in wanted:
        if slug not in known:
            raise Refusal(_l("There is no organisation “%(slug)s”.", slug=slug), field="copies")
    if len(wanted) > MOST_COPIES:
        raise Refusal(
            _l("A letter has at most four addressees: choose three organisations, write to the others apart."),
            field="copies",
        )
    return [
        {"organisation": slug, "name": localized(known[slug], "name", language), "email": known[slug].email}
        for slug in wanted
    ]


def _forms_of(decided: Overrides, parts: Sequence[str]) -> list[list[str]]:
    """The decided forms of one name and office, as letters write these."""
    *name, office = (" ".join(plain_text(part).split()) for part in parts)
    keys = {" ".join(filter(None, name)), office}
    return [[kind, key, case, form] for (kind, key, case), form in sorted(decided.items()) if key in keys]


def as_recipient(kept: Mapping[str, Any]) -> Recipient:
    """Who is addressed, of what is kept with the letter; a general letter shows nobody's e-mail address."""
    if kept["gender"] == Gender.GROUP.value:
        kept = {**kept, "email": ""}
    values = {name: value for name, value in kept.items() if name not in {"forms", "copy_to"}}
    return Recipient(**{**values, "gender": Gender(values["gender"]), "address": tuple(values.get("address", ()))})
