"""The key of passport data: where it is, what is said of it, and the verbs that need it."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.backup import _written, restore_backup, write_backup
from app.command_line import GROUPS
from app.commands import command_line
from app.database import db
from app.delegations.models import Delegate, PassportRecord
from app.delegations.operations.consents import give_consent
from app.delegations.operations.passports import save_passport
from app.delegations.queries.visa import passport_in, record_of
from app.delegations.rules.consents import Purpose
from app.delegations.rules.visa import Passport
from app.doctor import examine
from app.strongbox import Locked, keep_file, lock_bytes, open_bytes, read_file, remove_file
from config import BadSetting, load_settings, personal_keys
from tests.conftest import empty_house
from tests.factories import ACTOR, NOW, make_conference, make_delegate

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
OTHER = base64.urlsafe_b64encode(b"o" * 32).decode()


def settings(folder: Path, **given: str) -> Any:
    return load_settings({"RATUSHA_DATA": str(folder), "RATUSHA_SECRET_KEY": "a key for tests only", **given})


def applicant(conference: Any = None, public_id: str = "R00001") -> Delegate:
    row = make_delegate(conference or make_conference(), public_id, citizenship="US")
    give_consent(delegate=row, purpose=Purpose.VISA, language="en", actor=ACTOR, at=NOW)
    save_passport(delegate=row, passport=Passport(surname="DOE", number="C01X00T47"), actor=ACTOR, at=NOW)
    return row


def run(*arguments: str) -> tuple[int, str]:
    """A verb inside the house of the test."""
    assert command_line()
    result = CliRunner().invoke(GROUPS["visa"], list(arguments))
    return result.exit_code, result.output


@pytest.mark.parametrize("wrong", ["short", KEY[:-1], f"{KEY},short", "ключ"])
def test_start_is_refused_when_the_key_is_none(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BadSetting, match="RATUSHA_PERSONAL_KEY: expected one key of 32 bytes"):
        settings(tmp_path, RATUSHA_PERSONAL_KEY=wrong)


def test_start_is_refused_when_the_kept_file_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "personal_key").write_text("nothing")

    with pytest.raises(BadSetting, match="personal_key in RATUSHA_DATA"):
        settings(tmp_path)


def test_key_is_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    first, second = personal_keys(settings(tmp_path)), personal_keys(settings(tmp_path))

    assert (first, len(first)) == (second, 1)
    assert (tmp_path / "personal_key").stat().st_mode & 0o777 == 0o600
    assert KEY not in repr(settings(tmp_path, RATUSHA_PERSONAL_KEY=KEY))


def test_key_of_the_environment_wins_and_several_are_kept_in_order(tmp_path: Path) -> None:
    found = personal_keys(settings(tmp_path, RATUSHA_PERSONAL_KEY=f"{KEY}, {OTHER}"))

    assert [key.decode() for key in found] == [KEY, OTHER]
    assert not (tmp_path / "personal_key").exists()


def test_box_notices_a_changed_byte(app: Flask) -> None:
    locked = lock_bytes("Паспорт".encode())
    place = len(locked) // 2
    changed = locked[:place] + (b"A" if locked[place : place + 1] != b"A" else b"B") + locked[place + 1 :]

    assert open_bytes(locked).decode() == "Паспорт"
    with pytest.raises(Locked):
        open_bytes(changed)


def test_file_is_locked_private_and_gone_when_removed(app: Flask) -> None:
    name = keep_file(b"copy")
    path = Path(app.config["SETTINGS"].data) / "personal" / name

    assert read_file(name) == b"copy"
    assert b"copy" not in path.read_bytes()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    remove_file(name)
    remove_file(name)
    with pytest.raises(Locked):
        read_file(name)


def test_backup_brings_passport_data_back_with_their_key(app: Flask, tmp_path: Path) -> None:
    applicant()
    file = tmp_path / "house.tar.zst"

    done = write_backup(file)
    empty_house(app)
    app.extensions.pop("ratusha.strongbox")
    (Path(app.config["SETTINGS"].data) / "personal_key").write_text(KEY)
    restore_backup(file)

    assert done["personal_key"] == "inside"
    kept = passport_in(record_of(db.session.scalars(select(Delegate)).one()))
    assert kept is not None
    assert kept.number == "C01X00T47"


@pytest.mark.parametrize(("where", "said"), [("outside", "RATUSHA_PERSONAL_KEY only"), ("inside", "is in the file")])
def test_backup_tells_where_the_key_is(where: str, said: str) -> None:
    assert said in _written({"file": "x", "files": 1, "personal_key": where})


def test_doctor_notices_a_key_that_does_not_fit(app: Flask) -> None:
    from cryptography.fernet import Fernet, MultiFernet

    applicant()
    before = [good for name, good, _ in examine() if name == "personal key"]
    kept = app.extensions["ratusha.strongbox"]
    app.extensions["ratusha.strongbox"] = MultiFernet([Fernet(KEY)])
    try:
        after = [good for name, good, _ in examine() if name == "personal key"]
    finally:
        app.extensions["ratusha.strongbox"] = kept

    assert (before, after) == ([True], [False])


def test_verb_erases_and_tells_only_when_not_rehearsed(app: Flask) -> None:
    conference = make_conference()
    applicant(conference), applicant(conference, "R00002")
    slug = conference.slug

    rehearsed = run("erase", "--conference", slug, "--dry-run", "--json")
    kept = len(db.session.scalars(select(PassportRecord)).all())
    one = run("erase", "--conference", slug, "--delegate", "R00002", "--json")
    rest = run("erase", "--conference", slug)

    assert (rehearsed[0], json.loads(rehearsed[1]), kept) == (0, {"erased": 2}, 2)
    assert (one[0], json.loads(one[1])) == (0, {"erased": 1})
    assert rest == (0, "passport data erased: 1\n")


@pytest.mark.parametrize("arguments", [("erase",), ("erase", "--due", "--conference", "x")])
def test_verb_needs_to_know_whose(app: Flask, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_verb_refuses_somebody_unknown(app: Flask) -> None:
    conference = make_conference()

    assert run("erase", "--conference", conference.slug, "--delegate", "R9")[0] == 1
    assert run("erase", "--conference", "nowhere")[0] == 1


def test_verb_erases_what_is_due(app: Flask) -> None:
    over = make_conference()  # it was in 2021
    applicant(over)
    applicant(make_conference("to-come", host=over.host, starts_on=date(2041, 6, 1), ends_on=date(2041, 6, 2)))

    assert run("erase", "--due", "--json") == (0, '{"erased": 1}\n')


def test_verb_locks_anew(app: Flask) -> None:
    row = applicant()
    before = db.session.scalars(select(PassportRecord.sealed)).one()

    rehearsed = run("rekey", "--dry-run", "--json")
    same = db.session.scalars(select(PassportRecord.sealed)).one()
    done = run("rekey", "--json")

    assert (rehearsed, same) == (
        (0, '{"records": 1, "scans": 0, "letters": 0, "papers": 0, "answers": 0, "forms": 0, "servers": 0}\n'),
        before,
    )
    assert done == (
        0,
        '{"records": 1, "scans": 0, "letters": 0, "papers": 0, "answers": 0, "forms": 0, "servers": 0}\n',
    )
    db.session.expire_all()
    assert db.session.scalars(select(PassportRecord.sealed)).one() != before
    assert passport_in(record_of(row)) is not None
