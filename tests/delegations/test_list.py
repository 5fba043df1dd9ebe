"""The list of delegates: finding by sound and script, filters, order, columns, kept filters, files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate, SavedFilter
from app.delegations.operations.imports import import_delegates
from app.delegations.operations.search import refresh_search
from app.delegations.queries import export_rows, how_many, matching, page_of_delegates
from app.delegations.rules import Accreditation, missing_in
from app.delegations.rules.listing import NEEDED, Question
from app.delegations.rules.sounds import sound_of
from app.workbooks import read_workbook
from tests.delegations.test_desk import queries_of
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation, make_municipality

Staff = Callable[[str], FlaskClient]
LIST = "/en/desk/c/xvi-kaluga-2021/delegates"


def found(conference: Conference, **asked: str) -> list[str]:
    return [row.public_id for row in page_of_delegates(matching(conference, Question(**asked)), offset=0, limit=None)]


def person(conference: Conference, number: str, **given: Any) -> Delegate:
    values = {"search": "", "last_latin": "", "first_latin": "", "badge_ru": "", "badge_de": "", "email": ""}
    return make_delegate(conference, number, **(values | given))


@pytest.mark.parametrize(
    "forms",
    [
        "Schmidt Шмидт SCHMIDT", "Müller Mueller Мюллер Miuller Mjuller Muller", "Denissow Denisov Денисов Denisow",
        "Jäger Jaeger Егер", "Хрущёв Chruschtschow Khrushchyov", "Чайковский Tschaikowski Chaikovskii Tchaikovsky",
        "Кузнецов Kusnezow Kuznetsov", "Евгений Jewgeni Yevgeniy Evgenii Ievgenii", "Михаил Michail Mikhail",
        "Александр Aleksandr Alexander", "Жуков Schukow Zhukov", "Щербаков Schtscherbakow Shcherbakov",
        "Weiß Weiss Вайс", "Кoвaленкo Kovalenko Коваленко", "Безру́ков Besrukow", "Сергеев Sergejew Sergeev",
    ],
)  # fmt: skip
def test_names_sound_the_same_when_transcribed(forms: str) -> None:
    assert len({sound_of(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "forms", ["Schmidt Schmitt", "Denisov Denisenko", "Müller Möller", "Иванов Петров", "Anna Inna", "李 王"]
)
def test_names_sound_different_when_they_are_others(forms: str) -> None:
    assert len({sound_of(form) for form in forms.split()}) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Schmidt", "Шмидт"), ("Шмидт", "Schmidt"), ("Шмидт", "schm"), ("Schmidt", "шми"),
        ("Денисов", "Denissow"), ("Denissow", "Денисов"), ("Denisov", "Denissow"), ("Денисов", "denisov"),
        ("Соловьёв", "Соловьев"), ("Соловьев", "СОЛОВЬЁВ"), ("Соловьёв", "Solowjow"), ("Соловьёв", "Solovev"),
        ("Jäger", "Jaeger"), ("Jaeger", "Jäger"), ("Schäfer", "Schafer"), ("Schäfer", "Шефер"), ("Weiß", "weiss"),
        ("Scha\u0308fer", "Schäfer"), ("Wag\u200bner", "Wagner"), ("Безру\u0301ков", "безруков"),
        ("Müller-Lüdenscheid", "Luedenscheid"), ("Klein  Schmidt", "schmidt klein"), ("לוי", "לוי"), ("李", "李"),
    ],
)  # fmt: skip
def test_people_are_found_when_asked_in_another_script_or_transcription(app: Flask, name: str, words: str) -> None:
    conference = make_conference()
    person(conference, "D1", last=name, first="Анна", patronymic="")
    person(conference, "D2", last="Ковальчук", first="Ольга", patronymic="")
    refresh_search()

    assert found(conference, q=words) == ["D1"]


def test_words_of_any_column_narrow_together_when_there_are_several(app: Flask) -> None:
    conference = make_conference()
    person(conference, "D00017", last="Орлова", first="Анна", email="orlova@x.example", organisation="Haus «Brücke»")
    person(conference, "D00018", last="Орлова", first="Мария", email="maria@x.example")
    refresh_search()

    assert [found(conference, q=words) for words in ("orlowa", "орлова мария", "orlova@x", "d00018", "bruecke orlova",
                                                     "brücke", "100%", "_", "\\", "nobody", "~", "~4")] == [
        ["D00017", "D00018"], ["D00018"], ["D00017"], ["D00018"], [], ["D00017"], [], [], [], [],
        ["D00017", "D00018"], ["D00017", "D00018"],
    ]  # fmt: skip


def test_filters_narrow_when_given(app: Flask) -> None:
    conference = make_conference()
    ulm = make_municipality("ulm", country="DE", iso3166_2="DE-BW")
    group = make_delegation(conference, ulm)
    complete = {"languages": "ru", "email": "a@b.example", "departure": "2021-06-30T18:00+03:00", "last_latin": "x"}
    make_delegate(conference, "D1", municipality_id=ulm.id, delegation_id=group.id, country="DE", role="press;head",
                  visa_needed="yes", hotel_needed="no", arrival="2021-06-27T21:30+00:00", **complete)  # fmt: skip
    make_delegate(conference, "D2", attendance=Attendance.VIDEO, accreditation=Accreditation.APPLIED, **complete)
    make_delegate(conference, "D3", arrival="2021-06-27T10:00+03:00", **complete | {"email": "nowhere"})
    make_delegate(conference, "D4", merged_into_id=1)

    asked = [
        {}, {"country": "DE"}, {"role": "head"}, {"role": "press"}, {"region": "DE-BW"}, {"delegation": str(group.id)},
        {"delegation": "none"}, {"accreditation": "applied"}, {"attendance": "video"}, {"arrival": "2021-06-28"},
        {"arrival": "2021-06-27"}, {"arrival": "none"}, {"missing": "any"}, {"missing": "email"},
        {"missing": "arrival"}, {"missing": "city"}, {"visa": "yes"}, {"visa": "unknown"}, {"hotel": "no"},
        {"country": "DE", "role": "member"},
        {"accreditation": "nonsense", "attendance": "x", "arrival": "x"}, {"missing": "nonsense"}, {"role": "%"},
    ]  # fmt: skip
    assert [found(conference, **question) for question in asked] == [
        ["D1", "D2", "D3"], ["D1"], ["D1"], ["D1"], ["D1"], ["D1"], ["D2", "D3"], ["D2"], ["D2"], ["D1"], ["D3"],
        ["D2"], ["D3"], ["D3"], [], ["D2", "D3"], ["D1"], ["D2", "D3"], ["D1"], [], ["D1", "D2", "D3"], [], [],
    ]  # fmt: skip


def test_missing_filter_agrees_with_the_rule_when_data_is_missing(app: Flask) -> None:
    conference = make_conference()
    kinds: list[dict[str, Any]] = [
        {}, {"email": ""}, {"email": "x@y"}, {"last_latin": "", "first_latin": ""}, {"languages": ""},
        {"arrival": ""}, {"departure": ""}, {"arrival": "", "attendance": Attendance.VIDEO},
        {"last": "Meier", "first": "Jan", "last_latin": "", "first_latin": ""},
        {"last": "李", "first": "明", "last_latin": "", "first_latin": ""},
        {"last": "李", "first": "明", "last_latin": "李", "first_latin": ""},
        {"last": "Nguyễn", "first": "D’Arc", "last_latin": "", "first_latin": ""},
    ]  # fmt: skip
    times = {"arrival": "2021-06-27T14:05+03:00", "departure": "2021-06-30T18:00+03:00"}
    rows = [make_delegate(conference, f"D{n}", **({"last_latin": "x"} | times | kind)) for n, kind in enumerate(kinds)]

    for name in (*NEEDED, "any"):
        by_rule = []
        for row in rows:
            lacking = missing_in(
                last=row.last, first=row.first, last_latin=row.last_latin, first_latin=row.first_latin, email=row.email,
                languages=row.languages, attendance=row.attendance, arrival=row.arrival, departure=row.departure,
            )  # fmt: skip
            if name in lacking or (name == "any" and lacking):
                by_rule.append(row.public_id)
        assert found(conference, missing=name) == by_rule, name
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    assert found(conference, missing="arrival") == found(conference, missing="departure") == []


def test_list_stands_in_the_asked_order_when_sorted(app: Flask) -> None:
    conference = make_conference()
    town = make_municipality("ulm", name_en="Ulm")
    person(conference, "D1", last="  Яшин", arrival="2021-06-27T10:00+03:00", role="member")
    person(conference, "D2", last="Ёлкин", arrival="2021-06-26T10:00+03:00", role="head", precedence=200)
    person(conference, "D3", last="Ежов", municipality_id=town.id, role="press")
    refresh_search()

    assert [found(conference, sort=name) for name in ("", "-name", "role", "-arrival", "number", "-number", "x")] == [
        ["D3", "D2", "D1"], ["D1", "D2", "D3"], ["D2", "D1", "D3"], ["D1", "D2", "D3"], ["D1", "D2", "D3"],
        ["D3", "D2", "D1"], ["D3", "D2", "D1"],
    ]  # fmt: skip


def test_rows_alone_are_answered_when_htmx_asks(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    desk = staff("desk")

    piece = desk.get(f"{LIST}?q=orlova", headers={"HX-Request": "true"})
    whole = desk.get(f"{LIST}?q=orlova")

    assert ("Орлова" in piece.text, "<html" in piece.text, piece.headers["Vary"].count("HX-Request")) == (
        True,
        False,
        1,
    )
    assert ("Орлова" in whole.text, "<html" in whole.text) == (True, True)
    assert 'hx-trigger="input changed delay:200ms, search"' in whole.text


def test_columns_are_shown_when_chosen(app: Flask, staff: Staff) -> None:
    make_delegate(
        make_conference(), "D1", phone="+7 495 000", organisation="\u202eвока", arrival="2021-06-27T14:05+03:00"
    )
    desk = staff("desk")

    def heads(query: str) -> list[str]:
        page = desk.get(f"{LIST}?{query}", headers={"HX-Request": "true"}).text
        return re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]+)", page)

    assert heads("") == ["Full name", "City or municipality", "Role", "Taking part", "Accreditation", "Number"]
    assert heads("col=phone&col=organisation&col=arrival&col=nonsense") == [
        "Full name", "Organisation", "Arrival", "Telephone",
    ]  # fmt: skip
    page = desk.get(f"{LIST}?col=phone&col=organisation&col=missing").text
    assert "[U+202E]вока" in page
    assert "\u202e" not in page


def test_kept_filter_is_offered_to_its_maker_and_to_all_when_shared(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    mine, other = staff("desk"), staff("secretariat")
    data = {"name": " Presse \u202e Tag 1 ", "role": "press", "col": ["phone", "nonsense"], "sort": "-arrival"}

    answer = mine.post(f"{LIST}/filters", data=data)

    target = f"{LIST}?role=press&sort=-arrival&col=phone"
    assert (answer.status_code, answer.location) == (303, target)
    link = f'<a href="{target.replace("&", "&amp;")}">Presse [U+202E] Tag 1</a>'
    assert (link in mine.get(LIST).text, link in other.get(LIST).text) == (True, False)
    mine.post(f"{LIST}/filters", data=data | {"shared": "yes"})
    assert link in other.get(LIST).text
    row = db.session.scalars(select(SavedFilter)).one()
    other.post(f"{LIST}/filters/{row.id}/forget")
    assert len(db.session.scalars(select(SavedFilter)).all()) == 1
    mine.post(f"{LIST}/filters/{row.id}/forget")
    assert db.session.scalars(select(SavedFilter)).all() == []
    assert mine.post(f"{LIST}/filters", data={"name": " "}).status_code == 303
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_page_takes_the_same_queries_when_many_filters_are_set(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    desk = staff("secretariat")
    for n in range(3):
        town = make_municipality(f"city-{n}")
        make_delegate(conference, f"D{n}", municipality_id=town.id, delegation_id=make_delegation(conference, town).id)
    url = f"{LIST}?q=orlova&country=RU&role=member&col=delegation&col=city&sort=city"
    desk.get(url)
    few = queries_of(lambda: desk.get(url))
    for n in range(3, 60):
        town = make_municipality(f"city-{n}")
        make_delegate(conference, f"D{n}", municipality_id=town.id, delegation_id=make_delegation(conference, town).id)

    assert queries_of(lambda: desk.get(url)) == few


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_file_holds_exactly_the_filtered_rows_and_changes_nothing_when_read_again(
    app: Flask, staff: Staff, tmp_path: Path, kind: str
) -> None:
    conference = make_conference()
    odd = '=HYPERLINK("x")\n\u202e\'+1'
    make_delegate(conference, "D2", role="press", organisation=odd, municipality_id=conference.host_id)
    make_delegate(conference, "D1", role="press", last="-Яшин", sort_name="-яшин", municipality_id=conference.host_id)
    make_delegate(conference, "D3", role="head", municipality_id=conference.host_id)
    with transaction():
        db.session.execute(update(Delegate).values(search=""))
    refresh_search()

    content = staff("desk").get(f"{LIST}.{kind}?role=press&sort=number").data
    file = tmp_path / f"people.{kind}"
    file.write_bytes(content)

    if kind == "csv":
        cells = [row["organisation"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    else:
        rows = [list(row) for _, row in read_workbook(file, max_columns=200, max_rows=100)]
        cells = [str(row[rows[0].index("organisation")]) for row in rows[1:]]
    assert cells == ["", f"'{odd}"]
    report = import_delegates(conference=conference, path=file, skip_bad_rows=False, actor=ACTOR, at=NOW)
    assert (report.created, report.updated, report.unchanged, report.rejected) == (0, 0, 2, [])


def test_whole_export_is_in_the_order_of_numbers_when_nothing_is_asked(app: Flask) -> None:
    conference = make_conference()
    for number in ("D2", "D1", "D3"):
        make_delegate(conference, number)

    assert [row["delegate_id"] for row in export_rows(conference)] == ["D1", "D2", "D3"]


def test_search_text_is_made_anew_only_where_older_rules_made_it(app: Flask) -> None:
    conference = make_conference()
    row = person(conference, "D1", last="Шмидт", search="шмидт")
    before = row.version

    assert (refresh_search(), refresh_search()) == (1, 0)
    db.session.expire_all()

    assert (how_many(matching(conference, words="Schmidt")), row.version, row.sort_name) == (
        1, before, "шмидт анна павловна",
    )  # fmt: skip


def test_umlauts_stand_with_their_vowels_when_names_are_put_in_order(app: Flask) -> None:
    conference = make_conference()
    for number, last in (
        ("D1", "Busch"),
        ("D2", "Böhm"),
        ("D3", "Büchs"),
        ("D4", "Bauer"),
        ("D5", "Ёлкин"),
        ("D6", "Йод"),
    ):
        person(conference, number, last=last)
    refresh_search()
    assert found(conference, sort="name") == ["D4", "D2", "D3", "D1", "D5", "D6"]
