"""Choosing addressees: queries, lists, heads, ticks, and who is left out and why."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    Choices,
    Plan,
    approve_letters,
    issue_letters,
    plan_letters,
    prepare_letters,
    record_reply,
)
from app.correspondence.operations.readdress import choose_head, set_copies
from app.correspondence.queries import listed_slugs, select_municipalities
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer, parse_selection
from app.database import db
from app.directory.models import MunicipalHead, Municipality
from app.directory.rules import Gender
from app.errors import Refusal
from app.workbooks import write_workbook
from tests.correspondence.conftest import let_host_take_part, make_town
from tests.correspondence.test_general import make_forum
from tests.correspondence.test_letters import run
from tests.factories import ACTOR, NOW, make_head, make_partnership

Staff = Callable[[str], FlaskClient]
PREPARE = "/en/desk/c/xvi-kaluga-2021/letters/prepare"
ALL = "country:RU,country:DE"


def slugs(conference: Conference, selection: str) -> list[str]:
    """Whom a selection means."""
    found = select_municipalities(parse_selection(selection), conference=conference, files_allowed=True)
    return [town.slug for town in found]


def plan(conference: Conference, selection: str = ALL, **choices: Any) -> Plan:
    """What would be prepared."""
    return plan_letters(conference=conference, kind=LetterKind.INVITATION, selection=selection, language=None,
                        choices=Choices(**choices))  # fmt: skip


def prepare(conference: Conference, selection: str = ALL, **choices: Any) -> list[Letter]:
    """Drafts."""
    return prepare_letters(
        conference=conference, kind=LetterKind.INVITATION, selection=selection, choices=Choices(**choices),
        actor=ACTOR, at=NOW,
    ).letters  # fmt: skip


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


@pytest.fixture
def council(kaluga: Conference) -> MunicipalHead:
    """The second head of Perm in 2021."""
    perm = db.session.query(Municipality).filter_by(slug="perm").one()
    return make_head(perm, office_ru="Глава администрации города Перми", last="Орлова", first="Анна",
                     gender=Gender.FEMALE, patronymic="Ивановна", last_de="Orlowa", first_de="Anna", last_icao="Orlova",
                     office_de="Leiterin der Stadtverwaltung Perm", first_icao="Anna")  # fmt: skip


def test_select_municipalities_asks_who_was_written_to_and_what_they_answered(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    make_town("silent", "Тихий")
    kaluga_letter, perm_letter, _suhl = prepare(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    record_reply(letter=perm_letter, answer=ReplyAnswer.COMES, contact_email="a@b.example", actor=ACTOR, at=NOW)
    expected = {
        "no-reply": ["kaluga", "suhl"],
        "no-reply,country:RU": ["kaluga"],
        "country:RU,!no-reply": ["perm", "silent"],
        "answer:comes": ["perm"],
        "answer:comes,answer:cannot": ["perm"],
        "answer:cannot": [],
        "letter:invitation": ["kaluga", "perm", "suhl"],
        "letter:thanks": [],
        f"letter:{kaluga.slug}/invitation": ["kaluga", "perm", "suhl"],
        "country:RU,!letter:invitation": ["silent"],
        "letter:1": [kaluga_letter.municipality.slug],
        "letter:Исх-2,letter:3/2021": ["perm", "suhl"],
    }
    assert {selection: slugs(kaluga, selection) for selection in expected} == expected
    for unknown in ("letter:99", "letter:1/1999", "letter:/", "answer:perhaps", "no-reply:x"):
        with pytest.raises(Refusal) as refusal:
            slugs(kaluga, unknown)
        assert refusal.value.field == "selection"


def test_a_list_may_name_municipalities_by_slug_or_by_name_in_any_language(kaluga: Conference, tmp_path: Path) -> None:
    make_town("frankfurt-am-main", "Франкфурт", "DE", name_de="Frankfurt")
    make_town("frankfurt-oder", "Франкфурт-на-Одере", "DE", name_de="Frankfurt")
    for name, content in {
        "slugs.csv": "slug,note\nperm,x\nsuhl,y\nperm,z\n", "names.csv": "name;country\nПермь;RU\nsuhl;DE\n",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert listed_slugs(tmp_path / name) == ["perm", "suhl"], name
    for content, row, told in (
        ("name\nPerm\nFrankfurt\n", 3, "frankfurt-am-main, frankfurt-oder"),
        ("name\nAtlantis\n", 2, "Atlantis"),
        ("country\nRU\n", 1, "slug"),
    ):
        (tmp_path / "bad.csv").write_text(content, encoding="utf-8")
        with pytest.raises(Refusal, match=told) as refusal:
            listed_slugs(tmp_path / "bad.csv")
        assert refusal.value.row == row


def test_plan_says_who_is_written_to_when_several_hold_an_office(kaluga: Conference, council: MunicipalHead) -> None:
    (note,) = plan(kaluga, "municipality:perm").notes
    assert str(note.message) == (
        "Written to: Aleksey Dyomkin, Mayor of Perm. Not written to: Anna Orlova, Head of the Administration of Perm. "
        "All hold an office in 2021; the one entered first in the directory is written to unless another is chosen."
    )
    chosen = plan(kaluga, "municipality:perm", heads=frozenset({council.id}))
    assert [one.head.id for one in chosen.meant] == [council.id]
    assert "as chosen. Not written to: Aleksey Dyomkin" in str(chosen.notes[0].message)


def test_plan_warns_when_the_years_of_a_head_do_not_cover_the_conference(kaluga: Conference) -> None:
    make_head(make_town("tula", "Тула"), as_of="2017;2019")
    (note,) = plan(kaluga, "municipality:tula").notes
    assert "known for 2017, 2019 but not for 2021. Check who is in office." in str(note.message)


def test_plan_names_everybody_who_is_left_out_with_the_reason(kaluga: Conference) -> None:
    twin = make_town("twin", "Двойник")
    make_head(twin, email="HEAD@perm.example")
    make_head(make_town("odd", "Чудной"), office_ru="Верховный бурмистр")
    prepare(kaluga, "municipality:suhl")
    left = plan(kaluga, f"{ALL},!region:RU-KLU,municipality:perm,municipality:suhl,municipality:kaluga", once=True)
    assert {one.municipality: one.reason for one in left.left_out} == {"suhl": "has-letter", "kaluga": "excluded"}
    found = plan(kaluga, ALL, once=True, only=frozenset({"perm", "twin", "kaluga", "odd"}))
    assert {one.municipality: (one.reason, str(one.message)) for one in found.left_out} == {
        "kaluga": ("no-head", "Nobody is known to head this municipality; add the head first."),
        "odd": ("office", "We do not know how to address the office “Верховный бурмистр”; please correct it."),
        "twin": ("same-address", "The letter to Perm goes to the same address, head@perm.example."),
        "suhl": ("has-letter", "It has such a letter already; it is not issued yet."),
    }
    assert [one.municipality.slug for one in found.meant] == ["perm"]


def test_preparing_with_partners_adds_a_german_letter_for_each_that_has_a_head(kaluga: Conference) -> None:
    perm = db.session.query(Municipality).filter_by(slug="perm").one()
    make_partnership(perm, make_town("leer", "Лер", "DE", name_de="Leer"))
    planned = plan(kaluga, "municipality:perm", partners=True)
    assert [(own.slug, town.slug) for own, town in planned.partners] == [("perm", "suhl")]
    assert [(one.municipality, one.reason) for one in planned.left_out] == [("leer", "partner-without-head")]
    (letter,) = prepare(kaluga, "municipality:perm", partners=True)
    child = db.session.query(Letter).filter_by(parent_letter_id=letter.id).one()
    assert (child.municipality.slug, child.language, child.state) == ("suhl", "de", LetterState.DRAFT)


def test_another_head_and_copies_are_chosen_until_the_approval(kaluga: Conference, council: MunicipalHead) -> None:
    make_forum()
    (letter,) = prepare(kaluga, "municipality:perm")
    choose_head(letter=letter, head_id=council.id, actor=ACTOR, at=NOW)
    set_copies(letter=letter, slugs=["forum"], actor=ACTOR, at=NOW)
    assert (letter.recipient["last"], [copy["name"] for copy in letter.copies]) == (
        "Орлова", ["Германо-Российский форум"],
    )  # fmt: skip
    stranger = db.session.query(MunicipalHead).filter_by(last="Knapp").one()
    with pytest.raises(Refusal, match="no head of this municipality"):
        choose_head(letter=letter, head_id=stranger.id, actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="take the approval back first"):
        set_copies(letter=letter, slugs=[], actor=ACTOR, at=NOW)


def test_prepare_verb_takes_what_is_chosen_by_hand(app: Flask, kaluga: Conference, council: MunicipalHead) -> None:
    make_forum()
    whom = ("letters", "prepare", "--conference", kaluga.slug, "--kind", "invitation", "--to", "municipality:perm")
    told = run(app, *whom, "--head", "perm:orlowa", "--partners", "--copy-to", "forum")
    assert (told["created"], told["for_partners"], told["left_out"]) == (1, 1, [])
    assert told["notes"][0]["municipality"] == "perm"
    letter = db.session.query(Letter).filter_by(parent_letter_id=None).one()
    assert (letter.head_id, letter.copies[0]["organisation"]) == (council.id, "forum")
    general = ("--general", "Главы городов", "--with-list", "--language", "ru")
    told = run(app, "letters", "prepare", "--conference", kaluga.slug, "--kind", "thanks", "--to", ALL, *general,
               "--dry-run")  # fmt: skip
    assert (told["created"], told["addressees"]) == (1, 2)


def test_prepare_page_finds_by_words_and_makes_only_what_is_ticked(
    kaluga: Conference, council: MunicipalHead, staff: Staff
) -> None:
    let_host_take_part(kaluga)
    client = staff("secretariat")
    found = client.get(f"{PREPARE}?words=Зул")
    assert found.status_code == 200
    assert 'name="municipality" value="suhl"' in found.text
    page = client.get(f"{PREPARE}?kind=invitation&country=RU&partners_in=DE")
    assert "The host city itself is among them" in words_of(page)
    assert f'<option value="{council.id}">' in page.text
    left = re.search(r'href="([^"]+without=kaluga[^"]*)"', page.text)
    assert left is not None
    assert "Left out by the choice “!municipality:kaluga”." in words_of(client.get(left[1].replace("&amp;", "&")))
    asked = {"kind": "invitation", "country": ["RU"], "partners_in": ["DE"], "ticked": "1", "only": ["perm"],
             "head": [str(council.id)]}  # fmt: skip
    assert client.post(PREPARE, data=asked).status_code == 303
    letter = db.session.query(Letter).one()
    assert (letter.municipality.slug, letter.head_id) == ("perm", council.id)


def test_prepare_page_takes_a_list_and_names_the_row_that_is_wrong(
    kaluga: Conference, staff: Staff, tmp_path: Path
) -> None:
    client = staff("secretariat")

    def send(content: bytes, name: str = "list.csv") -> Any:
        data = {"file": (io.BytesIO(content), name), "kind": "invitation"}
        return client.post(f"{PREPARE}/list", data=data, content_type="multipart/form-data")

    made = send("name\nПермь\n".encode())
    assert made.status_code == 303
    assert "1 letter would be prepared" in words_of(client.get(made.headers["Location"]))
    write_workbook([["suhl"]], ["municipality_slug"], tmp_path / "list.xlsx")
    book = send((tmp_path / "list.xlsx").read_bytes(), "list.xlsx")
    assert "1 letter would be prepared" in words_of(client.get(book.headers["Location"]))
    wrong = send(b"slug\nperm\nnowhere\n")
    assert wrong.status_code == 422
    assert "Row 3: There is no municipality “nowhere”." in words_of(wrong)
    assert send(b"").status_code == 422
    gone = client.get(f"{PREPARE}?kind=invitation&listed=../../etc/passwd")
    assert (gone.status_code, "The list is no longer kept." in words_of(gone)) == (422, True)


def test_prepare_page_shows_any_letter_before_it_is_made(kaluga: Conference, staff: Staff) -> None:
    client = staff("secretariat")
    shown = client.get(f"{PREPARE}/perm.pdf?kind=invitation&country=RU")
    assert (shown.status_code, shown.mimetype, shown.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(f"{PREPARE}/suhl.pdf?kind=invitation&country=RU").status_code == 404
    assert db.session.query(Letter).count() == 0
