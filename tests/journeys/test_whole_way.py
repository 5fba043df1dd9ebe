"""From an empty house to letters in mailboxes, a delegation, a programme, the switch, and badges on paper."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from icalendar import Calendar

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.demo.load import load_demo
from app.mailroom.operations import send_waiting, write_ordered
from config import SmtpServer
from tests.factories import NOW
from tests.mail_server import MailServer, mail_server

SLUG = "xvi-kaluga-2021"


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    """A mail server the house is set to use."""
    before = app.config["SETTINGS"]
    with mail_server() as running:
        app.config["SETTINGS"] = dataclasses.replace(before, smtp=SmtpServer("127.0.0.1", running.port))
        yield running
    app.config["SETTINGS"] = before


@pytest.fixture
def ratusha(app: Flask) -> Any:
    """``ratusha("letters", "issue", …)``: run a verb in this house; returns its JSON."""
    from click.testing import CliRunner

    from app import blueprints
    from app.command_line import GROUPS

    blueprints.commands()

    def run(group: str, verb: str, *arguments: str, status: int = 0) -> Any:
        result = CliRunner().invoke(GROUPS[group], [verb, *arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == status, result.output
        return json.loads(result.stdout) if result.stdout.strip() else result.stderr

    return run


def words(pdf: bytes, folder: Path) -> str:
    """The text of a PDF as people read it, blanks made plain."""
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\xad", ""))


def link(text: str, kind: str) -> str:
    found = re.search(rf"/(?:ru|de|en)/{kind}/[\w-]+", text)
    assert found is not None, text
    return found.group()


def test_the_whole_way_is_walked_when_everybody_does_their_part(
    app: Flask, server: MailServer, ratusha: Any, visitor: Any, staff: Any, run_jobs: Any, tmp_path: Path
) -> None:
    load_demo(at=NOW)
    conference = db.session.query(Conference).filter_by(slug=SLUG).one()
    there = db.session.query(Delegate).filter_by(conference_id=conference.id)
    before, unreachable = there.count(), there.filter(Delegate.email == "").count()

    # letters to the Russian heads who have partners in Germany
    prepare = ("--conference", SLUG, "--kind", "invitation", "--to", "partners-in:DE,country:RU")
    made = ratusha("letters", "prepare", *prepare)
    assert made["created"] > 30
    again = ratusha("letters", "prepare", *prepare)
    assert again["created"] == 0
    assert ratusha("letters", "approve", "--conference", SLUG)["approved"] == made["created"]
    assert ratusha("letters", "issue", "--conference", SLUG)["issued"] == made["created"]
    register = ratusha("register", "list")
    assert [entry["number"] for entry in register] == list(range(1, made["created"] + 1))
    assert register[0]["label"] == "Исх-1"

    # into the mailboxes, once each, and byte for byte the sealed file
    report = send_waiting(at=NOW)
    assert (report.sent, report.waiting, report.failed, report.uncertain) == (made["created"], 0, 0, 0)
    ratusha("letters", "export", "--conference", SLUG, "--out", str(tmp_path / "out"))
    exported = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.pdf")}
    [krasnodar] = [mail for mail in server.taken if mail["To"] == "head@krasnodar.example"]
    letter = next(part.get_payload(decode=True) for part in krasnodar.iter_attachments()
                  if part.get_payload(decode=True) in exported.values())  # fmt: skip
    read = words(letter, tmp_path)
    for expected in ("Первышову Е.А.", "Уважаемый Евгений Алексеевич!", "Карлсруэ", "28–30 июня 2021 г.", "Исх-",
                     "Приложение", "С.В. Парамонов", "Мартынюк"):  # fmt: skip
        assert expected in read
    sheets = sum(len(pikepdf.open(io.BytesIO(part.get_payload(decode=True))).pages)
                 for part in krasnodar.iter_attachments() if part.get_payload(decode=True) != letter)  # fmt: skip
    counted = [int(number) for number in re.findall(r"на (\d+) л\.", read)]
    assert sum(counted) == sheets

    # the head answers, the contact adds a member, the member has a page
    body = krasnodar.get_body(("plain",)).get_content()
    reply = link(body, "reply")
    assert visitor.get(reply).status_code == 200
    answer = {"answer": "comes", "people": "3", "contact_name": "Анна Орлова",
              "contact_email": "orlova@krasnodar.example"}  # fmt: skip
    assert visitor.post(reply, data=answer).status_code == 303
    send_waiting(at=NOW)
    [opened] = [mail for mail in server.taken if mail["To"] == "orlova@krasnodar.example"]
    delegation = link(opened.get_body(("plain",)).get_content(), "delegation")
    member = {"last": "Лукин", "first": "Лука", "patronymic": "Лукич", "email": "lukin@krasnodar.example",
              "role": "member", "nonce": "a-nonce-of-the-test"}  # fmt: skip
    roster = visitor.get(delegation)
    assert roster.status_code == 200
    add = re.search(rf'action="({delegation}[^"]*add[^"]*|{delegation}[^"]*members?[^"]*)"', roster.text)
    assert visitor.post(add.group(1) if add else delegation, data=member).status_code == 303
    send_waiting(at=NOW)
    [told] = [mail for mail in server.taken if mail["To"] == "lukin@krasnodar.example"]
    own = link(told.get_body(("plain",)).get_content(), "delegate")
    assert "Лукин" in visitor.get(own).text

    # somebody without a link registers
    form = {"last": "Weber", "first": "Kim", "email": "kim.weber@suhl.example", "role": "youth", "municipality": "suhl",
            "consent_processing": "y", "nonce": "another-nonce"}  # fmt: skip
    assert visitor.post(f"/de/c/{SLUG}/register", data=form).status_code == 303
    assert visitor.post(f"/de/c/{SLUG}/register", data=form).status_code == 303
    assert there.count() == before + 2

    # the programme is released, read and subscribed to
    assert ratusha("programme", "release", "--conference", SLUG) == {"release": 1}
    for code, title in (("ru", "Торжественное открытие"), ("de", "Eröffnung"), ("en", "Opening")):
        assert title in visitor.get(f"/{code}/c/{SLUG}/programme").text
    feed = Calendar.from_ical(visitor.get(f"/c/{SLUG}/programme.ics").text)
    assert len(feed.walk("VEVENT")) == 20

    write_ordered(at=NOW)  # as the worker does, a moment after
    assert send_waiting(at=NOW).sent == 1

    # the switch there and back
    for to in ("hybrid", "video", "in-person"):
        preview = ratusha("switch", "preview", "--conference", SLUG, "--to", to, "--reason", "Einreise")
        assert ratusha("switch", "apply", "--conference", SLUG, "--to", to, "--reason", "Einreise") == preview
        if to == "video":
            addresses = [room["url"] for room in ratusha("video", "rooms", "--conference", SLUG)]
            assert addresses
            seen = [visitor.get(f"/ru/c/{SLUG}/programme").text, visitor.get(f"/c/{SLUG}/programme.ics").text,
                    visitor.get(f"/c/{SLUG}/programme.xml").text, visitor.get(f"/c/{SLUG}/programme.json").text,
                    visitor.get(own).text]  # fmt: skip
            assert not any(address in page for address in addresses for page in seen)
    history = ratusha("switch", "history", "--conference", SLUG)
    assert [deed["to"] for deed in history] == ["hybrid", "video", "in-person"]
    # nobody had been told of hybrid and video yet, so nobody need be told that all stays as it was
    assert (preview["counts"]["letters"], preview["counts"]["mails"]) == (0, 0)
    assert ratusha("mail", "release", "--conference", SLUG) == {"released": 0}

    # and there again, for good: every head gets a letter, everybody a mail
    preview = ratusha("switch", "apply", "--conference", SLUG, "--to", "hybrid", "--reason", "Einreise")
    letters = preview["counts"]["letters"]
    assert letters == made["created"] == len(preview["numbers"])
    register = {entry["label"]: entry["state"] for entry in ratusha("register", "list")}
    assert (len(register), {register[number] for number in preview["numbers"]}) == (4 * letters, {"registered"})
    assert ratusha("letters", "approve", "--conference", SLUG, "--kind", "change-of-format")["approved"] == 0
    told = before + 2 - unreachable + preview["counts"]["guests_told"]
    assert ratusha("mail", "release", "--conference", SLUG) == {"released": told}
    assert send_waiting(at=NOW).sent == told

    # badges on the printer's sheet
    out = tmp_path / "badges.pdf"
    printed = ratusha("print", "badges", "--conference", SLUG, "--out", str(out))
    assert len(pikepdf.open(out).pages) == -(-(before + 2) // 4)
    assert printed["printed"] == before + 2
