"""What the codes of this feature are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from flask_babel import gettext as _

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_both, has_hall, is_on_site, way_of
from app.correspondence.models import Reply
from app.correspondence.rules import ReplyAnswer, answers_to
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation, DelegateRole, missing_in, shown
from app.i18n import language, number


@lru_cache(maxsize=8)
def _role_words(_language: str) -> Mapping[str, str]:
    """The roles in the language spoken now, which is the key."""
    words = {
        DelegateRole.HEAD: _("Head of delegation"),
        DelegateRole.MEMBER: _("Member of a delegation"),
        DelegateRole.YOUTH: _("Youth"),
        DelegateRole.BUSINESS: _("Business"),
        DelegateRole.PRESS: _("Press"),
        DelegateRole.DIPLOMAT: _("Diplomat"),
        DelegateRole.INTERPRETER: _("Interpreter"),
        DelegateRole.ASSOCIATION: _("Association"),
        DelegateRole.MINISTER: _("Minister"),
        DelegateRole.SPEAKER: _("Speaker"),
        DelegateRole.COMPANION: _("Accompanying person"),
        DelegateRole.GUEST_OF_HONOUR: _("Guest of honour"),
        DelegateRole.ORGANISER: _("Organiser"),
    }
    return {kind.value: str(word) for kind, word in words.items()}


def role_word(role: str) -> str:
    """What a role is called; several are named one after the other."""
    known = _role_words(language())
    return ", ".join(known.get(part, part) for part in role.split(";"))


def accreditation_word(standing: Accreditation) -> str:
    """What a standing is called."""
    words: dict[Accreditation, str] = {
        Accreditation.APPLIED: _("applied"),
        Accreditation.GRANTED: _("granted"),
        Accreditation.DECLINED: _("declined"),
        Accreditation.WITHDRAWN: _("withdrawn"),
        Accreditation.WAITLISTED: _("on the waiting list"),
    }
    return words[standing]


def attendance_word(kind: Attendance) -> str:
    """What a way of taking part is called."""
    return str(_("on site") if is_on_site(kind) else _("by video"))


def gender_word(code: str) -> str:
    """What a gender is called; the code itself when unknown."""
    words: dict[str, str] = {"m": _("male"), "f": _("female"), "x": _("diverse"), "d": _("diverse"), "u": ""}
    return words.get(code, code)


def diet_word(code: str) -> str:
    """What a diet is called."""
    words: dict[str, str] = {
        "none": _("no wishes"), "vegetarian": _("vegetarian"), "vegan": _("vegan"), "halal": _("halal"),
        "kosher": _("kosher"), "lent": _("Lenten fare"), "fish": _("no meat, but fish"),
        "lactose_free": _("without lactose"), "gluten_free": _("without gluten"), "nuts": _("nut allergy"),
        "diabetic": _("for diabetics"),
    }  # fmt: skip
    return words.get(code, code)


def interpretation_word(code: str) -> str:
    """What a wish for interpretation is called."""
    words: dict[str, str] = {
        "none": _("no interpretation needed"), "ru>de": _("from Russian into German"),
        "de>ru": _("from German into Russian"), "ru>en": _("from Russian into English"),
    }  # fmt: skip
    return words.get(code, code)


def arrival_word(code: str) -> str:
    """What a means of travel is called."""
    words: dict[str, str] = {"plane": _("by plane"), "train": _("by train"), "car": _("by car"), "bus": _("by bus")}
    return words.get(code, code)


def language_names(codes: str) -> list[str]:
    """The languages of ``ru;de`` in the reader's words."""
    known = Locale.parse(language()).languages
    return [str(known.get(code, code)) for code in codes.split(";") if code]


def yes_no(value: str) -> str:
    """«да», «нет», or nothing."""
    words: dict[str, str] = {"yes": _("yes"), "no": _("no")}
    return words.get(value, value)


def answer_words() -> dict[str, str]:
    """What a head may answer, in the reader's words."""
    return {
        ReplyAnswer.COMES.value: _("I shall take part in person"),
        ReplyAnswer.SENDS_DEPUTY.value: _("A deputy will take part for me"),
        ReplyAnswer.BY_VIDEO.value: _("I should like to take part by video"),
        ReplyAnswer.CANNOT.value: _("We are unable to take part"),
    }


def answers_offered(held: ConferenceFormat) -> dict[str, str]:
    """What a head may answer to the invitation to a conference of that format."""
    words = answer_words()
    if not has_hall(held):
        words[ReplyAnswer.BY_VIDEO.value] = _("I shall take part by video")
    return {one.value: words[one.value] for one in answers_to(held)}


def people_question(held: ConferenceFormat) -> str:
    """How it is asked how many there will be."""
    if has_both(held):
        return str(_("How many people will take part?"))
    return str(_("How many people will come?") if has_hall(held) else _("How many people will take part by video?"))


def answer_lines(reply: Reply) -> list[tuple[str, str]]:
    """What was answered, in words of the language spoken now; empty lines are left out."""
    comes = reply.answer is not ReplyAnswer.CANNOT
    deputy = ", ".join(filter(None, (reply.deputy_name, reply.deputy_office)))
    contact = ", ".join(filter(None, (reply.contact_name, reply.contact_email, reply.contact_phone)))
    lines = [
        (_("Your answer"), str(answer_words()[reply.answer.value])),
        (people_question(reply.letter.conference.format), number(reply.people) if comes else ""),
        (_("Deputy"), shown(deputy)),
        (_("Contact person"), shown(contact)),
        (_("Your remarks"), shown(reply.remarks)),
    ]
    return [(str(label), " ".join(text.split())) for label, text in lines if text]


def missing_words(delegate: Delegate) -> list[str]:
    """What is still needed of a person, in words."""
    called = {
        "last_latin": _("name in Latin letters"), "languages": _("languages"), "email": _("e-mail"),
        "arrival": _("arrival"), "departure": _("departure"),
    }  # fmt: skip
    names = missing_in(
        last=delegate.last, first=delegate.first, last_latin=delegate.last_latin, first_latin=delegate.first_latin,
        email=delegate.email, languages=delegate.languages,
        attendance=way_of(delegate.attendance, delegate.conference.format), arrival=delegate.arrival,
        departure=delegate.departure,
    )  # fmt: skip
    return [called[name] for name in names]
