"""The released programme for everyone: lists, the page of a session, what is on now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.taking_part import has_screen
from app.delegations.queries.precedence import rank_table
from app.delegations.rules.offices import office_in
from app.i18n import language
from app.mail_texts import absolute
from app.permissions import public as public_page
from app.programme.queries.finding import looked_for, mentions
from app.programme.queries.happening import Happening, happening
from app.programme.queries.linked_data import conference_event, session_event
from app.programme.queries.pages import line, shown_name
from app.programme.queries.people_listed import in_runs
from app.programme.queries.people_order import people_order
from app.programme.queries.published import Item, Published, published
from app.programme.queries.reading import surname_first
from app.programme.rules import SessionKind
from app.programme.rules.changes import named, where
from app.programme.rules.persons import place_key
from app.programme.rules.words import KINDS, LANGUAGES
from app.programme.views.blueprint import programme
from app.programme.views.reading import (
    answer,
    by_day,
    hours_elsewhere,
    lines,
    reader_zone,
    session_url,
    star_button,
    stars,
    zone_choices,
)

WHOLE = 120  # so many sessions stand on one page; of more, one day at a time
_SHORTLY = 6  # of what is on now
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; empty: everything. ``day`` may be ``all``."""

    day: str
    track: str
    place: str
    kind: str
    spoken: str
    search: str

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out but other days."""
        return bool(self.track or self.place or self.kind or self.spoken or self.search)

    def query(self) -> dict[str, str]:
        """As arguments of an address, without the day."""
        named_so = {
            "track": self.track,
            "place": self.place,
            "kind": self.kind,
            "spoken": self.spoken,
            "q": self.search,
        }
        return {name: value for name, value in named_so.items() if value}


def _wanted(given: MultiDict[str, str]) -> Wanted:
    def text(name: str) -> str:
        return " ".join(given.get(name, "").split())[:100]

    return Wanted(text("day"), text("track"), text("place"), text("kind"), text("spoken"), text("q"))


def chosen_items(found: Published, wanted: Wanted) -> list[Item]:
    """The sessions a reader asks for, of all days."""
    if not wanted.narrows:
        return found.items
    words = looked_for(wanted.search)
    texts = found.search_texts if words else {}
    return [
        item
        for item in found.items
        if (not wanted.track or item.get("track") == wanted.track)
        and (not wanted.place or place_key(item["venue"], item["room"]) == wanted.place)
        and (not wanted.kind or item["type"] == wanted.kind)
        and (not wanted.spoken or wanted.spoken in item["languages"])
        and (not words or mentions(texts[item["uid"]], words))
    ]


def _day_to_show(found: Published, items: Sequence[Item], wanted: Wanted) -> str | None:
    """The one day that is shown; None: all of them."""
    dates = found.days if items is found.items else list(dict.fromkeys(item["date"] for item in items))
    if wanted.day in dates or (wanted.day and _DAY.fullmatch(wanted.day)):
        return wanted.day
    if wanted.day == "all" or len(items) <= WHOLE:
        return None
    today = now().astimezone(ZoneInfo(found.content["timezone"])).date().isoformat()
    return today if today in dates else dates[0]


def _choices(found: Published, wanted: Wanted) -> list[dict[str, Any]]:
    """The selects of the page: name, label, what may be chosen. Those with nothing to choose from are left out."""
    speech = language()
    selects: list[tuple[str, str, str, Mapping[str, str]]] = [
        ("track", _("Track"), wanted.track, {code: named(names, speech) for code, names in found.tracks.items()}),
        ("place", _("Place"), wanted.place, {key: where(item, speech) for key, item in found.places.items()}),
        ("kind", _("Kind"), wanted.kind, {code: str(KINDS[SessionKind(code)]) for code in found.kinds}),
        ("spoken", _("Language"), wanted.spoken, {code: str(LANGUAGES.get(code, code)) for code in found.spoken}),
    ]
    return [
        {
            "name": name, "label": label,
            "options": sorted(((code, text, code == chosen) for code, text in options.items()), key=lambda one: one[1]),
        }
        for name, label, chosen, options in selects
        if len(options) > 1 or chosen
    ]  # fmt: skip


def shortly(found: Published, at: Happening, slug: str) -> dict[str, Any] | None:
    """What is on now and next, as far as it fits a few lines; None when nothing is."""
    if not at:
        return None
    speech = language()

    def told(items: Sequence[Item]) -> list[dict[str, Any]]:
        return [
            {"line": line(item, found.content, speech), "url": session_url(item, slug),
             "elsewhere": hours_elsewhere(item, found.content["timezone"], reader_zone())}
            for item in items[:_SHORTLY]
        ]  # fmt: skip

    return {
        "present": told(at.present), "following": told(at.following),
        "more": max(0, len(at.present) - _SHORTLY) + max(0, len(at.following) - _SHORTLY),
    }  # fmt: skip


def around(conference: Conference, found: Published | None) -> dict[str, Any]:
    """What every page of a programme is given."""
    return {
        "conference": conference, "title": conference_title(conference), "release": found,
        "zones": zone_choices(conference, found) if found else [], "zone": reader_zone(),
        "back": request.full_path.rstrip("?"), "slug": conference.slug, "changes": changes_links(conference.slug),
    }  # fmt: skip


def changes_links(slug: str) -> dict[str, str]:
    """The page of changes and its feed."""
    return {"page": url_for("programme.changes", slug=slug), "feed": url_for("programme.changes_feed", slug=slug)}


@programme.get("/c/<slug>/programme")
@public_page
def public(slug: str) -> Any:
    """The newest release: a day of it, or all when it is small; narrowed by track, place, kind, language, words."""
    conference = conference_or_404(slug)
    found = published(conference)
    if found is None:
        return answer("programme/public.html", **around(conference, None))
    wanted = _wanted(request.args)
    items = chosen_items(found, wanted)
    only = _day_to_show(found, items, wanted)
    return answer(
        "programme/public.html", **around(conference, found), wanted=wanted, search=wanted.search, count=len(items),
        days=by_day(found, items, slug, stars(slug), only), only=only, choices=_choices(found, wanted),
        current=shortly(found, happening(found, now()), slug), starred=len(stars(slug)),
        theme=named(found.content["themes"], language()),
        linked=conference_event(conference, found, absolute("")),
    )  # fmt: skip


@programme.get("/c/<slug>/programme/now")
@public_page
def now_and_next(slug: str) -> Any:
    """What takes place now, and what comes next; as a piece of a page when asked for one."""
    conference = conference_or_404(slug)
    found = published(conference)
    at = happening(found, now()) if found else None
    if request.args.get("part"):
        return answer("programme/_now.html", current=shortly(found, at, slug) if found and at else None, slug=slug)
    return answer(
        "programme/now.html", **around(conference, found),
        present=lines(found, at.present, slug, stars(slug)) if found and at else "",
        following=lines(found, at.following, slug, stars(slug)) if found and at else "",
    )  # fmt: skip


@programme.get("/c/<slug>/programme/<code>")
@public_page
def session_page(slug: str, code: str) -> Any:
    """Everything the newest release says of one session."""
    conference = conference_or_404(slug)
    found = published(conference) or abort(404)
    item = found.by_code.get(code) or abort(404)
    before, after = _around(found, item)
    speech = language()
    shown = line(item, found.content, speech)
    return answer(
        "programme/session.html", **around(conference, found), item=item, line=shown,
        day=date.fromisoformat(item["date"]) if item["date"] else None,
        on_screen=has_screen(item["held_as"]) and not item["cancelled"],
        elsewhere=hours_elsewhere(item, found.content["timezone"], reader_zone()),
        change=found.changes(speech).get(item["uid"]), star=star_button(code, shown.title, code in stars(slug)),
        agreements=_agreements(item), materials=_materials(item, slug),
        before=before, after=after,
        session_url=lambda one: session_url(one, slug), line_of=lambda one: line(one, found.content, speech),
        linked=session_event(conference, found, item, absolute("")), venue_url=_venue_url(item, slug),
    )  # fmt: skip


def _venue_url(item: Item, slug: str) -> str:
    """Where the house or the room of a session stands on the page of the venues."""
    if not item["venue"]:
        return ""
    kind = "room" if item["room"] else "house"
    return url_for("programme.venues", slug=slug, _anchor=f"{kind}-{place_key(item['venue'], item['room'])}")


def _around(found: Published, item: Item) -> tuple[Item | None, Item | None]:
    """What ends last before the session begins, and what begins first after it has ended, on its day."""
    starts, ends = _moment(item["starts_at"]), _moment(item["ends_at"])
    others = [
        (_moment(one["starts_at"]), _moment(one["ends_at"]), one)
        for one in found.by_date[item["date"]]
        if one is not item and not one["cancelled"]
    ]
    over = [(to, one) for _from, to, one in others if starts is not None and to is not None and to <= starts]
    ahead = [(at, one) for at, _to, one in others if ends is not None and at is not None and at >= ends]
    return (
        max(over, key=lambda pair: pair[0])[1] if over else None,
        min(ahead, key=lambda pair: pair[0])[1] if ahead else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _agreements(item: Item) -> list[tuple[str, list[str]]]:
    speech = language()
    return [
        (named({code: str(one.get(f"title_{code}") or "") for code in ("ru", "de", "en")}, speech),
         [str(party) for party in one.get("parties") or ()])
        for one in item.get("agreements") or ()
    ]  # fmt: skip


def _materials(item: Item, slug: str) -> list[tuple[str, str, str]]:
    """Papers everybody may read: title, language, address here or elsewhere."""
    found = []
    for one in () if item["cancelled"] else item.get("materials") or ():
        if one.get("public", True):
            link = one.get("link") or url_for("programme.material", slug=slug, sha256=one["sha256"])
            found.append((one.get("title") or one.get("file_name") or link, one.get("language", ""), link))
    return found


@programme.get("/c/<slug>/programme/people")
@public_page
def people_page(slug: str) -> Any:
    """Everybody with a part in the programme, in order of precedence."""
    conference = conference_or_404(slug)
    found = published(conference)
    search = " ".join(request.args.get("q", "").split())[:100]
    words = looked_for(search)
    people = [one for one in found.persons.values() if not words or mentions(one.search_text, words)] if found else []
    order, table = people_order(conference, (str(one.shown.get("delegate") or "") for one in people)), rank_table()

    def listed() -> Markup:
        return Markup(  # noqa: S704  # a rendered template
            render_template(
                "programme/_people.html", slug=slug,
                people=in_runs(people, order, table, language()) if found else None,
                office=lambda one: _office(one.shown), name=lambda one: shown_name(one.shown, language()),
                listed_name=lambda one: surname_first(shown_name(one.shown, language()), language()),
            )
        )  # fmt: skip

    return answer(
        "programme/public_people.html", **around(conference, found), search=search, count=len(people),
        listed=found.piece((language(), "people", order.sign, table), listed) if found and not words else listed(),
    )  # fmt: skip


def _office(entry: Mapping[str, Any]) -> str:
    return office_in(entry, language())


@programme.get("/c/<slug>/programme/people/<key>")
@public_page
def person_page(slug: str, key: str) -> Any:
    """One person with their parts."""
    conference = conference_or_404(slug)
    found = published(conference) or abort(404)
    one = found.person(key) or abort(404)
    if one.key != key:
        return redirect(url_for("programme.person_page", slug=slug, key=one.key), code=301)
    items = list({item["uid"]: item for item, _role in one.parts}.values())
    return answer(
        "programme/public_person.html", **around(conference, found), person=one, office=_office(one.shown),
        name=shown_name(one.shown, language()),
        days=by_day(found, items, slug, stars(slug)),
    )  # fmt: skip
