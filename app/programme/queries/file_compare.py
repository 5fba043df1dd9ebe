"""A programme file beside the draft, row by row: what it would change, and what others changed since it was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.conferences.models import Conference
from app.programme.queries import sessions_of
from app.programme.queries.content import whole_draft
from app.programme.rules.file_state import STATE
from app.programme.rules.programme_file import ALIASES, ProgrammeFile
from app.programme.rules.programme_sheet import as_row


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


def _even(column: str, text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    return text.zfill(5) if column in {"start", "end"} and text else text


def _differences(raw: Mapping[str, Any], draft: Mapping[str, str]) -> list[Difference]:
    given = set(raw) - {"id", STATE}
    if any(set(person) - {"name", "role"} for person in raw.get("people") or []):
        given.add("people_details")
    kind = ALIASES.get(str(raw.get("type")))
    file = as_row({**raw, "type": kind.value} if kind is not None else raw)
    return [
        Difference(column, draft[column], file[column])
        for column in file
        if column in given and _even(column, file[column]) != _even(column, draft[column])
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
