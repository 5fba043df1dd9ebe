"""The plan on paper for the meeting that decides."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app.command_line import GROUPS
from app.commands import command_line
from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.format_switch.models import SwitchDraft
from app.format_switch.operations import PlanDetails, apply_plan, change_plan, draft_plan, look_at_plan, withdraw_plan
from app.format_switch.queries.paper import plan_html, plan_pdf
from app.format_switch.rules import Cost, Decision
from app.i18n import speaking
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import PersonRole, SessionKind
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_municipality, make_session

ONE_DATABASE = True
VIDEO = ConferenceFormat.VIDEO


def _plan(**given: Any) -> tuple[Conference, SwitchDraft]:
    """The opening and a reception; Anna, Lutz from Suhl, and somebody without an address."""
    conference = make_conference(**given)
    make_session(conference, "K07")
    make_session(conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём", title_de="Empfang",
                 title_en="Reception")  # fmt: skip
    suhl = make_municipality("suhl", name_de="Suhl", country="DE", timezone="Europe/Berlin")
    make_delegate(conference, "D1", email="anna@kaluga.example", hotel_needed="yes")
    make_delegate(conference, "D2", email="lutz@suhl.example", language="de", municipality_id=suhl.id)
    make_delegate(conference, "D3", email="", last="Соловьёв", first="Денис", phone="+7 495 000-00-09")
    plan = draft_plan(conference=conference, to=VIDEO, reason="Ограничения на въезд", actor=ACTOR, at=NOW)
    change_plan(
        plan=plan, version=plan.version, actor=ACTOR, at=NOW,
        details=PlanDetails(
            notes="Переводчики согласны.",
            costs=[Cost("Платформа", 32_000_000, "RUB"), Cost("Возврат задатка", -15_000_050, "RUB"),
                   Cost("Dolmetscher", 410_000, "EUR")],
        ),
    )  # fmt: skip
    return conference, plan


def _words(pdf: bytes, path: Path) -> str:
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(text.split())


def test_paper_says_all_the_meeting_must_know_when_it_is_printed(app: Flask, tmp_path: Path) -> None:
    _conference, plan = _plan()
    words = _words(plan_pdf(plan, spoken="ru", at=NOW), tmp_path / "plan.pdf")
    for said in (
        "О проведении конференции в формате видеосвязи",
        "XVI конференция городов-партнёров России и Германии Калуга, 28–30 июня 2021 г.",
        "Ограничения на въезд",
        "3 делегата переходят из зала на видеосвязь.",
        "1 пункт программы отменяется.",
        "K07 18:00–20:00 Открытие конференции",
        "Понедельник, 28 июня 2021 г. верхняя строка",
        "Берлин · 1 человек · −1 ч к времени принимающего города · 2 удобных часа",
        "Писем по-русски: 1",
        "Соловьёв Денис",
        "+7 495 000-00-09",
        "Платформа 320 000,00 ₽",
        "Возврат задатка −150 000,50 ₽",
        "Всего 169 999,50 ₽",
        "Всего 4 100,00 €",
        "Переводчики согласны.",
        "принять с изменениями:",
        "Исполнительный вице-президент С.В. Парамонов",
        "2/2",
    ):
        assert said in words, said


@pytest.mark.parametrize(
    ("spoken", "said"),
    [("de", "Durchführung der Konferenz per Video"), ("en", "On holding the conference by video")],
)
def test_paper_speaks_the_language_asked_for_when_it_is_made(app: Flask, spoken: str, said: str) -> None:
    _conference, plan = _plan()
    with speaking(spoken):
        page = plan_html(plan, at=NOW)
    assert said in page
    assert f'<html lang="{spoken}">' in page


def test_paper_counts_who_waits_when_places_by_video_are_left(app: Flask) -> None:
    conference = make_conference(places_on_site=1, places_video=5)
    make_session(conference)
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    plan = draft_plan(conference=conference, to=ConferenceFormat.HYBRID, reason="Въезд", actor=ACTOR, at=NOW)
    with speaking("de"):
        page = plan_html(plan, at=NOW)
    assert "Es warten auf einen Platz vor Ort: 1; freie Plätze per Video: 5." in page


def test_paper_is_the_same_file_when_it_is_made_twice(app: Flask) -> None:
    _conference, plan = _plan()
    assert plan_pdf(plan, spoken="en", at=NOW) == plan_pdf(plan, spoken="en", at=NOW)


def test_paper_is_refused_when_the_plan_is_no_draft_any_more(app: Flask) -> None:
    _conference, plan = _plan()
    withdraw_plan(plan=plan, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal):
        plan_pdf(plan, spoken="ru", at=NOW)


def test_page_gives_the_paper_in_its_language_when_it_is_asked_for(app: Flask, staff: Any, tmp_path: Path) -> None:
    conference, plan = _plan()
    client: FlaskClient = staff("organiser")
    address = f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}"
    assert f'href="{address}/paper.pdf"' in client.get(address).text
    answer = client.get(f"{address}/paper.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "Beschlussvorlage" in _words(answer.data, tmp_path / "plan.pdf")
    assert client.get(f"/de/desk/c/{conference.slug}/switch/plans/{plan.id + 1}/paper.pdf").status_code == 404
    withdraw_plan(plan=plan, actor=ACTOR, at=NOW)
    assert client.get(f"{address}/paper.pdf").status_code == 404


def test_verb_writes_the_paper_when_the_plan_is_known(app: Flask, tmp_path: Path) -> None:
    _conference, plan = _plan()
    out = tmp_path / "plan.pdf"
    command_line()

    def run(number: int) -> tuple[int, str]:
        chosen = ["paper", "--plan", str(number), "--language", "de", "--out", str(out), "--json"]
        done = CliRunner().invoke(GROUPS["switch"], chosen)
        return done.exit_code, done.output

    code, told = run(plan.id)
    assert (code, json.loads(told)) == (
        0, {"plan": plan.id, "file": str(out), "language": "de", "bytes": out.stat().st_size},
    )  # fmt: skip
    assert "Beschlussvorlage" in _words(out.read_bytes(), tmp_path / "read.pdf")
    assert run(plan.id + 1)[0] == 1


def test_page_and_paper_tell_what_was_decided_when_the_plan_is_applied(app: Flask, staff: Any, tmp_path: Path) -> None:
    conference, plan = _plan()
    opening = db.session.query(ProgrammeSession).filter_by(code="K07").one()
    assert opening.starts_at is not None
    starts = opening.starts_at + timedelta(days=1)
    decisions = {opening.uid: Decision("", starts, starts + timedelta(hours=1))}
    with transaction():
        opening.people.append(SessionPerson(name="Гость Иван", role=PersonRole.SPEAKER))
    look_at_plan(plan=plan, actor=ACTOR, at=NOW)
    change_plan(plan=plan, version=plan.version, actor=ACTOR, at=NOW, details=PlanDetails(decisions=decisions))
    apply_plan(plan=plan, version=plan.version, actor=ACTOR, at=NOW)
    client: FlaskClient = staff("organiser")
    address = f"/en/desk/c/{conference.slug}/switch/plans/{plan.id}"
    page = " ".join(client.get(address).text.split())
    for said in ("28 Jun 2021, 18:00–20:00", "29 Jun 2021, 18:00–19:00", "1 request is withdrawn.", "Гость Иван (K07)",
                 f'href="{address}/paper.pdf"'):  # fmt: skip
        assert said in page, said
    answer = client.get(f"{address}/paper.pdf")
    assert answer.status_code == 200
    words = _words(answer.data, tmp_path / "plan.pdf")
    for said in ("Carried out", "3 delegates move from the hall to video.", "18:00–20:00", "29 Jun", "1 request is",
                 "Соловьёв Денис", "Гость Иван"):  # fmt: skip
        assert said in words, said
