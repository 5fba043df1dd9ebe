"""Every paper that is printed can be looked at before: nobody learns from the printer what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

import app.printing.jobs  # noqa: F401  every printing says there how it is looked at
from app.clock import now
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.printing.honours.operations import add_honour
from app.printing.honours.queries import of_municipality
from app.printing.honours.rules import HonourDetails
from app.printing.models import Certificate, PrintRun
from app.printing.operations import print_badges
from app.printing.orders import PROOFS
from app.printing.rules import require_layout
from app.printing.seating import operations as seating
from app.printing.seating.rules import Shape
from app.programme.models import SessionPerson
from app.programme.rules import PersonRole
from tests.factories import ACTOR, make_conference, make_delegate, make_session

ONE_DATABASE = True
Staff = Callable[[str], FlaskClient]
PEOPLE = 60
LOOK = {"deed": "look"}
# Where the way to each look stands, below the conference's desk, and what is chosen there; {}: a link is enough.
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "printing.hardest": ("badges/", {}),
    "printing.proof": ("badges/", {}),
    "printing.hand_out_before": ("badges/runs/{run}", {}),
    "printing.calibration": ("badges/settings", {}),
    "papers.proof": ("papers/", {}),
    "papers.proof_of_list": ("papers/", {}),
    "papers.proof_of_participants": ("papers/participants", {"scope": "all", "with_photos": "1"}),
    "papers.proof_of_post": ("papers/post", {"whom": "delegates", "scope": "all", "on": "labels:L7160", "start": "2"}),
    "papers.proof_of_rota": ("papers/rota", {}),
    "papers.look_at_honour": ("papers/honours/", {}),
    "seating.proof": ("seating/{plan}", {}),
    "seating.proof_of_cards": ("seating/{plan}/cards", {"layout": "six"}),
    "video_people.proof_of_guests": ("video/people/", {}),
}
PICTURES = {"video_plates.picture": "video/plates/"}  # they are pictures already


def _scene() -> tuple[Conference, dict[str, int]]:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": now()}
    opening = make_session(conference)
    for number in range(PEOPLE):
        make_delegate(conference, f"P{number:02}")
    make_delegate(conference, "V1", attendance=Attendance.VIDEO)
    with transaction():
        opening.people.append(SessionPerson(name="Анна Орлова", role=PersonRole.INTERPRETER, position=0))
    add_honour(**given, details=HonourDetails(**of_municipality(conference.host), citation_ru="за дружбу",
                                              citation_de="für Freundschaft"))  # fmt: skip
    plan = seating.make_plan(**given, details=seating.PlanDetails("Ужин", "Abendessen"))
    seating.add_tables(plan=plan, shape=Shape.ROUND, seats=10, count=6, actor=ACTOR, at=now())
    seating.propose_seats(plan=plan, keep=False, actor=ACTOR, at=now())
    run = print_badges(**given, layout=require_layout(None)).run
    assert run is not None
    return conference, {"plan": plan.id, "run": run.id}


def _logged() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (PrintRun, Certificate, HistoryEntry)]  # fmt: skip


def _found(app: Flask, desk: FlaskClient, slug: str, page: str, chosen: dict[str, Any]) -> dict[str, str]:
    """The looks a page leads to, by the view whose paper they show."""
    address = f"/ru/desk/c/{slug}/{page}"
    if chosen:
        ways = [desk.post(address, data=LOOK | chosen).headers["Location"]]
    elif page == "badges/settings":
        (form,) = [form for form in html.fromstring(desk.get(address).text).forms if "calibration" in form.action]
        ways = [desk.get(form.action, query_string=dict(form.form_values()) | LOOK).headers["Location"]]
    else:
        ways = html.fromstring(desk.get(address).text).xpath("//a[contains(@href, '/desk/look/')]/@href")
    urls = app.url_map.bind("localhost")
    of = {way: urlsplit(parse_qs(urlsplit(way).query)["of"][0]).path for way in ways}
    return {urls.match(path)[0]: way for way, path in reversed(of.items())}


def test_every_printing_is_seen_on_screen_and_nothing_is_logged_when_it_was_not_printed(
    app: Flask, staff: Staff
) -> None:
    conference, numbers = _scene()
    slug, desk, before = conference.slug, staff("organiser"), _logged()

    looks = {}
    for endpoint, (page, chosen) in WAYS.items():
        looks[endpoint] = _found(app, desk, slug, page.format(**numbers), chosen).get(endpoint, "")
    shown = {
        endpoint: html.fromstring(desk.get(way).text).xpath("//figure//img/@src") for endpoint, way in looks.items()
    }
    answers = {endpoint: desk.get(found[0]).mimetype if found else "" for endpoint, found in shown.items()}

    printed = {endpoint for proofs in PROOFS.values() for endpoint in proofs}
    assert printed - set(WAYS) - set(PICTURES) == set()
    assert answers == dict.fromkeys(WAYS, "image/png")
    assert _logged() == before
    for page in PICTURES.values():
        assert html.fromstring(desk.get(f"/ru/desk/c/{slug}/{page}").text).xpath("//figure//img")


def test_proof_tells_of_how_many_it_is_when_it_shows_some_of_them(app: Flask, staff: Staff) -> None:
    conference, numbers = _scene()
    desk, address = staff("organiser"), f"/de/desk/c/{conference.slug}"

    marks = {}
    for paper in (
        "papers/proof/sign-in-sheets.pdf", "papers/proof/car-passes.pdf", "papers/proof/place-cards/six.pdf",
        "papers/participants/proof.pdf", "papers/post/proof/envelopes/dl.pdf", f"seating/{numbers['plan']}/proof.pdf",
        "papers/post/proof/envelopes/dl.pdf?scope=picked&people=1-2",
    ):  # fmt: skip
        with pypdfium2.PdfDocument(desk.get(f"{address}/{paper}").data) as pdf:
            words = [page.get_textpage().get_text_range() for page in pdf]
        marks[paper] = {line for text in words for line in text.splitlines() if line.startswith("Probedruck")}
        assert all("Probedruck" in text for text in words)

    assert list(marks.values()) == [
        {"Probedruck: 50 von 60"}, {"Probedruck"}, {"Probedruck: 10 von 60"}, {"Probedruck: 50 von 61"},
        {"Probedruck: 30 von 61"}, {"Probedruck: 3 von 6"}, {"Probedruck"},
    ]  # fmt: skip
