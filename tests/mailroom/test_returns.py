"""Mails that came back: reports of servers are matched, forged and foreign ones change nothing."""

from __future__ import annotations

import io
import json
import mailbox
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import app.mailroom.commands  # noqa: F401  # the verbs register themselves
from app.command_line import GROUPS
from app.database import db, transaction
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import ReturnsTaken, send_again, send_waiting, take_one_report, take_reports
from app.mailroom.rules import MailState, cause_of
from app.mailroom.rules.reports import LARGEST_MAIL, mails_in, read_report
from tests.factories import ACTOR, NOW
from tests.mail_server import MailServer
from tests.mailroom.mails import queue
from tests.mailroom.plain_reports import (
    BY_A_DAEMON,
    NO_REPORT,
    NOTHING_WRONG,
    OUT_OF_OFFICE,
    QMAIL,
    WRITTEN,
)

POSTFIX = """Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: konferenz@ratusha.example
Subject: Undelivered Mail Returned to Sender
Date: Tue,  6 Apr 2021 12:00:05 +0300 (MSK)
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

This is a MIME-encapsulated message.

--B
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.example. I could not deliver your message.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4FF
Arrival-Date: Tue,  6 Apr 2021 12:00:01 +0300 (MSK)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;{original}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.kaluga.example
Diagnostic-Code: smtp; 550 5.1.1 <{final}>: Recipient address rejected: User unknown

--B
Content-Description: Undelivered Message
Content-Type: {returned}

Message-ID: {message_id}
From: konferenz@ratusha.example
To: {original}
Subject: =?utf-8?b?0J/RgNC40LPQu9Cw0YjQtdC90LjQtQ==?=

--B--
"""


def report(mail: OutgoingMail, **given: str) -> bytes:
    """A report about ``mail`` as Postfix writes it, or another server by what is given."""
    values = {
        "final": mail.to[0], "original": mail.to[0], "action": "failed", "status": "5.1.1",
        "returned": "message/rfc822", "message_id": mail.message_id,
    }  # fmt: skip
    return POSTFIX.format(**(values | given)).encode()


@pytest.fixture
def sent(server: MailServer) -> OutgoingMail:
    """A mail that has gone to one recipient."""
    mail = queue()
    send_waiting(at=NOW)
    return mail


def kept(mail: OutgoingMail) -> OutgoingMail:
    db.session.expire_all()
    return db.session.get_one(OutgoingMail, mail.id)


def counted(taken: ReturnsTaken) -> dict[str, int]:
    return {name: count for name, count in vars(taken).items() if isinstance(count, int) and count}


def take(*mails: bytes) -> dict[str, int]:
    return counted(take_reports(mails=mails, actor=ACTOR, at=NOW))


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_take_reports_marks_the_mail_when_it_came_back_for_good(sent: OutgoingMail, returned: str) -> None:
    assert take(report(sent, returned=returned)) == {"read": 1, "returned": 1}
    mail = kept(sent)
    assert (mail.state, mail.returned_at, mail.last_error) == (MailState.FAILED, NOW, "returned 5.1.1")
    assert str(cause_of(mail.last_error)) == "There is no such mailbox."
    [entry] = db.session.query(HistoryEntry).filter_by(deed="mailroom.returned")
    assert entry.details == {"status": "5.1.1"}


def test_take_reports_changes_nothing_when_it_is_read_twice(sent: OutgoingMail) -> None:
    take(report(sent))
    assert take(report(sent)) == {"read": 1, "known": 1}
    assert len(kept(sent).returns) == 1


def test_take_reports_only_notes_when_the_mail_is_delayed(sent: OutgoingMail) -> None:
    assert take(report(sent, action="delayed", status="4.4.1")) == {"read": 1, "noted": 1}
    mail = kept(sent)
    assert mail.state is MailState.SENT
    assert [(one.recipient, one.status, one.permanent) for one in mail.returns] == [(mail.to[0], "4.4.1", False)]
    assert take(report(sent, status="4.4.7")) == {"read": 1, "returned": 1}
    assert kept(sent).state is MailState.FAILED


def test_take_reports_keeps_the_mail_sent_when_one_of_two_recipients_has_it(server: MailServer) -> None:
    mail = queue(copies=["office@kaluga.example"])
    send_waiting(at=NOW)
    assert take(report(mail)) == {"read": 1, "noted": 1}
    assert kept(mail).state is MailState.SENT
    assert take(report(mail, final="Office@Kaluga.example", original="")) == {"read": 1, "returned": 1}
    assert kept(mail).state is MailState.FAILED


@pytest.mark.parametrize(
    "given",
    [
        {"message_id": "<forged@ratusha.example>"},
        {"message_id": ""},
        {"final": "other@kaluga.example", "original": "other@kaluga.example"},
    ],
)
def test_take_reports_changes_nothing_when_a_report_is_forged_or_foreign(
    server: MailServer, given: dict[str, str]
) -> None:
    mail = queue(copies=["office@kaluga.example"])
    send_waiting(at=NOW)
    assert take(report(mail, **given)) == {"read": 1, "foreign": 1}
    assert (kept(mail).state, kept(mail).returns) == (MailState.SENT, [])


@pytest.mark.parametrize("state", [MailState.WAITING, MailState.HELD])
def test_take_reports_changes_nothing_when_the_mail_never_went(server: MailServer, state: MailState) -> None:
    mail = queue(held=state is MailState.HELD)
    assert take(report(mail)) == {"read": 1, "foreign": 1}
    assert (kept(mail).state, kept(mail).returns) == (state, [])


def test_take_reports_believes_a_forwarded_recipient_when_the_mail_had_only_one(sent: OutgoingMail) -> None:
    assert take(report(sent, final="moved@elsewhere.example", original="")) == {"read": 1, "returned": 1}


def test_take_reports_knows_the_mail_by_its_envelope_when_nothing_of_it_came_back(sent: OutgoingMail) -> None:
    told = report(sent, message_id="").replace(
        b"Reporting-MTA:", b"Original-Envelope-Id: " + sent.message_id.strip("<>").encode() + b"\nReporting-MTA:"
    )
    assert take(told) == {"read": 1, "returned": 1}


def test_take_reports_marks_an_uncertain_mail_when_it_came_back(sent: OutgoingMail) -> None:
    with transaction():
        kept(sent).state = MailState.UNCERTAIN
    assert take(report(sent)) == {"read": 1, "returned": 1}


def test_take_reports_finds_an_internationalised_recipient_when_the_report_names_it_in_ascii(
    server: MailServer,
) -> None:
    mail = queue(to=["office@пример.example"], copies=["second@kaluga.example"])
    send_waiting(at=NOW)
    assert take(report(mail, final="office@xn--e1afmkfd.example", original="")) == {"read": 1, "noted": 1}


def test_take_reports_leaves_the_second_sending_alone_when_the_first_one_is_read_again(sent: OutgoingMail) -> None:
    told = report(sent)
    take(told)
    send_again(mail=sent, actor=ACTOR, at=NOW)
    assert (kept(sent).returns, kept(sent).returned_at) == ([], None)
    assert send_waiting(at=NOW).sent == 1
    assert take(told) == {"read": 1, "foreign": 1}
    assert kept(sent).state is MailState.SENT


DEEP = b"MIME-Version: 1.0\n" + b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth) for depth in range(3000)
)


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"Subject: hello\n\nNo report at all.\n", {"read": 1, "other": 1}),
        (b"\xff\xfe\x00nonsense", {"read": 1, "other": 1}),
        (b"", {"read": 1, "broken": 1}),
        (b"Content-Type: message/delivery-status\n\nno blocks", {"read": 1, "other": 1}),
        (b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\nAction: failed"
         b"\nStatus: 5.1.1\n\n--B--\n", {"read": 1, "other": 1}),
    ],
)  # fmt: skip
def test_take_reports_passes_over_a_mail_when_it_is_no_report(
    sent: OutgoingMail, data: bytes, outcome: dict[str, int]
) -> None:
    assert take(data) == outcome
    assert kept(sent).state is MailState.SENT


def test_read_report_refuses_when_the_mail_is_too_large_or_nested_too_deep(sent: OutgoingMail) -> None:
    with pytest.raises(Refusal):
        read_report(b"x" * (LARGEST_MAIL + 1))
    assert take(DEEP) in ({"read": 1, "broken": 1}, {"read": 1, "other": 1})


def test_mails_in_parts_a_mailbox_when_lines_begin_with_from(tmp_path: Path, sent: OutgoingMail) -> None:
    path = tmp_path / "bounces.mbox"
    box = mailbox.mbox(str(path))
    box.add(b"Subject: one\n\nFrom the town hall\n")
    box.add(report(sent))
    box.close()
    first, second = mails_in(path.read_bytes())
    assert b"\nFrom the town hall" in first
    found = read_report(second)
    assert found is not None
    assert found.message_ids == (sent.message_id,)


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(GROUPS["mail"], [*arguments, "--json"], catch_exceptions=False)
    return (result.exit_code, json.loads(result.stdout)) if result.exit_code == 0 else (result.exit_code, result.stderr)


@pytest.mark.parametrize("kind", ["eml", "mbox", "maildir"])
def test_mail_bounces_reads_what_mail_programs_keep_when_given_its_path(
    tmp_path: Path, sent: OutgoingMail, kind: str
) -> None:
    path = tmp_path / f"reports.{kind}"
    if kind == "eml":
        path.write_bytes(report(sent))
    elif kind == "mbox":
        box = mailbox.mbox(str(path))
        box.add(report(sent))
        box.close()
    else:
        mailbox.Maildir(str(path)).add(report(sent))
    nothing = {"read": 1, "returned": 1, "noted": 0, "known": 0, "foreign": 0, "other": 0, "broken": 0}
    told = nothing | {"mails": [{"id": sent.id, "state": "failed", "cause": "There is no such mailbox."}]}
    assert run("bounces", str(path), "--dry-run") == (0, told)
    assert kept(sent).state is MailState.SENT
    assert run("bounces", str(path)) == (0, told)
    assert kept(sent).state is MailState.FAILED


def test_mail_bounces_refuses_when_the_file_holds_no_mail(tmp_path: Path, sent: OutgoingMail) -> None:
    path = tmp_path / "letter.bin"
    path.write_bytes(b"\x00\x01\x02")
    assert run("bounces", str(path)) == (1, "There is no mail in “letter.bin”.\n")


def test_mail_settle_decides_when_the_arrival_is_uncertain(sent: OutgoingMail) -> None:
    with transaction():
        kept(sent).state = MailState.UNCERTAIN
    assert run("settle", str(sent.id), "--arrived", "--dry-run") == (0, {"id": sent.id, "state": "sent"})
    assert kept(sent).state is MailState.UNCERTAIN
    assert run("settle", str(sent.id), "--again") == (0, {"id": sent.id, "state": "waiting"})
    assert kept(sent).message_id == sent.message_id
    assert run("settle", str(sent.id), "--arrived")[0] == 1
    assert run("settle", "99999", "--arrived") == (1, "There is no mail 99999.\n")


def test_returns_page_takes_a_report_when_it_is_pasted_or_uploaded(staff: Any, server: MailServer) -> None:
    first, second = queue(), queue()
    send_waiting(at=NOW)
    client = staff("secretariat")
    assert client.get("/de/desk/mail/returns").status_code == 200
    pasted = client.post("/de/desk/mail/returns", data={"report": report(first).decode()})
    assert (pasted.status_code, pasted.location) == (303, f"/de/desk/mail/{first.id}")
    page = client.get(f"/de/desk/mail/{first.id}").text
    assert "zurückgekommen" in page
    assert "Dieses Postfach gibt es nicht." in page
    file = (io.BytesIO(report(second)), "report.eml")
    assert client.post("/de/desk/mail/returns", data={"file": file}).status_code == 303
    assert kept(second).state is MailState.FAILED


@pytest.mark.parametrize("data", [{}, {"report": "Guten Tag"}, {"report": "x" * 2_000_001}])
def test_returns_page_refuses_when_it_is_no_report(staff: Any, data: dict[str, str]) -> None:
    answer = staff("secretariat").post("/de/desk/mail/returns", data=data)
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_take_one_report_refuses_when_the_mail_is_another_one(sent: OutgoingMail) -> None:
    with pytest.raises(Refusal):
        take_one_report(data=b"Subject: hello\n\nhello", actor=ACTOR, at=NOW)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", ""),
        ("450 4.2.0", "The mail server of the recipient asks to come back later."),
        ("450 4.7.1", "The mail server of the recipient asks to come back later."),
        ("550 5.7.1", "The mail server of the recipient refuses mail from us."),
        ("552 5.2.2", "The mailbox is full."),
        ("returned 5.1.1", "There is no such mailbox."),
        ("554", "The mail server of the recipient refuses the mail."),
        ("421", "The mail server is busy."),
        ("TimeoutError: the mail server does not answer", "The mail server does not answer; no recipient is to blame."),
        ("not an e-mail address", "This is no e-mail address."),
        ("5.9.9", "The mail server of the recipient refuses the mail."),
    ],
)
def test_cause_of_says_in_words_what_happened_when_a_server_answered(error: str, words: str) -> None:
    assert str(cause_of(error)) == words


def written(kind: str, mail: OutgoingMail) -> bytes:
    text, charset, _status, _permanent = WRITTEN[kind]
    return text.format(to=mail.to[0], id=mail.message_id).encode(charset)


@pytest.mark.parametrize("kind", WRITTEN)
def test_take_reports_reads_what_a_server_wrote_for_people(server: MailServer, kind: str) -> None:
    mail = queue(copies=["office@kaluga.example"])
    other = queue(to=["other@kaluga.example"])
    send_waiting(at=NOW)
    told = written(kind, mail)
    assert take(told) == {"read": 1, "noted": 1}
    assert take(told) == {"read": 1, "known": 1}
    [one] = kept(mail).returns
    assert (one.recipient, one.status, one.permanent) == (mail.to[0], *WRITTEN[kind][2:])
    assert (kept(mail).state, kept(other).state) == (MailState.SENT, MailState.SENT)


def test_take_reports_marks_the_mail_when_qmail_names_all_its_recipients(server: MailServer) -> None:
    mail = queue(copies=["office@kaluga.example"])
    send_waiting(at=NOW)
    second = "<Office@Kaluga.example>:\nUser unknown\n\n---"
    told = QMAIL.format(to=mail.to[0], id=mail.message_id).replace("---", second, 1)
    assert take(told.encode()) == {"read": 1, "noted": 1, "returned": 1}
    assert (kept(mail).state, str(cause_of(kept(mail).last_error))) == (
        MailState.FAILED, "There is no such mailbox.",
    )  # fmt: skip


@pytest.mark.parametrize("text", [OUT_OF_OFFICE, BY_A_DAEMON, NO_REPORT, NOTHING_WRONG])
def test_take_reports_passes_over_an_answer_when_nothing_came_back(sent: OutgoingMail, text: str) -> None:
    told = text.format(to=sent.to[0], id=sent.message_id).encode()
    assert take(told) == {"read": 1, "other": 1}
    assert (kept(sent).state, kept(sent).returns) == (MailState.SENT, [])


def test_take_reports_believes_no_plain_report_when_it_names_another_mail(sent: OutgoingMail) -> None:
    assert take(QMAIL.format(to=sent.to[0], id="<forged@ratusha.example>").encode()) == {"read": 1, "foreign": 1}
    assert kept(sent).state is MailState.SENT


def test_take_one_report_believes_the_address_when_one_mail_went_there_and_none_is_named(sent: OutgoingMail) -> None:
    told = QMAIL.format(to=sent.to[0], id="").replace("Message-ID: \n", "").encode()
    assert take(told) == {"read": 1, "foreign": 1}  # in a mailbox nobody has looked at it
    went = kept(sent).sent_at
    assert went is not None
    late = went + timedelta(days=11)
    assert counted(take_one_report(data=told, actor=ACTOR, at=late)) == {"read": 1, "foreign": 1}
    assert counted(take_one_report(data=told, actor=ACTOR, at=went)) == {"read": 1, "returned": 1}
    assert kept(sent).state is MailState.FAILED


def test_take_one_report_believes_no_address_when_several_mails_went_there(sent: OutgoingMail) -> None:
    queue()
    send_waiting(at=NOW)
    told = QMAIL.format(to=sent.to[0], id="").replace("Message-ID: \n", "").encode()
    assert counted(take_one_report(data=told, actor=ACTOR, at=NOW)) == {"read": 1, "foreign": 1}


@pytest.mark.parametrize("filling", ["a", "a@", "<a@b>:\n", "> ", "не ", "<", "5.1.", "delivery "])
def test_read_report_is_quick_when_a_report_is_long_and_hostile(filling: str) -> None:
    told = QMAIL.format(to="a@b.example", id="<x@y>").replace("Hi.", filling * (400_000 // len(filling)))
    begun = time.process_time()
    read_report(told.encode())
    assert time.process_time() - begun < 2
