"""The draft as a file that can be taken in again."""

from __future__ import annotations

import json

from app.conferences.models import Conference
from app.programme.queries import sessions_of
from app.programme.queries.content import whole_draft
from app.programme.rules.file_state import STATE, sign_of
from app.programme.rules.programme_sheet import write_sheet

MEDIA_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draft_file(conference: Conference, kind: str) -> bytes:
    """The draft as JSON or as a table, with all it is made of, and a sign of its state beside each session."""
    versions = {session.code: session.version for session in sessions_of(conference)}  # first: rather older than newer
    content = whole_draft(conference)
    if kind == "xlsx":
        return write_sheet(content, versions)
    for item in content["items"]:
        item[STATE] = sign_of(item, versions.get(item["id"], 0))
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
