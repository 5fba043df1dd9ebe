"""What the public pages of a programme share: the reader's zone and stars, kept pieces, answers a browser may keep.

The zone and the stars are kept in cookies of the reader's device, nowhere else. Pieces that are the same for everyone
are rendered once for each release; what is the reader's own is put in afterwards, so that it stands in no kept piece.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import abort, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup, escape

from app.conferences.models import Conference
from app.directory.zones import is_zone
from app.i18n import date_short, language
from app.programme.queries.pages import Line, day_anchor, day_title, line
from app.programme.queries.published import Item, Published, dated
from app.programme.rules.anchors import anchor
from app.programme.rules.zones import OFFERED, city, elsewhere

ZONE_COOKIE = "ratusha-zone"
MOST_STARS = 120
_A_YEAR = 366 * 24 * 3600
_LONGEST_COOKIE = 3800  # characters; browsers keep 4096 with name and attributes
_OWN_PAGE = re.compile(r"/(?:ru|de|en)/[^\\\s]*")
_STAR = secrets.token_hex(12)  # where a star stands in a piece; no text can hold it
_TITLE = secrets.token_hex(12)  # and a title in a star


@dataclass(frozen=True)
class Piece:
    """A session of a list, ready but for the reader's star."""

    head: str
    off: str
    on: str
    tail: str

    def html(self, starred: bool) -> str:
        """With the star as the reader has set it."""
        return f"{self.head}{self.on if starred else self.off}{self.tail}"


@dataclass(frozen=True)
class ShownDay:
    """A day of a list; ``count`` of its sessions are meant, ``html`` is empty when the day is only named."""

    day: str
    title: str
    anchor: str
    count: int
    html: Markup


def reader_zone() -> str:
    """The zone this reader has chosen; empty for the host's."""
    name = request.cookies.get(ZONE_COOKIE, "")
    return name if is_zone(name) else ""


def _signer(slug: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"programme-stars-{slug}")


def _star_cookie(slug: str) -> str:
    return f"ratusha-stars-{slug}"


def stars(slug: str) -> list[str]:
    """The sessions this reader has starred, by the last part of their address, in the order of starring."""
    try:
        codes = _signer(slug).loads(request.cookies.get(_star_cookie(slug), ""))
    except BadSignature:
        return []
    return [code for code in codes if isinstance(code, str)][:MOST_STARS] if isinstance(codes, list) else []


def keep_stars(response: Any, slug: str, codes: Sequence[str]) -> bool:
    """Keep them on the device for a year; whether there was room."""
    text = _signer(slug).dumps(list(codes))
    written = text if isinstance(text, str) else text.decode("ascii")
    if len(codes) > MOST_STARS or len(written) > _LONGEST_COOKIE:
        return False
    keep_cookie(response, _star_cookie(slug), written if codes else "")
    return True


def keep_cookie(response: Any, name: str, value: str) -> None:
    """Keep a choice of the reader on the device; an empty one is forgotten."""
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    response.set_cookie(
        name, value, max_age=_A_YEAR if value else 0, secure=secure, httponly=True, samesite="Lax", path="/"
    )


def require_our_page() -> None:
    """Refuse a form that another site sent: these forms carry no token, so that their pages may be kept.

    Browsers say where a request comes from (Fetch Metadata, else Origin); who says neither is no browser.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if (site is not None and site != "same-origin") or (
        site is None and origin is not None and urlsplit(origin).netloc != request.host
    ):
        abort(403)


def way_back(otherwise: str) -> str:
    """The page of ours a form was sent from."""
    asked = request.form.get("back", "")
    return asked if _OWN_PAGE.fullmatch(asked) else otherwise


def answer(template: str, **context: Any) -> Any:
    """A page that a browser may keep as long as we say that it is still the same.

    What depends on a cookie is kept by that browser alone; others may share the page.
    """
    response = make_response(render_template(template, **context))
    response.vary.add("Cookie")
    response.headers["Cache-Control"] = "private, no-cache" if request.cookies else "public, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def hours_elsewhere(item: Item, host: str, zone: str) -> dict[str, str] | None:
    """When it is on the reader's clock, in words; None where that shows what the host's does."""
    if not zone or not item["starts_at"]:
        return None
    starts = datetime.fromisoformat(item["starts_at"])
    ends = datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else None
    there = elsewhere(starts, ends, host=host, zone=zone)
    if there is None:
        return None
    hours = "–".join(f"{moment:%H:%M}" for moment in (there.starts, there.ends) if moment)
    return {"hours": hours, "city": city(zone, language()), "day": date_short(there.day) if there.day else ""}


def session_url(item: Item, slug: str) -> str:
    """The page of a session."""
    return url_for("programme.session_page", slug=slug, code=anchor(item["id"]))


def _macros() -> Any:
    return current_app.jinja_env.get_template("programme/_timetable.html").module


def star_button(code: str, title: str, starred: bool) -> Markup:
    """The star of a session; it belongs to the form ``stars`` of the page."""
    return Markup(_macros().star(code, title, starred))  # noqa: S704  # the macro escapes what it is given


def _piece(published: Published, item: Item, slug: str, zone: str) -> Piece:
    shown: Line = line(item, published.content, language())
    html = str(
        _macros().entry(
            shown, session_url(item, slug), published.changes(language()).get(item["uid"]),
            hours_elsewhere(item, published.content["timezone"], zone),
            lambda person: url_for("programme.person_page", slug=slug, key=person.key), _STAR,
        )
    )  # fmt: skip
    head, _sign, tail = html.partition(_STAR)
    off, on = published.piece(
        (language(), "star"), lambda: tuple(str(star_button(_STAR, _TITLE, starred)) for starred in (False, True))
    )
    title = str(escape(shown.title))
    off, on = (star.replace(_STAR, shown.anchor).replace(_TITLE, title) for star in (off, on))
    return Piece(head, off, on, tail)


def lines(published: Published, items: Iterable[Item], slug: str, starred: Iterable[str]) -> Markup:
    """Sessions of a list, each kept for all readers of this language and zone."""
    zone, code, mine = reader_zone(), language(), frozenset(starred)
    if zone == published.content["timezone"]:
        zone = ""
    html = "".join(
        published.piece(
            (code, zone, item["uid"]),
            lambda item=item: _piece(published, item, slug, zone),  # type: ignore[misc]
        ).html(anchor(item["id"]) in mine)
        for item in items
    )
    return Markup(html)  # noqa: S704  # made of rendered templates alone


def by_day(
    published: Published, items: Sequence[Item], slug: str, starred: Iterable[str], only: str | None = None
) -> list[ShownDay]:
    """Sessions by day; with ``only`` the others are named and counted, not shown."""
    days = published.by_date if items is published.items else dated(items)
    return [
        ShownDay(
            day, day_title(day), day_anchor(day), len(found),
            lines(published, found, slug, starred) if only in (None, day) else Markup(),
        )
        for day, found in days.items()
    ]  # fmt: skip


def zone_choices(conference: Conference, published: Published, home: str = "") -> list[tuple[str, str, bool]]:
    """What a reader may choose: value, words, whether it is chosen; the host's clock first.

    :param home: the clock shown to whom has chosen none on this device; the host's has to be chosen by name then.
    """
    host, chosen, speech = published.content["timezone"], reader_zone() or home, language()
    names = OFFERED if chosen in OFFERED or not chosen else (*OFFERED, chosen)
    return [
        (host if home else "", _("%(city)s (host)", city=city(host, speech)), not chosen or chosen == host),
        *((name, zone_words(name, conference.starts_on), name == chosen) for name in names if name != host),
    ]


def zone_words(name: str, day: date) -> str:
    """«Екатеринбург, UTC+5», as it is on ``day``."""
    return f"{city(name, language())}, {_offset(name, day)}"


@lru_cache(maxsize=2000)
def _offset(name: str, day: date) -> str:
    moment = datetime.combine(day, datetime.min.time()).replace(hour=12)
    offset = moment.replace(tzinfo=ZoneInfo(name)).utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
