"""Erasing leaves no personal string in any table, and a record that it was done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import LargeBinary, Text, cast, select

from app.conferences.models import Conference
from app.correspondence.models import Letter, RegisterEntry, Reply
from app.correspondence.operations import approve_letters, issue_letters, prepare_letters
from app.correspondence.rules import LetterKind
from app.database import Model, db, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.operations import add_member, change_details, register_delegate
from app.delegations.rules import Accreditation, DelegateDetails
from app.erasure.commands import erase_command
from app.erasure.operations import erase_conference, erase_delegate
from app.format_switch.operations import switch
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import write_ordered
from app.mailroom.rules import MailState
from app.printing.models import PrintRun
from app.printing.operations import print_badges
from app.printing.queries import path_of
from app.printing.rules import DEFAULT_LAYOUT, require_layout
from tests.correspondence.conftest import write_briefs
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_delegation, make_head

ZOE = DelegateDetails(
    last="Quittenbaum", first="Zoë", email="zoe@quittenbaum.example", phone="+49 30 7654321",
    position="Zirkusdirektorin", organisation="Zirkus Quitte", dietary_note="Erdnussallergie",
    accessibility_note="Rollstuhl", role="member",
)  # fmt: skip
STRINGS = ("quittenbaum", "zirkus", "erdnuss", "rollstuhl", "7654321")
CONTACTS = ("kontaktowa", "orlova@kaluga.example", "stellvertretski", "kommt mit hund")


def register(conference: Conference, details: DelegateDetails = ZOE) -> Delegate:
    registered = register_delegate(
        conference=conference, details=details, consents={"processing"}, nonce=details.email, language="de", at=NOW
    )
    return db.session.get_one(Delegate, registered.id)


def found_in_tables(*strings: str) -> dict[str, list[str]]:
    """Each of ``strings`` that any column of any table holds, as text, with where."""
    found: dict[str, list[str]] = {}
    db.session.rollback()
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            binary = isinstance(column.type, LargeBinary)
            for value in db.session.scalars(select(column if binary else cast(column, Text)).select_from(table)):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
                # JSON writes letters beyond ASCII as escapes
                both = (text + json.dumps(text)[1:-1]).casefold()
                for string in strings:
                    if string.casefold() in both or json.dumps(string)[1:-1].casefold() in both:
                        found.setdefault(string, []).append(f"{table.name}.{column.name}")
    return found


def full_conference() -> Conference:
    """Zoë registered, changed, was printed and told of a switch; a head answered and named a contact."""
    conference = make_conference(places_on_site=1)
    zoe = register(conference)
    change_details(
        delegate=zoe, details=ZOE, names={"dietary_note", "accessibility_note", "position"}, by_staff=True,
        actor=ACTOR, at=NOW,
    )  # fmt: skip
    delegation = make_delegation(conference, conference.host, contact_name="Anna Kontaktowa")
    add_member(
        delegation=delegation, details=DelegateDetails(last="Wartemann", first="Udo", email="udo@wartemann.example"),
        actor=ACTOR, at=NOW,
    )  # fmt: skip
    make_head(conference.host)
    write_briefs(conference)
    chosen: dict[str, Any] = {"conference": conference, "kind": LetterKind.INVITATION, "actor": ACTOR, "at": NOW}
    [letter] = prepare_letters(**chosen, selection="municipality:kaluga", facts={}).letters
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    issue_letters(conference=conference, actor=ACTOR, at=NOW)
    keep(Reply(letter_id=letter.id, answer="sends_deputy", people=2, deputy_name="Pjotr Stellvertretski",
               contact_name="Anna Kontaktowa", contact_email="orlova@kaluga.example", remarks="Kommt mit Hund",
               source="page", first_at=NOW, answered_at=NOW))  # fmt: skip
    print_badges(conference=conference, layout=require_layout(DEFAULT_LAYOUT), actor=ACTOR, at=NOW)
    switch(
        conference=conference, to=conference.format.__class__.HYBRID, plan=None, reason="Einreise", actor=ACTOR, at=NOW
    )
    return conference


def test_erase_conference_leaves_no_personal_string_in_any_table_when_done(app: Flask) -> None:
    conference = full_conference()
    assert set(found_in_tables(*STRINGS, *CONTACTS, "wartemann")) == {*STRINGS, *CONTACTS, "wartemann"}
    papers = [path_of(run.sha256) for run in db.session.query(PrintRun)]
    assert [paper.is_file() for paper in papers] == [True]
    numbers = [(entry.label, entry.dated, entry.sheets) for entry in db.session.query(RegisterEntry)]
    act = erase_conference(conference=conference, actor=ACTOR, at=NOW)
    assert found_in_tables(*STRINGS, *CONTACTS, "wartemann") == {}
    assert [paper.is_file() for paper in papers] == [False]
    assert [(entry.label, entry.dated, entry.sheets) for entry in db.session.query(RegisterEntry)] == numbers
    assert {key: act.counts[key] for key in ("delegates", "with_a_place", "contacts", "print_runs")} == {
        "delegates": 2, "with_a_place": 1, "contacts": 2, "print_runs": 1,
    }  # fmt: skip
    assert {mail.state for mail in db.session.query(OutgoingMail)} == {MailState.FAILED}
    [entry] = db.session.query(HistoryEntry).filter_by(deed="erasure.erase")
    assert (entry.details, entry.actor_label, entry.at) == (act.as_json(), ACTOR.label, NOW)


def test_erase_delegate_leaves_the_others_alone_and_gives_the_place_on_when_somebody_waits(app: Flask) -> None:
    conference = full_conference()
    zoe = db.session.query(Delegate).filter_by(last="Quittenbaum").one()
    erase_delegate(delegate=zoe, actor=ACTOR, at=NOW)
    assert found_in_tables(*STRINGS) == {}
    assert set(found_in_tables(*CONTACTS, "wartemann")) == {*CONTACTS, "wartemann"}
    people = {person.last: person.accreditation for person in db.session.query(Delegate)}
    assert people == {"—": Accreditation.WITHDRAWN, "Wartemann": Accreditation.GRANTED}
    assert db.session.query(Delegation).one().contact_name == "Anna Kontaktowa"
    assert db.session.query(Conference).one().id == conference.id


def test_erase_delegate_leaves_a_mail_of_somebody_else_when_both_share_an_address(app: Flask) -> None:
    conference = make_conference()
    one = register(conference)
    other = register(conference, DelegateDetails(last="Büro", first="Bert", email="ZOE@quittenbaum.example"))
    write_ordered(at=NOW)
    erase_delegate(delegate=one, actor=ACTOR, at=NOW)
    db.session.expire_all()
    texts = [bool(mail.text) for mail in db.session.query(OutgoingMail).order_by(OutgoingMail.id)]
    assert texts == [False, True]
    assert other.token in db.session.query(OutgoingMail).filter(OutgoingMail.text != "").one().text


def test_erase_closes_the_links_of_a_person_when_done(app: Flask, visitor: Any) -> None:
    zoe = register(make_conference())
    link = f"/de/delegate/{zoe.token}"
    assert visitor.get(link).status_code == 200
    erase_delegate(delegate=zoe, actor=ACTOR, at=NOW)
    assert visitor.get(link).status_code == 404


def test_erase_removes_the_words_from_the_file_of_the_database_when_it_is_sqlite(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    if not settings.is_sqlite:
        pytest.skip("PostgreSQL tidies by itself")
    erase_conference(conference=full_conference(), actor=ACTOR, at=NOW)
    db.session.remove()
    db.engine.dispose()  # who reads the file beside SQLite's own connections takes away the locks of this process
    files = [path for path in settings.data.glob("ratusha.sqlite*") if path.suffix != ".sqlite-shm"]
    assert not any(b"Quittenbaum" in path.read_bytes() for path in files)


def test_command_tells_the_counts_and_changes_nothing_when_rehearsed(app: Flask) -> None:
    conference = make_conference()
    register(conference)
    done = CliRunner().invoke(erase_command, ["--conference", conference.slug, "--dry-run", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["counts"]["delegates"]) == (0, 1)
    assert "quittenbaum" in found_in_tables("quittenbaum")
    done = CliRunner().invoke(erase_command, ["--conference", conference.slug, "--json"])
    assert (done.exit_code, json.loads(done.stdout)["scope"]) == (0, "conference")
    assert found_in_tables("quittenbaum") == {}


def test_command_refuses_in_one_line_when_nobody_or_several_are_meant(app: Flask) -> None:
    one = make_conference()
    two = make_conference("xvii-perm-2023", host=one.host)
    make_delegate(one, "D1")
    make_delegate(two, "D1")
    for arguments, told in (([], "--conference SLUG or --delegate ID"), (["--delegate", "D9"], "D9"),
                            (["--delegate", "D1"], "xvi-kaluga-2021, xvii-perm-2023")):  # fmt: skip
        done = CliRunner().invoke(erase_command, arguments)
        assert (done.exit_code, done.stderr.count("\n"), told in done.stderr) == (1, 1, True)
    assert CliRunner().invoke(erase_command, ["--delegate", "D1", "--conference", two.slug]).exit_code == 0
    assert [row.last for row in db.session.query(Delegate).order_by(Delegate.id)] == ["Орлова", "—"]


def test_erase_changes_nothing_more_when_done_twice(app: Flask) -> None:
    conference = make_conference()
    register(conference)
    erase_conference(conference=conference, actor=ACTOR, at=NOW)
    with transaction():
        again = erase_conference(conference=conference, actor=ACTOR, at=NOW)
    assert again.counts["with_a_place"] == 0
    assert db.session.query(Letter).count() == 0
