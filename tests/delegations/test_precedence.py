"""The order of precedence: ranks by the table, ties by rule, exceptions by hand; everyone asks the one rule."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations.precedence import (
    read_ranks,
    set_rank_table,
    set_standing,
    set_ties,
    stand_by_table,
    write_ranks,
)
from app.delegations.queries.precedence import (
    rank_table,
    standing_list,
    standing_of,
    standing_page,
    tie_rule,
)
from app.delegations.rules import Accreditation
from app.delegations.rules.precedence import (
    SHIPPED,
    OfficeRow,
    RankTable,
    Standing,
    Ties,
    in_precedence,
)
from app.errors import Refusal
from app.history.models import HistoryEntry
from tests.factories import ACTOR, NOW, make_conference, make_delegate

Staff = Callable[[str], FlaskClient]
APP = Path(__file__).parents[2] / "app"


@pytest.mark.parametrize(
    ("role", "office", "rank"),
    [
        ("member", "", 1000), ("head", "", 200), ("head;minister", "", 100),
        ("head;minister", "Начальник управления образования", 540), ("youth", "", 1000),
        ("member", "Заместитель главы города", 300), ("head", "Landrat des Kreises Suhl", 210),
        ("member", "Председатель городской Думы", 260), ("guest_of_honour", "Советник", 150),
        ("diplomat", "Botschafter", 130), ("head", "Глава Перми", 200), ("head", "Хранитель часов", 200),
        ("minister", "Заместитель министра", 300), ("guest_of_honour", "Посол", 130), ("guest_of_honour;head", "", 150),
    ],
)  # fmt: skip
def test_precedence_follows_the_office_and_else_the_role(role: str, office: str, rank: int) -> None:
    assert SHIPPED.precedence_of(role, office) == rank


@pytest.mark.parametrize(
    ("words", "office", "fits"),
    [
        ("зам*", "Заместитель главы", True), ("зам*", "Незаменимый", False), ("*зам*", "Незаменимый", True),
        ("^глава", "Наш глава", False), ("глава $", "Глава", False), ("глава$", "Наш глава", True),
        ("head … town", "Head of the Town", True), ("head town", "Head of the Town", False),
        ("мэр", "МЭР  города", True), ("a.b", "axb", False), ("Счётчик", "счетчик", True),
    ],
)  # fmt: skip
def test_words_of_a_row_fit_as_the_page_explains_them(words: str, office: str, fits: bool) -> None:
    table = RankTable((OfficeRow(7, "а", "a", "a", (words,)),))

    assert table.rank_of_office(office) == (7 if fits else None)


def test_row_that_decides_is_that_of_the_office_or_of_a_role_that_lifts() -> None:
    found = [SHIPPED.row_for(role, office) for role, office in (
        ("minister", "Заместитель министра"), ("minister", "Хранитель часов"), ("guest_of_honour", "Ректор"),
        ("guest_of_honour", "Губернатор"), ("member", ""),
    )]  # fmt: skip

    assert [row and row.name_en for row in found] == [
        "Deputies", "Ministers by role", "Guests of honour", "Heads of regions", None,
    ]  # fmt: skip


@pytest.mark.usefixtures("app")
def test_changed_row_moves_ministers_and_a_changed_role_those_without_a_known_office() -> None:
    conference = make_conference()
    offices = ("Weitere Ministerin", "Хранитель часов")
    people = [make_delegate(conference, f"M{number}", role="minister", position=office)
              for number, office in enumerate(offices)]  # fmt: skip
    with transaction():
        stand_by_table(people)
    changed = [replace(row, rank={"Other ministers": 700, "Ministers by role": 110}.get(row.name_en, row.rank))
               for row in SHIPPED.rows]  # fmt: skip

    before = [one.precedence for one in people]
    moved = set_rank_table(rows=changed, actor=ACTOR, at=NOW)

    assert (before, moved, [one.precedence for one in people]) == ([125, 100], 2, [700, 110])


@pytest.mark.usefixtures("app")
def test_roles_stay_when_a_file_knows_none_and_are_refused_twice(tmp_path: Path) -> None:
    file = tmp_path / "ranks.csv"
    file.write_text("rank,name_ru,name_de,name_en,words\n7,а,b,c,слово\n", "utf-8")
    roles = [row for row in SHIPPED.rows if row.role]

    found = read_ranks(file)

    assert found == [roles[0], OfficeRow(7, "а", "b", "c", ("слово",)), *roles[1:]]
    for faulty, field in ((replace(roles[0], rank=9), "role"), (replace(roles[0], role="jester"), "role"),
                          (replace(found[1], role="press"), "words")):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            set_rank_table(rows=[*found, faulty], actor=ACTOR, at=NOW)
        assert (refused.value.field, refused.value.row) == (field, 7)


def test_people_of_one_rank_stand_by_date_of_office_by_alphabet_or_in_turn() -> None:
    people = {
        "Я": Standing(200, date(2010, 1, 1), "я", "ru"), "Б": Standing(200, None, "б", "ru"),
        "A": Standing(200, date(2015, 1, 1), "a", "de"), "А": Standing(100, None, "а", "ru"),
        "Z": Standing(200, date(2012, 1, 1), "z", "de"), "В": Standing(200, date(2011, 1, 1), "в", "ru"),
    }  # fmt: skip

    found = {ties: "".join(in_precedence(people, people.__getitem__, ties=ties)) for ties in Ties}

    assert found == {Ties.SINCE: "АЯВZAБ", Ties.ALPHABET: "АAZБВЯ", Ties.ALTERNATE: "АZЯAВБ"}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("ties", Ties)
def test_database_sorts_as_the_rule_does_when_many_are_of_one_rank(ties: Ties) -> None:
    conference, chance = make_conference(), random.Random(7)
    for number in range(40):
        make_delegate(
            conference, f"P{number:03}", last=chance.choice("АБВABCäЁ") + "x",
            precedence=chance.choice([100, 200, 300]),
            in_office_since=chance.choice([None, date(2010, 1, 1), date(2012, 1, 1)]),
            country=chance.choice(["RU", "DE", "AT", ""]),
        )  # fmt: skip
    set_ties(conference=conference, ties=ties, actor=ACTOR, at=NOW)
    rule = tie_rule(conference)
    everyone = db.session.scalars(select(Delegate).order_by(Delegate.id)).all()

    by_database = [row.public_id for row in standing_list(conference)]

    by_rule = in_precedence(everyone, standing_of, ties=rule.ties, first_side=rule.first_side)
    assert by_database == [row.public_id for row in by_rule]


def test_every_list_asks_the_one_rule() -> None:
    """A list sorted by the column itself would forget ties and whose turn it is."""
    sorts = re.compile(r"(order_by|sorted|sort)\([^\n]*[.]precedence\b")
    asking = {
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if re.search(r"by_precedence\(|in_order_of\(|in_precedence\(|table[.]rank_of\(", path.read_text("utf-8"))
    }

    found = [str(path.relative_to(APP)) for path in APP.rglob("*.py") if sorts.search(path.read_text("utf-8"))]

    assert found == []
    assert {
        "delegations/models/people.py", "delegations/queries/listing.py", "delegations/queries/people.py",
        "printing/queries.py", "programme/queries/people_order.py", "programme/queries/warnings.py",
        "video/queries/expected.py",
    } <= asking  # fmt: skip


@pytest.mark.usefixtures("app")
def test_set_rank_table_moves_everyone_but_those_set_by_hand() -> None:
    conference = make_conference()
    keeper, other = (
        make_delegate(conference, number, position="Хранитель часов") for number in ("H00001", "H00002")
    )  # fmt: skip
    set_standing(delegate=other, rank=40, since=None, reason="Ehrenbürger", actor=ACTOR, at=NOW)
    row = OfficeRow(55, "Хранители", "Hüter", "Keepers", ("хранител*",))

    moved = set_rank_table(rows=[row, *SHIPPED.rows], actor=ACTOR, at=NOW)

    assert (moved, keeper.precedence, other.precedence) == (1, 55, 40)
    assert rank_table().rows == (row, *SHIPPED.rows)
    assert set_rank_table(rows=(), actor=ACTOR, at=NOW) == 1
    assert (rank_table(), keeper.precedence) == (SHIPPED, 1000)


@pytest.mark.usefixtures("app")
def test_set_standing_is_kept_in_history_and_survives_a_new_office() -> None:
    person = make_delegate(make_conference(), position="Ландрат")

    with pytest.raises(Refusal) as unexplained:
        set_standing(delegate=person, rank=90, since=None, reason=" ", actor=ACTOR, at=NOW)
    set_standing(delegate=person, rank=90, since=date(2019, 5, 1), reason="Дуайен", actor=ACTOR, at=NOW)
    with transaction():
        person.position = "Бургомистр"
        stand_by_table([person])

    assert unexplained.value.field == "reason"
    assert person.precedence == 90
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.set_precedence")).one()
    assert entry.details == {
        "rank": 90, "rank_before": None, "since": "2019-05-01", "since_before": None, "reason": "Дуайен",
    }  # fmt: skip
    set_standing(delegate=person, rank=None, since=None, reason="", actor=ACTOR, at=NOW)
    assert person.precedence == 220


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("rank", [0, -1, 1000])
def test_set_standing_refuses_when_the_rank_is_none(rank: int) -> None:
    person = make_delegate(make_conference())

    with pytest.raises(Refusal) as refused:
        set_standing(delegate=person, rank=rank, since=None, reason="x", actor=ACTOR, at=NOW)

    assert refused.value.field == "rank"


@pytest.mark.usefixtures("app")
def test_workbook_of_ranks_comes_back_as_it_went(tmp_path: Path) -> None:
    make_conference()
    file = tmp_path / "ranks.xlsx"

    assert write_ranks(file) == len(SHIPPED.rows)

    assert tuple(read_ranks(file)) == SHIPPED.rows


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("x,а,b,c,слово", "rank"), ("1000,а,b,c,слово", "rank"), ("5,,b,c,слово", "name_ru"), ("5,а,b,c,", "words"),
        ("5,а,b,c,***", "words"),
    ],
)  # fmt: skip
def test_read_ranks_refuses_when_a_row_says_nothing(tmp_path: Path, row: str, field: str) -> None:
    file = tmp_path / "ranks.csv"
    file.write_text(f"rank,name_ru,name_de,name_en,words\n7,а,b,c,слово\n{row}\n", "utf-8")

    with pytest.raises(Refusal) as refused:
        read_ranks(file)

    assert (refused.value.field, refused.value.row) == (field, 3)


def test_table_is_changed_on_its_page_when_nobody_changed_it_meanwhile(staff: Staff) -> None:
    person = make_delegate(make_conference(), position="Хранитель часов")
    desk, organiser = staff("desk"), staff("organiser")
    given = {"rank": "55", "name_ru": "Хранители", "name_de": "Hüter", "name_en": "Keepers", "words": "хранител*\n"}
    basis = html.fromstring(organiser.get("/de/desk/ranks/0").text).xpath("//input[@name='basis']/@value")[0]

    answers = [
        desk.post("/de/desk/ranks/0", data=given | {"basis": basis}).status_code,
        organiser.post("/de/desk/ranks/0", data=given | {"basis": basis, "rank": "0"}).status_code,
        organiser.post("/de/desk/ranks/0", data=given | {"basis": basis}).status_code,
        organiser.post("/de/desk/ranks/0", data=given | {"basis": basis}).status_code,
    ]

    db.session.refresh(person)
    assert (answers, person.precedence, len(rank_table().rows)) == ([403, 422, 303, 422], 55, len(SHIPPED.rows) + 1)
    book = organiser.get("/de/desk/ranks.xlsx").data
    assert organiser.post("/de/desk/ranks/shipped").status_code == 303
    assert rank_table() is SHIPPED
    taken = organiser.post("/de/desk/ranks", data={"file": (io.BytesIO(book), "ranks.xlsx")})
    assert (taken.status_code, rank_table().row_of("Хранитель").rank) == (303, 55)  # type: ignore[union-attr]


def test_changes_of_the_table_are_taken_back_one_by_one_and_everybody_stands_as_before(staff: Staff) -> None:
    person = make_delegate(make_conference(), position="Хранитель часов")
    organiser = staff("organiser")
    rows = [OfficeRow(rank, "Хранители", "Hüter", "Keepers", ("хранител*",)) for rank in (55, 66)]
    for row in rows:
        set_rank_table(rows=[row, *SHIPPED.rows], actor=ACTOR, at=NOW)

    def undo(basis: str | None = None) -> tuple[int, str]:
        page = html.fromstring(organiser.get("/de/desk/ranks").text)
        found = page.xpath("//form[contains(@action, '/undo')]//input[@name='basis']/@value")
        answer = organiser.post("/de/desk/ranks/undo", data={"basis": basis or next(iter(found), "")})
        db.session.refresh(person)
        return answer.status_code, str(person.precedence)

    assert [undo("of yesterday"), undo(), undo(), undo()] == [(303, "66"), (303, "55"), (303, "1000"), (303, "1000")]
    assert rank_table().rows == SHIPPED.rows
    assert "Letzte Änderung zurücknehmen" not in organiser.get("/de/desk/ranks").text


def test_standing_and_ties_are_settled_on_their_pages(staff: Staff) -> None:
    conference = make_conference()
    person = make_delegate(conference, "D1", accreditation=Accreditation.GRANTED)
    organiser, url = staff("organiser"), f"/ru/desk/c/{conference.slug}"

    answers = [
        organiser.post(f"{url}/delegates/D1/precedence", data={"rank": "90"}).status_code,
        organiser.post(f"{url}/delegates/D1/precedence", data={"rank": "90", "reason": "x"}).status_code,
        organiser.post(f"{url}/precedence", data={"ties": "alternate"}).status_code,
        organiser.post(f"{url}/precedence", data={"ties": "dice"}).status_code,
    ]

    db.session.refresh(person)
    assert (answers, person.precedence, tie_rule(conference).ties) == ([422, 303, 303, 422], 90, Ties.ALTERNATE)
    assert "90" in html.fromstring(organiser.get(f"{url}/precedence").text).xpath("string(//tbody/tr)")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ru", ["Лев Гросс|Lew Groß", "Орлова Анна Павловна|Anna Orlowa", "Обер-бургомистр|Oberbürgermeister",
                "Глава города"]),
        ("de", ["Lew Groß|Лев Гросс", "Anna Orlowa|Орлова Анна Павловна", "Oberbürgermeister",
                "Oberbürgermeisterin|Глава города"]),
        ("en", ["Lew Groß|Лев Гросс", "Anna Orlowa|Орлова Анна Павловна", "Lord Mayor|Oberbürgermeister",
                "Head of the City|Глава города"]),
    ],
)  # fmt: skip
def test_order_shows_names_and_offices_in_the_readers_script_first(staff: Staff, code: str, told: list[str]) -> None:
    conference = make_conference()
    given = {"accreditation": Accreditation.GRANTED, "role": "head", "precedence": 200}
    make_delegate(conference, "D1", last="Орлова", first="Анна", patronymic="Павловна", badge_ru="Анна Орлова",
                  badge_de="Anna Orlowa", gender="f", position="Глава города", sort_name="орлова анна",
                  **given)  # fmt: skip
    make_delegate(conference, "D2", last="Groß", first="Lew", badge_ru="Лев Гросс", badge_de="Lew Groß", gender="m",
                  position="Oberbürgermeister", sort_name="gross lew", **given)  # fmt: skip
    page = html.fromstring(staff("organiser").get(f"/{code}/desk/c/{conference.slug}/precedence").text)
    cells = [*page.xpath("//tbody/tr/th"), *page.xpath("//tbody/tr/td[2]")]
    assert ["|".join(part.strip() for part in cell.itertext() if part.strip()) for cell in cells] == told


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("code", ["ru", "de"])
def test_ties_follow_the_alphabet_of_the_copy_when_nobody_held_office_longer(code: str) -> None:
    conference = make_conference()
    given = {"first": "A", "patronymic": "", "precedence": 200, "accreditation": Accreditation.GRANTED}
    for number, last in enumerate(("Ершова", "Zander", "Белов", "Gross")):  # Jerschowa, Цандер, Below, Гросс
        make_delegate(conference, f"D{number}", last=last, sort_name=last.casefold(), **given)
    order = ["Белов", "Gross", "Ершова", "Zander"]
    found = standing_page(conference, language=code, limit=9, offset=0)
    assert [one.last for one in found] == order
    assert standing_page(conference, language=code, limit=1, offset=1) == found[1:2]


def test_ranks_tell_their_words_without_signs(staff: Staff) -> None:
    page = html.fromstring(staff("desk").get("/en/desk/ranks").text)
    told = page.xpath("//tbody/tr/td[2]")
    assert not {"^", "$", "*"} & set("".join(cell.text_content() for cell in told))
    assert " ".join(told[2].text_content().split()) == (
        "-вице-, -dezernent-, vize- at the beginning: зам-, перв- зам-, stellv-, beigeordnet-, deputy-"
    )
