"""Questions of the organisers' own: defining them, answering them, places, files and tables."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Answer, Delegate, Question
from app.delegations.operations import import_delegates, register_delegate, withdraw
from app.delegations.operations.answers import forget_answers, give_back_what_is_full, keep_answers
from app.delegations.operations.questions import (
    ask_question,
    change_question,
    move_question,
    put_questions_in_order,
    retire_question,
)
from app.delegations.queries import export_rows, matching
from app.delegations.queries.questions import (
    answer_rows,
    answers_of,
    questions_of,
    taken_places,
    with_answers,
)
from app.delegations.rules import DelegateDetails
from app.delegations.rules.listing import Question as ListQuestion
from app.delegations.rules.questions import (
    AnswerFile,
    ChoiceDetails,
    QuestionDetails,
    QuestionKind,
    checked_file,
    tidy_answer,
)
from app.errors import Refusal
from app.history.rules import Actor
from app.strongbox import read_file
from app.tables import write_csv
from tests.factories import ACTOR, NOW, make_conference

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def kaluga(app: Any) -> Conference:
    """The conference in Kaluga."""
    return make_conference()


def ask(
    conference: Conference, label: str = "Excursion", kind: QuestionKind = QuestionKind.TEXT, **given: Any
) -> Question:
    details = QuestionDetails(kind=kind, label_ru=f"{label} (ru)", label_de=f"{label} (de)", label_en=label, **given)
    return ask_question(conference=conference, details=details, actor=ACTOR, at=NOW)


def two(places: int | None = None) -> tuple[ChoiceDetails, ...]:
    return (
        ChoiceDetails("", "Катер", "Boot", "Boat", places),
        ChoiceDetails("", "Музей", "Museum", "Museum"),
    )


def person(conference: Conference, name: str = "Weber", role: str = "member", **given: Any) -> Delegate:
    details = DelegateDetails(last=name, email=f"{name.lower()}@suhl.example", role=role)
    registered = register_delegate(
        conference=conference, details=details, consents=["processing"], nonce="", language="de", at=NOW, **given
    )
    return db.session.get_one(Delegate, registered.id)


def kept(delegate: Delegate) -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(Question.slug, Answer.key, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.delegate_id == delegate.id)
        .order_by(Answer.id)
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "given", "answer"),
    [
        (QuestionKind.NUMBER, ["12,50"], ["12.5"]),
        (QuestionKind.NUMBER, ["-0"], ["0"]),
        (QuestionKind.DATE, ["2021-06-28"], ["2021-06-28"]),
        (QuestionKind.YES_NO, ["no"], ["no"]),
        (QuestionKind.CHOICE, ["b", "a"], ["a"]),
        (QuestionKind.CHOICES, ["b", "a"], ["a", "b"]),
        (QuestionKind.TEXT, ["  viel  "], ["viel"]),
        (QuestionKind.LONG_TEXT, [" "], []),
    ],
)
def test_tidy_answer_keeps_one_spelling(kind: QuestionKind, given: list[str], answer: list[str]) -> None:
    assert tidy_answer(kind, given, ["a", "b"]) == answer


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (QuestionKind.NUMBER, ["viel"]),
        (QuestionKind.NUMBER, ["1e9"]),
        (QuestionKind.DATE, ["31.06.2021"]),
        (QuestionKind.DATE, ["2021-06-31"]),
        (QuestionKind.YES_NO, ["maybe"]),
        (QuestionKind.CHOICE, ["c"]),
        (QuestionKind.CHOICES, ["a", "c"]),
        (QuestionKind.TEXT, ["x" * 401]),
    ],
)
def test_tidy_answer_refuses_when_it_is_no_such_answer(kind: QuestionKind, given: list[str]) -> None:
    with pytest.raises(Refusal):
        tidy_answer(kind, given, ["a", "b"])


def test_checked_file_tells_by_content_when_the_name_lies() -> None:
    assert checked_file("паспорт.exe.pdf", PDF) == AnswerFile("паспорт.exe.pdf", "application/pdf", PDF)
    assert checked_file("../../a<b>.gif", PDF).name == ".._.._a_b_.pdf".strip(" .")
    for content in (b"GIF89a", b"<svg xmlns=''>", b"MZ\x90", b""):
        with pytest.raises(Refusal):
            checked_file("a.pdf", content)


def test_ask_question_makes_short_name_and_keys_when_none_are_given(kaluga: Conference) -> None:
    first = ask(kaluga, "Which excursion?", QuestionKind.CHOICE, choices=two(1))
    second = ask(kaluga, "Which excursion?")
    assert (first.slug, second.slug) == ("which_excursion", "which_excursion_2")
    assert [(choice.key, choice.places) for choice in first.choices] == [("boat", 1), ("museum", None)]
    assert [row.id for row in questions_of(kaluga)] == [first.id, second.id]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": " "}, "label_en"),
        ({"slug": "Q 1"}, "slug"),
        ({"kind": QuestionKind.CHOICE}, "choices"),
        ({"kind": QuestionKind.CHOICE, "choices": two()[:1]}, "choices"),
        ({"condition_id": 4711, "condition_value": "yes"}, "condition"),
    ],
)
def test_ask_question_refuses_with_the_field(kaluga: Conference, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask(kaluga, **given)
    assert refused.value.field == field
    assert questions_of(kaluga) == []


def test_change_question_keeps_keys_and_refuses_what_would_break_answers(kaluga: Conference) -> None:
    question = ask(kaluga, kind=QuestionKind.CHOICE, choices=two())
    weber = person(kaluga, answers={"excursion": ["boat"]})
    words = {"label_ru": "Экскурсия", "label_de": "Ausflug", "label_en": "Trip"}
    boat, museum = ("boat", "Катер", "Boot", "Ship"), ("museum", "Музей", "Museum", "Museum")
    third = ChoiceDetails("", "Парк", "Park", "Park")
    details = QuestionDetails(
        kind=QuestionKind.CHOICE, **words, choices=(ChoiceDetails(*museum), ChoiceDetails(*boat, 5), third)
    )
    change_question(question=question, details=details, actor=ACTOR, at=NOW)
    assert [(choice.key, choice.label_en, choice.places) for choice in question.choices] == [
        ("museum", "Museum", None), ("boat", "Ship", 5), ("park", "Park", None),
    ]  # fmt: skip
    assert kept(weber) == [("excursion", "boat", "")]
    without = QuestionDetails(kind=QuestionKind.CHOICE, **words, choices=(ChoiceDetails(*museum), third))
    other = QuestionDetails(kind=QuestionKind.TEXT, **words)
    renamed = QuestionDetails(kind=QuestionKind.CHOICE, **words, slug="trip", choices=details.choices)
    for wrong, field in ((without, "choices"), (other, "kind"), (renamed, "slug")):
        with pytest.raises(Refusal) as refused:
            change_question(question=question, details=wrong, actor=ACTOR, at=NOW)
        assert refused.value.field == field


def test_questions_are_put_in_order_but_never_before_their_decider(kaluga: Conference) -> None:
    comes = ask(kaluga, "Comes to dinner", QuestionKind.YES_NO)
    drink = ask(kaluga, "Drink", condition_id=comes.id, condition_value="yes")
    size = ask(kaluga, "Size")
    move_question(question=size, earlier=True, actor=ACTOR, at=NOW)
    assert [row.slug for row in questions_of(kaluga)] == ["comes_to_dinner", "size", "drink"]
    move_question(question=comes, earlier=True, actor=ACTOR, at=NOW)
    assert [row.slug for row in questions_of(kaluga)] == ["comes_to_dinner", "size", "drink"]
    with pytest.raises(Refusal):
        put_questions_in_order(conference=kaluga, order=[drink.id, comes.id], actor=ACTOR, at=NOW)
    assert [row.slug for row in questions_of(kaluga)] == ["comes_to_dinner", "size", "drink"]


def test_retire_question_keeps_answers_and_removes_what_nobody_answered(kaluga: Conference) -> None:
    size, drink = ask(kaluga, "Size"), ask(kaluga, "Drink")
    weber = person(kaluga, answers={"size": ["XL"]})
    for question in (size, drink):
        retire_question(question=question, actor=ACTOR, at=NOW)
    assert questions_of(kaluga) == []
    assert [row.slug for row in questions_of(kaluga, retired=True)] == ["size"]
    assert kept(weber) == [("size", "", "XL")]


def test_retire_question_refuses_when_another_depends_on_it(kaluga: Conference) -> None:
    comes = ask(kaluga, "Comes", QuestionKind.YES_NO)
    ask(kaluga, "Drink", condition_id=comes.id, condition_value="yes")
    with pytest.raises(Refusal):
        retire_question(question=comes, actor=ACTOR, at=NOW)


def test_keep_answers_keeps_only_what_is_asked_of_the_person(kaluga: Conference) -> None:
    comes = ask(kaluga, "Comes", QuestionKind.YES_NO)
    ask(kaluga, "Drink", condition_id=comes.id, condition_value="yes")
    ask(kaluga, "Newspaper", roles=("press",), required=True)
    weber = person(kaluga, answers={"comes": ["yes"], "drink": ["Tee"], "newspaper": ["Bild"]})
    assert kept(weber) == [("comes", "", "yes"), ("drink", "", "Tee")]
    assert keep_answers(delegate=weber, answers={"comes": ["no"]}, actor=ACTOR, at=NOW) == ["comes", "drink"]
    assert kept(weber) == [("comes", "", "no")]
    assert keep_answers(delegate=weber, answers={"comes": ["no"]}, actor=ACTOR, at=NOW) == []


def test_register_delegate_refuses_and_keeps_nothing_when_a_required_answer_is_missing(kaluga: Conference) -> None:
    ask(kaluga, "Newspaper", roles=("press",), required=True)
    with pytest.raises(Refusal) as refused:
        person(kaluga, role="press", answers={"newspaper": []})
    assert refused.value.field == "q_newspaper"
    assert db.session.scalar(select(Delegate.id)) is None


def test_choice_with_places_is_never_given_to_more_people(kaluga: Conference) -> None:
    question = ask(kaluga, kind=QuestionKind.CHOICE, choices=two(1))
    weber = person(kaluga, answers={"excursion": ["boat"]})
    with pytest.raises(Refusal) as refused:
        person(kaluga, "Blum", answers={"excursion": ["boat"]})
    assert refused.value.field == "q_excursion"
    blum = person(kaluga, "Blum", answers={"excursion": ["museum"]})
    assert taken_places([question]) == {(question.id, "boat"): 1, (question.id, "museum"): 1}
    keep_answers(delegate=weber, answers={"excursion": ["boat"]}, actor=ACTOR, at=NOW)
    withdraw(delegate=weber, actor=ACTOR, at=NOW)
    keep_answers(delegate=blum, answers={"excursion": ["boat"]}, actor=ACTOR, at=NOW)
    assert taken_places([question]) == {(question.id, "boat"): 1}
    assert give_back_what_is_full(delegate=weber, actor=ACTOR, at=NOW) == ["excursion"]
    assert (kept(weber), kept(blum)) == ([], [("excursion", "boat", "")])


def test_answer_file_is_locked_replaced_and_forgotten(kaluga: Conference) -> None:
    ask(kaluga, "Letter", QuestionKind.FILE)
    weber = person(kaluga, answers={"letter": checked_file("a.pdf", PDF)})
    first = db.session.scalars(select(Answer)).one()
    assert (first.value, first.media_type, read_file(first.file)) == ("a.pdf", "application/pdf", PDF)
    path = Path(db.engine.url.database or "/").parent  # a locked file holds nothing of the sent one
    assert not [file for file in path.rglob(first.file) if PDF in file.read_bytes()]
    keep_answers(delegate=weber, answers={"letter": checked_file("b.pdf", PDF + b"2")}, actor=ACTOR, at=NOW)
    second = db.session.scalars(select(Answer)).one()
    assert (second.value, read_file(second.file)) == ("b.pdf", PDF + b"2")
    with pytest.raises(RuntimeError):
        read_file(first.file)
    assert forget_answers([weber.id]) == 1
    with pytest.raises(RuntimeError):
        read_file(second.file)


def test_export_brings_answers_and_import_of_it_changes_nothing(kaluga: Conference, tmp_path: Path) -> None:
    ask(kaluga, kind=QuestionKind.CHOICES, choices=two())
    ask(kaluga, "Nights", QuestionKind.NUMBER)
    person(kaluga, answers={"excursion": ["museum", "boat"], "nights": ["2,0"]})
    person(kaluga, "Blum")
    columns, rows = with_answers(kaluga, export_rows(kaluga))
    assert columns[-2:] == ("q_excursion", "q_nights")
    assert [(row["last"], row["q_excursion"], row["q_nights"]) for row in rows] == [
        ("Weber", "boat;museum", "2"), ("Blum", "", ""),
    ]  # fmt: skip
    path = tmp_path / "delegates.csv"

    def bring(**changes: str) -> dict[str, Any]:
        with path.open("w", newline="", encoding="utf-8") as file:
            write_csv([rows[0] | changes, rows[1]], columns, file)
        return import_delegates(conference=kaluga, path=path, skip_bad_rows=False, actor=ACTOR, at=NOW).as_json()

    again = bring()
    assert (again["created"], again["updated"], again["unchanged"], again["rejected"]) == (0, 0, 2, [])
    changed = bring(q_nights="3", q_excursion="")
    assert (changed["updated"], changed["unchanged"]) == (1, 1)
    assert answer_rows(kaluga) == {rows[0]["delegate_id"]: {"q_nights": "3"}}
    wrong = bring(q_nights="viele")
    assert [(row["row"], row["column"]) for row in wrong["rejected"]] == [(2, "q_nights")]
    assert answer_rows(kaluga) == {rows[0]["delegate_id"]: {"q_nights": "3"}}


def test_list_is_narrowed_by_an_answer(kaluga: Conference) -> None:
    ask(kaluga, kind=QuestionKind.CHOICE, choices=two())
    ask(kaluga, "Tea", QuestionKind.YES_NO)
    person(kaluga, answers={"excursion": ["boat"], "tea": ["no"]})
    person(kaluga, "Blum", answers={"tea": ["yes"]})

    def found(answer: str) -> list[str]:
        return sorted(row.last for row in db.session.scalars(matching(kaluga, ListQuestion(answer=answer))))

    asked = ("boat", "museum", "*", "-")
    assert [found(f"excursion={value}") for value in asked] == [["Weber"], [], ["Weber"], ["Blum"]]
    assert [found(f"tea={value}") for value in ("no", "yes", "-")] == [["Weber"], ["Blum"], []]
    assert [found(text) for text in ("other=*", "excursion", "=")] == [[], [], []]


def test_list_offers_the_answers_and_exports_whom_it_finds(kaluga: Conference, staff: Any) -> None:
    desk, url = staff("secretariat"), f"/de/desk/c/{kaluga.slug}/delegates"
    assert 'name="answer"' not in desk.get(url).get_data(as_text=True)
    ask(kaluga, kind=QuestionKind.CHOICE, choices=two())
    person(kaluga, answers={"excursion": ["boat"]})
    person(kaluga, "Blum")
    page = desk.get(f"{url}?answer=excursion%3Dboat").get_data(as_text=True)
    assert '<option value="excursion=boat" selected>' in page
    assert ("Weber" in page, "Blum" in page) == (True, False)
    file = desk.get(f"{url}.csv?answer=excursion%3Dboat").get_data(as_text=True)
    assert ("Weber" in file, "Blum" in file) == (True, False)


def register_form(**given: Any) -> dict[str, Any]:
    return {"last": "Weber", "email": "weber@suhl.example", "role": "member", "consent_processing": "y"} | given


def test_public_form_asks_and_keeps_answers(kaluga: Conference, visitor: Any) -> None:
    ask(kaluga, kind=QuestionKind.CHOICE, choices=two(3), required=True)
    ask(kaluga, "Letter", QuestionKind.FILE)
    url = f"/de/c/{kaluga.slug}/register"
    page = visitor.get(url).get_data(as_text=True)
    assert "Boot (noch 3 Plätze)" in page
    assert 'enctype="multipart/form-data"' in page
    refused = visitor.post(url, data=register_form())
    assert refused.status_code == 422
    assert "Bitte beantworten Sie diese Frage." in refused.get_data(as_text=True)
    answer = visitor.post(
        url, data=register_form(q_excursion="boat", q_letter=(io.BytesIO(PDF), "brief.pdf")),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303
    weber = db.session.scalars(select(Delegate)).one()
    assert kept(weber) == [("excursion", "boat", ""), ("letter", "", "brief.pdf")]
    own = visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Gesendet: brief.pdf." in own


def test_own_page_keeps_a_file_that_is_not_sent_again(kaluga: Conference, visitor: Any) -> None:
    ask(kaluga, "Letter", QuestionKind.FILE, required=True)
    ask(kaluga, "Nights", QuestionKind.NUMBER)
    weber = person(kaluga, answers={"letter": checked_file("a.pdf", PDF)})
    answer = visitor.post(
        f"/de/delegate/{weber.token}", data=register_form(q_nights="2"), content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    assert kept(weber) == [("letter", "", "a.pdf"), ("nights", "", "2")]


def test_desk_defines_and_shows_questions(kaluga: Conference, staff: Any) -> None:
    organiser = staff("organiser")
    url = f"/de/desk/c/{kaluga.slug}/questions"
    form = {"label_ru": "Экскурсия", "label_de": "Ausflug", "label_en": "Excursion", "kind": "choice"}
    more = organiser.post(f"{url}/new", data=form | {"more": "1"})
    assert (more.status_code, more.get_data(as_text=True).count("choices-5-label_ru") > 0) == (200, True)
    refused = organiser.post(f"{url}/new", data=form)
    assert refused.status_code == 422
    rows = {"choices-0-label_ru": "Катер", "choices-0-label_de": "Boot", "choices-0-label_en": "Boat",
            "choices-0-places": "2", "choices-1-label_ru": "Музей", "choices-1-label_de": "Museum",
            "choices-1-label_en": "Museum", "choices-2-label_ru": ""}  # fmt: skip
    assert organiser.post(f"{url}/new", data=form | rows).status_code == 303
    question = questions_of(kaluga)[0]
    weber = person(kaluga, answers={"excursion": ["boat"]})
    page = organiser.get(url).get_data(as_text=True)
    assert "Boot: 1 von 2" in page
    again = form | rows | {"choices-0-key": "boat", "choices-1-key": "museum", "label_de": "Fahrt"}
    assert organiser.post(f"{url}/{question.id}", data=again).status_code == 303
    shown = organiser.get(f"/de/desk/c/{kaluga.slug}/delegates/{weber.public_id}").get_data(as_text=True)
    assert "Fahrt" in shown
    assert "Boot" in shown
    assert organiser.post(f"{url}/{question.id}/retire").status_code == 303
    assert "Ausflug" not in organiser.get(f"/de/c/{kaluga.slug}/register").get_data(as_text=True)
    assert staff("desk").post(f"{url}/{question.id}/again").status_code == 403
    assert organiser.post(f"{url}/{question.id}/again").status_code == 303
    assert [row.retired_at for row in questions_of(kaluga)] == [None]


def test_answer_file_is_given_to_staff_only(kaluga: Conference, staff: Any, visitor: Any) -> None:
    ask(kaluga, "Letter", QuestionKind.FILE)
    weber = person(kaluga, answers={"letter": checked_file("a.pdf", PDF)})
    number = answers_of(weber)[questions_of(kaluga)[0].id][0].id
    url = f"/de/desk/c/{kaluga.slug}/delegates/{weber.public_id}/answers/{number}"
    assert visitor.get(url).status_code == 303
    given = staff("desk").get(url)
    assert (given.status_code, given.data, given.headers["Cache-Control"]) == (200, PDF, "no-store")
    assert staff("desk").get(url.replace(weber.public_id, "nobody")).status_code == 404


def test_contact_may_leave_a_required_answer_open(kaluga: Conference) -> None:
    ask(kaluga, "Size", required=True)
    weber = person(kaluga, answers={"size": ["M"]})
    contact = Actor(kind="contact", id=1, label="delegation 1")
    assert keep_answers(delegate=weber, answers={"size": []}, require=False, actor=contact, at=NOW) == ["size"]
    assert kept(weber) == []
