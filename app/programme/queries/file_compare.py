"""A programme file beside the draft, row by row: what it would change, and what others changed since it was taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.i18n import date_long
from app.programme.queries import sessions_of
from app.programme.queries.content import whole_draft
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.file_state import STATE
from app.programme.rules.programme_file import ALIASES, ProgrammeFile
from app.programme.rules.programme_sheet import as_row
from app.programme.rules.words import FORMATS, KINDS, LANGUAGES, ROLE_OF_ONE


class Standing(StrEnum):
    """How a row of a file stands to the draft.

    CLASH: both its editor and others in the draft have changed it. NEWER: only others have; the draft stays.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    NEWER = "newer"
    CLASH = "clash"


@dataclass(frozen=True)
class Difference:
    """One column of a row: what stands in the draft, what in the file."""

    column: str
    draft: str
    file: str


@dataclass(frozen=True)
class RowCompared:
    """One row of a file beside the draft."""

    row: int
    code: str
    titles: Mapping[str, str]
    standing: Standing
    differences: Sequence[Difference]


def in_words(column: str, text: str) -> str:
    """The value of a column as people read it: a day, a kind, a role, yes and no in their language."""
    try:
        if column == "date" and text:
            return date_long(date.fromisoformat(text))
        if column == "type":
            return str(KINDS[SessionKind(text)])
        if column == "format" and text:
            return str(FORMATS[ConferenceFormat(text)])
    except ValueError:
        return text
    if column in {"simultaneous_interpretation", "sign_up", "cancelled"}:
        return str(_("yes") if text == "yes" else _("no"))
    if column == "languages":
        return ", ".join(str(LANGUAGES.get(code, code)) for code in text.split("; ") if code)
    if column in {"people", "people_details"}:
        return _ROLE.sub(lambda found: f"{found[1]}{ROLE_OF_ONE[PersonRole(found[2])]}:", text)
    return text


_ROLE = re.compile(rf"(^|; |\n)({'|'.join(role.value for role in PersonRole)}):")


def _even(column: str, text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    return text.zfill(5) if column in {"start", "end"} and text else text


def _same(column: str, file: str, draft: str) -> bool:
    """An hour of which the file does not say which of two it means is the one of the draft."""
    if column in {"start", "end"} and " " not in file:
        draft = draft.partition(" ")[0]
    return _even(column, file) == _even(column, draft)


def _differences(raw: Mapping[str, Any], draft: Mapping[str, str]) -> list[Difference]:
    given = set(raw) - {"id", STATE}
    if any(set(person) - {"name", "role"} for person in raw.get("people") or []):
        given.add("people_details")
    kind = ALIASES.get(str(raw.get("type")))
    file = as_row({**raw, "type": kind.value} if kind is not None else raw)
    return [
        Difference(column, draft[column], file[column])
        for column in file
        if column in given and not _same(column, file[column], draft[column])
    ]


def compared_with_draft(conference: Conference, file: ProgrammeFile) -> list[RowCompared]:
    """Every row that can be read, in the order of the file."""
    versions = {session.code: session.version for session in sessions_of(conference)}
    draft = {item["id"]: item for item in whole_draft(conference)["items"]}
    found = []
    for item in file.items:
        now = draft.get(item.code)
        if now is None:
            found.append(RowCompared(item.row, item.code, item.titles, Standing.NEW, ()))
            continue
        differences = _differences(item.raw, as_row(now))
        standing = Standing.CHANGED if differences else Standing.SAME
        if differences and item.seen is not None and item.seen.version != versions.get(item.code):
            standing = Standing.NEWER if item.seen.untouched else Standing.CLASH
        titles = {code: str(now.get(f"title_{code}") or "") for code in ("ru", "de", "en")}
        found.append(RowCompared(item.row, item.code, titles, standing, differences))
    return found
