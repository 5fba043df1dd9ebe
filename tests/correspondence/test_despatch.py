"""Despatch: printed in the order of the register, logged with each letter, by hand, by post and by e-mail."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

import app.correspondence.commands  # noqa: F401  # the verbs register themselves
from app.command_line import GROUPS
from app.conferences.models import Conference
from app.correspondence.models import Despatch, DespatchRun, Letter
from app.correspondence.operations import (
    Sending,
    add_enclosure,
    annul_entry,
    approve_letters,
    enclosures_of_run,
    issue_letters,
    letters_pdf,
    mail_to_present_address,
    note_despatch,
    prepare_letters,
    print_letters,
)
from app.correspondence.operations.despatch_papers import envelope_of, post_of
from app.correspondence.queries import Meant, letters_of_run, letters_to_print
from app.correspondence.rules import DespatchWay, LetterKind, Stage, file_name
from app.correspondence.views.standing import how_sent, standing
from app.database import db, transaction
from app.directory.models import MunicipalHead, Municipality
from app.documents.queries import content
from app.errors import Refusal
from app.i18n import speaking
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import send_waiting, settle_arrived, take_reports
from app.mailroom.rules import MailState
from config import SmtpServer
from tests.documents.pdf_files import pdf
from tests.factories import ACTOR, NOW
from tests.mail_server import MailServer, mail_server
from tests.mailroom.test_returns import report

Staff = Callable[[str], FlaskClient]
TODAY = NOW.date()


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    """A mail server the house is set to use."""
    before = app.config["SETTINGS"]
    with mail_server() as running:
        app.config["SETTINGS"] = dataclasses.replace(before, smtp=SmtpServer("127.0.0.1", running.port))
        yield running
    app.config["SETTINGS"] = before


def head_of(slug: str) -> MunicipalHead:
    return db.session.query(MunicipalHead).join(Municipality).filter(Municipality.slug == slug).one()


def without_mail(*slugs: str) -> None:
    for slug in slugs:
        head = head_of(slug)
        with transaction():
            head.email = ""


def issued(conference: Conference, *slugs: str) -> list[Letter]:
    """Letters issued in the order given."""
    made: list[Letter] = []
    for slug in slugs:
        prepare_letters(
            conference=conference, kind=LetterKind.INVITATION, selection=f"municipality:{slug}", actor=ACTOR, at=NOW
        )
        approve_letters(conference=conference, actor=ACTOR, at=NOW)
        made += issue_letters(conference=conference, actor=ACTOR, at=NOW).letters
    return made


def enclose(conference: Conference, pages: int) -> None:
    add_enclosure(
        conference=conference, kind=LetterKind.INVITATION, content=pdf(pages), filename="programme.pdf",
        titles={"ru": "Программа", "de": "Programm", "en": "Programme"}, actor=ACTOR, at=NOW,
    )  # fmt: skip


def run(conference: Conference, **given: Any) -> DespatchRun:
    return print_letters(conference=conference, **({"actor": ACTOR, "at": NOW} | given))


def log_of(letter: Letter) -> list[tuple[str, bool]]:
    return [(one.way.value, one.again) for one in db.session.query(Despatch).filter_by(letter_id=letter.id)]


def fresh(letter: Letter) -> Letter:
    db.session.expire_all()
    return db.session.get_one(Letter, letter.id)


def told(letter: Letter) -> str:
    with speaking("en"):
        return how_sent(fresh(letter)).replace("\xa0", " ")


def words_on(data: bytes) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout
    return [" ".join(page.split()) for page in text.decode().split("\f")[:-1]]


def sizes(data: bytes) -> list[tuple[int, int]]:
    with pikepdf.open(BytesIO(data)) as found:
        return [(round(float(page.mediabox[2]) / 72 * 25.4), round(float(page.mediabox[3]) / 72 * 25.4))
                for page in found.pages]  # fmt: skip


def test_print_letters_takes_those_without_mail_when_none_is_chosen(kaluga: Conference) -> None:
    without_mail("suhl")
    suhl, perm = issued(kaluga, "suhl", "perm")
    made = run(kaluga)
    assert [letter.id for letter in letters_of_run(made)] == [suhl.id]
    assert (log_of(suhl), log_of(perm)) == ([("printed", False)], [])
    assert (made.by, made.at) == (ACTOR.label, NOW)


def test_print_letters_goes_by_the_register_when_names_would_say_otherwise(kaluga: Conference) -> None:
    without_mail("suhl", "perm")
    suhl, perm = issued(kaluga, "suhl", "perm")
    assert [letter.id for letter in letters_of_run(run(kaluga))] == [suhl.id, perm.id]
    pages = words_on(letters_pdf(run(kaluga, meant=Meant.ALL)))
    assert ["Исх-1" in pages[0], "Исх-2" in pages[1]] == [True, True]


def test_print_letters_says_so_when_a_letter_is_printed_again(kaluga: Conference) -> None:
    without_mail("suhl")
    [suhl] = issued(kaluga, "suhl")
    run(kaluga)
    with pytest.raises(Refusal):
        run(kaluga)
    run(kaluga, meant=Meant.PAPER, at=NOW + timedelta(days=1))
    assert log_of(suhl) == [("printed", False), ("printed", True)]
    assert told(suhl) == "printed on 6 Apr 2021; printed again on 7 Apr 2021"


def test_print_letters_takes_what_is_ticked_when_it_is_chosen_by_hand(kaluga: Conference) -> None:
    suhl, perm = issued(kaluga, "suhl", "perm")
    run(kaluga, meant=Meant.ALL, letter_ids=[perm.id])
    assert (log_of(suhl), log_of(perm)) == ([], [("printed", False)])


def test_print_letters_leaves_drafts_and_annulled_letters_alone_when_all_are_meant(kaluga: Conference) -> None:
    [suhl] = issued(kaluga, "suhl")
    assert suhl.register_entry is not None
    annul_entry(entry=suhl.register_entry, reason="Test", actor=ACTOR, at=NOW)
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW)
    assert letters_to_print(kaluga, Meant.ALL) == []


def test_letters_pdf_shows_the_sealed_pages_pixel_for_pixel_when_printed(kaluga: Conference, tmp_path: Path) -> None:
    without_mail("suhl", "perm")
    letters = issued(kaluga, "suhl", "perm")
    (tmp_path / "all.pdf").write_bytes(letters_pdf(run(kaluga)))
    for place, letter in enumerate(letters, start=1):
        assert letter.document is not None
        (tmp_path / "one.pdf").write_bytes(content(letter.document))
        shown = [
            subprocess.run(["pdftoppm", "-r", "60", "-f", str(page), "-l", str(page), str(tmp_path / name)],
                           capture_output=True, check=True).stdout
            for name, page in (("all.pdf", place), ("one.pdf", 1))
        ]  # fmt: skip
        assert len(shown[0]) > 100_000
        assert shown[0] == shown[1]


def test_letters_pdf_puts_the_enclosures_behind_each_letter_when_they_go_with_it(kaluga: Conference) -> None:
    without_mail("suhl", "perm")
    enclose(kaluga, 3)
    issued(kaluga, "suhl", "perm")
    together = run(kaluga, meant=Meant.ALL)
    assert len(sizes(letters_pdf(together))) == 2 * (1 + 3)
    assert enclosures_of_run(together) == ()
    assert len(sizes(letters_pdf(run(kaluga, meant=Meant.ALL, two_sided=True)))) == 2 * (2 + 4)


def test_enclosures_of_run_count_copies_when_they_are_printed_apart(kaluga: Conference) -> None:
    without_mail("suhl", "perm")
    enclose(kaluga, 3)
    issued(kaluga, "suhl", "perm")
    apart = run(kaluga, with_enclosures=False)
    assert len(sizes(letters_pdf(apart))) == 2
    assert [(one.title, one.copies) for one in enclosures_of_run(apart)] == [("Programm", 2)]


@pytest.mark.parametrize(
    ("way", "words", "state"),
    [
        (DespatchWay.POSTED, "posted on 6 Apr 2021 (RR 123 456 785 DE)", "posted"),
        (DespatchWay.HANDED_OVER, "handed over on 6 Apr 2021", "handed over"),
        (DespatchWay.RETURNED, "printed on 6 Apr 2021; came back on 6 Apr 2021 (RR 123 456 785 DE)", "returned"),
    ],
)
def test_note_despatch_is_told_everywhere_when_it_is_recorded(
    kaluga: Conference, staff: Staff, way: DespatchWay, words: str, state: str
) -> None:
    without_mail("suhl")
    [suhl] = issued(kaluga, "suhl")
    run(kaluga)
    with speaking("en"):
        assert standing(fresh(suhl)).word == "printed"
    sending = Sending(way, TODAY, "by courier", {suhl.id: " rr 123 456  785 de "})
    assert note_despatch(letters=[suhl], sending=sending, actor=ACTOR, at=NOW) == 1
    assert told(suhl) == words
    with speaking("en"):
        assert standing(fresh(suhl)).word == state
    page = staff("secretariat").get("/en/desk/register").text
    assert words in " ".join(page.split())
    of_letter = staff("secretariat").get(f"/en/desk/c/{kaluga.slug}/letters/{suhl.id}").text
    assert words in " ".join(of_letter.split())


@pytest.mark.parametrize(
    ("on", "number", "field"),
    [
        (TODAY + timedelta(days=1), "", "on"),
        (TODAY - timedelta(days=1), "", "on"),
        (TODAY, "RR<script>", "postal_number"),
        (TODAY, "1", "postal_number"),
    ],
)
def test_note_despatch_refuses_when_it_cannot_have_been(kaluga: Conference, on: date, number: str, field: str) -> None:
    [suhl] = issued(kaluga, "suhl")
    with pytest.raises(Refusal) as refused:
        note_despatch(letters=[suhl], sending=Sending(DespatchWay.POSTED, on, "", {suhl.id: number}), actor=ACTOR,
                      at=NOW)  # fmt: skip
    assert refused.value.field == field
    assert log_of(suhl) == []


def test_note_despatch_refuses_when_the_letter_is_annulled(kaluga: Conference) -> None:
    [suhl] = issued(kaluga, "suhl")
    assert suhl.register_entry is not None
    annul_entry(entry=suhl.register_entry, reason="Test", actor=ACTOR, at=NOW)
    with pytest.raises(Refusal):
        note_despatch(letters=[suhl], sending=Sending(DespatchWay.POSTED, TODAY), actor=ACTOR, at=NOW)


def test_the_mailroom_logs_the_despatch_when_the_mail_goes_and_comes_back(
    kaluga: Conference, server: MailServer
) -> None:
    [suhl] = issued(kaluga, "suhl")
    assert told(suhl) == "by e-mail: not sent yet"
    assert send_waiting(at=NOW).sent == 1
    mail = fresh(suhl).mail
    assert mail is not None
    assert log_of(suhl) == [("email", False)]
    assert told(suhl).startswith("sent by e-mail on ")
    take_reports(mails=[report(mail)], actor=ACTOR, at=NOW)
    assert log_of(suhl) == [("email", False), ("returned", False)]
    with speaking("en"):
        assert (standing(fresh(suhl)).word, standing(fresh(suhl)).next) == (
            "returned",
            "There is no such mailbox. Mend the address in the directory and send it again, or print the letter.",
        )
    assert [letter.id for letter in letters_to_print(kaluga, Meant.WAITING)] == [suhl.id]


def test_mail_to_present_address_sends_anew_when_the_directory_was_mended(
    kaluga: Conference, server: MailServer, staff: Staff
) -> None:
    [suhl] = issued(kaluga, "suhl")
    with pytest.raises(Refusal):
        mail_to_present_address(letter=suhl, actor=ACTOR, at=NOW)
    server.mood = lambda step, _line: "550 5.1.1 no" if step == "RCPT" else None
    send_waiting(at=NOW)
    head = head_of("suhl")
    with transaction():
        head.email, head.copy_to = "rathaus@suhl.example", "protokoll@suhl.example, ob@suhl.example"
    server.mood = lambda _step, _line: None
    page = staff("organiser").get(f"/de/desk/c/{kaluga.slug}/letters/{suhl.id}").text
    assert "An rathaus@suhl.example senden" in page
    answer = staff("organiser").post(f"/de/desk/c/{kaluga.slug}/letters/{suhl.id}/mail-again")
    assert answer.status_code == 303
    assert send_waiting(at=NOW).sent == 1
    assert server.envelopes[-1][1] == ["rathaus@suhl.example", "protokoll@suhl.example", "ob@suhl.example"]
    assert log_of(suhl) == [("email", False)]


def test_issue_letters_writes_to_the_reception_office_too_when_the_head_names_it(kaluga: Conference) -> None:
    head = head_of("suhl")
    with transaction():
        head.copy_to = "protokoll@suhl.example, ob@suhl.example"
    [suhl] = issued(kaluga, "suhl")
    assert suhl.mail is not None
    assert (suhl.mail.to, suhl.mail.copies) == (
        ["head@suhl.example"], ["protokoll@suhl.example", "ob@suhl.example"],
    )  # fmt: skip


def test_settle_arrived_logs_the_despatch_when_the_mail_was_uncertain(kaluga: Conference) -> None:
    [suhl] = issued(kaluga, "suhl")
    assert suhl.mail is not None
    mail = db.session.get_one(OutgoingMail, suhl.mail.id)
    with transaction():
        mail.state = MailState.UNCERTAIN
    settle_arrived(mail=mail, actor=ACTOR, at=NOW)
    assert log_of(suhl) == [("email", False)]


def test_a_letter_counts_as_sent_when_it_was_posted(kaluga: Conference, staff: Staff) -> None:
    without_mail("suhl")
    [suhl] = issued(kaluga, "suhl")
    url = f"/en/desk/c/{kaluga.slug}/letters?stage={Stage.SENT.value}"
    assert "Suhl</a>" not in staff("organiser").get(url).text
    note_despatch(letters=[suhl], sending=Sending(DespatchWay.POSTED, TODAY), actor=ACTOR, at=NOW)
    assert "Suhl</a>" in staff("organiser").get(url).text


def test_envelope_of_names_office_address_and_country_when_the_post_is_foreign(kaluga: Conference) -> None:
    town = db.session.query(Municipality).filter_by(slug="suhl").one()
    with transaction():
        town.postal_address = "Marktplatz 1\n98527 Suhl"
    suhl, perm = issued(kaluga, "suhl", "perm")
    assert post_of(kaluga.issuer) == "RU"
    assert envelope_of(suhl, post="RU").addressee == (
        "Oberbürgermeister der Stadt Suhl", "Herrn André Knapp", "Marktplatz 1", "98527 Suhl", "DEUTSCHLAND",
        "ГЕРМАНИЯ",
    )  # fmt: skip
    assert envelope_of(suhl, post="DE").addressee[-1] == "98527 Suhl"
    assert envelope_of(perm, post="RU").addressee == ("Главе города Перми", "Дёмкину А.Н.", "Пермь")
    assert envelope_of(perm, post="RU").sender[0] == "Международная Ассоциация «Породнённые города»"
    assert envelope_of(perm, post="RU").number == "Исх-2"


def test_envelope_of_takes_the_address_of_today_when_the_directory_was_mended(kaluga: Conference) -> None:
    town = db.session.query(Municipality).filter_by(slug="perm").one()
    with transaction():
        town.postal_address = "ул. Ленина, д. 23\nг. Пермь\n614000"
    [perm] = issued(kaluga, "perm")
    with transaction():
        town.postal_address = "ул. Сибирская, д. 15\nг. Пермь\n614000"
    assert envelope_of(perm, post="RU").addressee[2:] == ("ул. Сибирская, д. 15", "г. Пермь", "614000")


def test_envelope_of_names_the_head_when_the_letter_is_a_general_one(kaluga: Conference) -> None:
    [perm] = issued(kaluga, "perm")
    with transaction():
        perm.addressed_as = "Главы муниципальных образований"
    assert envelope_of(perm, post="RU").addressee == ("Главе города Перми", "Дёмкину А.Н.", "Пермь")


def test_despatch_pages_lead_from_choice_to_record_when_a_secretary_prints(kaluga: Conference, staff: Staff) -> None:
    without_mail("suhl", "perm")
    suhl, perm = issued(kaluga, "suhl", "perm")
    client = staff("secretariat")
    here = f"/de/desk/c/{kaluga.slug}/letters/despatch"
    page = client.get(here).text
    assert page.count('name="letter"') == 2
    assert "2 Kommunen haben keine Postanschrift" in page
    answer = client.post(here, data={"meant": "waiting", "letter": [suhl.id, perm.id], "enclosures": "with"})
    assert answer.status_code == 303
    room = answer.location
    assert "Исх-1" in client.get(room).text
    assert sizes(client.get(f"{room}/letters.pdf").data) == [(210, 297)] * 2
    assert sizes(client.get(f"{room}/envelopes.pdf?form=dl&post=DE").data) == [(220, 110)] * 2
    assert sizes(client.get(f"{room}/envelopes.pdf?form=c4-window").data) == [(229, 324)] * 2
    assert client.get(f"{room}/envelopes.pdf?form=b4").status_code == 404
    assert sizes(client.get(f"{room}/labels.pdf?article=L7160&start=21&post=RU").data) == [(210, 297)] * 2
    own = "article=own&columns=2&rows=4&width=90&height=60&left=10&top=20&step_x=95&step_y=65"
    assert sizes(client.get(f"{room}/labels.pdf?{own}").data) == [(210, 297)]
    given = {"way": "posted", "on": "2021-04-06", "letter": [suhl.id], f"number-{suhl.id}": "RR 123 456 785 DE"}
    assert client.post(room, data=given | {"on": "2030-01-01"}).status_code == 422
    assert client.post(room, data=given | {f"number-{suhl.id}": "?"}).status_code == 422
    assert log_of(suhl) == [("printed", False)]
    assert client.post(room, data=given).status_code == 303
    assert (log_of(suhl), log_of(perm)) == ([("printed", False), ("posted", False)], [("printed", False)])
    assert "zur Post gegeben am 06.04.2021 (RR 123 456 785 DE)" in client.get(room).text


@pytest.mark.parametrize(
    "query",
    ["article=L7160&start=22", "article=L7160&start=0", "article=unknown", "article=own&columns=9&rows=9&width=90",
     "article=L7160&start=abc"],
)  # fmt: skip
def test_run_labels_shows_the_form_again_when_the_sheet_cannot_be(kaluga: Conference, staff: Staff, query: str) -> None:
    without_mail("suhl")
    issued(kaluga, "suhl")
    made = run(kaluga)
    answer = staff("secretariat").get(f"/ru/desk/c/{kaluga.slug}/letters/despatch/{made.id}/labels.pdf?{query}")
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_print_now_refuses_when_nothing_is_ticked(kaluga: Conference, staff: Staff) -> None:
    without_mail("suhl")
    issued(kaluga, "suhl")
    answer = staff("secretariat").post(f"/de/desk/c/{kaluga.slug}/letters/despatch", data={"meant": "waiting"})
    assert answer.status_code == 422
    assert db.session.query(DespatchRun).count() == 0


def test_despatch_pages_are_closed_when_somebody_only_works_at_the_desk(kaluga: Conference, staff: Staff) -> None:
    assert staff("desk").get(f"/de/desk/c/{kaluga.slug}/letters/despatch").status_code == 403


def test_note_letter_records_a_single_letter_when_it_was_handed_over(kaluga: Conference, staff: Staff) -> None:
    [suhl] = issued(kaluga, "suhl")
    client = staff("secretariat")
    here = f"/en/desk/c/{kaluga.slug}/letters/{suhl.id}/despatch"
    assert "The letter has not gone yet" in client.get(here).text
    assert client.post(here, data={"way": "handed_over", "on": "2021-04-05"}).status_code == 422
    given = {"way": "handed_over", "on": "2021-04-06", "note": "im Vorzimmer"}
    assert client.post(here, data=given).status_code == 303
    page = client.get(here).text
    assert "im Vorzimmer" in page
    assert told(suhl) == "handed over on 6 Apr 2021; by e-mail: not sent yet"


def test_letters_print_writes_and_logs_when_asked_on_the_command_line(kaluga: Conference, tmp_path: Path) -> None:
    without_mail("suhl")
    [suhl] = issued(kaluga, "suhl")
    out = tmp_path / "run.pdf"
    given = [
        "print",
        "--conference",
        kaluga.slug,
        "--out",
        str(out),
        "--envelopes",
        "dl",
        "--labels",
        "L7160",
        "--json",
    ]

    def call(*more: str) -> Any:
        return CliRunner().invoke(GROUPS["letters"], [*given, *more], catch_exceptions=False)

    assert json.loads(call("--dry-run").stdout)["letters"] == 1
    assert (list(tmp_path.iterdir()), log_of(suhl)) == ([], [])
    files = [str(tmp_path / name) for name in ("run.pdf", "run-envelopes-dl.pdf", "run-labels-L7160.pdf")]
    assert json.loads(call().stdout)["files"] == files
    assert [len(sizes(Path(name).read_bytes())) for name in files] == [1, 1, 1]
    assert log_of(suhl) == [("printed", False)]
    refused = call()
    assert (refused.exit_code, refused.stderr) == (1, "No issued letter is meant: choose others.\n")


def test_file_name_is_cut_at_a_word_when_it_is_long() -> None:
    long = "Приложение 3. Приглашение для города-партнёра Ротенбург-об-дер-Таубер (на немецком языке), 2 экз."
    assert [file_name("69_kaluga"), file_name(long), file_name("а" * 90)] == [
        "69_kaluga.pdf",
        "Приложение 3. Приглашение для города-партнёра Ротенбург-об-дер-Таубер (на.pdf",
        "а" * 75 + ".pdf",
    ]
