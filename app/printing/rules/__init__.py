"""What stands on a badge, for whom one is printed, and on which paper. No database."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_hall, is_by_video
from app.delegations.rules import Accreditation, DelegateRole
from app.errors import Refusal
from app.printing.press.fitting import Fitted
from app.printing.rules.access import Mark
from app.printing.rules.boxes import slot_word
from app.printing.rules.look import PLAIN, Look
from app.printing.rules.names import Forms, forms_of, harmless, own_script, printable


@dataclass(frozen=True)
class Layout:
    """A paper: the badge's size, how many stand on a sheet, the style of its design and its name on pages.
    Millimetres. ``photo``: the badge shows the person. ``folded``: the paper is two badges high and folded in the
    middle. ``look``: what differs from the shipped design at a conference."""

    name: str
    word: LazyString
    style: str
    width: float
    height: float
    sheet_width: float
    sheet_height: float
    across: int
    down: int
    photo: bool = False
    folded: bool = False
    look: Look = PLAIN

    @property
    def paper_height(self) -> float:
        """Of the paper as it is cut."""
        return self.height * 2 if self.folded else self.height

    @property
    def on_a_sheet(self) -> int:
        """How many stand on one sheet."""
        return self.across * self.down


def _a4(name: str, word: LazyString, style: str, width: float, height: float, across: int, down: int, *,
        turned: bool = False, photo: bool = False) -> Layout:  # fmt: skip
    sheet = (297, 210) if turned else (210, 297)
    return Layout(name, word, style, width, height, *sheet, across, down, photo)


def _single(name: str, word: LazyString, style: str, width: float, height: float, *, photo: bool = False) -> Layout:
    return Layout(name, word, style, width, height, width, height, 1, 1, photo)


LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        _a4("a6-portrait", _l("A6 upright, four on A4"), "a6-portrait", 105, 148, 2, 2),
        _single("a6-portrait-single", _l("A6 upright, one on a sheet"), "a6-portrait", 105, 148),
        _a4("a6-portrait-photo", _l("A6 upright with photograph, four on A4"), "a6-portrait-photo", 105, 148, 2, 2,
            photo=True),
        _single("a6-portrait-photo-single", _l("A6 upright with photograph, one on a sheet"), "a6-portrait-photo",
                105, 148, photo=True),
        Layout("a6-folded", _l("A6 folded, with a back, two on A4"), "a6-portrait", 105, 148, 210, 297, 2, 1,
               folded=True),
        _a4("a6-landscape", _l("A6 across, four on A4"), "a6-landscape", 148, 105, 2, 2, turned=True),
        _a4("a7", _l("A7 upright, eight on A4"), "a7", 74, 105, 4, 2, turned=True),
        _a4("90x55", _l("90 × 55 mm, ten on A4"), "90x55", 90, 55, 2, 5),
        _a4("80x50", _l("80 × 50 mm, ten on A4"), "80x50", 80, 50, 2, 5),
        _single("86x54", _l("Plastic card 85.6 × 54 mm, one on a sheet"), "86x54", 85.6, 54),
    )
}  # fmt: skip
DEFAULT_LAYOUT = "a6-portrait"


def require_layout(name: str | None) -> Layout:
    """The layout of that name; the default when none is named.

    :raises Refusal: naming those there are.
    """
    found = LAYOUTS.get(name or DEFAULT_LAYOUT)
    if found is None:
        raise Refusal(
            _l("There is no layout “%(name)s”. There are: %(known)s.", name=name, known=", ".join(LAYOUTS)),
            field="layout",
        )
    return found


def alone(layout: Layout) -> Layout:
    """The same badge as the only one on a sheet of its own size."""
    return replace(layout, sheet_width=layout.width, sheet_height=layout.paper_height, across=1, down=1)


def held_on_site(held: ConferenceFormat) -> bool:
    """Whether anybody is on site, to wear a badge."""
    return has_hall(held)


def require_on_site(held: ConferenceFormat) -> None:
    """:raises Refusal: when a conference is held by video alone, where nobody wears a badge."""
    if not held_on_site(held):
        raise Refusal(_l("The conference is held by video: nobody has a place on site, so there are no badges."))


@dataclass(frozen=True)
class RoleSign:
    """How a role is told: colour, shape and word."""

    colour: str
    shape: str
    word: LazyString


ROLE_SIGNS: Mapping[DelegateRole, RoleSign] = {
    DelegateRole.HEAD: RoleSign("#7A1F3D", "square", _p("badge", "Head of municipality")),
    DelegateRole.MEMBER: RoleSign("#1C6E64", "circle", _p("badge", "Delegation")),
    DelegateRole.YOUTH: RoleSign("#3F6B2E", "triangle", _p("badge", "Youth")),
    DelegateRole.BUSINESS: RoleSign("#6B4E16", "diamond", _p("badge", "Business")),
    DelegateRole.PRESS: RoleSign("#8A2C0D", "bar", _p("badge", "Press")),
    DelegateRole.DIPLOMAT: RoleSign("#24407A", "star", _p("badge", "Diplomatic corps")),
    DelegateRole.INTERPRETER: RoleSign("#5B3A8C", "halves", _p("badge", "Interpreting")),
    DelegateRole.ASSOCIATION: RoleSign("#0F5C7A", "pentagon", _p("badge", "Friendship society")),
    DelegateRole.MINISTER: RoleSign("#8A6414", "spark", _p("badge", "Government")),
    DelegateRole.SPEAKER: RoleSign("#A0186F", "speech", _p("badge", "Speaker")),
    DelegateRole.COMPANION: RoleSign("#4A6076", "pair", _p("badge", "Accompanying person")),
    DelegateRole.GUEST_OF_HONOUR: RoleSign("#8A6414", "spark", _p("badge", "Guest of honour")),
    DelegateRole.ORGANISER: RoleSign("#2B3138", "dash", _p("badge", "Organising team")),
}


# Of several roles the first of these stands on the badge: by protocol, then who works here, then who takes part.
ROLE_ORDER = (
    DelegateRole.MINISTER, DelegateRole.GUEST_OF_HONOUR, DelegateRole.HEAD, DelegateRole.DIPLOMAT,
    DelegateRole.ORGANISER, DelegateRole.INTERPRETER, DelegateRole.PRESS, DelegateRole.SPEAKER,
    DelegateRole.ASSOCIATION, DelegateRole.BUSINESS, DelegateRole.YOUTH, DelegateRole.COMPANION, DelegateRole.MEMBER,
)  # fmt: skip


@lru_cache(maxsize=256)
def badge_role(role: str) -> DelegateRole:
    """The role of the band: of those a file joins with ``;`` the first by :data:`ROLE_ORDER`; a member when unknown."""
    known = {part.strip() for part in role.split(";")}
    return next((one for one in ROLE_ORDER if one.value in known), DelegateRole.MEMBER)


def without_badge(*, accreditation: Accreditation, attendance: Attendance) -> LazyString | None:
    """Why a person gets no badge; None when they get one."""
    if accreditation is Accreditation.GRANTED:
        return _l("takes part by video") if is_by_video(attendance) else None
    return {
        Accreditation.APPLIED: _l("not yet accredited"),
        Accreditation.WAITLISTED: _l("on the waiting list"),
        Accreditation.DECLINED: _l("declined"),
        Accreditation.WITHDRAWN: _l("withdrawn"),
    }[accreditation]


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class BadgeContent:
    """What stands on one badge. ``first`` is the language of the person's own script."""

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


def badge_content(person: Person) -> BadgeContent:
    """Choose the forms of the name, the reader's first; without glyphs the passport's form, with a warning."""
    first = own_script(name=person.own_name, country=person.country)
    forms = forms_of(
        entered_ru=person.badge_ru, entered_de=person.badge_de, own=person.own_name,
        own_ru=person.own_ru or person.own_name, passport=person.passport_name,
    )  # fmt: skip
    if (forms.ru, forms.de) != (person.badge_ru, person.badge_de):
        person = replace(person, badge_ru=forms.ru, badge_de=forms.de)
    order = (first, "de" if first == "ru" else "ru")
    names = list(dict.fromkeys(form for form in (getattr(forms, code) for code in order) if form))
    warnings = list(_odd(forms, person.public_id, any(names)))
    names = names or [person.public_id]
    places = {"ru": printable(person.place_ru).text, "de": printable(person.place_de).text}
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
        office=printable(person.office).text,
        photo=person.photo,
        spoken=spoken_sign(person.spoken),
        interpretation=interpretation_sign(person.interpretation),
        arms=person.arms,
        marks=person.marks,
        person=person,
    )


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


_LANGUAGE_CODE = re.compile("[a-z]{2,3}")


def spoken_sign(codes: str) -> str:
    """``ru;de`` as it stands on a badge: «RU · DE»; what is no code of a language is left out."""
    known = [code for part in codes.split(";") if _LANGUAGE_CODE.fullmatch(code := part.strip().lower())]
    return " · ".join(dict.fromkeys(code.upper() for code in known))


MOST_SPOKEN = 3  # where all do not fit
_SEVERAL_OFFICES = re.compile(r"[,;]| und | и | sowie | а также ")


def fewer_spoken(codes: str) -> str:
    """«RU · DE · EN …»: those of the conference first."""
    every = codes.split(" · ")
    first = sorted(every, key=lambda code: code not in {"RU", "DE"})
    return codes if len(every) <= MOST_SPOKEN else f"{' · '.join(first[:MOST_SPOKEN])} …"


def first_office(office: str) -> str:
    """The first of several offices, where all of them do not fit."""
    return _SEVERAL_OFFICES.split(office, maxsplit=1)[0].strip() or office


def interpretation_sign(need: str) -> str:
    """``ru>de`` as it stands on a badge: «RU › DE»; empty when no interpretation is needed."""
    parts = [part.strip().lower() for part in need.split(">")]
    if len(parts) != 2 or not all(_LANGUAGE_CODE.fullmatch(part) for part in parts):
        return ""
    return " › ".join(part.upper() for part in parts)


def fitting_warnings(public_id: str, slots: Mapping[str, Fitted]) -> list[LazyString]:
    """What a person should know about how the texts could be set; of the title, the same for all, without a name."""
    found = []
    for name, fitted in slots.items():
        if fitted.too_small:
            size = f"{fitted.size:g}"
            if name == "name":
                found.append(_l("%(id)s: the name had to be set in %(size)s points.", id=public_id, size=size))
            elif name.startswith("title"):
                found.append(_l("“%(field)s” had to be set in %(size)s points.", field=slot_word(name), size=size))
            else:
                found.append(_l("%(id)s: “%(field)s” had to be set in %(size)s points.", id=public_id,
                                field=slot_word(name), size=size))  # fmt: skip
        if name == "name" and fitted.cut_word:
            found.append(_l("%(id)s: the name had to be broken inside a word.", id=public_id))
    return found


LEAST_DPI = 200  # dots per inch under which a printed portrait looks coarse


def photo_warning(public_id: str, dots: int | None, *, wide: float) -> LazyString | None:
    """What a person should know about a portrait of ``dots`` across on ``wide`` millimetres; None: there is none."""
    if dots is None:
        return _l("%(id)s: there is no photograph.", id=public_id)
    dense = round(dots / wide * 25.4)
    if dense >= LEAST_DPI:
        return None
    return _l("%(id)s: the photograph is coarse (%(dots)s dots per inch).", id=public_id, dots=dense)


SCOPE_WORDS: Mapping[str, LazyString] = {
    "all": _l("everyone"),
    "new": _l("new or changed"),
    "data": _l("new or with other data"),
    "delegation": _l("one delegation"),
    "role": _l("one role"),
    "checked-in": _l("those checked in"),
    "picked": _l("picked by hand"),
    "one": _l("one person"),
}
