"""Who needs a visa, what is asked of a passport, and what stands against it. No database.

The rules are proposals as of November 2026; the organisers change them where the law has, and a consulate knows best.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal


class VisaNeed(StrEnum):
    """What a citizen of one country needs for a conference in another."""

    NONE = "none"
    VISA = "visa"
    EVISA = "evisa"  # an electronic visa will do; a classic one is possible


EVERYBODY = "*"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCHENGEN = _codes("AT BE BG CH CZ DE DK EE ES FI FR GR HR HU IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK")
_FREE_IN_SCHENGEN = _SCHENGEN | _codes(
    # Regulation (EU) 2018/1806, annex II, and the Union's own citizens
    "AD AE AG AL AR AU BA BB BN BR BS CA CL CO CR CY DM GB GD GE GT HK HN IE IL JP KI KN KR LC MC MD ME MH MK MO MU MX "
    "MY NI NZ PA PE PW PY RS SB SC SG SM SV TL TO TT TV TW UA US UY VA VC VE WS XK"
)
_FREE_IN_RUSSIA = _codes(
    "AE AM AR AZ BA BR BW BY CL CO CR CU CV DM EC FJ GD GE GT GY HK HN IL JM KG KZ LA MA MD ME MK MN MO MU MV MY NI "
    "NR PA PE PW PY QA RS RU SC SR SV SZ TH TJ TT UY UZ VC VE VU WS ZA"
)
_ELECTRONIC_IN_RUSSIA = _codes(
    # the unified electronic visa: 120 days valid, 30 days of stay since 23.08.2025
    "AD AT BE BG BH CH CN CY CZ DE DK EE ES FI FR GR HR HU ID IE IN IR IS IT JP KH KP KW LI LT LU LV MC MM MT MX NL NO "
    "OM PH PL PT RO SA SE SG SI SK SM TR TW VA VN"
)


def shipped_need(citizenship: str, host: str) -> VisaNeed:
    """What holds when the organisers have not decided otherwise; codes are ISO 3166-1 alpha-2."""
    if citizenship == host:
        return VisaNeed.NONE
    if host in _SCHENGEN:
        return VisaNeed.NONE if citizenship in _FREE_IN_SCHENGEN else VisaNeed.VISA
    if host == "RU":
        if citizenship in _FREE_IN_RUSSIA:
            return VisaNeed.NONE
        return VisaNeed.EVISA if citizenship in _ELECTRONIC_IN_RUSSIA else VisaNeed.VISA
    return VisaNeed.VISA


def shipped_rules(host: str) -> dict[str, VisaNeed]:
    """The shipped rules for one host, by citizenship; whoever is not in it needs a visa."""
    known = _FREE_IN_SCHENGEN | _FREE_IN_RUSSIA | _ELECTRONIC_IN_RUSSIA
    needs = {code: shipped_need(code, host) for code in sorted(known - {host})}
    return {code: need for code, need in needs.items() if need is not VisaNeed.VISA}


def need_of(citizenship: str, host: str, decided: Mapping[str, VisaNeed]) -> VisaNeed:
    """What a citizen needs: the organisers' rule for the citizenship, then the shipped one, then theirs for all.

    :param decided: the organisers' rules for this host, by citizenship; :data:`EVERYBODY` speaks for all others.
    """
    if citizenship in decided:
        return decided[citizenship]
    if citizenship == host or citizenship in shipped_rules(host) or EVERYBODY not in decided:
        return shipped_need(citizenship, host)
    return decided[EVERYBODY]


def may_need_one(host: str, decided: Mapping[str, VisaNeed]) -> bool:
    """Whether anybody at all needs a visa for ``host`` by the table of rules, an electronic one counted too."""
    if decided.get(EVERYBODY, VisaNeed.VISA) is not VisaNeed.NONE:
        return True
    known = {code: need for code, need in shipped_rules(host).items() if code not in decided}
    return any(need is not VisaNeed.NONE for need in (*decided.values(), *known.values()))


# The months a passport is to be valid beyond the return; Schengen: Regulation (EC) 810/2009 article 12 (a).
MONTHS_BEYOND = 3
ENTRIES = ("1", "2", "multiple")
_LATIN = re.compile(r"[A-Z][A-Z '\-.]*")


@dataclass(frozen=True)
class Passport:
    """What a visa letter needs of a person. Dates are ISO 8601 texts; names Latin as printed in the passport."""

    surname: str = ""
    given: str = ""
    cyrillic: str = ""
    sex: str = ""
    birth_date: str = ""
    birth_place: str = ""
    citizenship: str = ""
    residence: str = ""
    number: str = ""
    issued: str = ""
    expires: str = ""
    authority: str = ""
    stay_from: str = ""
    stay_to: str = ""
    entries: str = "1"
    minors: str = ""
    insured: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Passport:
        """Of kept values; what is not known here any more is passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: str(value) for name, value in values.items() if name in known})

    def values(self) -> dict[str, str]:
        """To be kept."""
        return asdict(self)


def masked(number: str) -> str:
    """«•••• 1234»: enough to recognise one's own, not enough to use."""
    bare = re.sub(r"\W", "", number)
    if not bare:
        return ""
    shown = bare[-4:] if len(bare) >= 8 else bare[-2:] if len(bare) >= 5 else ""
    return f"•••• {shown}".strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def require_passport(passport: Passport, *, today: date) -> None:
    """What cannot be right, whoever typed it. What may be added later is not asked here.

    :raises Refusal: with the field it belongs to.
    """
    for name in ("surname", "given"):
        value = getattr(passport, name)
        if value and not _LATIN.fullmatch(value):
            raise Refusal(_l("Please write it as printed in the passport: capital letters A–Z."), field=name)
    if passport.number and not re.fullmatch(r"[A-Z0-9]{5,20}", passport.number):
        raise Refusal(_l("A passport number has 5 to 20 letters A–Z and digits."), field="number")
    born, issued, expires = _day(passport.birth_date), _day(passport.issued), _day(passport.expires)
    if born and not today - timedelta(days=366 * 120) < born < today:
        raise Refusal(_l("This cannot be a date of birth."), field="birth_date")
    if issued and issued > today:
        raise Refusal(_l("The date of issue lies in the future."), field="issued")
    if issued and born and issued < born:
        raise Refusal(_l("The passport was issued before the birth."), field="issued")
    if expires and issued and expires <= issued:
        raise Refusal(_l("The passport expires before it was issued."), field="expires")
    arrives, leaves = _day(passport.stay_from), _day(passport.stay_to)
    if arrives and leaves and leaves < arrives:
        raise Refusal(_l("The departure lies before the arrival."), field="stay_to")
    if arrives and leaves and (leaves - arrives).days > 90:
        raise Refusal(_l("A stay of more than 90 days is no visit of a conference."), field="stay_to")
    if passport.entries not in ENTRIES:
        raise Refusal(_l("Please choose the number of entries."), field="entries")


LETTER_NEEDS: Mapping[str, tuple[str, ...]] = {
    # STANDARDS of the consulates: Federal Law 115-FZ article 16 (2); IHK and Auswärtiges Amt for Germany
    "RU": ("surname", "given", "cyrillic", "sex", "birth_date", "birth_place", "citizenship", "residence", "number",
           "issued", "stay_from", "stay_to"),
    "DE": ("surname", "given", "sex", "birth_date", "birth_place", "citizenship", "number", "stay_from", "stay_to"),
}  # fmt: skip

PASSPORT_WORDS: Mapping[str, Message] = {
    "surname": _l("surname as in the passport"),
    "given": _l("given names as in the passport"),
    "cyrillic": _l("name in Cyrillic letters"),
    "sex": _l("sex as in the passport"),
    "birth_date": _l("date of birth"),
    "birth_place": _l("place of birth"),
    "citizenship": _l("citizenship"),
    "residence": _l("country of residence"),
    "number": _l("passport number"),
    "issued": _l("date of issue"),
    "expires": _l("date of expiry"),
    "authority": _l("issuing authority"),
    "stay_from": _l("first day of the stay"),
    "stay_to": _l("last day of the stay"),
}


def lacking_for_letter(passport: Passport, host: str) -> list[str]:
    """The fields a visa letter of this host still lacks."""
    return [name for name in LETTER_NEEDS.get(host, LETTER_NEEDS["DE"]) if not getattr(passport, name)]


def warnings_about(passport: Passport) -> list[Message]:
    """What a consulate would remark; nothing is refused for it."""
    told: list[Message] = []
    expires, leaves = _day(passport.expires), _day(passport.stay_to)
    if expires and leaves:
        if expires < leaves:
            told.append(_l("The passport expires before the end of the stay. A new one is needed."))
        elif expires < months_later(leaves, MONTHS_BEYOND):
            told.append(
                _l("The passport should be valid for at least three months after the return. Consulates refuse others.")
            )
    issued = _day(passport.issued)
    if issued and leaves and issued < months_later(leaves, -120):
        told.append(_l("The passport is older than ten years; the Schengen states do not accept it."))
    return told


def require_letter_data(passport: Passport, host: str) -> None:
    """Refuse what no consulate would take, by the names of the fields, before a letter is prepared.

    :raises Refusal: naming all that is missing.
    """
    lacking = lacking_for_letter(passport, host)
    if lacking:
        raise Refusal(
            _l(
                "The letter for the visa cannot be written, this is missing: %(what)s.",
                what=", ".join(str(PASSPORT_WORDS[name]) for name in lacking),
            )
        )
