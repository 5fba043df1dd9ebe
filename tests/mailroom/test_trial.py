"""Trial mode, and how many mails go in a minute."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

import app.mailroom.commands  # noqa: F401  # the verbs register themselves
from app.clock import now
from app.command_line import GROUPS
from app.database import db, transaction
from app.doctor import examine
from app.mailroom.models import MailPace, OutgoingMail
from app.mailroom.operations import SendReport, release_held, send_waiting
from app.mailroom.operations.pace import take_turn
from app.mailroom.rules import MailState
from config import BadSetting, load_settings
from tests.factories import ACTOR, NOW, make_conference
from tests.mail_server import MailServer
from tests.mailroom.mails import queue, state_of


@pytest.fixture
def trial(app: Flask, server: MailServer) -> Iterator[MailServer]:
    """The mail server, with the trial mode on."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, mail_trial_to="organiser@ratusha.example")
    yield server
    app.config["SETTINGS"] = before


def test_send_waiting_writes_to_the_organiser_only_when_the_trial_is_on(trial: MailServer) -> None:
    mail = queue(copies=["office@kaluga.example"], calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert send_waiting(at=NOW) == SendReport(trial=1)
    assert [recipients for _sender, recipients in trial.envelopes] == [["organiser@ratusha.example"]]
    [taken] = trial.taken
    assert taken["Subject"] == "[Проба, для head@kaluga.example, office@kaluga.example] Приглашение: XVI Конференция"
    assert (taken["To"], taken["Cc"]) == ("organiser@ratusha.example", None)
    assert taken["X-Ratusha-Trial-For"] == "head@kaluga.example, office@kaluga.example"
    assert taken["Message-ID"] != mail.message_id
    plain = taken.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().startswith(
        "Это проба: письмо предназначено для head@kaluga.example, office@kaluga.example, но туда не отправлено."
    )
    assert "text/calendar" not in {part.get_content_type() for part in taken.walk()}


def test_send_waiting_holds_the_mail_when_it_went_to_the_trial_only(trial: MailServer) -> None:
    mail = queue()
    send_waiting(at=NOW)
    kept = db.session.get_one(OutgoingMail, mail.id)
    assert (kept.state, kept.sent_at) == (MailState.HELD, None)
    assert kept.tried_at is not None
    assert send_waiting(at=NOW) == SendReport()


def test_send_waiting_holds_the_mail_when_the_address_of_the_trial_is_refused(trial: MailServer) -> None:
    mail = queue()
    trial.mood = lambda step, _line: "550 5.1.1 no" if step == "RCPT" else None
    assert send_waiting(at=NOW) == SendReport()
    kept = db.session.get_one(OutgoingMail, mail.id)
    assert (kept.state, kept.tried_at, kept.last_error) == (MailState.HELD, None, "550 5.1.1")


def test_release_held_sends_to_the_recipients_when_the_trial_is_over(app: Flask, trial: MailServer) -> None:
    conference = make_conference()
    mail = queue(conference_id=conference.id)
    send_waiting(at=NOW)
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], mail_trial_to="")
    assert release_held(conference_id=conference.id, actor=ACTOR, at=NOW) == 1
    assert send_waiting(at=NOW) == SendReport(sent=1)
    assert trial.envelopes[-1][1] == ["head@kaluga.example"]
    assert trial.taken[-1]["Message-ID"] == mail.message_id
    assert trial.taken[-1]["Subject"] == "Приглашение: XVI Конференция"


def test_pages_and_commands_say_so_when_the_trial_is_on(app: Flask, trial: MailServer, staff: Any) -> None:
    mail = queue()
    send_waiting(at=NOW)
    client = staff("organiser")
    for page in ("/de/desk/mail/", "/de/desk/register", "/de/desk/organisations/"):
        assert "Probebetrieb: Jede E-Mail geht an organiser@ratusha.example" in client.get(page).text
    page = client.get(f"/de/desk/mail/{mail.id}").text
    assert "nach der Probe zurückgehalten" in page
    [listed] = json.loads(CliRunner().invoke(GROUPS["mail"], ["list", "--json"], catch_exceptions=False).output)
    assert (listed["state"], listed["trial"], listed["to"]) == ("held", True, ["head@kaluga.example"])
    told = "ON: every mail goes to organiser@ratusha.example (RATUSHA_MAIL_TRIAL_TO), then is held"
    assert ("mail trial", True, told) in list(examine())


@pytest.mark.parametrize(
    ("name", "value"),
    [("RATUSHA_MAIL_TRIAL_TO", "nobody"), ("RATUSHA_MAIL_TRIAL_TO", "a@b, c@d"), ("RATUSHA_MAIL_PER_MINUTE", "many"),
     ("RATUSHA_MAIL_PER_MINUTE", "-1")],
)  # fmt: skip
def test_load_settings_names_the_setting_when_its_value_is_bad(tmp_path: Any, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        load_settings({"RATUSHA_DATA": str(tmp_path), name: value})


def test_take_turn_lets_one_go_when_many_ask_at_once(app: Flask) -> None:
    pauses: list[float] = []

    def ask() -> None:
        with app.app_context():
            pauses.append(take_turn(per_minute=6))
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(pauses)[:1] == [0.0]
    assert [pause for pause in sorted(pauses)[1:] if not 5 < pause <= 10] == []


def test_take_turn_goes_on_when_the_clock_was_set_back(app: Flask) -> None:
    take_turn(per_minute=60)
    with transaction() as session:
        session.get_one(MailPace, 1).next_at = now() + timedelta(days=1)
    assert take_turn(per_minute=60) == 0.0


def test_send_waiting_keeps_the_pace_when_one_is_set(app: Flask, server: MailServer) -> None:
    mails = [queue() for _ in range(4)]
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, mail_per_minute=300)
    begun = time.monotonic()
    try:
        assert send_waiting(at=NOW) == SendReport(sent=4)
    finally:
        app.config["SETTINGS"] = before
    assert time.monotonic() - begun >= 3 * 0.2
    assert [state_of(mail) for mail in mails] == [MailState.SENT] * 4
