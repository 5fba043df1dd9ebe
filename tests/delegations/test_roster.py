"""Many people of a delegation at once: pasted, uploaded, or typed into a table."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database import transaction
from app.delegations.models import Delegation
from app.delegations.operations import add_member
from app.delegations.operations.roster import check_rows
from app.delegations.queries import members
from app.delegations.rules import DelegateDetails
from app.delegations.rules.roster import cells_of_text, read_rows
from app.history.rules import Actor
from tests.factories import NOW, make_conference, make_delegation

CONTACT = Actor(kind="contact", id=1, label="delegation 1")


@pytest.fixture
def delegation(app: Flask) -> Delegation:
    conference = make_conference()
    return make_delegation(conference, conference.host)


def read(text: str) -> list[dict[str, str]]:
    return [row.values for row in read_rows(cells_of_text(text)).rows]


def test_rows_are_read_by_their_header_when_they_have_one() -> None:
    text = "Имя\tФамилия\tE-Mail\tЦвет глаз\nАнна\tОрлова\ta@b.example\tсиние\n\n\tЩукина\t\t\n"
    found = read_rows(cells_of_text(text))

    assert [row.values for row in found.rows] == [
        {"first": "Анна", "last": "Орлова", "email": "a@b.example"}, {"last": "Щукина"},
    ]  # fmt: skip
    assert (found.has_header, found.ignored, [row.number for row in found.rows]) == (True, ["Цвет глаз"], [2, 4])


def test_rows_are_read_in_the_usual_order_when_they_have_no_header() -> None:
    assert read("Meier\tJörg\t\tMeier\tJoerg\tOberbürgermeister\tj@m.example\t+49 721 1\tLeiter\n") == [
        {"last": "Meier", "first": "Jörg", "last_latin": "Meier", "first_latin": "Joerg",
         "position": "Oberbürgermeister", "email": "j@m.example", "phone": "+49 721 1", "function": "Leiter"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Орлова Анна Павловна", {"last": "Орлова", "first": "Анна", "patronymic": "Павловна"}),
        ("Meier, Jörg", {"last": "Meier", "first": "Jörg"}),
        ("Jörg Peter Meier", {"last": "Meier", "first": "Jörg Peter"}),
    ],
)
def test_whole_name_is_taken_apart_when_it_stands_in_one_cell(name: str, parts: dict[str, str]) -> None:
    assert read(f"ФИО\tТелефон\n{name}\t\n") == [parts]


def test_check_tells_every_fault_and_oddity_when_rows_are_bad(delegation: Delegation) -> None:
    add_member(delegation=delegation, details=DelegateDetails(last="Орлова", first="Анна"), actor=CONTACT, at=NOW)
    text = (
        "last\tfirst\temail\tphone\tfunction\n"
        "орлова\tАнна\ta@b.example\t\tпереводчик\n"
        "\t\tnobody@b.example\t\t\n"
        "Meier\tJörg\tno address\tabc\tKaiser\n"
    )
    with transaction():
        delegation.quota = 1

    found = check_rows(delegation=delegation, rows=read_rows(cells_of_text(text)).rows)

    assert [(row.number, [name for name, _ in row.faults], [name for name, _ in row.warnings]) for row in found] == [
        (2, [""], ["last"]), (3, ["last"], []), (4, ["email", "phone", "function"], []),
    ]  # fmt: skip
    assert found[0].values["function"] == "interpreter"


def look(visitor: FlaskClient, delegation: Delegation, **data: Any) -> Any:
    return visitor.post(f"/de/delegation/{delegation.token}/rows", data={"nonce": "n1", **data})


def test_pasted_rows_are_entered_once_when_confirmed_twice(visitor: FlaskClient, delegation: Delegation) -> None:
    page = look(visitor, delegation, text="Орлова\tАнна\nMeier\tJörg\nBad\tMail\t\t\t\t\tno\n")
    assert page.status_code == 200
    assert members(delegation) == []
    rows = re.search(r'name="rows" value="([^"]*)"', page.text)
    assert rows is not None
    given = unescape(rows.group(1))

    assert look(visitor, delegation, rows=given).status_code == 303
    assert look(visitor, delegation, rows=given).status_code == 303

    assert [(row.last, row.first) for row in members(delegation)] == [("Meier", "Jörg"), ("Орлова", "Анна")]


def test_pasted_rows_over_the_quota_are_left_out_and_repeat_safely(
    visitor: FlaskClient, delegation: Delegation
) -> None:
    with transaction():
        delegation.quota = 1
    given = json.dumps([[1, {"last": "Орлова"}], [2, {"last": "Щукина"}]])

    look(visitor, delegation, rows=given)
    look(visitor, delegation, rows=given)

    assert [row.last for row in members(delegation)] == ["Орлова"]


def test_file_is_refused_with_row_when_it_cannot_be_read(visitor: FlaskClient, delegation: Delegation) -> None:
    long = "Фамилия;Имя\n" + "Орлова;Анна\n" * 600
    for content in (b"\xff\xfea", long.encode(), "Фамилия;Имя\n".encode("cp1251")):
        assert look(visitor, delegation, file=(io.BytesIO(content), "list.csv")).status_code == 422
    good = look(visitor, delegation, file=(io.BytesIO("Фамилия;Имя\nОрлова;Анна\n".encode()), "list.csv"))
    assert good.status_code == 200
    assert "Орлова" in good.text


def line(key: str, shown: dict[str, str] | None = None, **values: str) -> dict[str, str]:
    cells = dict.fromkeys(
        ("last", "first", "patronymic", "last_latin", "first_latin", "position", "email", "phone", "function"), ""
    )
    cells |= {"role": "member"} if key.isdecimal() else {"role": ""}
    basis = cells | (shown or {})
    return {f"{key}-{name}": text for name, text in (basis | values).items()} | {f"{key}-shown": json.dumps(basis)}


def save(visitor: FlaskClient, delegation: Delegation, *lines: dict[str, str]) -> Any:
    data = {"nonce": "n1", "new": "3"}
    for one in lines:
        data |= one
    return visitor.post(f"/ru/delegation/{delegation.token}/table", data=data)


def test_table_changes_and_adds_people_when_saved(visitor: FlaskClient, delegation: Delegation) -> None:
    row = add_member(delegation=delegation, details=DelegateDetails(last="Орлова", first="Анна"), actor=CONTACT, at=NOW)
    shown = {"last": "Орлова", "first": "Анна", "last_latin": "Orlova", "first_latin": "Anna"}

    answer = save(visitor, delegation, line(str(row.id), shown, phone="+7 4842 000000", function="head"),
                  line("n1", last="Щукин", email="s@k.example"), line("n2"))  # fmt: skip

    assert answer.status_code == 303
    assert [(one.last, one.phone, one.function) for one in members(delegation)] == [
        ("Орлова", "+7 4842 000000", "head"), ("Щукин", "", ""),
    ]  # fmt: skip


def test_table_saves_nothing_when_one_cell_is_wrong(visitor: FlaskClient, delegation: Delegation) -> None:
    answer = save(visitor, delegation, line("n1", last="Щукин"), line("n2", last="Белов", email="no"))

    assert answer.status_code == 422
    assert 'id="n2-email-error"' in answer.text
    assert members(delegation) == []


def test_table_shows_both_values_when_somebody_was_faster(visitor: FlaskClient, delegation: Delegation) -> None:
    row = add_member(delegation=delegation, details=DelegateDetails(last="Орлова", position="Советник"), actor=CONTACT,
                     at=NOW)  # fmt: skip
    shown = {"last": "Орлова", "last_latin": "Orlova", "position": "Старая"}

    first = save(visitor, delegation, line(str(row.id), shown, position="Моя"))

    assert first.status_code == 422
    assert "«Советник»" in first.text
    assert 'value="Моя"' in first.text
    now_shown = json.loads(unescape(re.search(rf'name="{row.id}-shown" value="([^"]*)"', first.text).group(1)))  # type: ignore[union-attr]
    assert now_shown["position"] == "Советник"
    assert (
        save(visitor, delegation, line(str(row.id), shown | {"position": "Советник"}, position="Моя")).status_code
        == 303
    )
    assert members(delegation)[0].position == "Моя"


def test_table_adds_nobody_twice_when_sent_twice(visitor: FlaskClient, delegation: Delegation) -> None:
    for _ in range(2):
        save(visitor, delegation, line("n1", last="Щукин"))
    assert [row.last for row in members(delegation)] == ["Щукин"]


def test_table_is_closed_when_the_list_is_final(visitor: FlaskClient, delegation: Delegation) -> None:
    from app.delegations.rules.groups import DelegationState

    with transaction():
        delegation.state = DelegationState.FROZEN
    assert save(visitor, delegation, line("n1", last="Щукин")).status_code == 303
    assert members(delegation) == []
