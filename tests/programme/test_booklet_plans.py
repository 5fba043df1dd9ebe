"""The plan of the venues in the booklet: the drawn town, the houses with their floor plans, nothing beyond the page."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
from flask import Flask

from app.conferences.models import Venue
from app.conferences.rules import Access
from app.conferences.spots import Spot
from app.database import transaction
from app.programme.models import TravelTime
from app.programme.queries.content import freeze
from app.programme.queries.papers.booklet import Edition, booklet_pdf
from app.programme.queries.papers.imposition import fold
from app.programme.rules import SessionKind
from tests.factories import keep, make_conference, make_plan, make_room, make_session

ONE_DATABASE = True


def _words(pdf: bytes, folder: Path) -> list[tuple[int, float, float, float, float, str]]:
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout.decode()
    found = []
    for number, page in enumerate(told.split("<page ")[1:], start=1):
        for left, top, right, bottom, word in re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</word>', page
        ):
            found.append((number, float(left), float(top), float(right), float(bottom), word))
    return found


def _pictures(pdf: bytes, folder: Path) -> list[list[str]]:
    (folder / "y.pdf").write_bytes(pdf)
    told = subprocess.run(["pdfimages", "-list", str(folder / "y.pdf")], capture_output=True, check=True).stdout
    return [line.split() for line in told.decode().splitlines()[2:]]


def _content() -> dict[str, Any]:
    """Two houses with coordinates, a bus between them; one has two floor plans, the town an uploaded map."""
    conference = make_conference()
    room = make_room(conference, floor=0, access=Access.WITH_HELP)
    hall = room.venue
    hotel = keep(Venue(conference_id=conference.id, name="Отель / Hotel", name_ru="Отель", name_de="Hotel", position=2))
    with transaction():
        hall.spot, hotel.spot = Spot(54.5, 36.25), Spot(54.51, 36.27)
    keep(TravelTime(from_venue_id=hall.id, to_venue_id=hotel.id, minutes=17))
    make_session(conference, room=room)
    make_session(conference, "K08", kind=SessionKind.TRANSFER, venue_id=hall.id, to_venue_id=hotel.id)
    make_session(conference, "K09", venue_id=hotel.id)
    make_plan(conference, hall)
    make_plan(conference, hall, caption_ru="Второй этаж", caption_de="Obergeschoss", position=2)
    make_plan(conference, caption_ru="Карта центра", caption_de="Karte der Mitte", alt_de="Norden oben")
    return freeze(conference, before=None)


def test_booklet_has_town_houses_and_floor_plans_within_its_pages_when_they_are_known(
    app: Flask, tmp_path: Path
) -> None:
    content = _content()
    for languages, size, draft in ((("ru", "de"), "a5", True), (("de",), "a4", False)):
        pdf = booklet_pdf(Edition(content, draft), languages, size)
        words = _words(pdf, tmp_path)
        text = " ".join(word[-1] for word in words).replace("\u00a0", " ")
        wanted = ["Obergeschoss", "Karte der Mitte", "Bus des Programms", "Erdgeschoss: Большой зал",
                  "Alle Räume: mit Hilfe rollstuhlgerecht", "500 m"]  # fmt: skip
        wanted += ["Второй этаж", "Карта центра", "1-й этаж: Большой зал", "автобус программы"] * ("ru" in languages)
        assert [word for word in wanted if word not in text] == []
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            width, height = (float(side) for side in opened.pages[0].mediabox[2:])
            alts = str(opened.Root.StructTreeRoot.unparse(resolved=False)) + "".join(
                str(one.get("/Alt", "")) for one in opened.objects if isinstance(one, pikepdf.Dictionary)
            )
        beyond = [word for word in words if word[1] < 20 or word[2] < 10 or word[3] > width - 20 or word[4] > height]
        assert beyond == []
        assert [word in alts for word in ("Norden oben", "Stadtplan: wo die Häuser stehen")] == [True, True]
        pictures = _pictures(pdf, tmp_path)
        assert [(row[2], row[3], row[4], row[8]) for row in pictures] == [("image", "1200", "800", "jpeg")] * 3
        least = {"a5": 240, "a4": 170}[size]
        assert [int(row[12]) >= least for row in pictures] == [True] * 3
        if size == "a5":
            assert len(_pictures(fold(pdf), tmp_path)) >= 3


def test_booklet_draws_no_town_when_only_one_house_has_its_place(app: Flask, tmp_path: Path) -> None:
    content = _content()
    content["places"][1]["spot"] = None
    text = " ".join(word[-1] for word in _words(booklet_pdf(Edition(content), ("de",)), tmp_path))
    assert ("Bus des Programms" in text, "Karte der Mitte" in text, "Wegzeiten" in text) == (False, True, True)
