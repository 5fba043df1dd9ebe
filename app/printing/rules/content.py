"""What the register knows of a person, and what of it stands on the badge."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.delegations.rules import DelegateRole
from app.printing.rules.access import Mark
from app.printing.rules.boxes import slot_word
from app.printing.rules.layouts import Layout
from app.printing.rules.marks import has_towers, without_towers
from app.printing.rules.names import Forms, Printable, first_language, forms_of, harmless, own_script, printable
from app.printing.rules.roles import badge_role
from app.printing.rules.short_forms import interpretation_sign, spoken_sign

_LINES = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class Person:
    """What the register knows of one person, as far as a badge needs it."""

    delegate_id: int
    public_id: str
    token: str
    role: str
    own_name: str  # last and first, in the person's script
    badge_ru: str
    badge_de: str
    passport_name: str
    place_ru: str
    place_de: str
    country: str
    country_ru: str
    country_de: str
    office: str = ""
    photo: str = ""  # SHA-256 of the portrait, where the layout shows one
    portrait: str = ""  # the same, wherever it is shown
    spoken: str = ""  # codes joined by ";"
    delegation_id: int | None = None
    own_last: str = ""  # the family name, in the person's script
    own_ru: str = ""  # the own name as Russian lists have it, family name first
    interpretation: str = ""  # "ru>de": needs it from Russian into German
    arms: str = ""  # SHA-256 of the municipality's arms
    marks: tuple[Mark, ...] = ()
    home_ru: str = ""  # the country of the municipality, which need not be the person's own
    home_de: str = ""
    title: str = ""  # academic
    noble: str = ""  # the own name with its noble prefix; empty where there is none
    language: str = ""  # of the person's letters and pages
    citizenship: str = ""


@dataclass(frozen=True)
class BadgeContent:
    """What stands on one badge. ``first`` is the language the person reads first."""

    delegate_id: int
    public_id: str
    token: str
    role: DelegateRole
    first: str
    name_first: str
    name_second: str
    place_first: str
    place_second: str
    country: str
    warnings: tuple[LazyString, ...] = field(default=(), compare=False)
    office: str = ""
    photo: str = ""
    spoken: str = ""  # "RU · DE"
    interpretation: str = ""  # "RU › DE"; empty when none is needed
    arms: str = ""  # SHA-256 of the municipality's arms
    marks: tuple[Mark, ...] = ()  # where the person may go
    back: str = field(default="", compare=False)  # fingerprint of the back that is printed with it; empty: none
    person: Person | None = field(default=None, compare=False, repr=False)  # what it was made of
    side: str = ""  # "ru" or "de": whose script the person's own name is written in

    @cached_property
    def fingerprint(self) -> str:
        """Changes when what should stand on the badge changes."""
        return self._standing(self.photo)

    def fingerprint_on(self, layout: Layout) -> str:
        """That of the badge of a layout, which may show a portrait where this content does not."""
        photo = (self.person.portrait if self.person else self.photo) if layout.photo else ""
        return self.fingerprint if photo == self.photo else self._standing(photo)

    def _standing(self, photo: str) -> str:
        standing = [self.token, self.role.value, self.first, self.name_first, self.name_second, self.place_first,
                    self.place_second, self.country, self.office]  # fmt: skip
        standing += [photo] if photo else []
        standing += ["speaks", self.spoken, self.interpretation] if self.spoken or self.interpretation else []
        standing += ["arms", self.arms] if self.arms else []
        standing += [part for mark in self.marks for part in (mark.code, mark.shape, mark.word_ru, mark.word_de)]
        return hashlib.sha256(json.dumps(standing, ensure_ascii=False).encode()).hexdigest()

    @property
    def languages(self) -> tuple[str, str]:
        """The order in which languages stand on this badge."""
        return ("ru", "de") if self.first == "ru" else ("de", "ru")


def badge_content(person: Person, *, listed: bool = False) -> BadgeContent:
    """Choose the forms of the name, the reader's first; without glyphs the passport's form, with a warning.

    :param listed: for a list others read: the person's own script stands first, whatever they read.
    """
    side = own_script(name=person.own_name, country=person.country)
    first = side if listed else first_language(language=person.language, spoken=person.spoken, side=side)
    forms = forms_of(
        entered_ru=person.badge_ru, entered_de=person.badge_de, own=person.own_name,
        own_ru=person.own_ru or person.own_name, passport=person.passport_name,
        citizen=person.citizenship, lives=person.country, title=person.title, noble=person.noble,
    )  # fmt: skip
    towers = any(map(has_towers, (person.badge_ru, person.badge_de, person.own_name)))
    if (forms.ru, forms.de) != (person.badge_ru, person.badge_de):
        person = replace(person, badge_ru=forms.ru, badge_de=forms.de)
    order = (first, "de" if first == "ru" else "ru")
    names = list(dict.fromkeys(form for form in (getattr(forms, code) for code in order) if form))
    warnings = list(_odd(forms, person.public_id, any(names)))
    office = printable(_LINES.sub("; ", person.office.strip()))
    office = replace(office, text=without_towers(office.text))
    if towers:
        warnings.append(_l("%(id)s: the name has more marks on a letter than can be printed; two of them stand.",
                           id=person.public_id))  # fmt: skip
    names = [without_towers(name) for name in names] or [person.public_id]
    stands = {"ru": printable(person.place_ru), "de": printable(person.place_de)}
    places = {code: place.text for code, place in stands.items()}
    warnings += _left_out(person.public_id, office, stands)
    towns = list(dict.fromkeys(places[code] for code in order if places[code]))
    countries = {"ru": person.country_ru, "de": person.country_de}
    return BadgeContent(
        delegate_id=person.delegate_id,
        public_id=person.public_id,
        token=person.token,
        role=badge_role(person.role),
        first=first,
        name_first=names[0],
        name_second=names[1] if len(names) > 1 else "",
        place_first=towns[0] if towns else "",
        place_second=towns[1] if len(towns) > 1 else "",
        country=" · ".join(dict.fromkeys(countries[code] for code in order if countries[code])),
        warnings=tuple(warnings),
        office=office.text,
        photo=person.photo,
        spoken=spoken_sign(person.spoken),
        interpretation=interpretation_sign(person.interpretation),
        arms=person.arms,
        marks=person.marks,
        person=person,
        side=side,
    )


def _left_out(number: str, office: Printable, places: Mapping[str, Printable]) -> Iterator[LazyString]:
    """What a person should know about the letters of an office and a town."""
    if office.letters:
        yield _l("%(id)s: no font has the letters %(letters)s; “%(field)s” is left out.", id=number,
                 letters=" ".join(office.letters), field=slot_word("office"))  # fmt: skip
    lost = "".join(dict.fromkeys("".join(place.letters for place in places.values())))
    if not lost:
        return
    known = {"id": number, "letters": " ".join(lost), "field": slot_word("place")}
    if any(place.text for place in places.values()):
        yield _l("%(id)s: no font has the letters %(letters)s; only the other form of “%(field)s” is printed.", **known)
    else:
        yield _l("%(id)s: no font has the letters %(letters)s; “%(field)s” is left out.", **known)


def _odd(forms: Forms, number: str, named: bool) -> Iterator[LazyString]:
    """What a person should know about the forms of a name."""
    if forms.lost:
        known = {"id": number, "letters": " ".join(forms.lost)}
        if forms.passport:
            yield _l("%(id)s: no font has the letters %(letters)s; the passport form is printed.", **known)
        elif named:
            yield _l("%(id)s: no font has the letters %(letters)s; only the other form of the name is printed.",
                     **known)  # fmt: skip
        else:
            yield _l("%(id)s: no font has the letters %(letters)s, and no other form of the name is known; the number "
                     "is printed.", **known)  # fmt: skip
    if forms.signs:
        yield _l("%(id)s: signs that no font has were left out of the name.", id=number)
    if not named and not forms.lost:
        yield _l("%(id)s: the name is empty; the number is printed.", id=number)
    if forms.transcribed:
        yield _l("%(id)s: the Russian form of the name was transcribed; please look at it.", id=number)
    if named and not forms.in_cyrillic:
        yield _l("%(id)s: the name is not known in Cyrillic letters.", id=number)
    if named and not forms.in_latin:
        yield _l("%(id)s: the name is not known in Latin letters.", id=number)


def family_first(person: Person, code: str) -> str:
    """The name as a list in the alphabet of that language has it, the family name first.

    In the other script a form has the given name first and as many words of family name as the own script.
    """
    form = harmless(person.badge_ru if code == "ru" else person.badge_de)
    last = harmless(person.own_last)
    if own_script(name=person.own_name, country=person.country) == code or not form:
        return f"{last} {harmless(person.own_name)}".strip() if last else form
    words = form.split()
    tail = max(1, len(last.split()))
    return " ".join([*words[-tail:], *words[:-tail]])
