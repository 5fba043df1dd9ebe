"""What the organiser has decided wins for ever, and every form says where it comes from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from invitations.address import address_lines, salutation
from invitations.address.explain import Form, Source, explain_name, explain_recipient, explain_title
from invitations.address.names import inflect_name
from invitations.address.titles import inflect_title
from invitations.letter import Letter
from invitations.recipient import Gender, Recipient

Write = Callable[..., Letter]
HEAD = Recipient("ru", "Квазимодо города Калуги", "Кучерена", "Мария", "Ильинична", gender=Gender.FEMALE)
KEY = "Кучерена Мария Ильинична"
DECIDED = {
    ("title", "Квазимодо города Калуги", "dative"): "Квазимодо города Калуги",
    ("last", "Кучерена", "dative"): "Кучерена",
    ("first", "Мария", "genitive"): "Марьи",
}


def test_decided_forms_stand_in_the_letter(write: Write) -> None:
    letter = write("ru", recipient=HEAD, overrides=DECIDED, text="# Т\n\n{{ addressee_of }}; {{ addressee_to }}")
    assert [line.replace("\u00a0", " ") for line in letter.address_lines] == [
        "Квазимодо города Калуги",
        "Кучерена М.И.",
    ]
    assert letter.body[0].text == "Марьи Ильиничны Кучерены; Марии Ильиничне Кучерена"


def test_a_decided_whole_name_wins_over_its_parts() -> None:
    overrides = DECIDED | {("name", KEY, "dative"): "Кучереной Марии Ильиничне"}
    whole = inflect_name("Кучерена", "Мария", "Ильинична", Gender.FEMALE, "dative", overrides=overrides)
    assert whole == "Кучереной Марии Ильиничне"
    assert address_lines(HEAD, overrides)[1] == "Кучереной М.И."


def test_decided_salutation_and_address_stand_as_they_are(write: Write) -> None:
    overrides = {
        ("salutation", KEY, ""): "Глубокоуважаемая Мария Ильинична!",
        ("address", KEY, ""): "Городскому Голове\nМарии Кучерене",
    }
    letter = write("ru", recipient=HEAD, overrides=overrides)
    assert (letter.salutation, letter.address_lines) == (
        "Глубокоуважаемая Мария Ильинична!",
        ("Городскому Голове", "Марии Кучерене"),
    )
    german = Recipient("de", "Landrätin", "Muster", "Eva", gender=Gender.FEMALE)
    assert salutation(german, {("salutation", "Muster Eva", ""): "Liebe Eva Muster,"}) == "Liebe Eva Muster,"


def test_other_cases_are_left_to_the_rules() -> None:
    assert inflect_title("Глава города", "genitive", overrides={("title", "Глава города", "dative"): "X"}) == (
        "Главы города"
    )


def test_explain_name_tells_the_source_of_every_form() -> None:
    overrides = {("last", "Кучерена", "genitive"): "Кучерены-Х"}
    forms = explain_name("Кучерена", "Любовь", "Ильинична", Gender.FEMALE, overrides)
    assert forms[:4] == (
        Form("name", "Кучерена Любовь Ильинична", "dative", "Кучерене Любови Ильиничне", Source.LIST),
        Form("last", "Кучерена", "dative", "Кучерене", Source.RULE),
        Form("first", "Любовь", "dative", "Любови", Source.LIST),
        Form("patronymic", "Ильинична", "dative", "Ильиничне", Source.RULE),
    )
    assert [(form.kind, form.form, form.source) for form in forms[4:6]] == [
        ("name", "Кучерены-Х Любови Ильиничны", Source.OVERRIDE),
        ("last", "Кучерены-Х", Source.OVERRIDE),
    ]
    assert len(forms) == 12


def test_explain_name_says_what_never_changes() -> None:
    forms = explain_name("Черных", "Илья", "Никитич", Gender.MALE)
    assert [(form.form, form.source) for form in forms if form.kind == "last"] == [("Черных", Source.UNCHANGED)] * 3
    unknown = explain_name("Вебер", "Ким", "", Gender.UNKNOWN)
    assert {(form.form, form.source) for form in unknown} == {("", Source.UNKNOWN)}


@pytest.mark.parametrize(
    ("last", "first", "patronymic", "gender"),
    [("Ким", "Чен Ын", "", "m"), ("Мелик-Пашаев", "Анна-Мария", "Львовна", "f"), ("фон Вайцзеккер", "Рихард", "", "m")],
)
def test_explained_parts_make_the_whole(last: str, first: str, patronymic: str, gender: str) -> None:
    forms = explain_name(last, first, patronymic, Gender(gender))
    for case in ("dative", "genitive", "instrumental"):
        parts = " ".join(form.form for form in forms if form.case == case and form.kind != "name")
        assert parts == next(form.form for form in forms if form.case == case and form.kind == "name")


def test_explain_recipient_asks_where_an_office_is_unknown() -> None:
    forms = {(form.kind, form.case): form for form in explain_recipient(HEAD)}
    assert forms["title", "dative"] == Form("title", "Квазимодо города Калуги", "dative", "", Source.UNKNOWN)
    assert forms["address", ""].source is Source.UNKNOWN
    assert forms["salutation", ""].form == "Уважаемая Мария Ильинична!"
    german = explain_recipient(Recipient("de", "Landrat", "Muster", "Eva", gender=Gender.FEMALE))
    assert [(form.kind, form.form) for form in german] == [
        ("address", "Landrätin\nFrau Eva Muster"),
        ("salutation", "Sehr geehrte Frau Landrätin,"),
    ]
    assert [form.source for form in explain_title("Врио главы")] == [Source.UNCHANGED] * 3
