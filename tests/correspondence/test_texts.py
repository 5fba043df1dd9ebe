"""Editing what letters say."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter, LetterText
from app.correspondence.operations import (
    approve_letters,
    edit_text,
    go_back_to_text,
    prepare_letters,
    preview_text,
    take_back_approval,
    write_letter,
)
from app.correspondence.queries import Change, body_of, briefs_of, difference, find_fields, wording_of, wordings
from app.correspondence.rules import LetterKind, travels_with_visa
from app.database import db
from app.directory.queries import by_slug
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.i18n import speaking
from invitations.letter import kinds, shipped_text
from invitations.merge import FIELDS
from tests.factories import ACTOR, NOW

Staff = Callable[[str], FlaskClient]
TEXTS = "/en/desk/c/xvi-kaluga-2021/letters/texts"
INVITATION = LetterKind.INVITATION
SHORT = "# О приглашении {{ conference_to }}\n\nЖдём Вас {{ host_in }}.\n\n-- С уважением,"


def words_of_pdf(content: bytes) -> str:
    """The words of a PDF on one line."""
    text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return " ".join(text.split())


def edit(body: str = SHORT, *, based_on: int = 0, language: str = "ru", note: str = "") -> LetterText:
    """A new version of the invitation."""
    return edit_text(
        kind=INVITATION, language=language, body=body, note=note, based_on=based_on, actor=ACTOR, at=NOW
    )  # fmt: skip


def prepare(conference: Conference) -> Letter:
    """A draft to Perm."""
    (letter,) = prepare_letters(
        conference=conference, kind=INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    return letter


def test_every_kind_of_the_house_has_shipped_texts(app: Any) -> None:
    assert {kind.value for kind in LetterKind} == set(kinds())


def test_edit_text_makes_a_version_when_the_text_is_well_formed(kaluga: Conference) -> None:
    first = edit(SHORT + "\r\n", note="короче")
    second = edit(SHORT.replace("Ждём", "Ожидаем"), based_on=1)
    assert (first.version, first.body, first.note, first.edited_by) == (1, SHORT, "короче", ACTOR.label)
    assert second.version == 2
    assert wordings(INVITATION, ["ru", "de"])["ru"].body == SHORT.replace("Ждём", "Ожидаем")
    assert wordings(INVITATION, ["ru", "de"])["de"].body is None
    told = db.session.query(HistoryEntry).filter_by(deed="correspondence.edit_text").order_by(HistoryEntry.id).all()
    assert [entry.details for entry in told] == [
        {"kind": "invitation", "language": "ru", "version": 1},
        {"kind": "invitation", "language": "ru", "version": 2},
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ 7*7 }}", "There is no merge field “7*7”; choose one from the list."),
        ("Dear {{ mayor }}", "There is no merge field “mayor”; choose one from the list."),
        ("{{ config.items() }}", "There is no merge field “config.items()”; choose one from the list."),
        ("{% if theme %} open", "The condition “{% if theme %}” is never closed by “{% endif %}”."),
        ("open {% endif %}", "There is “{% endif %}” without its condition."),
        (
            "{% for a in b %}",
            "“{% for a in b %}” is not understood; a condition is written {% if anniversary %} … {% endif %}.",
        ),
        ("{{ theme", "A brace is left open or closed twice; a field is written {{ theme }}."),
        (
            "<b>Hello</b>",
            "“<b>” is HTML, which a letter would show as it stands; write **bold** or *italic*.",
        ),
        (
            "<img src=x onerror=alert(1)>",
            "“<img src=x onerror=alert(1)>” is HTML, which a letter would show as it stands; "
            "write **bold** or *italic*.",
        ),
        (
            "{{ count partners_count | город | города }}",
            "Beside a number stand the forms of its word, not “{{ count partners_count | город | города }}”.",
        ),
        ("| only", "A row has a label and words: “| label | words”, not “| only”."),
        ("  \r\n ", "The text is empty."),
        ("x" * 20_001, "The text is longer than 20,000 characters."),
    ],
)
def test_edit_text_is_refused_by_name_when_the_text_could_not_be_merged(
    kaluga: Conference, body: str, message: str
) -> None:
    with speaking("en"), pytest.raises(Refusal) as refused:
        edit(body)
    assert (str(refused.value), refused.value.field) == (message, "body")
    assert db.session.query(LetterText).count() == 0


def test_edit_text_is_refused_when_somebody_was_faster(kaluga: Conference) -> None:
    edit()
    with speaking("en"), pytest.raises(Refusal) as refused:
        edit(SHORT + "\n\nP. S.", based_on=0)
    assert str(refused.value).startswith("Somebody has changed this text meanwhile.")
    assert db.session.query(LetterText).count() == 1


def test_edit_text_is_refused_when_nothing_is_changed(kaluga: Conference) -> None:
    with speaking("en"), pytest.raises(Refusal) as refused:
        edit(shipped_text("invitation", "ru"))
    assert str(refused.value) == "Nothing has been changed in this text."


def test_go_back_to_text_makes_a_new_version_when_an_older_one_is_chosen(kaluga: Conference) -> None:
    edit()
    with speaking("en"):
        row = go_back_to_text(kind=INVITATION, language="ru", version=0, based_on=1, actor=ACTOR, at=NOW)
    assert (row.version, row.note) == (2, "back to the shipped text")
    assert row.body == shipped_text("invitation", "ru").strip()
    old = wording_of(INVITATION, "ru", 1)
    assert old is not None
    assert body_of(INVITATION, "ru", old) == SHORT
    assert wording_of(INVITATION, "ru", 3) is None


def test_a_letter_keeps_its_version_when_the_text_is_edited_after_the_approval(kaluga: Conference) -> None:
    edit()
    letter = prepare(kaluga)
    assert [block.text for block in write_letter(letter).body] == ["Ждём Вас в\u00a0городе Калуге."]
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    edit(SHORT.replace("Ждём", "Ожидаем"), based_on=1)
    assert letter.text_version == 1
    assert [block.text for block in write_letter(letter).body] == ["Ждём Вас в\u00a0городе Калуге."]
    take_back_approval(letters=[letter], actor=ACTOR, at=NOW)
    assert [block.text for block in write_letter(letter).body] == ["Ожидаем Вас в\u00a0городе Калуге."]
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert letter.text_version == 2


def test_difference_tells_words_when_two_versions_are_compared() -> None:
    assert difference("Ждём Вас в Калуге", "Ждём всех вас в Калуге") == [
        Change("kept", "Ждём "),
        Change("removed", "Вас"),
        Change("added", "всех вас"),
        Change("kept", " в Калуге"),
    ]


def test_find_fields_narrows_by_words_in_the_language_of_the_reader() -> None:
    assert [field.name for field in find_fields("тема", "ru")] == ["theme"]
    assert find_fields("nothing like it", "en") == []
    assert len(find_fields("", "de")) > 40


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_preview_text_shows_a_draft_when_a_letter_alone_would_lack_facts(
    kaluga: Conference, kind: LetterKind, language: str
) -> None:
    content = preview_text(
        conference=kaluga, kind=kind, language=language, municipality=by_slug("perm"),
        body=shipped_text(kind.value, language),
    )  # fmt: skip
    assert content.startswith(b"%PDF-")


def test_preview_text_puts_the_days_of_a_passport_in_brackets(kaluga: Conference) -> None:
    body = shipped_text("visa_support_ru", "de")
    visa = LetterKind.VISA_SUPPORT_RU
    shown = words_of_pdf(
        preview_text(conference=kaluga, kind=visa, language="de", municipality=by_slug("suhl"), body=body)
    )
    assert f"[{FIELDS['birth_date'].meaning['de']}]" in shown
    assert "vom 28. bis 30. Juni 2021 (3 Tage)" in shown


def test_preview_text_shows_the_unsaved_words(kaluga: Conference) -> None:
    content = preview_text(
        conference=kaluga, kind=INVITATION, language="ru", municipality=by_slug("perm"), body=SHORT
    )  # fmt: skip
    assert "Ждём Вас в городе Калуге." in words_of_pdf(content)


def test_a_text_goes_through_the_page(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    assert client.get(TEXTS).status_code == 200
    page = f"{TEXTS}/invitation/ru"
    assert "{{ conference_to }}" in client.get(page).text
    saved = client.post(page, data={"body": SHORT, "note": "короче", "based_on": "0"})
    assert (saved.status_code, saved.headers["Location"]) == (303, page)
    shown = client.get(f"{page}/1").text
    assert "<ins><span" in shown
    assert "<del><span" in shown
    again = client.post(page, data={"body": "{{ 7*7 }}", "based_on": "1"})
    assert again.status_code == 422
    assert "There is no merge field “7*7”; choose one from the list." in again.text
    assert "{{ 7*7 }}" in again.text
    assert client.post(f"{page}/0/back", data={"based_on": "1"}).status_code == 303
    assert [row.version for row in db.session.query(LetterText).order_by(LetterText.version)] == [1, 2]
    found = client.get(f"{TEXTS}/fields?find=theme", headers={"HX-Request": "true"})
    assert "{{ theme }}" in found.text
    assert "<html" not in found.text


def test_a_preview_is_a_pdf_and_refuses_on_the_page(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    page = f"{TEXTS}/invitation/ru/preview"
    shown = client.post(page, data={"body": SHORT, "addressee": "perm", "based_on": "0"})
    assert (shown.status_code, shown.mimetype, shown.data[:5]) == (200, "application/pdf", b"%PDF-")
    refused = client.post(page, data={"body": "<script>alert(1)</script>", "addressee": "perm", "based_on": "0"})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert client.post(page, data={"body": SHORT, "addressee": "nowhere", "based_on": "0"}).status_code == 422
    assert db.session.query(LetterText).count() == 0


def test_texts_are_not_found_when_kind_language_or_version_are_unknown(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    for address in ("poem/ru", "invitation/fr", "invitation/ru/7"):
        assert (address, client.get(f"{TEXTS}/{address}").status_code) == (address, 404)
    assert staff("desk").get(f"{TEXTS}/invitation/ru").status_code == 403


def test_a_brief_asks_what_the_text_uses_and_a_free_letter_is_written_by_it(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    page = "/en/desk/c/xvi-kaluga-2021/letters/brief?kind=free&in=ru"
    asked = client.get(page).text
    assert ('name="subject"' in asked, 'name="text"' in asked, 'name="guests"' in asked) == (True, True, False)
    facts = {"subject": "О встрече", "text": "Встреча перенесена."}
    assert client.post(page, data=facts).status_code == 303
    (letter,) = prepare_letters(
        conference=kaluga, kind=LetterKind.FREE, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    written = write_letter(letter)
    assert (written.subject, [block.text for block in written.body]) == ("О встрече", ["Встреча перенесена."])


def test_a_brief_keeps_what_the_text_does_not_ask_any_more(kaluga: Conference, staff: Staff) -> None:
    edit("# {{ conference }}\n\n{{ participants }}")
    page = "/en/desk/c/xvi-kaluga-2021/letters/brief?kind=invitation&in=ru"
    assert staff("organiser").post(page, data={"participants": "все"}).status_code == 303
    row = briefs_of(kaluga, INVITATION)["ru"]
    assert (row.facts["participants"], row.facts["guests"]) == ("все", "министры иностранных дел России и Германии")


def test_the_letter_keeps_up_with_the_text_while_it_is_typed(kaluga: Conference, staff: Staff) -> None:
    client = staff("secretariat")
    live = f"{TEXTS}/invitation/ru/live"
    shown = client.post(live, data={"body": SHORT.replace("Ждём", "**Ждём** в городе Калуга"), "addressee": "perm"})
    assert shown.status_code == 200
    for told in ("Уважаемый Алексей Николаевич!", "<strong>Ждём</strong> в городе Калуга", "Главе города Перми<br>"):
        assert told in shown.text.replace("\u00a0", " ")
    assert "The name of the town does not agree" in shown.text
    wrong = client.post(live, data={"body": "{{ 7*7 }}", "addressee": "perm"})
    assert (wrong.status_code, "There is no merge field “7*7”" in wrong.text, "49" in wrong.text) == (200, True, False)
    assert "Choose whom the letter is shown to be for." in client.post(live, data={"body": SHORT}).text
    markup = client.post(live, data={"body": f"{SHORT}\n<script>alert(1)</script>", "addressee": "perm"}).text
    assert "<script>" not in markup
    assert "is HTML, which a letter would show as it stands" in markup
    assert db.session.query(LetterText).count() == 0


def test_the_page_beside_the_text_stays_when_the_text_is_wrong(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    page = f"{TEXTS}/invitation/ru/preview"
    drawn = client.post(page, data={"body": SHORT, "addressee": "perm", "framed": "1"})
    assert (drawn.status_code, drawn.mimetype) == (200, "application/pdf")
    assert client.post(page, data={"body": "{{ 7*7 }}", "addressee": "perm", "framed": "1"}).status_code == 204
    assert client.post(page, data={"body": "{{ 7*7 }}", "addressee": "perm"}).status_code == 422
    fields = client.get(f"{TEXTS}/fields?find=host_in", headers={"HX-Request": "true"}).text
    assert 'data-insert="{{ host_in }}"' in fields


def test_a_text_tells_of_the_visa_only_those_who_need_one(kaluga: Conference) -> None:
    for code, closing in (("ru", "С уважением,"), ("de", "Mit freundlichen Grüßen")):
        edit(f"# T\n\nx{{% if visa_needed %}} visa{{% endif %}}\n\n-- {closing}", language=code)
    letters = prepare_letters(
        conference=kaluga, kind=INVITATION, selection="municipality:perm,municipality:suhl", actor=ACTOR, at=NOW
    ).letters
    assert {letter.municipality.slug: write_letter(letter).body[0].text for letter in letters} == {
        "perm": "x", "suhl": "x visa",
    }  # fmt: skip
    assert [travels_with_visa(*pair) for pair in (("DE", "FR"), ("RU", "DE"), ("BY", "RU"), ("RU", "RU"))] == [
        False, True, False, False,
    ]  # fmt: skip
