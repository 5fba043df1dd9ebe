"""The desk's pages of delegates, and the verbs of a conference."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.command_line import GROUPS
from app.conferences.queries import Step, next_steps
from app.database import db
from app.delegations import commands as _commands
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from tests.factories import NOW, make_conference, make_delegate, make_delegation, make_municipality

__all__ = ["_commands"]

Staff = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021"


def run(*arguments: str) -> tuple[int, Any, str]:
    group, name, *rest = arguments
    result = CliRunner().invoke(GROUPS[group], [name, *rest, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else None, result.stderr


def queries_of(call: Callable[[], Any]) -> int:
    count = 0

    def counted(*_arguments: Any) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)
    return count


def test_delegates_are_found_in_either_script(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", last="Соловьёв", last_latin="Solovev", search="соловьев анна solovev")
    make_delegate(conference, "D2", last="Müller", last_latin="Müller", search="müller hans")
    desk = staff("desk")

    found = {
        words: [name for name in ("Соловьёв", "Müller") if name in desk.get(f"{DESK}/delegates?q={words}").text]
        for words in ("соловьёв", "СОЛОВЬЕВ", "solov", "müll", "анна solovev", "100%", "_")
    }

    assert found == {
        "соловьёв": ["Соловьёв"], "СОЛОВЬЕВ": ["Соловьёв"], "solov": ["Соловьёв"], "müll": ["Müller"],
        "анна solovev": ["Соловьёв"], "100%": [], "_": [],
    }  # fmt: skip


def test_delegates_are_narrowed_by_filters(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", last="Первый", role="head;minister", country="RU")
    make_delegate(conference, "D2", last="Второй", role="press", country="DE", accreditation=Accreditation.DECLINED)
    desk = staff("desk")

    def names(query: str) -> list[str]:
        page = desk.get(f"{DESK}/delegates?{query}").text
        return [name for name in ("Первый", "Второй") if name in page]

    assert [names(q) for q in ("role=minister", "role=press", "country=DE", "accreditation=granted", "attendance=video",
                               "accreditation=nonsense", "page=99")] == [
        ["Первый"], ["Второй"], ["Второй"], ["Первый"], [], ["Первый", "Второй"], [],
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["delegates", "delegations"])
def test_lists_take_the_same_queries_for_1_and_50_rows(app: Flask, staff: Staff, path: str) -> None:
    conference = make_conference()
    desk = staff("secretariat")

    def one_more(n: int) -> None:
        city = make_municipality(f"city-{n}")
        delegation = make_delegation(conference, city)
        make_delegate(conference, f"D{n:05}", municipality_id=city.id, delegation_id=delegation.id)

    one_more(0)
    desk.get(f"{DESK}/{path}")
    first = queries_of(lambda: desk.get(f"{DESK}/{path}"))
    for n in range(1, 50):
        one_more(n)

    assert queries_of(lambda: desk.get(f"{DESK}/{path}")) == first


def test_delegate_is_shown_with_all_data_and_visible_signs(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1", last="\u202eвока", organisation="<b>x</b>", arrival="2021-06-27T14:05+03:00",
                  dietary_note="Nüsse\nsehr", citizenship="XXA")  # fmt: skip

    page = staff("desk").get(f"{DESK}/delegates/D1")

    assert page.status_code == 200
    for text in (
        "[U+202E]вока",
        "&lt;b&gt;x",
        "27 June 2021, 14:05".replace(" June 2021", "\xa0June\xa02021"),
        "Nüsse",
    ):
        assert text in page.text
    assert "Grant accreditation" not in page.text


def test_desk_may_look_but_not_change(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    desk = staff("desk")

    assert desk.post(f"{DESK}/delegates/D1", data={"deed": "decline"}).status_code == 403
    assert [desk.get(f"{DESK}/delegates/{name}").status_code for name in ("new", "import", "D1/edit", "D2")] == [
        403, 403, 403, 404,
    ]  # fmt: skip


def test_decline_frees_the_place_and_grant_needs_one(app: Flask, staff: Staff) -> None:
    conference = make_conference(places_on_site=1)
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    secretariat = staff("secretariat")

    def standing() -> list[str]:
        return [one.value for one in db.session.scalars(select(Delegate.accreditation).order_by(Delegate.id))]

    secretariat.post(f"{DESK}/delegates/D2", data={"deed": "grant"})
    refused = secretariat.get(f"{DESK}/delegates/D2")
    assert ("No place is left." in refused.text, standing()) == (True, ["granted", "waitlisted"])
    secretariat.post(f"{DESK}/delegates/D1", data={"deed": "decline"})
    assert standing() == ["declined", "granted"]
    assert db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all() == [
        "delegate_changed", "place_granted",
    ]  # fmt: skip


def test_secretariat_registers_somebody_when_registration_is_closed(app: Flask, staff: Staff) -> None:
    conference = make_conference(registration_open=False)
    delegation = make_delegation(conference, conference.host)

    answer = staff("secretariat").post(
        f"{DESK}/delegates/new",
        data={"nonce": "1", "last": "Ланге", "first": "Йорг", "role": "minister", "municipality": "kaluga",
              "language": "de", "email": "lange@halle.example"},
    )  # fmt: skip

    assert answer.status_code == 303
    row = db.session.scalars(select(Delegate)).one()
    assert (row.role, row.precedence, row.delegation_id, row.language, row.accreditation.value) == (
        "minister", 100, delegation.id, "de", "granted",
    )  # fmt: skip
    assert db.session.scalars(select(OutgoingMail.language)).one() == "de"


def test_secretariat_corrects_details_and_history_names_the_fields(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    secretariat = staff("secretariat")

    answer = secretariat.post(
        f"{DESK}/delegates/D1/edit",
        data={"last": "Иванова", "first": "Анна", "patronymic": "Павловна", "last_latin": "Ivanova",
              "first_latin": "Anna", "gender": "f", "role": "member", "municipality": "kaluga",
              "languages": ["ru", "de"], "email": "anna.orlova@kaluga.example"},
    )  # fmt: skip

    assert answer.status_code == 303
    row = db.session.scalars(select(Delegate)).one()
    assert (row.last, row.badge_ru, row.badge_de) == ("Иванова", "Иванова Анна Павловна", "Anna Iwanowa")
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.change_details")).one()
    assert entry.details == {"fields": ["last", "last_latin", "municipality_id"]}
    assert "Family name" in secretariat.get(f"{DESK}/delegates/D1").text


def test_import_page_tells_row_and_column(app: Flask, staff: Staff) -> None:
    make_conference()
    head = "delegate_id,last,first,city_slug,country,role,email,attendance\r\n"
    content = (
        head + "D1,A,B,kaluga,RU,king,a@b.example,onsite\r\nD2,A,C,kaluga,RU,head,c@b.example,onsite\r\n"
    ).encode()
    secretariat = staff("secretariat")

    def send(**more: str) -> Any:
        return secretariat.post(f"{DESK}/delegates/import", data={"file": (io.BytesIO(content), "d.csv"), **more})

    bad, good = send(), send(skip_bad_rows="y")

    assert (bad.status_code, good.status_code) == (422, 200)
    assert "“king” is not a role" in bad.text
    assert db.session.scalars(select(Delegate.public_id)).all() == ["D2"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_of_the_desk_can_be_imported_again(app: Flask, staff: Staff, tmp_path: Path, kind: str) -> None:
    from app.delegations.operations import import_delegates
    from tests.factories import ACTOR

    conference = make_conference()
    make_delegate(conference, "D1", municipality_id=conference.host_id, last="=1+1")

    answer = staff("desk").get(f"{DESK}/delegates.{kind}")

    path = tmp_path / "out"
    path.write_bytes(answer.data)
    report = import_delegates(conference=conference, path=path, skip_bad_rows=False, actor=ACTOR, at=NOW)
    assert (report.unchanged, report.updated, report.rejected) == (1, 0, [])


def test_conference_show_tells_format_registration_and_places(app: Flask) -> None:
    conference = make_conference(places_on_site=300)
    make_delegate(conference)
    make_delegate(conference, accreditation=Accreditation.APPLIED)
    make_delegate(conference, accreditation=Accreditation.WITHDRAWN)

    assert run("conference", "show", "xvi-kaluga-2021") == (
        0,
        {
            "conference": "xvi-kaluga-2021", "registration": "open", "format": "in-person",
            "places": {
                "on_site": {"capacity": 300, "taken": 2, "waiting": 0},
                "video": {"capacity": None, "taken": 0, "waiting": 0},
            },
        },
        "",
    )  # fmt: skip


def test_conference_set_grants_those_who_wait_when_places_are_added(app: Flask) -> None:
    conference = make_conference(places_on_site=0)
    for number in range(3):
        make_delegate(conference, f"D{number}", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)

    code, facts, _ = run("conference", "set", "xvi-kaluga-2021", "--places-on-site", "2", "--registration", "closed")

    assert (code, facts["registration"], facts["places"]["on_site"]) == (
        0, "closed", {"capacity": 2, "taken": 2, "waiting": 1},
    )  # fmt: skip
    assert run("conference", "set", "xvi-kaluga-2021", "--places-on-site", "none")[1]["places"]["on_site"] == {
        "capacity": None, "taken": 3, "waiting": 0,
    }  # fmt: skip


def test_conference_set_changes_nothing_when_rehearsed_or_wrong(app: Flask) -> None:
    make_conference(places_on_site=5)

    rehearsed = run("conference", "set", "xvi-kaluga-2021", "--places-on-site", "2", "--dry-run")
    assert (rehearsed[0], rehearsed[1]["places"]["on_site"]["capacity"]) == (0, 2)
    verb = ("conference", "set", "xvi-kaluga-2021", "--places-on-site")
    assert [run(*verb, text)[0] for text in ("-1", "x", "2.5")] == [
        2, 2, 2,
    ]  # fmt: skip
    assert run("conference", "show", "nowhere")[0] == 1
    assert run("conference", "show", "xvi-kaluga-2021")[1]["places"]["on_site"]["capacity"] == 5


def test_registration_settings_of_the_desk(app: Flask, staff: Staff) -> None:
    conference = make_conference(places_on_site=5)

    answer = staff("organiser").post(f"{DESK}/registration", data={"places_on_site": "", "places_video": "7"})

    assert answer.status_code == 303
    db.session.expire_all()
    assert (conference.places_on_site, conference.places_video, conference.registration_open) == (None, 7, False)


def test_delegation_is_opened_by_hand_once_and_its_contact_mailed(app: Flask, staff: Staff) -> None:
    make_conference()
    secretariat = staff("secretariat")
    form = {"municipality": "kaluga", "contact_name": "Анна", "contact_email": "a@kaluga.example", "expected": "3",
            "language": "de"}  # fmt: skip

    codes = [secretariat.post(f"{DESK}/delegations/new", data=form).status_code for _ in range(2)]
    wrong = secretariat.post(f"{DESK}/delegations/new", data={**form, "contact_email": "x"})

    assert (codes, wrong.status_code) == ([303, 303], 422)
    assert "Kaluga" in secretariat.get(f"{DESK}/delegations").text
    assert db.session.scalars(select(OutgoingMail.language)).all() == ["de"]


def test_next_step_asks_to_decide_when_registrations_wait(app: Flask) -> None:
    waiting, done = make_conference(), make_conference("xv", host=make_municipality("duren"))
    make_delegate(waiting, accreditation=Accreditation.APPLIED)
    make_delegate(done)

    with app.test_request_context("/en/", headers={"Accept-Language": "en"}):
        steps = next_steps["delegations"]([waiting, done])

    assert steps == {waiting.id: Step("Decide on 1 registration", f"{DESK}/delegates?accreditation=applied", 40)}
