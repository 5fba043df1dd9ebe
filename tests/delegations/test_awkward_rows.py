"""Awkward rows of delegates: each is taken, taken with a warning, or refused, and never obeyed by a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations.roster import check_rows
from app.delegations.queries import FILE_COLUMNS
from app.delegations.rules import HIDDEN, moment_of, shown
from app.delegations.rules.roster import cells_of_text, read_rows
from app.tables import read_table
from tests.delegations.test_import import bring, run, write
from tests.factories import make_conference, make_delegate, make_delegation

Staff = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/delegates"

# What differs from a usual row; the columns it is refused for, or those it is taken with a warning for.
TAKEN: list[tuple[dict[str, str], list[str]]] = [
    ({"last": "D'Artagnan", "first": "Шарль"}, []),
    ({"last": "Ó Súilleabháin", "first": "Siobhán"}, []),
    ({"last": "'t Hooft", "organisation": "'-Verein"}, []),
    ({"last": "Nguyễn Thị", "first": "Hường"}, []),
    ({"last": "Şimşek", "first": "İlkay"}, []),
    ({"last": "王", "first": "小明"}, []),
    ({"last": "ФЁДОРОВА", "first": "АННА"}, ["last"]),
    ({"last": "van der beek", "first": "jan"}, ["last"]),
    ({"last": "de la Cruz", "first": "JJ"}, []),
    ({"last": "نوری\u200cزاده", "first": "مریم"}, []),  # the joiner belongs to the word in Persian
    ({"last": "False", "first": "None"}, []),
    ({"last": "2021-06-27", "first": "1E5"}, []),
    ({"last": "{{ 7 * 7 }}", "first": "%(name)s"}, []),
    ({"last": "Robert'); DROP TABLE delegate;--"}, []),
    ({"last": "</td><script>alert(1)</script>"}, []),
    ({"organisation": '=HYPERLINK("http://x.example";"y")'}, []),
    ({"organisation": "_x0041_ _x000D_"}, []),  # no code of a workbook, but what somebody wrote
    ({"position": "Erste Zeile\rzweite\u0085dritte"}, ["position"]),
    ({"dietary_note": "a\u2028b"}, ["dietary_note"]),
    ({"role": "press;interpreter;head"}, []),
    ({"role": "companion;companion"}, []),
    ({"role": "speaker", "attendance": "remote"}, []),
    ({"arrival": "2021-06-27T14:05:59Z", "departure": "2021-06-28T00:00+14:00"}, ["departure"]),
    ({"languages": "ru, de"}, ["languages"]),
    ({"country": "ru"}, ["country"]),
    ({"citizenship": "XXB"}, []),
    ({"citizenship": "DEU"}, ["citizenship"]),
    ({"email": " d@kaluga.example "}, ["email"]),
    ({"email": "d@kaluga.example\r\nBcc: x@y.example"}, ["email"]),
    ({"email": "a@kaluga.example;b@kaluga.example"}, ["email"]),
    ({"last_latin": "Герасимов"}, ["last_latin"]),
    ({"first": "Z\u0300\u0301\u0302\u0303\u0304\u0305lgo"}, ["first"]),
    ({"last": "Иванов\u202dич"}, ["last"]),
    ({"last": "Freuden\u00adthaler"}, ["last"]),
    ({"last": "Петров\u200d"}, ["last"]),
    ({"last": "Сидоров\U000e0041"}, ["last"]),
    ({"organisation": "\x07Bell \x1b[31m"}, ["organisation"]),
    ({"arrival_mode": "Вертолёт"}, ["arrival_mode"]),
    ({"patronymic": "оглы " * 40}, []),
]
REFUSED: list[tuple[dict[str, str], list[str]]] = [
    ({"last": "\u3164", "first": "\u200b \u2800"}, ["last"]),
    ({"delegate_id": "D/7"}, ["delegate_id"]),
    ({"delegate_id": " D7"}, ["delegate_id"]),
    ({"delegate_id": "D7\u200b"}, ["delegate_id"]),
    ({"delegate_id": ".."}, ["delegate_id"]),
    ({"role": "head; minister"}, ["role"]),
    ({"role": ""}, ["role"]),
    ({"arrival": "0001-01-01T00:00+14:00"}, ["arrival"]),
    ({"arrival": "27.06.2021 14:05", "departure": "2021-06-27T14:05+03:99"}, ["arrival", "departure"]),
    ({"photo_consent": "да", "gender": "ж"}, ["gender", "photo_consent"]),
    ({"last": "Ы" * 201}, ["last"]),
]


def row_of(number: int, change: dict[str, str]) -> dict[str, str]:
    return {"delegate_id": f"A{number:03}", "last": f"Гость-{number}", "email": f"g{number}@kaluga.example"} | change


def test_awkward_rows_are_taken_warned_of_or_refused_each_rightly(app: Flask, tmp_path: Path, staff: Staff) -> None:
    conference = make_conference()
    rows = [row_of(number, change) for number, (change, _columns) in enumerate([*TAKEN, *REFUSED], start=2)]
    source = write(tmp_path / "d.csv", *rows)

    report = bring(source, conference, skip=True)

    def columns(kind: str) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for entry in report[kind]:
            found.setdefault(entry["row"], []).append(entry["column"])
        return {row: sorted(names) for row, names in found.items()}

    first_refused = 2 + len(TAKEN)
    assert columns("warnings") == {row: names for row, (_c, names) in enumerate(TAKEN, start=2) if names}
    assert columns("rejected") == {row: names for row, (_c, names) in enumerate(REFUSED, start=first_refused)}
    assert (report["created"], report["unchanged"]) == (len(TAKEN), 0)
    _comes_back_unchanged(conference, source, tmp_path)
    _is_shown_and_not_obeyed(staff("desk"))


def _comes_back_unchanged(conference: Conference, source: Path, folder: Path) -> None:
    given = read_table(source, required=FILE_COLUMNS, optional=["awkward"])[: len(TAKEN)]
    kept = {row.public_id: row for row in db.session.scalars(select(Delegate))}
    for row in given:
        mine = kept[row["delegate_id"]]
        assert {name: getattr(mine, name) for name in FILE_COLUMNS if name not in {"delegate_id", "attendance"}} == {
            name: row[name] for name in FILE_COLUMNS if name not in {"delegate_id", "attendance"}
        }
    for kind in ("csv", "xlsx"):
        target = folder / f"out.{kind}"
        assert run("delegates", "export", "--conference", conference.slug, "--out", str(target))[0] == 0
        code, out, _err = run("import", "delegates", str(target), "--conference", conference.slug, "--json")
        again = json.loads(out)
        assert (code, again["created"], again["updated"], again["unchanged"]) == (0, 0, 0, len(TAKEN)), kind


def _is_shown_and_not_obeyed(desk: FlaskClient) -> None:
    for path in ("", "/arrivals", *(f"/A{number:03}" for number in range(2, 2 + len(TAKEN)))):
        page = desk.get(DESK + path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        text = page.text.replace("\u2068", "").replace("\u2069", "")  # ours, around what runs from the right
        assert HIDDEN.findall(text) == [], path


def test_roster_refuses_a_name_nobody_can_read_and_warns_of_hidden_letters(app: Flask) -> None:
    delegation = make_delegation(make_conference())
    text = "last\tfirst\temail\n\u3164\t\u200b\ta@b.example\nWag\u200bner\tLutz\tl@b.example\n"

    found = check_rows(delegation=delegation, rows=read_rows(cells_of_text(text)).rows)

    assert [([name for name, _ in row.faults], [name for name, _ in row.warnings]) for row in found] == [
        (["last"], ["last", "first"]), ([], ["last"]),
    ]  # fmt: skip


def test_person_is_warned_of_as_the_same_when_letters_are_composed_otherwise(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "d.csv", row_of(1, {"last": "Büchsenschütz"}),
                 row_of(2, {"last": "Bu\u0308chsenschu\u0308tz"}))  # fmt: skip

    assert [(entry["row"], entry["column"]) for entry in bring(path, make_conference())["warnings"]] == [(3, "last")]


def test_arrivals_board_opens_when_a_moment_cannot_be_told_in_another_zone(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1", arrival="9999-12-31T23:59-12:00")

    assert staff("desk").get(f"{DESK}/arrivals").status_code == 200
    assert moment_of("9999-12-31T23:59-12:00", "Europe/Moscow") is None


def test_shown_leaves_what_languages_need_and_shows_the_rest() -> None:
    assert [shown(text) for text in ("Bezrúkov", "Nguyễn", "a\u200db", "\u3164", "x" + "\u0301" * 9, "Bu\u0308ro")] == [
        "Bezrúkov", "Nguyễn", "a[U+200D]b", "[U+3164]", "x" + "\u0301" * 3 + "[…]", "Bu\u0308ro",
    ]  # fmt: skip
