"""Single values of a programme file, each taken out of its item and checked."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import lazy_gettext as _l

from app.delegations.rules import HIDDEN
from app.errors import Refusal
from app.programme.rules import PersonRole
from app.programme.rules.parts import AgreementDetails, FilePerson, MaterialDetails

LANGUAGES = ("ru", "de", "en")
MAX_PEOPLE = 200
MAX_NUMBER = 1_000_000
LONGEST_WAIT = 24 * 60  # minutes of a buffer
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def clean(value: str, *, lines: bool, column: str) -> str:
    """The text itself, without soft hyphens.

    :raises Refusal: when it holds a control character, or one that turns or hides what stands around it.
    """
    value = value.replace("\u00ad", "")
    for sign in value:
        kind = unicodedata.category(sign)
        if kind == "Cs" or (kind == "Cc" and not (lines and sign in "\n\t")):
            raise Refusal(_l("The text holds a control character."), field=column)
    if hidden := HIDDEN.search(value):
        raise Refusal(
            _l("The text holds a character nobody sees (U+%(code)s).", code=f"{ord(hidden[0]):04X}"), field=column
        )
    return value


def text(item: dict[str, Any], column: str, longest: int, *, lines: bool = False) -> str:
    """A text of at most ``longest`` characters; nothing is an empty one."""
    value = item.pop(column, None)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(_l("A text is expected."), field=column)
    value = clean(value.replace("\r\n", "\n").strip(), lines=lines, column=column)
    if len(value) > longest:
        raise Refusal(
            _l("The text has %(length)s characters; %(longest)s are allowed.", length=len(value), longest=longest),
            field=column,
        )
    return value


def choice(item: dict[str, Any], column: str, kind: Any) -> Any:
    """A member of ``kind``, which must be given."""
    value = item.pop(column, None)
    if value is None or value == "":
        raise Refusal(_l("This must be given."), field=column)
    try:
        return kind(value)
    except ValueError as reason:
        raise Refusal(
            _l("“%(value)s” is not known; known are %(known)s.", value=str(value)[:40],
               known=", ".join(member.value for member in kind)),
            field=column,
        ) from reason  # fmt: skip


def choice_or_none(item: dict[str, Any], column: str, kind: Any) -> Any:
    """A member of ``kind``; nothing is None."""
    if not item.get(column):
        item.pop(column, None)
        return None
    return choice(item, column, kind)


def yes_or_no(item: dict[str, Any], column: str) -> bool:
    """``true`` or ``false``; nothing is no."""
    value = item.pop(column, None)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Refusal(_l("true or false is expected."), field=column)
    return value


def whole_number(item: dict[str, Any], column: str, *, least: int = 0, most: int = MAX_NUMBER) -> int | None:
    """A whole number; nothing is None."""
    value = item.pop(column, None)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refusal(
            _l("A whole number from %(least)s to %(most)s is expected.", least=least, most=most)
            if least or most != MAX_NUMBER
            else _l("A whole number from 0 is expected."),
            field=column,
        )
    return value


def languages(item: dict[str, Any]) -> str:
    """``["ru", "de"]`` as the draft keeps it."""
    value = item.pop("languages", None)
    if value is None:
        value = []
    fine = isinstance(value, list) and all(
        isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() and code.islower()
        for code in value
    )
    if not fine or len(set(value)) != len(value) or len(value) > 12:
        raise Refusal(_l("A list of languages such as [\"ru\", \"de\"] is expected."), field="languages")  # fmt: skip
    unknown = next((code for code in value if code not in _spoken()), "")
    if unknown:
        raise Refusal(_l("“%(code)s” is no language anybody knows by that sign.", code=unknown), field="languages")
    return ";".join(value)


@lru_cache(maxsize=1)
def _spoken() -> frozenset[str]:
    """The signs of languages (ISO 639-1)."""
    return frozenset(Locale("en").languages)


def _objects(item: dict[str, Any], column: str, most: int) -> list[dict[str, Any]]:
    value = item.pop(column, None)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(entry, dict) for entry in value):
        raise Refusal(_l("A list of objects is expected."), field=column)
    return [dict(entry) for entry in value]


def people(item: dict[str, Any]) -> tuple[FilePerson, ...]:
    """Who has a part, each name once in a role."""
    value = item.pop("people", None)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_PEOPLE:
        raise Refusal(_l("A list of people is expected."), field="people")
    found: dict[tuple[str, PersonRole], FilePerson] = {}
    for entry in value:
        if not isinstance(entry, dict):
            raise Refusal(_l("A person is written as {\"name\": …, \"role\": …}."), field="people")  # fmt: skip
        try:
            person = _person(dict(entry))
        except Refusal as reason:
            raise Refusal(reason.message, field="people") from reason
        found.setdefault((person.name, person.role), person)
    return tuple(found.values())


_PERSON_TEXTS = {
    "name_latin": 300, "office_ru": 300, "office_de": 300, "office_en": 300, "email": 254, "language": 2,
    "delegate": 40,
}  # fmt: skip


def _person(entry: dict[str, Any]) -> FilePerson:
    name = text(entry, "name", 300)
    role = choice(entry, "role", PersonRole)
    if not name:
        raise Refusal(_l("A person without a name."))
    given = {column: text(entry, column, longest) for column, longest in _PERSON_TEXTS.items() if column in entry}
    if given.get("language", "") not in {"", *LANGUAGES}:
        raise Refusal(
            _l("“%(value)s” is not known; known are %(known)s.", value=given["language"], known=", ".join(LANGUAGES))
        )
    if given.get("email") and "@" not in given["email"][1:-1]:
        raise Refusal(_l("This is not an e-mail address. It should look like name@example.org."))
    return FilePerson(name, role, given)


def parties(item: dict[str, Any]) -> tuple[str, ...]:
    """The slugs of municipalities."""
    value = item.pop("parties", None) or []
    if (
        not isinstance(value, list)
        or len(value) > 100
        or not all(isinstance(slug, str) and _SLUG.fullmatch(slug) for slug in value)
    ):
        raise Refusal(_l("A list of municipalities by their slugs is expected."), field="parties")
    return tuple(dict.fromkeys(value))


def agreements(item: dict[str, Any]) -> tuple[AgreementDetails, ...]:
    """The documents signed."""
    found = []
    for entry in _objects(item, "agreements", 100):
        names = entry.pop("parties", None) or []
        if not isinstance(names, list) or len(names) > 50:
            raise Refusal(_l("A list of names is expected."), field="agreements")
        try:
            signed = tuple(text({"name": name}, "name", 300) for name in names)
            titles = {f"title_{code}": text(entry, f"title_{code}", 400) for code in LANGUAGES}
        except Refusal as reason:
            raise Refusal(reason.message, field="agreements") from reason
        if not any(titles.values()):
            raise Refusal(_l("A document to be signed needs a title."), field="agreements")
        found.append(AgreementDetails(**titles, parties=tuple(name for name in signed if name)))
    return tuple(found)


def materials(item: dict[str, Any]) -> tuple[MaterialDetails, ...]:
    """Papers: each with a title, and a link or the SHA-256 of a file."""
    found = []
    for entry in _objects(item, "materials", 100):
        try:
            public = yes_or_no(entry, "public") if "public" in entry else True
            paper = MaterialDetails(
                title=text(entry, "title", 300), language=text(entry, "language", 2), link=text(entry, "link", 1000),
                sha256=text(entry, "sha256", 64), file_name=text(entry, "file_name", 200),
                media_type=text(entry, "media_type", 100), public=public,
            )  # fmt: skip
        except Refusal as reason:
            raise Refusal(reason.message, field="materials") from reason
        if not paper.title or bool(paper.link) == bool(paper.sha256):
            raise Refusal(_l("A paper needs a title and either a link or a file."), field="materials")
        if (paper.sha256 and not _SHA256.fullmatch(paper.sha256)) or (paper.link and not is_link(paper.link)):
            raise Refusal(_l("A link begins with https:// or http://."), field="materials")
        found.append(paper)
    return tuple(found)


def is_link(address: str) -> bool:
    """Whether a reader may safely follow it: http or https with a host, no blanks."""
    return re.fullmatch(r"https?://[^\s/?#@<>\"\\]+(?:[/?#][^\s<>\"\\]*)?", address) is not None
