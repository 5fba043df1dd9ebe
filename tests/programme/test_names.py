"""One name for one person, wherever the programme writes it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.i18n import speaking
from app.programme.models import SessionPerson
from app.programme.operations import release_programme
from app.programme.queries.content import freeze
from app.programme.queries.pages import line, shown_name
from app.programme.queries.warnings import warnings_of
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.changes import changes, part_words
from app.programme.rules.persons import name_for
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_session

ONE_DATABASE = True


@pytest.mark.parametrize(
    ("name", "latin", "language", "said"),
    [
        ("Кузнецов Пётр", "", "de", "Pjotr Kusnezow"),
        ("Кузнецов Пётр", "", "ru", "Кузнецов Пётр"),
        ("Пётр Кузнецов", "", "de", "Pjotr Kusnezow"),
        ("Кузнецов Пётр", "Peter Kusnezoff", "en", "Peter Kusnezoff"),
        ("Гостев Иван Петрович", "", "de", "Iwan Petrowitsch Gostew"),
        ("Кузнецов, Пётр", "", "de", "Pjotr Kusnezow"),
        ("Валентин Шмидт", "", "de", "Walentin Schmidt"),
        ("Марина Волкова", "", "de", "Marina Wolkowa"),
        ("Meier, Jörg", "", "de", "Jörg Meier"),
        ("Dr. Eva von Berg", "", "ru", "Dr. Eva von Berg"),
        ("Хайке Шульце", "", "de", "Heike Schulze"),
        ("Ханс-Юрген Краузе", "", "en", "Hans-Jürgen Krause"),
    ],
)  # fmt: skip
def test_name_is_what_the_reader_knows_when_it_is_written(name: str, latin: str, language: str, said: str) -> None:
    assert name_for(name, language, latin) == said


def test_part_is_shown_with_its_session_when_released(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, "K07", title_de="Eröffnung")
    make_session(conference, "K08", title_de="Erklärung", part_of="K07")
    content = freeze(conference, before=None)
    [item] = [one for one in content["items"] if one["id"] == "K08"]
    with speaking("de"):
        assert (line(item, content, "de").kind, part_words(item, "de")) == (
            "Plenarsitzung, Teil von „Eröffnung“", "Teil von „Eröffnung“",
        )  # fmt: skip


def test_one_person_has_one_name_when_pages_warnings_and_changes_tell_of_them(app: Flask) -> None:
    conference = make_conference()
    first = make_session(conference, "A", kind=SessionKind.ROUND_TABLE)
    second = make_session(conference, "B", kind=SessionKind.ROUND_TABLE)
    release = release_programme(conference=conference, actor=ACTOR, at=NOW)
    delegate = make_delegate(conference, last_latin="SOKOLOV", first_latin="IURII")
    for row, latin in ((first, ""), (second, "Juri Sokolow")):
        keep(SessionPerson(session_id=row.id, name="Соколов Юрий", role=PersonRole.CHAIR, name_latin=latin,
                           delegate_id=delegate.id))  # fmt: skip
    with speaking("de"):
        told = {str(one.message).split(" hat")[0] for one in warnings_of(conference) if one.kind == "chair"}
        content = freeze(conference, before=release.content)
        names = {shown_name(person, "de") for item in content["items"] for person in item["people"]}
        words = {word for one in changes(release.content, content, language="de") for word in one.words}
    assert (told, names) == ({"Juri Sokolow"}, {"Juri Sokolow"})
    assert words == {"Neu dabei: Juri Sokolow (Vorsitz)."}
