"""The desk's pages of letters."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.conferences.models import Conference
from app.correspondence.models import Letter, LetterBrief, LetterEnclosure, Reply
from app.correspondence.operations import approve_letters, issue_letters, prepare_letters
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer
from app.database import db
from app.directory.models import MunicipalHead
from app.documents.queries import content
from app.jobs import Job, JobState
from tests.factories import ACTOR, NOW, make_conference, make_head, make_municipality

Staff = Callable[[str], FlaskClient]
LETTERS = "/en/desk/c/xvi-kaluga-2021/letters"
INVITATION = LetterKind.INVITATION


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


def draft(conference: Conference, selection: str = "municipality:perm,municipality:suhl") -> list[Letter]:
    """Drafts to Perm and Suhl."""
    return prepare_letters(
        conference=conference, kind=INVITATION, selection=selection, actor=ACTOR, at=NOW
    ).letters  # fmt: skip


def issue(conference: Conference, selection: str = "municipality:perm") -> Letter:
    """One issued letter."""
    draft(conference, selection)
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    (letter,) = issue_letters(conference=conference, actor=ACTOR, at=NOW).letters
    return letter


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_every_page_of_letters_opens_in_every_language(kaluga: Conference, staff: Staff, language: str) -> None:
    letter = issue(kaluga)
    draft(kaluga)
    client = staff("organiser")
    base = f"/{language}/desk/c/xvi-kaluga-2021/letters"
    for path in (
        base, f"{base}/prepare", f"{base}/prepare?kind=invitation&country=DE&partners_in=RU", f"{base}/approve",
        f"{base}/issue", f"{base}/{letter.id}", f"{base}/brief", f"{base}/brief?kind=change_of_format&in=de",
        f"{base}/enclosures", f"/{language}/desk/register", f"/{language}/desk/register?year=2021",
    ):  # fmt: skip
        response = client.get(path)
        assert (path, response.status_code) == (path, 200)
        assert response.text.count("<h1") == 1
        ids = re.findall(r'\bid="([^"]+)"', response.text)
        assert sorted(ids) == sorted(set(ids)), path


@pytest.mark.parametrize(("role", "status"), [("organiser", 200), ("secretariat", 200), ("desk", 403)])
def test_letters_are_shown_only_to_those_who_write_them(
    kaluga: Conference, staff: Staff, role: str, status: int
) -> None:
    assert staff(role).get(LETTERS).status_code == status


def test_approve_is_refused_to_the_secretariat(kaluga: Conference, staff: Staff) -> None:
    (letter, _) = draft(kaluga)
    client = staff("secretariat")
    assert client.post(f"{LETTERS}/approve").status_code == 403
    assert client.post(f"{LETTERS}/{letter.id}/approve").status_code == 403
    assert {each.state for each in db.session.query(Letter)} == {LetterState.DRAFT}


def test_letters_of_another_conference_are_not_found(kaluga: Conference, staff: Staff) -> None:
    letter = issue(kaluga)
    make_conference("xvii-suhl", host=kaluga.host)
    client = staff("organiser")
    assert client.get(f"/en/desk/c/xvii-suhl/letters/{letter.id}").status_code == 404
    assert client.get(f"/en/desk/c/xvii-suhl/letters/{letter.id}.pdf").status_code == 404
    assert client.get("/en/desk/c/nowhere/letters").status_code == 404


def test_letters_go_all_the_way_on_the_desk(kaluga: Conference, staff: Staff, run_jobs: Callable[[], int]) -> None:
    client = staff("organiser")
    asked = {"kind": "invitation", "country": ["RU", "DE"], "partners_in": ["DE", "RU"], "in_language": ""}
    preview = client.get(f"{LETTERS}/prepare", query_string=asked)
    assert "Prepare 2 letters" in words_of(preview)
    assert db.session.query(Letter).count() == 0
    made = client.post(f"{LETTERS}/prepare", data=asked)
    assert (made.status_code, made.headers["Location"]) == (303, f"{LETTERS}?state=draft")
    assert "Approve 2 letters" in words_of(client.get(f"{LETTERS}/approve"))
    assert client.post(f"{LETTERS}/approve").status_code == 303
    page = words_of(client.get(f"{LETTERS}/issue"))
    assert "Issue 2 letters" in page
    assert "Исх-1" in page
    begun = client.post(f"{LETTERS}/issue")
    job = db.session.query(Job).one()
    assert (begun.status_code, begun.headers["Location"]) == (303, f"/en/desk/jobs/{job.id}")
    assert run_jobs() == 1
    db.session.refresh(job)
    assert (job.state, job.done, job.total, job.error) == (JobState.DONE, 2, 2, "")
    assert job.result == {"issued": 2, "refused": [], "url": f"{LETTERS}?job={job.id}"}
    shown = words_of(client.get(job.result["url"]))
    assert "2 letters have been issued." in shown
    assert "Исх-1" in shown
    assert "The mail waits because no mail server is set." in shown


def test_issue_takes_only_the_ticked_letters(kaluga: Conference, staff: Staff, run_jobs: Callable[[], int]) -> None:
    first, second = draft(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    client = staff("organiser")
    client.post(f"{LETTERS}/issue", data={"letter": second.id})
    run_jobs()
    db.session.expire_all()
    assert (first.state, second.state) == (LetterState.APPROVED, LetterState.ISSUED)


def test_prepare_page_shows_who_is_left_out_and_why(kaluga: Conference, staff: Staff) -> None:
    make_municipality("tula", name_ru="Тула", name_de="Tula", name_en="Tula")
    page = words_of(staff("organiser").get(f"{LETTERS}/prepare?kind=invitation&country=RU"))
    assert "Tula Nobody is known to head this municipality; add the head first." in page
    assert "2 municipalities are left out" in page


def test_prepare_page_asks_for_a_choice_when_nothing_is_chosen(kaluga: Conference, staff: Staff) -> None:
    response = staff("organiser").get(f"{LETTERS}/prepare?kind=invitation")
    assert response.status_code == 422
    assert "Choose a country, a region, a municipality, or where the partners are." in words_of(response)


def test_letter_pdf_is_a_draft_before_and_the_sealed_bytes_after_issuing(kaluga: Conference, staff: Staff) -> None:
    (letter,) = draft(kaluga, "municipality:perm")
    client = staff("secretariat")
    before = client.get(f"{LETTERS}/{letter.id}.pdf")
    assert (before.status_code, before.mimetype, before.data[:5]) == (200, "application/pdf", b"%PDF-")
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert letter.document is not None
    after = client.get(f"{LETTERS}/{letter.id}.pdf")
    assert after.data == content(letter.document)
    assert "1_perm.pdf" in after.headers["Content-Disposition"]


def test_letter_page_says_what_is_lacking_when_the_head_has_no_form_of_address(
    kaluga: Conference, staff: Staff
) -> None:
    from tests.correspondence.test_letters import change

    (letter,) = draft(kaluga, "municipality:perm")
    change(db.session.query(MunicipalHead).filter_by(last="Дёмкин").one(), gender=None)
    client = staff("organiser")
    page = words_of(client.get(f"{LETTERS}/{letter.id}"))
    assert "this is missing: the form of address (Mr or Ms)." in page
    assert client.get(f"{LETTERS}/{letter.id}.pdf").status_code == 422
    assert "the form of address" in words_of(client.get(f"{LETTERS}/approve"))


def test_annul_needs_a_reason_and_keeps_the_number(kaluga: Conference, staff: Staff) -> None:
    letter = issue(kaluga)
    client = staff("secretariat")
    assert client.post(f"{LETTERS}/{letter.id}/annul", data={"reason": ""}).status_code == 422
    assert client.post(f"{LETTERS}/{letter.id}/annul", data={"reason": "Wrong date"}).status_code == 303
    register = words_of(client.get("/en/desk/register"))
    assert re.search(r"Исх-1 .* annulled Wrong date", register)


def test_reply_by_telephone_is_recorded_with_its_source(kaluga: Conference, staff: Staff) -> None:
    letter = issue(kaluga)
    client = staff("secretariat")
    data = {"source": "phone", "answer": "sends_deputy", "people": "3", "deputy_name": "", "remarks": "Called back"}
    refused = client.post(f"{LETTERS}/{letter.id}/reply", data=data)
    assert refused.status_code == 422
    assert "Give the name of the deputy." in words_of(refused)
    assert client.post(f"{LETTERS}/{letter.id}/reply", data=data | {"deputy_name": "Ольга Грекова"}).status_code == 303
    reply = db.session.query(Reply).one()
    assert (reply.answer, reply.people, reply.deputy_name, reply.source, reply.remarks) == (
        ReplyAnswer.SENDS_DEPUTY, 3, "Ольга Грекова", "phone", "Called back",
    )  # fmt: skip
    assert "answered: sends a deputy" in words_of(client.get(LETTERS))


def test_brief_is_saved_for_one_language(kaluga: Conference, staff: Staff) -> None:
    client = staff("secretariat")
    data = {"participants": "mayors", "responsible_emails": "a@b.example , c@d.example", "video_possible": "y"}
    assert client.post(f"{LETTERS}/brief?kind=invitation&in=en", data=data).status_code == 303
    facts = {row.language: row.facts for row in db.session.query(LetterBrief)}
    assert facts["en"] == {
        "participants": "mayors", "responsible_emails": ["a@b.example", "c@d.example"], "video_possible": True,
    }  # fmt: skip
    assert facts["de"]["responsible_name"] == "Natalija Sorokina"
    assert 'value="a@b.example, c@d.example"' in client.get(f"{LETTERS}/brief?kind=invitation&in=en").text


def test_enclosure_is_refused_when_it_is_no_pdf_and_kept_when_it_is(kaluga: Conference, staff: Staff) -> None:
    from tests.correspondence.test_letters import blank_pdf

    client = staff("secretariat")

    def send(data: bytes, name: str = "p.pdf") -> Any:
        form = {"kind": "invitation", "title_ru": "Проект", "title_de": "Entwurf", "title_en": "Draft",
                "file": (io.BytesIO(data), name)}  # fmt: skip
        return client.post(f"{LETTERS}/enclosures", data=form, content_type="multipart/form-data")

    refused = send(b"no pdf at all", "letter.docx")
    assert refused.status_code == 422
    assert "“letter.docx” is not a PDF." in words_of(refused)
    assert send(blank_pdf(7)).status_code == 303
    row = db.session.query(LetterEnclosure).one()
    assert (row.title_de, row.document.sheets) == ("Entwurf", 7)
    assert client.get(f"{LETTERS}/enclosures/{row.id}.pdf").data == content(row.document)
    assert client.post(f"{LETTERS}/enclosures/{row.id}/remove").status_code == 303
    assert db.session.query(LetterEnclosure).count() == 0


def test_register_file_makes_formulas_harmless(kaluga: Conference, staff: Staff) -> None:
    from tests.correspondence.test_letters import change

    letter = issue(kaluga)
    change(letter.register_entry, addressee="=HYPERLINK(1)")
    text = staff("secretariat").get("/en/desk/register.csv").text
    assert text.splitlines()[1].split(",")[5] == "'=HYPERLINK(1)"


def test_letters_list_takes_the_same_number_of_queries_for_1_and_50_letters(
    app: Flask, kaluga: Conference, staff: Staff
) -> None:
    draft(kaluga, "municipality:perm")
    client = staff("organiser")
    client.get(LETTERS)

    def queries() -> int:
        count = 0

        def counted(*_: Any) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", counted)
        try:
            assert client.get(LETTERS).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", counted)
        return count

    one = queries()
    for number in range(49):
        town = make_municipality(f"town-{number}", name_de=f"Town {number}", iso3166_2="RU-XYZ")
        make_head(town)
    assert len(draft(kaluga, "region:RU-XYZ")) == 49
    assert queries() == one
