"""Plans of houses and of the town: uploaded, replaced and removed at the desk, shown to everyone."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.conferences.details import PlanTexts
from app.conferences.models import Conference, PlanSheet, SitePlan, Venue
from app.conferences.operations import add_plan, change_plan, remove_plan, remove_venue
from app.conferences.rules import Access
from app.conferences.spots import Spot
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.programme.operations import release_programme
from app.programme.queries import current_release
from app.programme.queries.papers.making import edition_of_release
from tests.factories import ACTOR, NOW, keep, make_conference, make_plan, make_room, make_session, plan_png

TEXTS = PlanTexts("Первый этаж", "Erdgeschoss", "Ground floor", "", "Der Eingang ist unten.", "")
DESK = "/de/desk/c/xvi-kaluga-2021/venues"


def _released() -> tuple[Conference, Venue]:
    """A house with a plan, a session in it, one release; and a house two kilometres to the north."""
    conference = make_conference()
    room = make_room(conference, floor=0, access=Access.FREE)
    make_session(conference, room=room)
    other = keep(Venue(conference_id=conference.id, name="Отель / Hotel", name_ru="Отель", name_de="Hotel", position=2))
    make_session(conference, "K08", venue_id=other.id)
    house = room.venue
    with transaction():
        house.spot, other.spot, house.address = Spot(54.5, 36.25), Spot(54.518, 36.25), "ul. Lenina 60"
    add_plan(conference=conference, venue=house, content=plan_png(), texts=TEXTS, actor=ACTOR, at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    return conference, house


def test_plan_is_replaced_and_removed_with_history_and_a_release_keeps_its_picture(app: Flask) -> None:
    conference, house = _released()
    plan = db.session.query(SitePlan).one()
    first = plan.sha256
    given: dict[str, Any] = {"actor": ACTOR, "at": NOW}
    change_plan(plan=plan, texts=TEXTS, content=plan_png(1300, 700), **given)
    second = plan.sha256
    assert {row.sha256: (row.width, row.height) for row in db.session.query(PlanSheet)} == {
        first: (1200, 800), second: (1300, 700)
    }  # fmt: skip
    remove_plan(plan=plan, **given)
    assert [row.sha256 for row in db.session.query(PlanSheet)] == [first]
    release = current_release(conference)
    assert release is not None
    frozen = edition_of_release(release).content["places"][0]
    assert [one["sha256"] for one in frozen["plans"]] == [first]
    assert (frozen["spot"], frozen["rooms"][0]["floor"], frozen["rooms"][0]["access"]) == ([54.5, 36.25], 0, "free")
    deeds = [row.deed for row in db.session.query(HistoryEntry).order_by(HistoryEntry.id) if "plan" in row.deed]
    assert deeds == ["add-plan", "replace-plan", "remove-plan"]
    lonely = keep(Venue(conference_id=conference.id, name="Haus", position=3))
    make_plan(conference, lonely)
    remove_venue(venue=lonely, **given)
    assert (db.session.query(SitePlan).count(), db.session.get(PlanSheet, "0" * 64)) == (0, None)
    assert house.name_de == "Philharmonie"


def test_desk_takes_plans_and_refuses_bad_ones_in_the_readers_language(app: Flask, staff: Any) -> None:
    conference = make_conference()
    venue = make_room(conference).venue
    client, page = staff("organiser"), f"{DESK}/{venue.id}/plans/new"
    texts = {"caption_ru": "Этаж", "caption_de": "Stockwerk", "alt_de": "Eingang unten"}
    for content, words in ((b"", "Bitte wählen Sie eine Datei."), (b"%PDF-1.4", "Das ist ein PDF."),
                           (plan_png(400, 260), "81 dpi auf einer Seite A5 und 59 dpi auf A4")):  # fmt: skip
        answer = client.post(page, data={**texts, **({"file": (io.BytesIO(content), "a.png")} if content else {})})
        assert (answer.status_code, words in answer.text) == (422, True)
    kept = client.post(page, data={**texts, "file": (io.BytesIO(plan_png()), "a.png")})
    assert (kept.status_code, kept.location) == (303, f"{DESK}#venue-{venue.id}")
    town = client.post(f"{DESK}/plans/new", data={**texts, "file": (io.BytesIO(plan_png()), "a.png")})
    assert town.status_code == 303
    plans = db.session.query(SitePlan).order_by(SitePlan.id).all()
    assert [plan.venue_id for plan in plans] == [venue.id, None]
    listed = client.get(DESK).text
    assert ("Eingang unten" in listed, "245 dpi auf A5, 179 dpi auf A4" in listed) == (True, True)
    assert "Er wird gezeichnet, sobald zwei Häuser Koordinaten haben" in listed
    assert client.get(f"{DESK}/plans/{plans[0].id}/picture").mimetype == "image/png"
    assert client.post(f"{DESK}/plans/{plans[0].id}/remove").status_code == 303
    assert staff("desk").get(page).status_code == 403
    wrong = client.post(f"{DESK}/{venue.id}", data={"name_ru": "Дом", "name_de": "Haus", "spot": "hinter dem Markt"})
    assert (wrong.status_code, "„hinter dem Markt“ sind keine Koordinaten" in wrong.text) == (422, True)
    right = client.post(f"{DESK}/{venue.id}", data={"name_ru": "Дом", "name_de": "Haus", "spot": "54,5; 36,25"})
    assert (right.status_code, venue.spot) == (303, Spot(54.5, 36.25))


def test_public_page_shows_the_houses_with_plan_rooms_and_coordinates(app: Flask, visitor: FlaskClient) -> None:
    conference, house = _released()
    start = f"/de/c/{conference.slug}/programme"
    page: Any = html.fromstring(visitor.get(f"{start}/venues").text)
    text = re.sub(r"\s+", " ", page.text_content())
    assert [word for word in ("Philharmonie", "Erdgeschoss", "Alle Räume: rollstuhlgerecht", "ul. Lenina 60", "1 km")
            if word not in text.replace("\u00a0", " ")] == []  # fmt: skip
    assert page.xpath("//svg//circle[contains(@class, 'sign')]/following-sibling::text/text()")[:2] == ["1", "2"]
    (picture,) = page.xpath("//figure//img")
    assert picture.get("alt") == "Der Eingang ist unten."
    assert page.xpath("//figure/a/@href") == [picture.get("src")]
    assert visitor.get(picture.get("src")).headers["Cache-Control"].startswith("public, max-age")
    assert visitor.get(f"{start}/venues/plans/{'f' * 64}").status_code == 404
    assert page.xpath("//a[starts-with(@href, 'geo:')]/@href")[0] == "geo:54.5,36.25"
    place = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])["@graph"][0]
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 54.5, "longitude": 36.25}
    session: Any = html.fromstring(visitor.get(f"{start}/K07").text)
    (there,) = session.xpath("//main//a[contains(@href, '/venues#room-')]/@href")
    assert page.xpath(f"//*[@id='{there.split('#')[1]}']//a/text()") == ["Большой зал"]
    event = json.loads(session.xpath("//script[@type='application/ld+json']/text()")[0])
    assert (event["location"]["geo"]["latitude"], event["location"]["address"]["streetAddress"]) == (
        54.5, "ul. Lenina 60")  # fmt: skip
    assert house.name == "Филармония / Philharmonie"
