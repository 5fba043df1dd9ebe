"""Offices in three languages, and their order of rank."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.database import db
from app.delegations.operations.precedence import set_ties
from app.delegations.rules.offices import carried_over, completed, office_in
from app.delegations.rules.precedence import NO_RANK, SHIPPED, Ties
from app.directory.models import MunicipalHead
from app.history.rules import SYSTEM
from app.programme.models import Release, SessionPerson
from app.programme.operations.releasing import release_programme
from app.programme.queries.content import freeze
from app.programme.queries.papers.booklet import participants
from app.programme.queries.papers.making import edition_of_release
from app.programme.rules import PersonRole
from tests.factories import NOW, keep, make_conference, make_delegate, make_session


@pytest.mark.parametrize(
    ("office", "source", "target", "woman", "found"),
    [
        ("Глава города", "ru", "de", True, "Oberbürgermeisterin"),
        ("глава  города", "ru", "de", False, "Oberbürgermeister"),
        ("Глава города", "ru", "de", None, ""),  # the gender decides and is not known
        ("Oberbürgermeisterin", "de", "ru", None, "Обер-бургомистр"),
        ("Konferenzdolmetscherin", "de", "ru", None, "Переводчица-синхронист"),
        ("Переводчица-синхронист", "ru", "de", None, "Konferenzdolmetscherin"),
        ("Oberbürgermeister", "de", "en", None, "Lord Mayor"),
        ("Хранитель городских часов", "ru", "de", False, ""),
    ],
)
def test_office_is_carried_over_when_the_table_knows_it(
    office: str, source: str, target: str, woman: bool | None, found: str
) -> None:
    assert carried_over(office, source, target, woman=woman) == found


def test_offices_are_in_order_of_rank_when_compared() -> None:
    order = [
        "Федеральный министр иностранных дел", "Губернатор Санкт-Петербурга", "Посол", "Генеральный консул",
        "Глава города Калуги", "Ландрат", "Бургомистр города Цербста", "Глава администрации города Тулы", "Глава амта",
        "Председатель городской Думы", "Заместитель главы города", "Konsulin", "Депутат городской Думы", "Ректор",
        "Председатель общества дружбы", "Директор музея", "Референт",
    ]  # fmt: skip
    ranks = [SHIPPED.rank_of_office(office) or 0 for office in order]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert SHIPPED.rank_of_office("Мэр Москвы") == SHIPPED.rank_of_office("Regierende Bürgermeisterin von Berlin")
    assert SHIPPED.rank_of_office("Oberbürgermeister der Stadt Jena") == SHIPPED.rank_of_office("Глава города Перми")


def test_rank_follows_the_office_when_delegates_of_one_role_differ() -> None:
    assert SHIPPED.rank_of(["", "Amtsvorsteher"], 200) == 200  # as in all other lists
    assert SHIPPED.rank_of(["", "Amtsvorsteher"], NO_RANK) == 240
    assert SHIPPED.rank_of(["Советник"], 150) == 150  # a guest of honour
    assert SHIPPED.rank_of([""], 200) == 200
    assert SHIPPED.rank_of(["Хранитель часов"]) == NO_RANK


def test_no_office_is_shown_in_a_script_its_readers_may_not_read_when_it_is_not_known() -> None:
    person = {"name": "Anna Orlowa", "office_de": "Hüterin der Uhren"}
    assert [office_in(person, code) for code in ("ru", "de", "en")] == ["", "Hüterin der Uhren", "Hüterin der Uhren"]
    assert office_in({"name": "Ершова Алла Максимовна", "office_ru": "Глава города"}, "de") == "Oberbürgermeisterin"
    assert completed({"de": "Konsul"}) == {"ru": "Консул", "de": "Konsul", "en": "Consul"}


def test_list_and_booklet_follow_the_rule_for_ties_when_it_is_changed_after_the_release(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    for number, (name, country, since) in enumerate(
        [("Анна Белова", "RU", date(2012, 1, 1)), ("Jan Adler", "DE", None), ("Олег Яров", "RU", date(2009, 1, 1)),
         ("Uta Zorn", "DE", date(2015, 1, 1))]
    ):  # fmt: skip
        one = make_delegate(conference, f"R{number}", country=country, precedence=200, in_office_since=since)
        keep(SessionPerson(session_id=session.id, name=name, role=PersonRole.SPEAKER, delegate_id=one.id))
    keep(SessionPerson(session_id=session.id, name="Eva Berg", role=PersonRole.SPEAKER))
    release_programme(conference=conference, name="", actor=SYSTEM, at=NOW)

    def listed() -> tuple[list[str], list[str]]:
        edition = edition_of_release(db.session.query(Release).one())
        page = app.test_client().get(f"/de/c/{conference.slug}/programme/people").get_data(as_text=True)
        last = {"Adler": "J", "Belowa": "A", "Jarow": "O", "Zorn": "U", "Berg": "E"}
        there = sorted((page.index(name), first) for name, first in last.items())
        paper = participants(edition.content, ("de",), edition.order)
        return [first for _place, first in there], [one.names[0][0] for one in paper]

    assert listed() == (["O", "A", "U", "J", "E"],) * 2
    for ties, order in ((Ties.ALPHABET, "JAOUE"), (Ties.ALTERNATE, "UOJAE")):
        set_ties(conference=conference, ties=ties, actor=SYSTEM, at=NOW)
        assert listed() == (list(order),) * 2


def test_release_has_offices_of_delegates_in_both_languages_when_written_in_one(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    head = make_delegate(conference, position="Глава города", gender="f")
    keep(MunicipalHead(municipality_id=conference.host.id, last="Розов", office_ru="Глава округа Заря",
                       office_de="Oberhaupt des Kreises Sarja", updated_at=NOW))  # fmt: skip
    keep(SessionPerson(session_id=session.id, name="Алла", role=PersonRole.CHAIR, delegate_id=head.id))
    keep(SessionPerson(session_id=session.id, name="Розов", role=PersonRole.SPEAKER, position=1,
                       office_de="Oberhaupt des Kreises Sarja"))  # fmt: skip
    people = freeze(conference, before=None)["items"][0]["people"]
    assert [(one["office_ru"], one["office_de"]) for one in people] == [
        ("Глава города", "Oberbürgermeisterin"), ("Глава округа Заря", "Oberhaupt des Kreises Sarja"),
    ]  # fmt: skip
