"""Forms of address: reviewed with their source, decided for ever."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.conferences.models import Conference
from app.correspondence.models import FormOverride, Letter
from app.correspondence.operations import (
    Addressed,
    approve_letters,
    decide_forms,
    plan_letters,
    prepare_letters,
    review_forms,
    write_letter,
)
from app.correspondence.rules import FormScope, LetterKind
from app.database import db, transaction
from app.directory.models import MunicipalHead, Municipality
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.i18n import speaking
from tests.factories import ACTOR, NOW, make_head, make_municipality

Staff = Callable[[str], FlaskClient]
FORMS = "/en/desk/c/xvi-kaluga-2021/letters/forms"
INVITATION = LetterKind.INVITATION


def make_town(slug: str, name: str, country: str = "RU") -> Municipality:
    """A town of that name in every language."""
    return make_municipality(slug, name_ru=name, name_de=name, name_en=name, country=country)


def review(conference: Conference, town: str = "perm", language: str | None = None) -> Addressed:
    """How the head of one town is addressed."""
    (row,) = review_forms(conference=conference, selection=f"municipality:{town}", language=language)
    return row


def decide(conference: Conference, town: str = "perm", language: str = "ru", **texts: str) -> int:
    """Decide forms; how many were changed."""
    row = review(conference, town, language)
    return len(decide_forms(forms=row.forms, texts=texts, language=language, actor=ACTOR, at=NOW))


def prepare(conference: Conference) -> Letter:
    """A draft to Perm."""
    (letter,) = prepare_letters(
        conference=conference, kind=INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    return letter


def test_review_forms_shows_every_form_with_its_source(kaluga: Conference) -> None:
    row = review(kaluga)
    assert {name: (form.form, form.source) for name, form in row.forms.items()} == {
        "office_dative": ("Главе города Перми", "list"),
        "office_genitive": ("Главы города Перми", "list"),
        "office_instrumental": ("Главой города Перми", "list"),
        "name_dative": ("Дёмкину Алексею Николаевичу", "rule"),
        "name_genitive": ("Дёмкина Алексея Николаевича", "rule"),
        "name_instrumental": ("Дёмкиным Алексеем Николаевичем", "rule"),
        "salutation": ("Уважаемый Алексей Николаевич!", "rule"),
        "address_line": ("Главе города Перми\nДёмкину А.Н.", "rule"),
    }
    assert (row.language, row.initials, row.asks) == ("ru", "Дёмкину А.Н.", False)


def test_review_forms_asks_only_what_the_language_needs(kaluga: Conference) -> None:
    row = review(kaluga, "suhl")
    assert {name: form.form for name, form in row.forms.items()} == {
        "salutation": "Sehr geehrter Herr Oberbürgermeister,",
        "address_line": "Oberbürgermeister der Stadt Suhl\nHerrn André Knapp",
    }


def test_review_forms_takes_the_drafts_when_nobody_is_chosen(kaluga: Conference) -> None:
    assert review_forms(conference=kaluga, selection="", language=None) == []
    prepare(kaluga)
    assert [row.municipality.slug for row in review_forms(conference=kaluga, selection="", language=None)] == ["perm"]


def test_decide_forms_wins_in_the_letter(kaluga: Conference) -> None:
    letter = prepare(kaluga)
    changed = decide(kaluga, name_dative="Демкину Алексею Николаевичу", salutation="Глубокоуважаемый Алексей!")
    assert changed == 2
    written = write_letter(letter)
    assert written.address_lines == ("Главе города Перми", "Демкину А.Н.")
    assert written.salutation == "Глубокоуважаемый Алексей!"
    forms = review(kaluga).forms
    assert (forms["salutation"].source, forms["salutation"].rule) == ("decided", "Уважаемый Алексей Николаевич!")
    assert review(kaluga, language="en").forms["salutation"].source == "rule"
    told = db.session.query(HistoryEntry).filter_by(deed="correspondence.decide_form").order_by(HistoryEntry.id).all()
    assert [entry.details for entry in told] == [
        {
            "form": "name_dative",
            "before": "Дёмкину Алексею Николаевичу",
            "after": "Демкину Алексею Николаевичу",
        },
        {"form": "salutation", "before": "Уважаемый Алексей Николаевич!", "after": "Глубокоуважаемый Алексей!"},
    ]


def test_decided_address_lines_stand_as_they_are(kaluga: Conference) -> None:
    decide(kaluga, "suhl", "de", address_line="Stadt Suhl\r\n\r\n  Herrn Knapp ")
    assert review(kaluga, "suhl").forms["address_line"].form == "Stadt Suhl\nHerrn Knapp"


def test_decide_forms_lets_the_rules_decide_again_when_the_field_is_empty(kaluga: Conference) -> None:
    decide(kaluga, salutation="Глубокоуважаемый Алексей!")
    assert decide(kaluga, salutation="", name_dative="") == 1
    assert review(kaluga).forms["salutation"].source == "rule"
    assert [(row.scope, row.form) for row in db.session.query(FormOverride)] == [(FormScope.SALUTATION, "")]


def test_decide_forms_changes_nothing_when_the_forms_are_as_they_were(kaluga: Conference) -> None:
    row = review(kaluga)
    assert decide(kaluga, **{name: form.form for name, form in row.forms.items()}) == 0
    assert db.session.query(FormOverride).count() == 0


def test_an_approved_letter_keeps_its_forms_when_others_are_decided_later(kaluga: Conference) -> None:
    letter = prepare(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    decide(kaluga, salutation="Глубокоуважаемый Алексей!")
    assert write_letter(letter).salutation == "Уважаемый Алексей Николаевич!"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name_dative", "Дёмкину"),
        ("salutation", "а" * 1001),
        ("address_line", "\n".join("abcdefg")),
        ("salutation", "Уважаемый \u202eАлексей!"),
    ],
)
def test_decide_forms_is_refused_at_its_field_when_a_letter_could_not_use_it(
    kaluga: Conference, name: str, text: str
) -> None:
    with speaking("en"), pytest.raises(Refusal) as refused:
        decide(kaluga, **{name: text})
    assert refused.value.field == name
    assert db.session.query(FormOverride).count() == 0


def test_an_unknown_office_asks_and_the_answer_is_used(kaluga: Conference) -> None:
    town = make_town("tver", "Тверь")
    head = make_head(town, office_ru="Бурмистр города Твери")
    plan = plan_letters(conference=kaluga, kind=INVITATION, selection="municipality:tver", language=None)
    assert ([entry.asks for entry in plan.refused], plan.meant) == ([(head.id, "ru")], [])
    row = review(kaluga, "tver")
    assert (row.asks, row.forms["office_dative"].source, row.forms["address_line"].form) == (True, "unknown", "")
    decide(kaluga, "tver", office_dative="Бурмистру города Твери")
    plan = plan_letters(conference=kaluga, kind=INVITATION, selection="municipality:tver", language=None)
    assert (plan.refused, [meant.head.id for meant in plan.meant]) == ([], [head.id])
    assert review(kaluga, "tver").forms["address_line"].form == "Бурмистру города Твери\nДенисову Д.А."


def test_every_case_of_an_office_can_be_decided(kaluga: Conference) -> None:
    decide(kaluga, office_genitive="Главы города Пермь", office_instrumental="Главою города Перми")
    forms = review(kaluga).forms
    assert {name: (form.form, form.source) for name, form in forms.items() if name.startswith("office_")} == {
        "office_dative": ("Главе города Перми", "list"),
        "office_genitive": ("Главы города Пермь", "decided"),
        "office_instrumental": ("Главою города Перми", "decided"),
    }
    kept = review(kaluga).recipient["forms"]
    assert ["title", "Глава города Перми", "genitive", "Главы города Пермь"] in kept


def test_a_name_that_does_not_decline_is_told_so(kaluga: Conference) -> None:
    make_head(make_town("tver", "Тверь"), last="Черных", first="Нино", patronymic="Вахтанговна", gender="f")
    forms = review(kaluga, "tver").forms
    assert (forms["name_dative"].form, forms["name_dative"].source) == ("Черных Нино Вахтанговне", "rule")
    make_head(make_town("pskov", "Псков"), last="Кидман", first="Николь", patronymic="", gender="f")
    assert review(kaluga, "pskov").forms["name_genitive"].source == "unchanged"


def test_forms_are_decided_on_the_page(kaluga: Conference, staff: Staff) -> None:
    town = make_town("tver", "Тверь")
    head = make_head(town, office_ru="Бурмистр города Твери")
    client = staff("organiser")
    prepared = client.get("/en/desk/c/xvi-kaluga-2021/letters/prepare?kind=invitation&municipality=tver")
    assert f"{FORMS}/{head.id}/ru" in prepared.text
    assert re.search(rf'href="{FORMS}\?[^"]*municipality=tver', prepared.text)
    shown = client.get(f"{FORMS}?municipality=tver")
    assert "1 head cannot be addressed yet" in shown.text
    page = f"{FORMS}/{head.id}/ru?municipality=tver"
    assert client.get(page).status_code == 200
    refused = client.post(page, data={"office_dative": "Бурмистру города Твери", "name_dative": "Денисову"})
    assert refused.status_code == 422
    assert "as many words as “Денисов Дмитрий Александрович”" in refused.text
    saved = client.post(page, data={"office_dative": "Бурмистру города Твери"})
    assert (saved.status_code, saved.headers["Location"]) == (303, f"{FORMS}?municipality=tver")
    assert "cannot be addressed yet" not in client.get(f"{FORMS}?municipality=tver").text
    assert "Бурмистру города Твери" in client.get(page).text


def test_the_review_takes_the_same_queries_for_one_head_and_for_many(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")

    def queries() -> int:
        count = 0

        def counted(*_: Any) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", counted)
        try:
            assert client.get(f"{FORMS}?country=DE").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", counted)
        return count

    queries()
    one = queries()
    for number in range(20):
        make_head(make_town(f"town-{number}", f"Town {number}", "DE"))
    assert queries() == one


def test_forms_are_not_shown_to_the_entrance_desk(kaluga: Conference, staff: Staff) -> None:
    head = db.session.query(MunicipalHead).first()
    assert staff("desk").get(FORMS).status_code == 403
    assert staff("organiser").get(f"{FORMS}/{head.id}/fr").status_code == 404


def test_a_gender_that_is_not_known_leaves_the_name_undeclined(kaluga: Conference) -> None:
    with transaction():
        head = db.session.query(MunicipalHead).filter_by(last="Дёмкин").one()
        head.gender = None
    assert set(review(kaluga).forms) == {
        "office_dative", "office_genitive", "office_instrumental", "salutation", "address_line",
    }  # fmt: skip
