"""Departures from good usage in the wording of a letter: hints for the organiser, never a refusal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from invitations.address.towns import inflect_town
from invitations.recipient import Recipient
from invitations.signs import is_joiner, is_left_out, plain_text, shown_with_codes
from invitations.typography import quoted

_TOWN: Final = re.compile(
    r"(?P<before>\b(?:[Вв]|[Оо]|[Оо]б)\s+(?:городе|г\.)\s*)(?P<town>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*)"
)
_MONTHS: Final = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_MONATE: Final = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"

_TAG: Final = "\ue000"  # stands where a condition stood

Rule = tuple[str, re.Pattern[str], str]


@dataclass(frozen=True)
class Departure:
    """One place: ``found`` should read ``better``; ``rule`` is a short code for the message to show."""

    rule: str
    found: str
    better: str


_EVERYWHERE: Final[tuple[Rule, ...]] = (
    ("double space", re.compile(r"(?<=\S) {2,}(?=\S)"), " "),
    ("space before", re.compile(r"\s+([,;:!?](?=\s|$)|\.(?=\s|$))"), "\\1"),
    ("doubled word", re.compile(r"\b(?!had|that)([а-яёa-zäöüß]{2,})\s+\1\b(?!-)"), "\\1"),
)
_RU: Final[tuple[Rule, ...]] = (
    ("year", re.compile(r"\b(\d{4})(гг?)\.?(?![а-яё])"), "\\1\u00a0\\2."),
    ("initials", re.compile(r"\b([А-ЯЁ]\.)\s?([А-ЯЁ]\.)([А-ЯЁ][а-яё]+)"), "\\1\\2\u00a0\\3"),
    ("sheets", re.compile(r"[«\"]?(\d+)[»\"]?\s*лл\."), "\\1\u00a0л."),
    ("number", re.compile(r"№(?=\d)"), "№\u00a0"),
    ("town sign", re.compile(r"\bг\.(?=[А-ЯЁ][а-яё])"), "г.\u00a0"),
    ("dear", re.compile(r"\bУв\.\s*"), "Уважаемый "),
    ("mister", re.compile(r"\bг-н\b(?=\s+[А-ЯЁ][а-яё]+!)"), "господин"),
    ("mister", re.compile(r"\bг-жа\b(?=\s+[А-ЯЁ][а-яё]+!)"), "госпожа"),
    ("dash", re.compile(r"(?<=\s)-(?=\s)"), "—"),
    ("range", re.compile(rf"\b(\d{{1,2}})\s?-\s?(\d{{1,2}})(?=\s(?:{_MONTHS})\b)"), "\\1–\\2"),
    ("foreign quotes", re.compile(r"(?<![«„])“([^“”„«»]*)”"), "«\\1»"),
    ("closing comma", re.compile(r"^С уважением$"), "С уважением,"),
)
_SS: Final = {
    "strasse": "straße", "grüssen": "grüßen", "grüsse": "grüße", "gross": "groß", "grösse": "größe", "ausser": "außer",
    "heisst": "heißt", "heissen": "heißen", "massnahme": "maßnahme", "schliess": "schließ", "spass": "spaß",
    "fussball": "fußball", "gemäss": "gemäß", "weiss": "weiß", "daß": "dass", "muß": "muss",
}  # fmt: skip
_WHOLE_WORDS: Final = frozenset(("gross", "weiss", "muß", "daß"))
_DE: Final[tuple[Rule, ...]] = (
    ("abbreviation", re.compile(r"\b([zdu])\.([BhaÄ])\."), "\\1.\u00a0\\2."),
    ("mister", re.compile(r"\bHr\.\s?"), "Herr "),
    ("dash", re.compile(r"(?<=\s)(?:-|—)(?=\s)"), "–"),
    ("range", re.compile(rf"\b(\d{{1,2}}\.)\s?-\s?(\d{{1,2}}\.)(?=\s(?:{_MONATE})\b)"), "\\1–\\2"),
    ("foreign quotes", re.compile(r"[«“]([^«»“”„]*)[»”]"), "„\\1“"),
    ("closing comma", re.compile(r"^(Mit [a-zäöü]+ Grüßen|Hochachtungsvoll|Mit vorzüglicher Hochachtung),$"), "\\1"),
)
_EN: Final[tuple[Rule, ...]] = (
    ("dash", re.compile(r"(?<=\s)-(?=\s)"), "–"),
    ("range", re.compile(r"\b(\d{1,2})\s?-\s?(\d{1,2})(?=\s(?:January|February|March|April|May|June|July|August"
                         r"|September|October|November|December)\b)"), "\\1–\\2"),
    ("foreign quotes", re.compile(r"[«„]([^«»“”„]*)[»“]"), "“\\1”"),
    ("dear", re.compile(r"\bDear Sirs\b"), "Dear Sir or Madam"),
    ("closing comma", re.compile(r"^(Yours (?:sincerely|faithfully|truly)|Kind regards|With kind regards)$"), "\\1,"),
)  # fmt: skip
_RULES: Final = {"ru": _RU, "de": _DE, "en": _EN}
# What no office and no address is written with, nor a name, that has letters, their accents, blanks, hyphens,
# apostrophes and the full stop of an abbreviation only.
_ODD: Final = re.compile(r"[<>{}\[\]\\|~^=*_@$%`\ufffd]")
_NAME_SIGN: Final = re.compile(r"[\s\-‐‑–.,'’‘ʼʻ`´·]")
_MIXED: Final = re.compile(r"[^\W\d_]*(?:[а-яёА-ЯЁ][A-Za-z]|[A-Za-z][а-яёА-ЯЁ])[^\W\d_]*")
# What a heading never opens with: the word is not written.
_SUBJECT_WORD: Final = re.compile(r"^(?:Betreff|Betr\.|Тема|О теме|Subject|Re)\s*:\s*", re.IGNORECASE)
_ABBREVIATED: Final = re.compile(r"(?:e\.\s?V|гг?|т\.\s?[дп]|др|Co|Inc|Ltd)\.$")
# Words that are written small when the text goes on after «Sehr geehrter Herr Oberbürgermeister,».
_SMALL: Final = frozenset((
    "wir", "ich", "die", "der", "das", "den", "dem", "ein", "eine", "einen", "am", "im", "in", "mit", "für", "nach",
    "zur", "zum", "als", "auf", "es", "hiermit", "gern", "gerne", "herzlich", "herzlichen", "vielen", "unser",
    "unsere", "unseren", "dieser", "diese", "dieses", "wie", "bitte", "anlässlich", "aus", "bei", "seit", "vom",
    "von", "zu", "wenn", "hier", "mein", "meine", "anbei", "bezugnehmend", "zunächst", "nun", "auch",
))  # fmt: skip


def _towns(text: str) -> list[Departure]:
    found = []
    for place in _TOWN.finditer(text):
        town = place["town"]
        agreeing = inflect_town(town, "prepositional")
        # A name that would change once more is still in the nominative; one already inflected is left alone.
        if agreeing != town and not town.endswith(("е", "и", "ом")):
            found.append(Departure("town", place[0], place["before"] + agreeing))
    return found


def _straight(text: str, language: str) -> list[Departure]:
    """Typewriter's marks of quotation, with what stands between them."""
    shown = quoted(text, language)
    found = []
    for place in re.finditer(r"\"[^\"\n]*\"?", text):
        if len(shown) == len(text):
            found.append(Departure("quotes", place[0], shown[place.start() : place.end()]))
    return found


def _double_s(text: str) -> list[Departure]:
    """German words with «ss» for «ß», and the other way round; capitalised ones may be names («Weiss»)."""
    found = []
    for word in re.findall(r"[A-Za-zÄÖÜäöüß]+", text):
        for wrong, right in _SS.items():
            at = word.lower().find(wrong)
            if at < 0 or (wrong in _WHOLE_WORDS and not re.fullmatch(rf"{wrong}(e[mnrs]?)?", word)):
                continue
            better = word[:at] + (right[0].upper() + right[1:] if word[at].isupper() else right)
            found.append(Departure("sharp s", word, better + word[at + len(wrong) :]))
            break
    return found


def departures(text: str, language: str = "ru") -> tuple[Departure, ...]:
    """What a careful proofreader would mark: «в городе Калуга», «2021г.», "z.B.", «на «7» лл.»."""
    found = _towns(text) if language == "ru" else _double_s(text) if language == "de" else []
    for rule, pattern, better in (*_RULES[language], *_EVERYWHERE):
        for place in pattern.finditer(text):
            found.append(Departure(rule, place[0].strip("\n"), place.expand(better)))
    return (*found, *_straight(text, language))


def heading_departures(heading: str) -> tuple[Departure, ...]:
    """Of a heading: the word «Betreff» and the full stop at the end are not written (DIN 5008; GOST R 7.0.97, 5.17)."""
    found = []
    word = _SUBJECT_WORD.match(heading)
    if word is not None:
        rest = heading[word.end() :]
        found.append(Departure("subject word", word[0].strip(), rest[:1].upper() + rest[1:]))
    if heading.strip().endswith(".") and not _ABBREVIATED.search(heading.strip()):
        found.append(Departure("heading stop", heading.strip()[-20:], heading.strip()[-20:-1]))
    return tuple(found)


def addressee_departures(recipient: Recipient) -> tuple[Departure, ...]:
    """Of the addressee as kept: signs the paper leaves out, and what may have got into name or office by mistake."""
    names = (recipient.last, recipient.first, recipient.patronymic)
    others = (recipient.degree, recipient.office, recipient.organisation, *recipient.address)
    found = []
    for at, text in enumerate((*names, *others)):
        if any(is_left_out(sign) for sign in text.replace("\t", " ").replace("\r", "").replace("\n", " ")):
            found.append(Departure("sign left out", shown_with_codes(text), plain_text(text)))
        plain = plain_text(text)
        if at < len(names) and any(sign.isnumeric() for sign in plain):
            found.append(Departure("digit in name", plain, ""))
        if _ODD.search(plain) or (at < len(names) and any(_is_odd_in_name(sign) for sign in plain)):
            found.append(Departure("odd sign", plain, ""))
        found += [Departure("mixed letters", word[0], "") for word in _MIXED.finditer(plain)]
    return tuple(dict.fromkeys(found))


def _is_odd_in_name(sign: str) -> bool:
    letter = sign.isalpha() or sign.isnumeric() or unicodedata.category(sign).startswith("M") or is_joiner(sign)
    return not letter and not _NAME_SIGN.match(sign)


def opening_departures(salutation: str, first: str, language: str) -> tuple[Departure, ...]:
    """Of the salutation and the first words after it: its mark, and the small letter after a German comma."""
    found = []
    marks = ("!", ",") if language == "ru" else (",", "!") if language == "de" else (",", ":")
    if salutation and not salutation.endswith(marks):
        found.append(Departure("salutation mark", salutation, salutation.rstrip(".;: ") + marks[0]))
    word = re.match(r"[A-Za-zÄÖÜäöüß]+", first)
    if language == "de" and word is not None and word[0][0].isupper() and word[0].lower() in _SMALL:
        found.append(Departure("after comma", word[0], word[0].lower()))
    return tuple(found)


def text_departures(text: str, language: str) -> tuple[Departure, ...]:
    """Of a text as organisers edit it: every line by its place in the letter; tags count as words."""
    bare = re.sub(r"\{%.*?%\}", _TAG, text)
    found: list[Departure] = []
    first = True
    for line in (line.strip(f" {_TAG}") for line in bare.splitlines()):
        words = re.sub(r"^(# |-- |- )", "", line)
        if line.startswith("# "):
            found += heading_departures(words)
        elif first and words and not line.startswith(("-- ", "| ")):
            found += opening_departures("", words, language)
            first = False
        found += departures(re.sub(r"^\| ([^|]*) \| ", r"\1: ", words), language)
    lacking = missing_parts(text)
    if "heading" in lacking:
        found.insert(0, Departure("heading", "", ""))
    if "closing" in lacking:
        found.append(Departure("closing", "", ""))
    plain = (Departure(one.rule, one.found.replace(_TAG, ""), one.better.replace(_TAG, "")) for one in found)
    return tuple(dict.fromkeys(plain))


def missing_parts(text: str) -> tuple[str, ...]:
    """What a letter's text lacks as a letter: ``heading`` (GOST R 7.0.97, requisite 17), ``closing``, ``body``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = {"heading": any(line.startswith("# ") for line in lines)}
    found["body"] = any(not line.startswith(("# ", "-- ")) for line in lines)
    found["closing"] = any(line.startswith("-- ") for line in lines)
    return tuple(name for name, there in found.items() if not there)
