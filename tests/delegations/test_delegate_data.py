"""What is known of a delegate: journey by number, shared room, emergency contact, one's own spelling on the badge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database import db
from app.delegations.forms import PersonForm
from app.delegations.models import Delegate
from app.delegations.operations.standing import change_details
from app.delegations.queries import EXPORT_COLUMNS
from app.delegations.rules import PUBLIC_ROLES, DelegateDetails, DelegateRole, require_details
from app.erasure.rules import EMPTIED
from app.errors import Refusal
from app.printing.rules import ROLE_SIGNS
from app.tables import read_table
from tests.delegations.test_import import run
from tests.delegations.test_registration import FORM, only, send
from tests.factories import ACTOR, NOW, make_conference, make_delegate

Staff = Callable[[str], FlaskClient]
JOURNEY = {
    "arrival_number": "7012М", "arrival_place": "Калуга-1", "departure_mode": "plane", "departure_number": "S7 1234",
    "departure_place": "Внуково", "room_with": "Анна Орлова", "emergency_name": "Пётр Щукин, муж",
    "emergency_phone": "+7 4842 000001",
}  # fmt: skip


def change(row: Delegate, **given: Any) -> list[str]:
    values = {name: getattr(row, name) for name in DelegateDetails.__dataclass_fields__}
    return change_details(delegate=row, details=DelegateDetails(**values | given), names=set(values), by_staff=True,
                          actor=ACTOR, at=NOW)  # fmt: skip


def test_register_keeps_journey_room_and_emergency_contact(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    assert send(visitor, **JOURNEY, role="companion").status_code == 303

    row = only()
    assert {name: getattr(row, name) for name in JOURNEY} == JOURNEY
    assert (row.role, row.badge_de) == ("companion", "Julija Schtschukina")


def test_form_opens_the_folded_section_when_something_in_it_is_wrong(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    page = send(visitor, emergency_phone="112")

    assert page.status_code == 422
    folds = [part.split("</summary>")[0].split("<summary>") for part in page.text.split('<details class="disclosure"')]
    opened = [fold[1] for fold in folds[1:] if fold[0].startswith(" open")]
    assert opened == ["Контакт для экстренных случаев"]


def test_badge_keeps_ones_own_spelling_when_anything_else_changes(app: Flask) -> None:
    row = make_delegate(make_conference(), "D1")

    assert change(row, badge_de="Anna Orlova") == ["badge_de"]
    assert change(row, last="Петрова", position="Советник") == ["last", "last_latin", "position"]
    assert (row.badge_ru, row.badge_de) == ("Петрова Анна Павловна", "Anna Orlova")
    assert change(row, badge_de="") == ["badge_de"]
    assert row.badge_de == "Anna Petrowa"
    assert change(row, badge_de="Anna Petrowa") == []


def test_latin_spelling_follows_a_corrected_name_when_it_was_proposed(app: Flask) -> None:
    row = make_delegate(
        make_conference(), "D1", last="Щукина", last_latin="Shchukina", first="Юля", first_latin="Julia"
    )

    assert change(row, last="Щекина", first="Юлия") == ["first", "last", "last_latin"]
    assert (row.last_latin, row.first_latin) == ("Shchekina", "Julia")


def test_own_page_corrects_the_badge_and_leaves_it_when_saved_again(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    address = f"/ru{send(visitor).location.removeprefix('/ru')}"
    given = {name: value for name, value in FORM.items() if name != "role"}

    visitor.post(address, data=given | {"badge_ru": "Юлия Щукина", "badge_de": "Julia Stschukina"})
    visitor.post(address, data=given | {"badge_ru": "Юлия Щукина", "badge_de": "Julia Stschukina", "first": "Юля"})

    row = only()
    assert (row.first, row.badge_ru, row.badge_de) == ("Юля", "Юлия Щукина", "Julia Stschukina")


def test_board_shows_number_and_place_and_leaves_by_what_was_said(app: Flask, staff: Staff) -> None:
    times = {"arrival": "2021-06-27T14:05+03:00", "departure": "2021-06-30T18:00+03:00", "arrival_mode": "train"}
    make_delegate(make_conference(), "D1", **times, **JOURNEY)
    board = "/en/desk/c/xvi-kaluga-2021/delegates/arrivals"
    desk = staff("desk")

    coming, leaving = desk.get(board).text, desk.get(f"{board}?way=departure&mode=plane").text

    assert [text in coming for text in ("7012М", "Калуга-1", "S7 1234", "by train: 1 person")] == [
        True, True, False, True,
    ]  # fmt: skip
    assert [text in leaving for text in ("7012М", "Внуково", "S7 1234", "by plane: 1 person")] == [
        False, True, True, True,
    ]  # fmt: skip


def test_export_has_journeys_when_known_and_comes_back_unchanged(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", municipality_id=conference.host_id)
    out = tmp_path / "d.csv"

    def export() -> tuple[list[str], dict[str, Any]]:
        assert run("delegates", "export", "--conference", conference.slug, "--out", str(out))[0] == 0
        code, said, _err = run("import", "delegates", str(out), "--conference", conference.slug, "--json")
        assert code == 0
        return out.read_text("utf-8-sig").splitlines()[0].split(","), json.loads(said)

    header, report = export()
    assert (header, report["updated"]) == (list(EXPORT_COLUMNS), 0)
    make_delegate(conference, "D2", last="Белова", email="b@kaluga.example", arrival_number="S7 1", room_with="=Анна",
                  municipality_id=conference.host_id)  # fmt: skip
    header, report = export()
    assert (header, report["unchanged"]) == ([*EXPORT_COLUMNS, "arrival_number", "room_with"], 2)
    found = read_table(out, required=header)
    assert [(row["arrival_number"], row["room_with"]) for row in found] == [("", ""), ("S7 1", "=Анна")]
    other = out.read_text("utf-8-sig").replace("S7 1", "SU 6")
    out.write_text(other, "utf-8")
    run("import", "delegates", str(out), "--conference", conference.slug)
    db.session.expire_all()
    assert db.session.query(Delegate.arrival_number).order_by(Delegate.public_id).all() == [("",), ("SU 6",)]


@pytest.mark.parametrize("value", ["112", "call me"])
def test_emergency_number_is_refused_when_it_is_none(value: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_details(DelegateDetails(last="Орлова", emergency_phone=value), zone="Europe/Moscow")
    assert refused.value.field == "emergency_phone"


def test_every_detail_is_asked_for_and_erased_and_every_role_has_a_sign() -> None:
    details = set(DelegateDetails.__dataclass_fields__) - {"municipality_id", "photo_consent"}
    assert details - {name for name in dir(PersonForm) if not name.startswith("_")} == set()
    assert details - set(EMPTIED) == {"last", "role", "attendance"}
    assert set(ROLE_SIGNS) == set(DelegateRole)
    shapes = {
        (sign.colour, sign.shape) for role, sign in ROLE_SIGNS.items() if role is not DelegateRole.GUEST_OF_HONOUR
    }
    assert len(shapes) == len(DelegateRole) - 1
    assert {"speaker", "companion"} <= set(PUBLIC_ROLES)
