"""What people asked for because they come: withdrawn or kept when they leave the hall, given back word by word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml.html import document_fromstring

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.erasure.operations import erase_delegate
from app.format_switch.models import WithdrawnRequest
from app.format_switch.operations import apply_plan, draft_plan, switch
from app.format_switch.queries.paper import plan_html
from app.format_switch.queries.plans import planned
from app.format_switch.rules import SwitchPlan
from app.format_switch.rules.requests import COLUMNS, Choice, Paper, Request, choices_of, chosen, decided
from app.i18n import speaking
from app.mailroom.models import OutgoingMail
from tests.factories import ACTOR, NOW, make_conference, make_delegate

IN_PERSON, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.VIDEO
GIVEN: dict[str, Any] = {"actor": ACTOR, "at": NOW}
SAID = {
    "hotel_needed": "yes", "room_with": "Г-жа Орлова", "arrival": "2021-06-27T14:35+03:00", "arrival_mode": "plane",
    "arrival_number": "SU 1234", "arrival_place": "Калуга", "departure": "2021-07-01T09:00+03:00",
    "departure_mode": "train", "departure_number": "740", "departure_place": "Калуга-1", "visa_needed": "yes",
}  # fmt: skip
KEPT = [name for kind in Request for name in COLUMNS[kind]]


def kaluga() -> Conference:
    """One who asked for everything, one for nothing, one who wants no hotel."""
    conference = make_conference()
    make_delegate(conference, "D1", email="d1@x.example", **SAID)
    make_delegate(conference, "D2", email="d2@x.example")
    make_delegate(conference, "D3", email="d3@x.example", hotel_needed="no", room_with="")
    return conference


def said() -> dict[str, dict[str, str]]:
    db.session.expire_all()
    return {row.public_id: {name: getattr(row, name) for name in KEPT} for row in db.session.query(Delegate)}


def move(conference: Conference, to: ConferenceFormat, **given: Any) -> SwitchPlan:
    values: dict[str, Any] = {"plan": None, "reason": "Ограничения на въезд"} | GIVEN
    return switch(conference=conference, to=to, **(values | given))


def counted(plan: SwitchPlan) -> tuple[int, ...]:
    return tuple(plan.counts[f"requests_{name}"] for name in ("withdrawn", "kept", "given_back"))


def mail_to(address: str) -> str:
    rows = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc())
    return next(" ".join(mail.text.split()) for mail in rows if mail.to == [address])


def test_switch_withdraws_hotel_and_journey_and_the_way_back_restores_every_word(app: Flask) -> None:
    conference = kaluga()
    before = said()
    assert counted(move(conference, VIDEO)) == (2, 1, 0)
    empty = dict.fromkeys((*COLUMNS[Request.HOTEL], *COLUMNS[Request.JOURNEY]), "")
    assert said() == before | {"D1": before["D1"] | empty}
    told = mail_to("d1@x.example")
    assert "Номер в гостинице Вам больше не понадобится: мы снимаем Вашу заявку." in told
    assert "На случай, если Вы всё же приедете, мы сохраняем: визовые документы." in told
    assert counted(move(conference, IN_PERSON, at=NOW + timedelta(hours=1))) == (0, 0, 2)
    assert said() == before
    assert db.session.query(WithdrawnRequest).count() == 0


def test_switch_keeps_what_the_plan_keeps_and_withdraws_what_it_withdraws(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    before = said()
    plan = draft_plan(conference=conference, to=VIDEO, reason="Ограничения на въезд", **GIVEN)
    address = f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}"
    sent = {"version": plan.version, "hotel": "keep", "journey": "withdraw", "visa": "withdraw"}
    assert staff("organiser").post(f"{address}/requests", data=sent).status_code == 303
    assert plan.requests == {"hotel": "keep", "visa": "withdraw"}
    page = document_fromstring(staff("organiser").get(address).get_data(as_text=True))
    assert page.xpath("//select[@id='hotel']/option[@selected]/@value") == ["keep"]
    with speaking("de"):
        paper = plan_html(plan, at=NOW)
    assert "Hotelzimmer: 1 Anfrage bleibt erhalten" in paper
    assert "Visum: 1 Anfrage wird zurückgenommen" in paper
    assert counted(planned(plan)) == (2, 1, 0)
    apply_plan(plan=plan, version=plan.version, **GIVEN)
    empty = dict.fromkeys((*COLUMNS[Request.JOURNEY], *COLUMNS[Request.VISA]), "")
    assert said() == before | {"D1": before["D1"] | empty}
    told = mail_to("d1@x.example")
    assert "мы сохраняем: номер в гостинице." in told
    assert "Номер в гостинице Вам больше не понадобится" not in told
    move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    assert said() == before


def test_what_somebody_said_anew_stays_when_the_way_back_gives_back(app: Flask) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    with transaction():
        db.session.query(Delegate).filter_by(public_id="D1").one().hotel_needed = "no"
    move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    found = said()["D1"]
    assert (found["hotel_needed"], found["room_with"], found["arrival"]) == ("no", "", SAID["arrival"])


def test_plan_refuses_a_choice_that_is_none(app: Flask, staff: Callable[[str], FlaskClient]) -> None:
    conference = kaluga()
    plan = draft_plan(conference=conference, to=VIDEO, reason="Ограничения на въезд", **GIVEN)
    answer = staff("organiser").post(
        f"/ru/desk/c/{conference.slug}/switch/plans/{plan.id}/requests",
        data={"version": plan.version, "hotel": "sell"},
    )
    assert answer.status_code == 422
    assert plan.requests == {}


def test_erasing_somebody_forgets_what_was_withdrawn(app: Flask) -> None:
    conference = kaluga()
    move(conference, VIDEO)
    assert db.session.query(WithdrawnRequest).count() == 2
    erase_delegate(delegate=db.session.query(Delegate).filter_by(public_id="D1").one(), **GIVEN)
    assert db.session.query(WithdrawnRequest).count() == 0


def test_plan_keeps_only_what_is_not_as_proposed() -> None:
    wanted = {Request.HOTEL: Choice.KEEP, Request.JOURNEY: Choice.WITHDRAW}
    assert decided(wanted) == {"hotel": "keep"}
    assert chosen(choices_of({"hotel": "keep"})) == {
        Request.HOTEL: Choice.KEEP, Request.JOURNEY: Choice.WITHDRAW, Request.VISA: Choice.KEEP,
        Paper.BADGE: Choice.KEEP, Paper.VISA_LETTER: Choice.KEEP,
    }  # fmt: skip
