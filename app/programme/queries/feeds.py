"""Feeds and exports of a release: iCalendar and JSON. For frab see :mod:`app.programme.queries.frab`."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

from app import calendars
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall, has_screen
from app.i18n import speaking
from app.programme.queries.content import public_part
from app.programme.queries.pages import shown_name
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import named, where
from app.programme.rules.words import FORMATS

Item = Mapping[str, Any]


class Released(Protocol):
    """A release, from the database or from memory."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def released_at(self) -> datetime:
        """When it was released."""

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""


def bilingual(russian: str, german: str) -> str:
    """Both, in this order; once where they are the same."""
    return russian if russian == german or not german else f"{russian} / {german}" if russian else german


def location(item: Item, language: str = "") -> str:
    """Where it takes place, in one language or in both; by video in words, never an address.

    What is cancelled keeps the place it was known by.
    """
    words = []
    for code in [language] if language else ["ru", "de"]:
        place = where(item, code)
        if has_hall(item["held_as"]) or (item["cancelled"] and place):
            words.append(place)
        else:
            with speaking(code):
                words.append(str(FORMATS[ConferenceFormat.VIDEO]))
    return words[0] if language else bilingual(*words)


def _title(item: Item, language: str) -> str:
    names = {code: item[f"title_{code}"] for code in ("ru", "de", "en")}
    both = named(names, language) if language else bilingual(names["ru"], names["de"]) or names["en"]
    return str(both or item["id"])


def _description(item: Item, language: str) -> str:
    people = ", ".join(shown_name(person, language or "ru") for person in item["people"])
    parts = [item.get(f"description_{code}", "") for code in ([language] if language else ["ru", "de"])]
    return "\n\n".join(part for part in [*parts, people] if part)


def page_address(content: Mapping[str, Any], base_url: str, code: str = "", language: str = "") -> str:
    """The public page, of one session with its ``code``; without a language each visitor is sent to the browser's."""
    address = f"{base_url}{f'/{language}' if language else ''}/c/{content['slug']}/programme"
    return f"{address}/{quote(anchor(code))}" if code else address


def entry(
    item: Item, content: Mapping[str, Any], base_url: str, *, language: str = "", door: str = "", of_all: bool = False
) -> calendars.Entry | None:
    """The calendar entry of a session; of the whole day while its hour is unknown, None while its day is.

    :param language: of its texts; empty: Russian and German.
    :param door: where the owner of the calendar enters the session by video (``/join/…``).
    :param of_all: the calendar is everybody's: for a session by video it names the page that tells how one gets in.
    """
    if not item["starts_at"] and not item["date"]:
        return None
    start: datetime | date
    start = datetime.fromisoformat(item["starts_at"]) if item["starts_at"] else date.fromisoformat(item["date"])
    page = page_address(content, base_url, item["id"], language)
    shown = of_all and has_screen(item["held_as"]) and not item["cancelled"]
    return calendars.Entry(
        uid=item["uid"],
        sequence=item["sequence"],
        start=start,
        end=datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else start,
        summary=_title(item, language),
        location=location(item, language),
        description="\n\n".join(
            filter(None, (_description(item, language), door))
        ),  # not every reader shows CONFERENCE
        url=page,
        conference_url=door or (page if shown else ""),
        cancelled=item["cancelled"],
        all_day=not item["starts_at"],
    )


def ics(
    release: Released,
    *,
    base_url: str,
    only: Container[str] | None = None,
    name: str = "",
    language: str = "",
    doors: Mapping[str, str] | None = None,
    lost: Container[str] = (),
    sequences: Mapping[str, int] = MappingProxyType({}),
) -> str:
    """A release as a calendar; cancelled sessions say so.

    :param only: calendar signs of the sessions that are meant; None: all.
    :param doors: by calendar sign, where the owner of the calendar enters by video.
    :param lost: calendar signs of sessions that are held, but not with the owner any more: cancelled in this calendar.
    :param sequences: by calendar sign, where it is another than that of the release.
    """
    content = release.content
    found = [
        entry(item, content, base_url, language=language, door=(doors or {}).get(item["uid"], ""), of_all=doors is None)
        for item in content["items"]
        if only is None or item["uid"] in only
    ]
    gone = [
        replace(one, cancelled=True)
        for item in content["items"]
        if item["uid"] in lost and (one := entry(item, content, base_url, language=language)) is not None
    ]
    return calendars.calendar(
        [replace(one, sequence=sequences.get(one.uid, one.sequence)) for one in [*found, *gone] if one is not None],
        name=name or bilingual(content["titles"]["ru"], content["titles"]["de"]),
        zone=content["timezone"],
        stamp=release.released_at,
        refresh_hours=1,
    )


def as_json(release: Released, *, public: bool) -> str:
    """The release in the shape of a programme file, with what was released and when beside it."""
    content = public_part(release.content) if public else release.content
    about = {"number": release.number, "name": release.name, "released_at": release.released_at.isoformat()}
    return json.dumps({**content, "release": about}, ensure_ascii=False, indent=1) + "\n"
