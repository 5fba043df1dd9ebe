"""The life of a letter, its number, whom a selection names, and what a head may answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall
from app.errors import Refusal


class LetterState(StrEnum):
    """Where a letter stands; what happens to its mail is the mailroom's to say.

    An approved letter that a switch of format causes has its number already; it is issued when its page is made.
    """

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    ISSUED = "issued"
    ANNULLED = "annulled"


ALLOWED: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.DRAFT: frozenset({LetterState.IN_APPROVAL, LetterState.APPROVED, LetterState.ANNULLED}),
    LetterState.IN_APPROVAL: frozenset({LetterState.DRAFT, LetterState.APPROVED, LetterState.ANNULLED}),
    LetterState.APPROVED: frozenset({LetterState.DRAFT, LetterState.ISSUED, LetterState.ANNULLED}),
    LetterState.ISSUED: frozenset({LetterState.ANNULLED}),
    LetterState.ANNULLED: frozenset(),
}


#: A letter whose words are not fixed yet: it says what is true now.
OPEN = frozenset({LetterState.DRAFT, LetterState.IN_APPROVAL})


def require_transition(before: LetterState, after: LetterState) -> None:
    """Refuse a step the life of a letter does not know.

    :raises Refusal: when a letter in state ``before`` cannot become ``after``.
    """
    if after not in ALLOWED[before]:
        raise Refusal(_l("The letter is no longer in a state in which this can be done; look at it again."))


class LetterKind(StrEnum):
    """Kinds of letters with a shipped text."""

    INVITATION = "invitation"
    PROGRAMME_COVER = "programme_cover"
    CHANGE_OF_FORMAT = "change_of_format"
    VISA_SUPPORT_RU = "visa_support_ru"
    VISA_SUPPORT_DE = "visa_support_de"
    CONFIRMATION = "confirmation"
    THANKS = "thanks"
    FREE = "free"


# Letters that ask for an answer: the personal link stands on them, and in the mail with them.
ASKING = frozenset({LetterKind.INVITATION, LetterKind.PROGRAMME_COVER, LetterKind.CHANGE_OF_FORMAT})


class FormScope(StrEnum):
    """What an organiser may decide about a form of address."""

    NAME = "name"
    OFFICE = "office"
    SALUTATION = "salutation"
    ADDRESS_LINE = "address_line"


class EntryState(StrEnum):
    """An entry of the outgoing register stays for ever; at worst it is annulled."""

    REGISTERED = "registered"
    ANNULLED = "annulled"


class DespatchWay(StrEnum):
    """How a letter went, or that it came back."""

    EMAIL = "email"
    PRINTED = "printed"
    HANDED_OVER = "handed_over"
    POSTED = "posted"
    RETURNED = "returned"


class ReplyAnswer(StrEnum):
    """What a head answers."""

    COMES = "comes"
    SENDS_DEPUTY = "sends_deputy"
    BY_VIDEO = "by_video"
    CANNOT = "cannot"


def answers_to(held: ConferenceFormat) -> tuple[ReplyAnswer, ...]:
    """What a head may answer to the invitation to a conference of that format: nobody comes to one by video."""
    return tuple(one for one in ReplyAnswer if has_hall(held) or one is not ReplyAnswer.COMES)


def answer_meant(answer: ReplyAnswer, held: ConferenceFormat) -> ReplyAnswer:
    """What an answer means once the format is ``held``: who said that they come takes part by video then."""
    return answer if answer in answers_to(held) else ReplyAnswer.BY_VIDEO


class Stage(StrEnum):
    """How far an issued letter has come, and what was answered: what the overview counts."""

    INVITED = "invited"
    SENT = "sent"
    RETURNED = "returned"
    OPENED = "opened"
    ANSWERED = "answered"
    COMES = "comes"
    SENDS_DEPUTY = "sends_deputy"
    BY_VIDEO = "by_video"
    CANNOT = "cannot"
    SILENT = "silent"


NO_REGION = "-"  # asks for the letters to municipalities whose region is not given


# What the brief of a kind may say: merge fields that are not facts of the conference itself.
BRIEF_FACTS = (
    "partner_organisation",
    "preparation",
    "anniversary",
    "participants",
    "guests",
    "responsible_name",
    "responsible_phone",
    "responsible_emails",
    "video_possible",
    "reason",
    "subject",
    "text",
    "contribution",
    "results",
    "materials_url",
    "next_conference",
    "practical",
    "programme_url",
    "programme_version",
    "programme_changes",
    "host_legal_name",
    "host_legal_address",
    "host_inn",
    "host_ogrn",
    "purpose",
    "purpose_code",
    "towns",
    "costs",
    "costs_by_host",
)


# Facts of a brief that are the same in every language: one language lends them to the others.
SHARED_FACTS = (
    "responsible_phone", "responsible_emails", "video_possible", "host_inn", "host_ogrn", "purpose_code",
    "costs_by_host",
)  # fmt: skip


REGISTER_COLUMNS = (
    "issuer", "year", "number", "label", "date", "addressee", "subject", "sheets", "executor", "sent", "sent_on",
    "reply", "replied_on", "incoming_number", "incoming_date", "state", "annulled_reason",
)  # fmt: skip


FILE_LONGEST = 75  # signs, without the ending


def file_name(stem: str) -> str:
    """A name every file system and mail program takes: ``69_kaluga.pdf``; what is too long ends with a word."""
    kept = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]+', " ", stem)
    words = " ".join(kept.split()).strip(". ")
    if len(words) > FILE_LONGEST:
        whole, _blank, _cut = words[: FILE_LONGEST + 1].rpartition(" ")
        words = (whole if len(whole) > FILE_LONGEST // 2 else words[:FILE_LONGEST]).rstrip(" .,;:–—-(«„")
    return (words or "file") + ".pdf"


def label_for(pattern: str, number: int, year: int) -> str:
    """The label on the paper: ``Исх-{n}`` and 69 give «Исх-69», ``{year}`` is the register's year."""
    return pattern.replace("{n}", str(number)).replace("{year}", str(year))


LABEL_LONGEST = 40  # with the number 999999 in it: it must fit the requisite «Регистрационный номер документа»


def require_pattern(pattern: str) -> str:
    """The pattern of outgoing numbers with single blanks: «Исх-{n}», «01-12/{n}», ``{n}/{year}``.

    :raises Refusal: (field ``pattern``) when the number is missing or stands twice, or another sign cannot stand there.
    """
    tidy = " ".join(pattern.split())
    rest = tidy.replace("{n}", "").replace("{year}", "")
    if tidy.count("{n}") != 1 or "{" in rest or "}" in rest:
        raise Refusal(_l("The pattern must contain {n} once, and may contain {year}."), field="pattern")
    before, _number, after = tidy.replace("{year}", "0").partition("{n}")
    if not re.fullmatch(r"[\w \-–/.,:()№]*", rest) or before[-1:].isdigit() or after[:1].isdigit():
        raise Refusal(
            _l("Beside {n} and {year} only letters, digits, blanks and -/.,:()№ may stand, no digit next to {n}."),
            field="pattern",
        )
    if len(label_for(tidy, 999_999, 2000)) > LABEL_LONGEST:
        raise Refusal(_l("The pattern is too long for the place of the number on the paper."), field="pattern")
    return tidy


# GOST R 7.0.97-2025 replaced the edition of 2016 on this day.
_GOST_2025_FROM = date(2025, 8, 18)


def gost_edition(dated: date) -> int:
    """The edition of GOST R 7.0.97 a letter of this date follows."""
    return 2025 if dated >= _GOST_2025_FROM else 2016


_SPOKEN = {"RU": "ru", "BY": "ru", "DE": "de", "AT": "de"}


def language_for(country: str) -> str:
    """The language a head in ``country`` (ISO 3166-1 alpha-2) is written to when nobody says otherwise."""
    return _SPOKEN.get(country, "en")


def partner_countries(country: str) -> frozenset[str]:
    """Whose partner cities a letter into ``country`` names: the other side's, for third countries both."""
    return {"RU": frozenset({"DE"}), "DE": frozenset({"RU"})}.get(country, frozenset({"RU", "DE"}))


# English offices made of the stored ones: a closed list, tried in order; anything else is asked for.
_ENGLISH_OFFICES: tuple[tuple[str, str, str], ...] = (
    ("ru", r"Глава [Аа]дминистрации", "Head of the Administration of {town}"),
    ("ru", r"(Мэр|Городской [Гг]олова)\b", "Mayor of {town}"),
    (
        "ru",
        r"Глава (города|городского округа|муниципального образования( городской округ)? (город|«Город))\b",
        "Mayor of {town}",
    ),
    ("ru", r"Глава\b", "Head of {town}"),
    ("ru", r"Губернатор\b", "Governor of {town}"),
    ("de", r"Oberbürgermeister(in)?\b", "Lord Mayor of {town}"),
    ("de", r"Bürgermeister(in)?\b", "Mayor of {town}"),
    ("de", r"Regierender? Bürgermeister(in)?\b", "Governing Mayor of {town}"),
    ("de", r"Land(rat|rätin)\b", "District Administrator of {town}"),
)


def english_office(*, office_ru: str, office_de: str, town: str, russian: bool) -> str:
    """The English office of a head whose English office is not stored; empty when the list does not know it.

    :param russian: whether the Russian office is the original one.
    """
    given = {"ru": office_ru, "de": office_de}
    for language, pattern, english in _ENGLISH_OFFICES:
        if (language == "ru") is russian and re.match(pattern, given[language]):
            return english.format(town=town)
    return ""


SELECTION_KINDS = ("partners-in", "country", "region", "municipality", "file", "letter", "answer")
SELECTION_WORDS = ("no-reply",)  # terms without a value


@dataclass(frozen=True)
class Term:
    """One term of a selection: ``!municipality:moscow``."""

    kind: str
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        return ("!" if self.excluded else "") + (f"{self.kind}:{self.value}" if self.value else self.kind)


def parse_selection(text: str) -> tuple[Term, ...]:
    """The terms of ``partners-in:DE,country:RU,!municipality:moscow``.

    Terms of one kind add up, different kinds narrow, ``!`` excludes. ``letter:`` names a kind of letters of the
    conference, ``letter:SLUG/KIND`` those of another one, or a number of the register (``letter:69``,
    ``letter:Исх-69``, ``letter:69/2021``); ``answer:comes`` is who answered so, ``no-reply`` who was invited and has
    not answered.

    :raises Refusal: (field ``selection``) naming the term that is not understood.
    """
    terms = []
    for part in text.split(","):
        written = part.strip()
        if not written:
            continue
        excluded = written.startswith("!")
        kind, colon, value = written.removeprefix("!").strip().partition(":")
        kind, value = kind.strip().lower(), value.strip()
        value = value.lower() if kind == "answer" else value
        known = bool(value) and kind in SELECTION_KINDS and (kind != "answer" or value in set(ReplyAnswer))
        if not known and (colon or kind not in SELECTION_WORDS):
            raise Refusal(
                _l(
                    "“%(term)s” is not understood. A selection is made of partners-in:DE, country:RU, region:RU-KDA, "
                    "municipality:kaluga, file:LIST.csv, letter:invitation or letter:69, answer:comes and no-reply, "
                    "joined by commas; ! excludes.",
                    term=written,
                ),
                field="selection",
            )
        if kind in {"partners-in", "country", "region"}:
            value = value.upper()
        elif kind == "municipality":
            value = value.lower()
        terms.append(Term(kind, value, excluded))
    if not any(not term.excluded for term in terms):
        raise Refusal(_l("Say whom to write to; to leave somebody out is not enough."), field="selection")
    return tuple(terms)


PEOPLE_MAX = 500
REPLY_SOURCES = ("page", "phone", "email", "letter")


def require_reply(*, answer: ReplyAnswer, people: int, deputy_name: str, contact_email: str, source: str) -> None:
    """Refuse an answer that could not be acted on.

    :raises Refusal: with the field it belongs to.
    """
    if source not in REPLY_SOURCES:
        raise ValueError(f"unknown source of a reply: {source}")
    if answer is ReplyAnswer.CANNOT:
        return
    if not 1 <= people <= PEOPLE_MAX:
        raise Refusal(_l("Say how many people will come: a number from 1 to 500."), field="people")
    if answer is ReplyAnswer.SENDS_DEPUTY and not deputy_name.strip():
        raise Refusal(_l("Give the name of the deputy."), field="deputy_name")
    if source == "page" and "@" not in contact_email:
        raise Refusal(_l("Give an e-mail address at which we reach the contact person."), field="contact_email")


REMINDER = "reminder"  # the kind of its mail


@dataclass(frozen=True)
class ReminderDays:
    """Days after the letter went until the first and the second reminder."""

    first: int = 7
    second: int = 14


def require_reminder_days(days: ReminderDays) -> None:
    """Refuse days that could not be kept.

    :raises Refusal: with the field it belongs to.
    """
    if not 1 <= days.first <= 90:
        raise Refusal(_l("The first reminder goes after 1 to 90 days."), field="first_days")
    if not days.first < days.second <= 180:
        raise Refusal(_l("The second reminder goes later than the first and within 180 days."), field="second_days")


def reminder_key(letter_id: int, step: int) -> str:
    """What names a reminder: one for each letter and step."""
    return f"reminder-{letter_id}-{step}"


def due_step(rule: ReminderDays, *, days: int, since_first: int | None, second: bool) -> int:
    """The reminder that is due, 1 or 2; 0 when none is.

    :param days: since the letter went.
    :param since_first: days since the first reminder; None when there was none. When it went late, the second one
        keeps its distance.
    :param second: whether the second one has gone.
    """
    if second:
        return 0
    if since_first is None:
        return 1 if days >= rule.first else 0
    return 2 if days >= rule.second and since_first >= rule.second - rule.first else 0


# Areas within which a delegation travels without visas: the Schengen area, and Russia with its neighbours.
_FREE_TRAVEL = (
    frozenset((
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
        "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    )),
    frozenset(("RU", "BY", "KZ", "KG", "AM", "AZ", "TJ", "UZ", "MD")),
)  # fmt: skip


def travels_with_visa(home: str, host: str) -> bool:
    """Whether a delegation from one country needs visas for the other: what an invitation may tell as a reminder."""
    return home != host and not any({home, host} <= area for area in _FREE_TRAVEL)
