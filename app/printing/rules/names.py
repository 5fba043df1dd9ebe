"""Which forms of a name stand on paper: one that readers of Cyrillic can read, and one for readers of Latin letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

from app.delegations.rules.precedence import side_of
from app.printing.press import faces
from invitations.german_to_russian import roman_numerals
from invitations.readings import name_in_russian
from invitations.translit import ru_to_duden

_SPACES = re.compile(r"\s+")
_HEAP_OF_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u0483-\u0487]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# Letters every face of the house has, spaced and composed: most names, and nothing needs to be done to them.
_LETTERS = "[A-Za-zÄÖÜäöüß\u0401\u0410-\u044f\u0451.'-]+"
_PLAIN = re.compile(f"{_LETTERS}(?: {_LETTERS})*")
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_VARIATION = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef\u20e3]")


def harmless(text: str) -> str:
    """``text`` as it may be set: composed letters, single spaces, no controls, no marks that turn the direction."""
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    text = "".join(sign for sign in text if unicodedata.category(sign) not in _DROPPED)
    text = _HEAP_OF_MARKS.sub(r"\1", _VARIATION.sub("", text))
    return _SPACES.sub(" ", text).strip()


@dataclass(frozen=True)
class Printable:
    """A text with what had to be left out of it: ``signs`` (emoji, ornaments), or ``letters`` no face has."""

    text: str
    signs: str = ""
    letters: str = ""


def printable(text: str) -> Printable:
    """What of ``text`` the faces of the house can set. A text with unknown letters is no use and comes back empty."""
    if _PLAIN.fullmatch(text):
        return Printable(text)
    clean = harmless(text)
    lacking = faces.missing(clean)
    if lacking:  # one letter made of several, a number in a circle: what they stand for
        clean = "".join(unicodedata.normalize("NFKC", sign) if sign in lacking else sign for sign in clean)
        clean, lacking = harmless(clean), faces.missing(clean)
    letters = "".join(sign for sign in lacking if unicodedata.category(sign)[0] in "LN")  # without a mark one reads on
    if letters:
        return Printable("", letters=letters)
    kept = _SPACES.sub(" ", "".join(sign for sign in clean if sign not in lacking)).strip()
    return Printable(kept, signs=lacking)


def own_script(*, name: str, country: str) -> str:
    """``ru`` when a person's own name is written in Cyrillic, ``de`` when in Latin; else what the country writes."""
    cyrillic, latin = len(_CYRILLIC.findall(name)), len(_LATIN.findall(name))
    if cyrillic == latin:
        return side_of(country)
    return "ru" if cyrillic > latin else "de"


@dataclass(frozen=True)
class Forms:
    """The two forms of a name, empty where there is none; ``lost``: letters of the entered ones that no face has,
    ``signs``: signs that were left out, ``passport``: whether that form was taken, ``transcribed``: whether the Russian
    one was made here.
    """

    ru: str
    de: str
    lost: str = ""
    signs: str = ""
    passport: bool = False
    transcribed: bool = False

    @property
    def in_cyrillic(self) -> bool:
        """Whether readers of Cyrillic can read one."""
        return bool(_CYRILLIC.search(self.ru))

    @property
    def in_latin(self) -> bool:
        """Whether readers of Latin letters can read one."""
        return bool(_LATIN.search(self.de))


def first_language(*, language: str, spoken: str, side: str) -> str:
    """Which language stands first on what a person is given, ``ru`` or ``de``: that of their letters and pages, else
    the first they speak, else that of their own script.

    :param spoken: codes joined by ";".
    :param side: as :func:`own_script` has it.
    """
    codes = (language, *(code.strip() for code in spoken.split(";")))
    return next((code for code in codes if code in ("ru", "de")), side)


def forms_of(
    *,
    entered_ru: str,
    entered_de: str,
    own: str,
    own_ru: str,
    passport: str,
    citizen: str = "",
    lives: str = "",
    title: str = "",
    noble: str = "",
) -> Forms:
    """The forms of a name as they are printed.

    Russian: as entered, else the own name in Cyrillic, else what Latin letters give, read as the country spells them.
    Latin: as entered, else the own name in Latin letters, else the passport's, else the transcription of the Duden.
    A name in a third script stands where nothing else is known.

    :param title: the academic one, and ``noble`` the own name with a noble prefix; they stand where no form of the name
        was entered and they are of its script.
    :param own: given name first; ``own_ru``: family name, given name, patronymic.
    """
    ru, de = printable(entered_ru), printable(entered_de)
    if _CYRILLIC.search(ru.text) and _LATIN.search(de.text):
        return Forms(ru.text, de.text, signs="".join(dict.fromkeys(ru.signs + de.signs)))
    name, latin, degree = printable(own), printable(passport).text, printable(title).text
    full = printable(noble).text
    if (
        not full
        or len({bool(_CYRILLIC.search(text)) for text in (name.text, full)}) > 1
        or not _LATIN.search(name.text)
    ):
        full = name.text
    western = "" if _CYRILLIC.search(degree) else degree
    titled = f"{western} {full}".strip() if _LATIN.search(name.text) else name.text
    found = (ru, de) if entered_ru or entered_de else (name,)
    lost = "".join(dict.fromkeys("".join(form.letters for form in found)))
    signs = "".join(dict.fromkeys("".join(form.signs for form in found)))
    german = _fitting(_LATIN, de.text, titled, latin)
    from_passport = bool(german) and german == latin and german not in (de.text, titled)
    spelt = _fitting(_LATIN, de.text, latin)
    if from_passport:
        german = f"{western} {latin}".strip()
    if not german and _CYRILLIC.search(name.text):
        german = _whole(ru_to_duden(name.text), "LATIN")
    own_russian = printable(own_ru).text
    russian = _fitting(
        _CYRILLIC,
        ru.text,
        f"{'' if _LATIN.search(degree) else degree} {own_russian}".strip() if _CYRILLIC.search(own_russian) else "",
    )
    transcribed = False
    if not russian and not _LATIN.search(ru.text):
        read = partial(name_in_russian, country=citizen or lives, lives=lives, own=own)
        told = (_whole(read(text), "CYRILLIC") for text in (full, spelt) if _LATIN.search(text))
        russian = next(filter(None, told), "")
        transcribed = bool(russian)
    return Forms(russian or ru.text, german or de.text or name.text, lost, signs, from_passport, transcribed)


def _whole(text: str, script: str) -> str:
    """A transcription into a script, when no letter of another one is left in it but those of Roman numerals."""
    kept = {place for begin, end in roman_numerals(text) for place in range(begin, end)}
    foreign = (sign for place, sign in enumerate(text)
               if place not in kept and sign.isalpha() and unicodedata.category(sign) != "Lm")  # fmt: skip
    return text if all(unicodedata.name(sign, "").startswith(script) for sign in foreign) else ""


def _fitting(script: re.Pattern[str], *texts: str) -> str:
    """The first with letters of the script."""
    return next((text for text in texts if script.search(text)), "")
