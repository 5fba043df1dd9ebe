"""Sending: nothing is lost, nothing goes twice."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.database import db, transaction
from app.documents.operations import seal
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import MailFile, SendReport, hold_back, release_held, send_again, send_waiting, withdraw
from app.mailroom.operations.send import _me
from app.mailroom.rules import MAX_ATTEMPTS, MailState
from config import SmtpServer
from tests.factories import ACTOR, NOW, make_conference
from tests.mail_server import DROP, MailServer
from tests.mailroom.mails import LETTER, queue, state_of


def test_send_waiting_delivers_the_mail_whole_when_the_server_takes_it(server: MailServer) -> None:
    document = seal(content=b"%PDF-1.7 letter", kind="letter", title="Исх-69", at=NOW)
    mail = queue(files=[MailFile("Исх-69.pdf", document=document)], calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                 calendar_method="REQUEST")  # fmt: skip
    assert send_waiting(at=NOW) == SendReport(sent=1)
    [taken] = server.taken
    assert taken["Subject"] == "Приглашение: XVI Конференция"
    assert taken["Message-ID"] == mail.message_id
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["To"] == "head@kaluga.example"
    plain = taken.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text
    parts = {part.get_content_type(): part for part in taken.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["application/pdf"].get_payload(decode=True) == b"%PDF-1.7 letter"
    assert parts["application/pdf"].get_filename() == "Исх-69.pdf"


def test_queue_mail_gives_the_first_when_the_deed_is_repeated(app: Flask) -> None:
    first = queue(deed_key="letter-1")
    assert queue(deed_key="letter-1").id == first.id
    assert db.session.query(OutgoingMail).count() == 1


def test_queue_mail_refuses_when_there_is_no_address(app: Flask) -> None:
    with pytest.raises(Refusal):
        queue(to=["", "  "])


def test_send_waiting_keeps_all_mail_when_no_server_is_set(app: Flask) -> None:
    queue()
    assert send_waiting(at=NOW) == SendReport(waiting=1)


def test_send_waiting_keeps_all_mail_when_the_server_is_down(app: Flask) -> None:
    queue()
    queue()
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, smtp=SmtpServer("127.0.0.1", 9))
    try:
        assert send_waiting(at=NOW) == SendReport(waiting=2)
    finally:
        app.config["SETTINGS"] = before


@pytest.mark.parametrize(
    ("step", "mood", "outcome"),
    [
        ("MAIL", "421 4.3.2 busy", MailState.WAITING),
        ("RCPT", "450 4.2.0 greylisted", MailState.WAITING),
        ("RCPT", "550 5.1.1 no such user", MailState.FAILED),
        ("RCPT", DROP, MailState.WAITING),
        ("DATA", "451 4.3.0 later", MailState.WAITING),
        ("DATA", DROP, MailState.WAITING),
        ("DOT", "452 4.3.1 full", MailState.WAITING),
        ("DOT", "554 5.7.1 refused", MailState.FAILED),
        ("DOT", DROP, MailState.UNCERTAIN),
    ],
)
def test_send_waiting_settles_by_cause_when_the_server_declines(
    server: MailServer, step: str, mood: str, outcome: MailState
) -> None:
    mail = queue()
    server.mood = lambda at, _line: mood if at == step else None
    send_waiting(at=NOW)
    assert state_of(mail) is outcome
    assert server.taken == []


def test_send_waiting_delivers_once_when_the_second_try_succeeds(server: MailServer) -> None:
    queue()
    server.mood = lambda step, _line: "450 4.2.0 later" if step == "RCPT" else None
    assert send_waiting(at=NOW) == SendReport(waiting=1)
    server.mood = lambda _step, _line: None
    assert send_waiting(at=NOW, due_only=True) == SendReport(waiting=1)
    assert send_waiting(at=NOW) == SendReport(sent=1)
    assert send_waiting(at=NOW) == SendReport()
    assert len(server.taken) == 1


def test_send_waiting_goes_on_with_the_next_when_one_is_refused(server: MailServer) -> None:
    queue(to=["nobody@kaluga.example"])
    queue(to=["not an address"])
    queue(to=["head@suhl.example"])
    server.mood = lambda step, line: "550 5.1.1 no" if step == "RCPT" and "nobody" in line else None
    assert send_waiting(at=NOW) == SendReport(sent=1, failed=2)
    assert server.envelopes[0][1] == ["head@suhl.example"]


@pytest.mark.parametrize(("handed_over", "outcome"), [(False, MailState.SENT), (True, MailState.UNCERTAIN)])
def test_send_waiting_takes_back_when_the_sender_was_killed(
    server: MailServer, handed_over: bool, outcome: MailState
) -> None:
    mail = queue()
    with transaction():
        mail.state, mail.claimed_by, mail.claimed_at = MailState.SENDING, _dead_claim(), NOW
        mail.handed_over_at = NOW if handed_over else None
    send_waiting(at=NOW + timedelta(seconds=1))
    assert state_of(mail) is outcome
    assert len(server.taken) == (0 if handed_over else 1)


def _dead_claim() -> str:
    host, pid, _born, sign = _me().split("|")
    return f"{host}|{pid}|1|{sign}"


def test_send_waiting_leaves_a_mail_alone_when_its_sender_lives(server: MailServer) -> None:
    mail = queue()
    with transaction():
        mail.state, mail.claimed_by, mail.claimed_at = MailState.SENDING, _me(), NOW
    send_waiting(at=NOW + timedelta(days=1))
    assert state_of(mail) is MailState.SENDING


def test_release_held_lets_mails_go_when_they_belong_to_the_conference(server: MailServer) -> None:
    conference = make_conference()
    queue(held=True, conference_id=conference.id)
    other = queue(held=True)
    assert send_waiting(at=NOW) == SendReport()
    assert release_held(conference_id=conference.id, actor=ACTOR, at=NOW) == 1
    assert send_waiting(at=NOW) == SendReport(sent=1)
    assert state_of(other) is MailState.HELD


def test_send_again_refuses_when_the_mail_was_sent(server: MailServer) -> None:
    mail = queue()
    send_waiting(at=NOW)
    with pytest.raises(Refusal):
        send_again(mail=mail, actor=ACTOR, at=NOW)


def test_send_waiting_writes_to_internationalised_addresses_when_the_server_can(server: MailServer) -> None:
    queue(to=["жукова@пример.example"])
    assert send_waiting(at=NOW) == SendReport(sent=1)
    assert server.envelopes[0][1] == ["жукова@xn--e1afmkfd.example"]


def test_mails_page_tells_that_no_server_is_set_when_mail_waits(staff: Any, app: Flask) -> None:
    queue()
    page = staff("organiser").get("/ru/desk/mail/")
    assert page.status_code == 200
    assert "Почтовый сервер не задан" in page.text
    assert "Приглашение: XVI Конференция" in page.text


def test_mail_page_sends_again_when_it_failed(staff: Any, server: MailServer) -> None:
    mail = queue()
    server.mood = lambda step, _line: "550 5.1.1 no" if step == "RCPT" else None
    send_waiting(at=NOW)
    client = staff("secretariat")
    assert client.post(f"/de/desk/mail/{mail.id}", data={"deed": "send"}).status_code == 303
    assert state_of(mail) is MailState.WAITING
    assert client.get(f"/de/desk/mail/{mail.id}").status_code == 200


def test_send_waiting_writes_to_the_reception_office_too_when_a_copy_is_asked(server: MailServer) -> None:
    queue(to=["head@kaluga.example", "HEAD@kaluga.example"], copies=["office@kaluga.example", "head@kaluga.example"])
    assert send_waiting(at=NOW) == SendReport(sent=1)
    [taken] = server.taken
    assert (taken["To"], taken["Cc"]) == ("head@kaluga.example", "office@kaluga.example")
    assert server.envelopes[0][1] == ["head@kaluga.example", "office@kaluga.example"]


def test_send_waiting_goes_without_the_copy_when_it_is_put_off_again_and_again(server: MailServer) -> None:
    mail = queue(copies=["office@kaluga.example"])
    server.mood = lambda step, line: "450 4.2.2 full" if step == "RCPT" and "office" in line else None
    for _ in range(3):
        assert send_waiting(at=NOW) == SendReport(waiting=1)
    assert send_waiting(at=NOW) == SendReport(sent=1)
    [returned] = db.session.get_one(OutgoingMail, mail.id).returns
    assert (returned.recipient, returned.status, returned.permanent) == ("office@kaluga.example", "4.2.2", False)
    assert server.envelopes[0][1] == ["head@kaluga.example"]


def test_send_waiting_keeps_the_refused_recipient_in_mind_when_another_is_taken(server: MailServer) -> None:
    mail = queue(copies=["office@kaluga.example"])
    server.mood = lambda step, line: "550 5.1.1 no" if step == "RCPT" and "head" in line else None
    assert send_waiting(at=NOW) == SendReport(sent=1)
    [returned] = db.session.get_one(OutgoingMail, mail.id).returns
    assert (returned.recipient, returned.status, returned.permanent) == ("head@kaluga.example", "5.1.1", True)


def test_send_waiting_asks_for_a_delivery_report_when_the_server_can_give_one(server: MailServer) -> None:
    server.extensions = ("8BITMIME", "DSN")
    mail = queue(to=["head+office@kaluga.example"])
    assert send_waiting(at=NOW) == SendReport(sent=1)
    [sender] = [line for line in server.lines if line[:4].upper() == "MAIL"]
    [recipient] = [line for line in server.lines if line[:4].upper() == "RCPT"]
    assert f"RET=HDRS ENVID={mail.message_id.strip('<>')}" in sender
    assert recipient.endswith("NOTIFY=FAILURE,DELAY ORCPT=rfc822;head+2Boffice@kaluga.example")


def test_send_waiting_never_gives_up_when_our_own_server_is_away(app: Flask) -> None:
    mail = queue()
    with transaction():
        mail.attempts = MAX_ATTEMPTS + 5
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, smtp=SmtpServer("127.0.0.1", 9))
    try:
        assert send_waiting(at=NOW) == SendReport(waiting=1)
    finally:
        app.config["SETTINGS"] = before


@pytest.mark.parametrize("deed", [hold_back, send_again])
def test_a_deed_is_refused_when_a_sender_has_the_mail_in_hand(app: Flask, deed: Any) -> None:
    mail = queue()
    with transaction():
        mail.state, mail.claimed_by = MailState.SENDING, _me()
    with pytest.raises(Refusal):
        deed(mail=mail, actor=ACTOR, at=NOW)


def test_withdraw_leaves_a_mail_alone_when_it_has_gone(server: MailServer) -> None:
    mail = queue()
    send_waiting(at=NOW)
    assert withdraw(mail=mail, actor=ACTOR, at=NOW) is False
    assert state_of(mail) is MailState.SENT


def test_mail_page_sends_to_another_address_when_it_failed(staff: Any, server: MailServer) -> None:
    mail = queue()
    number = mail.message_id
    server.mood = lambda step, _line: "550 5.1.1 no" if step == "RCPT" else None
    send_waiting(at=NOW)
    client = staff("secretariat")
    page = client.get(f"/ru/desk/mail/{mail.id}").text
    assert "Такого почтового ящика нет." in page
    wrong = client.post(f"/ru/desk/mail/{mail.id}", data={"deed": "send", "to": "no address", "copies": ""})
    assert wrong.status_code == 422
    assert "«no address» — не адрес электронной почты." in wrong.text
    given = {"deed": "send", "to": "new@kaluga.example", "copies": "office@kaluga.example; new@kaluga.example"}
    assert client.post(f"/ru/desk/mail/{mail.id}", data=given).status_code == 303
    kept = db.session.get_one(OutgoingMail, mail.id)
    assert (kept.state, kept.to, kept.copies) == (
        MailState.WAITING, ["new@kaluga.example"], ["office@kaluga.example"],
    )  # fmt: skip
    assert kept.message_id != number
