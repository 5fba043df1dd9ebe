"""The page of the entrance desk and the verbs: a scanner's typing, names in either script, undoing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from lxml import html

from app.blueprints import commands
from app.checkin.models import CheckIn
from app.checkin.queries import checked_in
from app.command_line import GROUPS
from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries import search_text
from tests.factories import make_conference, make_delegate, make_delegation

ORLOVA = {"last": "Орлова", "first": "Анна", "last_latin": "Orlova", "first_latin": "Anna"}
MEIER = {"last": "Meier", "first": "Jörg", "patronymic": "", "badge_ru": "Йорг Майер", "badge_de": "Jörg Meier",
         "last_latin": "Meier", "first_latin": "Joerg", "country": "DE"}  # fmt: skip


@pytest.fixture
def conference(app: Flask) -> Conference:
    """XVI Kaluga, with two who come and one by video."""
    conference = make_conference()
    delegation = make_delegation(conference, conference.host)
    for number, given in (("R00001", ORLOVA), ("R00002", MEIER), ("R00003", {"last": "Седов", "first": "Пётр"})):
        attendance = Attendance.VIDEO if number == "R00003" else Attendance.ON_SITE
        make_delegate(conference, number, delegation_id=delegation.id, attendance=attendance,
                      search=search_text({**given, "public_id": number}), **given)  # fmt: skip
    return conference


def after(client: Any, address: str, data: dict[str, str]) -> Any:
    """The page a POST leads to."""
    sent = client.post(address, data=data)
    assert sent.status_code == 303
    return client.get(sent.location)


def words(page: Any) -> str:
    return " ".join(html.fromstring(page.text).find(".//main").text_content().replace("\u00a0", " ").split())


def test_page_checks_in_and_is_ready_for_the_next_when_a_scanner_types_the_code(
    conference: Conference, staff: Any
) -> None:
    person = db.session.query(Delegate).filter_by(public_id="R00001").one()
    client, here = staff("desk"), f"/ru/desk/c/{conference.slug}/check-in/"
    answer = client.post(here, data={"said": person.badge_token})
    number = db.session.query(CheckIn.id).scalar()
    assert (answer.status_code, answer.location) == (303, f"{here}?done={number}")
    page = client.get(answer.location)
    assert "Добро пожаловать! Прибытие отмечено:" in words(page)
    assert "1 из 2 прибыли из ожидаемых" in words(page)
    field = html.fromstring(page.text).get_element_by_id("said")
    assert (field.get("value"), "autofocus" in field.attrib) == (None, True)
    again = after(client, here, {"said": person.badge_token})
    assert "Прибытие уже отмечено:" in words(again)
    assert "Ничего не изменено." in words(again)
    assert db.session.query(CheckIn).count() == 1
    told = client.get(f"/ru/desk/c/{conference.slug}/delegates/R00001").text
    assert "Прибытие отмечено:" in told
    assert "прибытие отмечено на стойке регистрации" in told


@pytest.mark.parametrize(
    ("said", "found"),
    [("orlova", "Анна"), ("майер", "Jörg Meier"), ("R00002", "Jörg Meier"), ("Кто-то", "Niemand gefunden.")],
)
def test_page_finds_people_in_either_script_when_a_name_is_typed(
    conference: Conference, staff: Any, said: str, found: str
) -> None:
    client, here = staff("desk"), f"/de/desk/c/{conference.slug}/check-in/"
    page = after(client, here, {"said": said})
    assert found in words(page)
    assert checked_in(conference) == set()


def test_page_says_why_when_somebody_is_turned_away_and_takes_back_with_a_reason(
    conference: Conference, staff: Any
) -> None:
    client, here = staff("secretariat"), f"/en/desk/c/{conference.slug}/check-in/"
    refused = client.post(here, data={"delegate": "R00003"})
    assert refused.status_code == 422
    assert "This person takes part by video and is not expected on site." in words(refused)
    unknown = client.post(here, data={"said": "aB3dE6gH9jK2"})
    assert (unknown.status_code, "Nobody has this code" in words(unknown)) == (422, True)
    client.post(here, data={"delegate": "R00002", "delegation": "none"})
    number = db.session.query(CheckIn.id).scalar()
    assert client.post(f"{here}{number}/undo", data={"reason": ""}).status_code == 422
    done = after(client, f"{here}{number}/undo", {"reason": "the wrong person"})
    assert "Jörg Meier is not checked in any more." in words(done)
    assert checked_in(conference) == set()
    other = make_conference("xvii-jena-2023", host=conference.host, edition=17)
    assert client.get(f"/en/desk/c/{other.slug}/check-in/{number}/undo").status_code == 404


def test_verbs_check_in_undo_and_list_when_asked(conference: Conference) -> None:
    commands()

    def run(*words: str) -> Any:
        done = CliRunner().invoke(GROUPS["checkin"], [*words, "--conference", conference.slug, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert run("add", "--delegate", "R00001", "--dry-run")["fresh"]
    assert run("list") == []
    assert [run("add", "--delegate", "R00001")["fresh"] for _ in range(2)] == [True, False]
    assert [row["delegate"] for row in run("list")] == ["R00001"]
    assert run("undo", "--delegate", "R00001", "--reason", "Irrtum") == {"delegate": "R00001", "undone": True}
    assert run("list") == []
    both = CliRunner().invoke(GROUPS["checkin"], ["add", "--conference", conference.slug])
    assert both.exit_code == 1
