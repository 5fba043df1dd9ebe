"""The draft as a file that can be taken in again."""

from __future__ import annotations

import json

from app.conferences.models import Conference
from app.programme.queries.content import whole_draft
from app.programme.rules.programme_sheet import write_sheet

MEDIA_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draft_file(conference: Conference, kind: str) -> bytes:
    """The draft as JSON with all it is made of, or as a table (without the papers)."""
    content = whole_draft(conference)
    if kind == "xlsx":
        return write_sheet(content)
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
