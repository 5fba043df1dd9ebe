"""Which papers there are, and what stands on a certificate and on a card. No database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.printing.papers.press import Form
from invitations.address.names import inflect_name
from invitations.recipient import Gender


class Paper(StrEnum):
    """Papers beside the badges; the value is the kind of the print run and the verb of the command line."""

    CERTIFICATES = "certificates"
    PLACE_CARDS = "place-cards"
    TENT_CARDS = "tent-cards"


@dataclass(frozen=True)
class PaperLayout:
    """A paper's template and how it stands on the sheet."""

    name: str
    template: str
    form: Form
    word: LazyString


A4, A4_WIDE = (210.0, 297.0), (297.0, 210.0)
PAPERS: Mapping[Paper, tuple[PaperLayout, ...]] = {
    Paper.CERTIFICATES: (
        PaperLayout("a4", "print/papers/certificate.html", Form(A4_WIDE, A4_WIDE), _l("A4, one a page")),
    ),
    Paper.PLACE_CARDS: (
        PaperLayout("six", "print/papers/card.html", Form(A4, (105.0, 49.5), 2, 3, folded=True),
                    _l("six on a sheet of A4, 105 × 49.5 mm when folded")),
        PaperLayout("four", "print/papers/card.html", Form(A4, (105.0, 74.25), 2, 2, folded=True),
                    _l("four on a sheet of A4, 105 × 74 mm when folded")),
    ),
    Paper.TENT_CARDS: (
        PaperLayout("a4", "print/papers/card.html", Form(A4_WIDE, (297.0, 105.0), folded=True),
                    _l("one on a sheet of A4, 297 × 105 mm when folded")),
    ),
}  # fmt: skip
PAPER_WORDS: Mapping[Paper, LazyString] = {
    Paper.CERTIFICATES: _l("Certificates of participation"),
    Paper.PLACE_CARDS: _l("Place cards"),
    Paper.TENT_CARDS: _l("Tent cards"),
}


class ListPaper(StrEnum):
    """Papers by delegation; the value is the kind of the print run and the verb of the command line."""

    SIGN_IN = "sign-in-sheets"
    CAR_PASSES = "car-passes"
    COVERS = "cover-sheets"


class Certified(StrEnum):
    """Who of those on site gets a certificate of participation."""

    BY_ITSELF = "by-itself"
    PROOF = "proof"
    CONFIRMED = "confirmed"


CERTIFIED_WORDS: Mapping[Certified, LazyString] = {
    Certified.BY_ITSELF: _l("everybody with a place on site until the first check-in on a day of the conference; from "
                            "then on only those checked in on its days"),
    Certified.PROOF: _l("only those checked in on a day of the conference"),
    Certified.CONFIRMED: _l("everybody with a confirmed place on site"),
}  # fmt: skip


LIST_WORDS: Mapping[ListPaper, LazyString] = {
    ListPaper.SIGN_IN: _l("Sign-in sheets"),
    ListPaper.CAR_PASSES: _l("Car passes"),
    ListPaper.COVERS: _l("Cover sheets of delegations"),
}
LIST_LAYOUTS: Mapping[ListPaper, LazyString] = {
    ListPaper.SIGN_IN: _l("A4, by delegation, with a column for the signature"),
    ListPaper.CAR_PASSES: _l("A5 across, two on a sheet of A4, one for each delegation"),
    ListPaper.COVERS: _l("A4, to lie on top of a delegation's badges and papers"),
}
RUN_WORDS: Mapping[str, LazyString] = {
    **{paper.value: word for paper, word in PAPER_WORDS.items()},
    **{paper.value: word for paper, word in LIST_WORDS.items()},
    "honours": _l("Certificates of honour"),
    "seating": _l("Seating plans"),
    "envelopes": _l("Envelopes"),
    "labels": _l("Address labels"),
    "rota": _l("Interpreters’ rota"),
    "participants": _l("List of participants"),
}


def require_paper_layout(paper: Paper, name: str | None) -> PaperLayout:
    """The layout of that name; the paper's first when none is named.

    :raises Refusal: naming those there are.
    """
    known = {layout.name: layout for layout in PAPERS[paper]}
    found = known.get(name or PAPERS[paper][0].name)
    if found is None:
        raise Refusal(
            _l("There is no layout “%(name)s”. There are: %(known)s.", name=name, known=", ".join(known)),
            field="layout",
        )
    return found


@dataclass(frozen=True)
class Participant:
    """One person as papers name them. ``side`` is the language of the person's own script (``ru``, ``de``)."""

    delegate_id: int
    public_id: str
    side: str
    names: Mapping[str, str]  # by language; both are filled
    places: Mapping[str, str]
    offices: Mapping[str, str]
    last: str
    first: str
    patronymic: str
    gender: Gender
    warnings: tuple[LazyString, ...] = ()
    on_cards: tuple[LazyString, ...] = ()  # warnings of cards alone, which bear the office
    role: str = ""
    reads: str = ""  # the language the person reads first, where it is known

    @property
    def other_side(self) -> str:
        """The language of the other side."""
        return "de" if self.side == "ru" else "ru"


def _is_cyrillic(text: str) -> bool:
    return bool(text) and all("\u0400" <= sign <= "\u052f" for sign in text if sign.isalpha())


def russian_dative(person: Participant) -> str | None:
    """«Орловой Анне Павловне», «Юргену Гроссу»; None when the form is not known for certain.

    A name in another script is inflected in its Russian form, first name first, when that form has the same words.
    """
    if person.gender not in (Gender.MALE, Gender.FEMALE):
        return None
    whole = person.names["ru"]
    if not _is_cyrillic(whole):
        return None
    words = whole.split()
    if _is_cyrillic(person.last + person.first):
        parts = (person.last, person.first, person.patronymic)
        own = " ".join(part for part in parts if part).split()
        titles, named = words[: -len(own)], words[-len(own) :]
        if named != own or not (person.last and person.first) or not all(word.endswith(".") for word in titles):
            return None  # the badge says something else than the register: leave it as it is
        return " ".join([*titles, inflect_name(*parts, person.gender, "dative")])
    count = len(person.last.split())
    if not count or len(words) != count + len(person.first.split()) or len(words) == count or person.patronymic:
        return None
    last, first = " ".join(words[-count:]), " ".join(words[:-count])
    done = inflect_name(last, first, "", person.gender, "dative", foreign=True).split()
    return " ".join([*done[count:], *done[:count]])


@dataclass(frozen=True)
class PaperContent:
    """What stands on one person's paper.

    ``variant`` chooses the design; ``front`` and ``back`` are the texts of its faces by slot (``back`` only of folded
    papers).
    """

    delegate_id: int
    public_id: str
    variant: tuple[str, ...]
    front: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...] = ()
    warnings: tuple[LazyString, ...] = ()
    facts: str = ""  # what stands on everybody's

    @cached_property
    def fingerprint(self) -> str:
        """Changes when what should stand on the paper changes."""
        standing = [self.variant, self.front, self.back, self.facts]
        return hashlib.sha256(json.dumps(standing, ensure_ascii=False).encode()).hexdigest()


def certificate_content(person: Participant, *, numbers: Mapping[str, str], facts: str) -> PaperContent:
    """The person's certificate: what the person reads stands first; the Russian sentence takes the name's case.

    :param numbers: the line with number and date, by language.
    """
    dative = russian_dative(person)
    warnings = person.warnings
    if dative is None:
        warnings += (
            _l("%(id)s: the dative of the Russian name is not known; the sentence that needs none is printed.",
               id=person.public_id),
        )  # fmt: skip
    form = person.gender.value if dative is not None else "plain"
    texts = {
        "number_ru": numbers["ru"], "number_de": numbers["de"],
        "name_ru": dative or person.names["ru"], "place_ru": person.places["ru"],
        "name_de": person.names["de"], "place_de": person.places["de"],
    }  # fmt: skip
    return PaperContent(person.delegate_id, person.public_id, (person.reads or person.side, form), tuple(texts.items()),
                        warnings=warnings, facts=facts)  # fmt: skip


def card_content(person: Participant) -> PaperContent:
    """The person's card: the other side's script to the front, the own script to the neighbours behind it."""
    front, back = (
        tuple({"name": person.names[code], "office": person.offices[code], "place": person.places[code]}.items())
        for code in (person.other_side, person.side)
    )
    told = (*person.warnings, *person.on_cards)
    return PaperContent(person.delegate_id, person.public_id, (), front, back, told)
