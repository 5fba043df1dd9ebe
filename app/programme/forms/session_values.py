"""What the form of a session shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.forms.sessions import TEXTS
from app.programme.operations import SessionDetails, sums_of
from app.programme.rules import RELIEF, PersonRole, SessionKind

SPARE_ROWS = 3
_SAME = (
    "capacity", "sign_up", "places", "interpretation", "audience", "parallel", "part_of", "relief_minutes",
    "buffer_before", "buffer_after",
)  # fmt: skip


def _text(number: int | None) -> str:
    return str(number) if number is not None else ""


def _place(details: SessionDetails) -> str:
    if details.room_id:
        return f"room-{details.room_id}"
    return f"venue-{details.venue_id}" if details.venue_id else ""


def form_values(
    details: SessionDetails | None, zone: str, *, delegates: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """What a form shows of a session, with spare rows for people, sides and documents.

    :param delegates: the numbers of those of its people who are delegates, by their ids.
    """
    spare = [{"name": "", "role": PersonRole.SPEAKER.value} for _number in range(SPARE_ROWS)]
    document = {"title_ru": "", "title_de": "", "title_en": "", "parties": ""}
    if details is None:
        return {
            "kind": SessionKind.WORKING_GROUP.value, "languages": ["ru", "de"], "audience": "all", "people": spare,
            "parties": ["", ""], "agreements": [document], "relief_minutes": RELIEF, "buffer_before": 0,
            "buffer_after": 0,
        }  # fmt: skip
    place = ZoneInfo(zone)
    starts = details.starts_at.astimezone(place) if details.starts_at else None
    ends = details.ends_at.astimezone(place) if details.ends_at else None
    known = [
        asdict(person)
        | {
            "role": person.role.value, "place": number,
            "delegate": (delegates or {}).get(person.delegate_id or 0, ""),
        }
        for number, person in enumerate(details.people, start=1)
    ]  # fmt: skip
    documents = [asdict(one) | {"parties": "\n".join(one.parties)} for one in details.agreements]
    return {
        **{name: getattr(details, name) for name in (*TEXTS, *_SAME)},
        "kind": details.kind.value,
        "day": starts.date() if starts else details.day,
        "start": starts.time() if starts else None,
        "later": bool(starts and starts.fold),
        "opened": " ".join(f"{name}:{value}" for name, value in sums_of(details).items()),
        "end": ends.time() if ends else None,
        "place": _place(details),
        "format": details.format.value if details.format else "",
        "languages": [code for code in details.languages.split(";") if code],
        "people": known + spare,
        "track": _text(details.track_id),
        "to_venue": _text(details.to_venue_id),
        "interpreted_how": details.interpreted_how.value if details.interpreted_how else "",
        "parties": [*(str(number) for number in details.parties), "", ""],
        "agreements": [*documents, document],
    }
