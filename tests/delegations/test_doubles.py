"""Rows that may be one person: found, compared, merged, kept apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db, transaction
from app.delegations.models import Consent, Delegate, DelegatePhoto
from app.delegations.operations.doubles import merge_doubles, say_two_people
from app.delegations.operations.imports import import_delegates
from app.delegations.queries import delegate_by_token, export_rows, matching, places
from app.delegations.queries.doubles import find_doubles, people_of
from app.delegations.rules import Accreditation
from app.delegations.rules.consents import Purpose
from app.delegations.rules.doubles import line, mailbox
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.tables import write_csv
from app.video.queries import guest
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_delegation, make_municipality

Staff = Callable[[str], FlaskClient]
DOUBLES = "/en/desk/c/xvi-kaluga-2021/delegates/doubles"
OTHER = {"email": "other@example.org", "phone": "", "city_slug": "tula", "patronymic": "", "gender": ""}


def found(conference: Conference) -> list[tuple[str, str, str]]:
    pairs = find_doubles(conference)
    people = people_of(pairs)
    return [(people[pair.a].public_id, people[pair.b].public_id, pair.likeness.value) for pair in pairs]


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ({"last": "Соловьёв", "first": "Фёдор"}, {"last": "Соловьев", "first": "Федор"}, "likely"),
        ({"last": "Соловьёв", "first": "Фёдор"}, {"last": "Solowjow", "first": "Fjodor"}, "likely"),
        ({"last": "Шмидт", "first": "Анна"}, {"last": "Schmidt", "first": "Anna"}, "likely"),
        ({"last": "Müller", "first": "Jörg"}, {"last": "MUELLER", "first": "JOERG"}, "likely"),
        ({"last": "Müller", "first": "Jörg"}, {"last": "Jo\u0308rg", "first": "Mu\u0308ller"}, "likely"),
        ({"last": "  Denisov ", "first": "Dmitrii"}, {"last": "Денисов", "first": "Дмитрий"}, "likely"),
        (
            {"last": "Орлова", "first": "Анна", "email": "a.orlova+kaluga@gmail.com"},
            {"last": "Орлова", "first": "Анна", "email": "AOrlova@googlemail.com", "city_slug": "moscow"},
            "sure",
        ),
        (
            {"last": "Орлова", "first": "Анна", "phone": "8 (495) 123-45-67"},
            {"last": "Orlowa", "first": "Anna", "phone": "+7 495 1234567", "city_slug": ""},
            "sure",
        ),
        ({"last": "Орлова", "first": "Анна", "email": "x@y.example"},
         {"last": "Meier", "first": "Jan", "email": "X@Y.EXAMPLE"}, "doubtful"),
    ],
)  # fmt: skip
def test_one_person_is_found_when_written_in_two_ways(
    app: Flask, one: dict[str, str], other: dict[str, str], likeness: str
) -> None:
    conference = make_conference()
    latin = {"last_latin": "", "first_latin": ""}
    make_delegate(conference, "D1", **({**OTHER, "email": "first@example.org"} | latin | one))
    make_delegate(conference, "D2", **(OTHER | latin | other))

    assert found(conference) == [("D1", "D2", likeness)]


@pytest.mark.parametrize(
    "other",
    [
        {"city_slug": "moscow"},  # another town, another address
        {"patronymic": "Павлович"},
        {"gender": "m"},
        {"last": "Орлов"},
        {"accreditation": Accreditation.WITHDRAWN},
    ],
)
def test_namesakes_stay_two_when_something_speaks_against_it(app: Flask, other: dict[str, object]) -> None:
    conference = make_conference()
    latin = {"last_latin": "", "first_latin": ""}
    make_delegate(conference, "D1", **({**OTHER, "patronymic": "Петровна", "gender": "f"} | latin))
    given = {**OTHER, "patronymic": "Петровна", "gender": "f", "email": "second@example.org"} | latin
    make_delegate(conference, "D2", **(given | other))

    assert found(conference) == []


def test_shared_mailbox_makes_no_doubles_when_many_use_it(app: Flask) -> None:
    conference = make_conference()
    for place, last in enumerate(["Аникин", "Белов", "Власов", "Громов", "Дроздов"]):
        make_delegate(conference, f"D{place}", last=last, last_latin="", first_latin="", email="info@kaluga.example")

    assert found(conference) == []


def test_doubles_of_the_sample_file_are_these_when_imported(app: Flask, tmp_path: Path) -> None:
    """Rows of every kind that looks like a double, as in the awkward sample, and of every kind that is none."""
    conference = make_conference()
    columns = ["delegate_id", "last", "first", "patronymic", "last_latin", "first_latin", "city_slug", "country",
               "role", "email", "attendance"]  # fmt: skip
    rows = [
        ("D00235", "Соловьёв", "Фёдор", "Артёмович", "Solovev", "Fedor", "zvenigorod", "fedor@zvenigorod.example"),
        ("D00597", "Соловьев", "Федор", "Артемович", "Solovev", "Fedor", "zvenigorod", "fedor@zvenigorod.example"),
        ("D00527", "Заболоцкий", "Роман", "Никитич", "Zabolotskii", "Roman", "sochi", "roman.z@sochi.example"),
        ("D00395", "Заболоцкий", "Роман", "", "Zabolotskii", "Roman", "sochi", "zabolotskii.private@mail.example"),
        ("D00661", "Белов", "Лев", "Львович", "Belov", "Lev", "novosibirsk", "lev.belov@novosibirsk.example"),
        ("D00400", "Белов", "Лев", "Львович", "Belov", "Lev", "taganrog", "lev.belov@taganrog.example"),
        ("D00244", "Schäfer", "Lars", "", "Schäfer", "Lars", "essen", "lars.schaefer@essen.example"),
        ("D00502", "Worobjowa", "Ljubow", "", "Worobjowa", "Ljubow", "villingen", "LARS.SCHAEFER@ESSEN.EXAMPLE"),
    ]
    file = tmp_path / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        whole = [dict(zip(columns, (*row[:7], "RU", "member", row[7], "onsite"), strict=True)) for row in rows]
        write_csv(whole, columns, target)
    import_delegates(conference=conference, path=file, skip_bad_rows=False, actor=ACTOR, at=NOW)

    assert found(conference) == [
        ("D00235", "D00597", "sure"), ("D00527", "D00395", "likely"), ("D00244", "D00502", "doubtful"),
    ]  # fmt: skip


def test_mailboxes_and_telephone_lines_are_one_when_written_differently() -> None:
    assert [mailbox(text) for text in ("A.B+x@GMail.com", "ab@googlemail.com", "a.b+x@x.de", "jürgen@bücher.example",
                                       '"a b"@x.de', "nobody", "")] == [
        "ab@gmail.com", "ab@gmail.com", "a.b@x.de", "jürgen@xn--bcher-kva.example", '"a b"@x.de', "", "",
    ]  # fmt: skip
    assert [line(text) for text in ("8 (495) 123-45-67", "+7 495 1234567", "0049 30 123456", "030 123456", "112")] == [
        "74951234567", "74951234567", "4930123456", "4930123456", "",
    ]  # fmt: skip


def test_merge_keeps_the_chosen_fields_and_leads_links_on_when_two_become_one(app: Flask) -> None:
    conference = make_conference(places_on_site=2)
    town = make_municipality("tula", name_ru="Тула")
    group = make_delegation(conference, town)
    stays = make_delegate(conference, "D1", email="old@example.org", phone="", consents={"processing": {"at": "1"}})
    goes = make_delegate(
        conference, "D2", email="new@example.org", phone="+49 30 123456", first="Анна-Мария", delegation_id=group.id,
        position="Мэр города", precedence=200,
        municipality_id=town.id, city_slug="tula", consents={"processing": {"at": "2"}, "publication": {"at": "2"}},
    )  # fmt: skip
    waits = make_delegate(conference, "D3", last="Третий", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW,
                          email="third@example.org")  # fmt: skip
    badge, link, join = goes.badge_token, goes.token, goes.join_token

    merge_doubles(
        stays=stays, goes=goes, taken={"email", "phone", "municipality_id", "delegation_id", "position"},
        versions=(stays.version, goes.version), actor=ACTOR, at=NOW,
    )  # fmt: skip
    db.session.expire_all()

    assert stays.precedence == 200  # by the office taken over
    assert (stays.email, stays.phone, stays.first, stays.city_slug, stays.delegation_id) == (
        "new@example.org", "+49 30 123456", "Анна", "tula", group.id,
    )  # fmt: skip
    assert stays.consents == {"processing": {"at": "1"}, "publication": {"at": "2"}}
    assert (goes.merged_into_id, goes.accreditation, goes.delegation_id) == (stays.id, Accreditation.WITHDRAWN, None)
    assert goes.badge_token != badge
    assert delegate_by_token(link) is stays
    assert guest(join) is stays
    assert waits.accreditation is Accreditation.GRANTED
    assert places(conference)["on_site"] == {"capacity": 2, "taken": 2, "waiting": 0}
    assert [row["delegate_id"] for row in export_rows(conference)] == ["D1", "D3"]
    assert [row.public_id for row in db.session.scalars(matching(conference, words="new@example.org"))] == ["D1"]
    deeds = db.session.execute(
        select(HistoryEntry.deed, HistoryEntry.subject_id, HistoryEntry.details)
        .where(HistoryEntry.deed.in_(["delegations.merge_doubles", "delegations.become_one"]))
        .order_by(HistoryEntry.id)
    ).all()
    fields = ["municipality_id", "delegation_id", "position", "email", "phone"]
    assert [tuple(row) for row in deeds] == [
        ("delegations.merge_doubles", stays.id, {"from": "D2", "fields": fields}),
        ("delegations.become_one", goes.id, {"into": "D1"}),
    ]


def test_merge_takes_no_place_too_many_when_the_two_had_places_of_different_kinds(app: Flask) -> None:
    conference = make_conference(places_on_site=1, places_video=None)
    other = make_delegate(conference, "D0", last="Другой", email="x@example.org")
    video = make_delegate(conference, "D1", attendance=Attendance.VIDEO)
    waits = make_delegate(conference, "D2", accreditation=Accreditation.DECLINED)

    merge_doubles(stays=video, goes=waits, taken={"attendance"}, versions=(1, 1), actor=ACTOR, at=NOW)
    db.session.expire_all()

    assert (video.attendance, video.accreditation) == (Attendance.ON_SITE, Accreditation.WAITLISTED)
    assert other.accreditation is Accreditation.GRANTED
    assert places(conference)["on_site"] == {"capacity": 1, "taken": 1, "waiting": 1}


def test_merge_is_refused_when_a_row_was_changed_meanwhile(app: Flask) -> None:
    conference = make_conference()
    stays, goes = make_delegate(conference, "D1"), make_delegate(conference, "D2")
    with transaction():
        goes.phone = "+7 495 000 00 00"

    with pytest.raises(Refusal):
        merge_doubles(stays=stays, goes=goes, taken=(), versions=(1, 1), actor=ACTOR, at=NOW)

    assert goes.merged_into_id is None


def test_file_with_the_merged_row_changes_nothing_when_read_again(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    stays, goes = (make_delegate(conference, number, city_slug="nowhere") for number in ("D1", "D2"))
    file = tmp_path / "both.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        write_csv(export_rows(conference), list(export_rows(conference)[0]), target)
    merge_doubles(stays=stays, goes=goes, taken=(), versions=(1, 1), actor=ACTOR, at=NOW)

    report = import_delegates(conference=conference, path=file, skip_bad_rows=False, actor=ACTOR, at=NOW)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert any(entry.row == 3 and entry.column == "delegate_id" for entry in report.warnings)
    assert goes.accreditation is Accreditation.WITHDRAWN


def test_two_people_are_not_asked_about_again_when_somebody_said_so(app: Flask) -> None:
    conference = make_conference()
    one, other = make_delegate(conference, "D1"), make_delegate(conference, "D2")
    assert found(conference) == [("D1", "D2", "sure")]

    for _ in range(2):
        say_two_people(one=other, other=one, actor=ACTOR, at=NOW)

    assert found(conference) == []


def test_doubles_are_compared_and_merged_on_the_page(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    one = make_delegate(conference, "D1", phone="+7 495 1", position="<b>x</b>", organisation="\u202eвока")
    other = make_delegate(conference, "D2", position="Глава")
    desk = staff("secretariat")
    pair = f"{DOUBLES}/{one.id}/{other.id}"

    assert f'href="{pair}"' in desk.get(DOUBLES).text
    page = desk.get(pair).text
    assert "&lt;b&gt;x" in page
    assert "[U+202E]вока" in page
    form = {"deed": "merge", "stays": "right", f"version-{one.id}": "1", f"version-{other.id}": "1",
            "take-phone": "left", "take-position": "right"}  # fmt: skip
    stale = desk.post(pair, data=form | {f"version-{one.id}": "0"})
    assert (stale.status_code, "changed meanwhile" in stale.text) == (422, True)
    answer = desk.post(pair, data=form)

    assert (answer.status_code, answer.location) == (303, "/en/desk/c/xvi-kaluga-2021/delegates/D2")
    merged = db.session.get_one(Delegate, other.id)
    assert (merged.phone, merged.position) == ("+7 495 1", "Глава")
    assert db.session.scalars(select(OutgoingMail)).all() == []
    assert staff("desk").post(pair, data=form).status_code == 403


def test_ten_thousand_rows_are_looked_through_in_one_pass_when_names_repeat() -> None:
    """Time grows with the rows, not with their square: a name that hundreds have costs nothing."""
    from time import perf_counter

    from app.delegations.rules.doubles import Known, likely_doubles

    def people(count: int) -> list[Known]:
        return [Known(n, "Иванов", "Иван", "", "", "", "", f"town-{n}", f"{n}@example.org", "") for n in range(count)]

    likely_doubles(people(100))
    start = perf_counter()
    pairs = likely_doubles(people(10_000))

    assert pairs == []
    assert perf_counter() - start < 5


def test_people_of_a_common_name_are_compared_by_their_further_names_when_they_are_many() -> None:
    from app.delegations.rules.doubles import Known, likely_doubles

    def person(number: int) -> Known:
        return Known(number, "Иванов", f"Иван {number // 2}", "", "", "", "", "Москва", "", "")

    pairs = likely_doubles(person(number) for number in (2, 3, *range(4, 5000, 2)))

    assert [(pair.a, pair.b) for pair in pairs] == [(2, 3)]


def test_consents_and_photograph_follow_where_the_one_who_stays_has_none(app: Flask) -> None:
    conference = make_conference()
    stays, goes = make_delegate(conference, "D1"), make_delegate(conference, "D2")

    def consent(row: Delegate, purpose: Purpose) -> None:
        keep(Consent(delegate_id=row.id, purpose=purpose, version="1", language="ru", given_at=NOW))

    consent(stays, Purpose.PROCESSING)
    consent(goes, Purpose.PROCESSING)
    consent(goes, Purpose.PUBLICATION)
    keep(DelegatePhoto(delegate_id=goes.id, sha256="a" * 64, width=900, height=1200, size=1, created_at=NOW))

    merge_doubles(stays=stays, goes=goes, taken=(), versions=(1, 1), actor=ACTOR, at=NOW)

    kept = db.session.execute(select(Consent.delegate_id, Consent.purpose).order_by(Consent.id)).all()
    assert [tuple(row) for row in kept] == [
        (stays.id, Purpose.PROCESSING), (goes.id, Purpose.PROCESSING), (stays.id, Purpose.PUBLICATION),
    ]  # fmt: skip
    assert db.session.scalars(select(DelegatePhoto.delegate_id)).all() == [stays.id]
