"""The whole house in one file, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from app.backup import restore_backup, write_backup
from app.database import db
from app.directory.models import Municipality
from app.documents.models import SealedDocument
from app.documents.operations import seal
from app.documents.queries import content, store
from app.errors import Refusal
from app.migrations import is_empty
from tests.conftest import empty_house
from tests.factories import NOW, make_municipality


def test_restore_brings_everything_back_when_the_house_is_empty(app: Flask, tmp_path: Path) -> None:
    make_municipality()
    seal(content=b"%PDF-1.7 letter", kind="letter", title="Исх-69", at=NOW)
    file = tmp_path / "house.tar.zst"
    assert write_backup(file)["files"] >= 1
    assert file.stat().st_mode & 0o077 == 0
    empty_house(app)
    shutil.rmtree(store(), ignore_errors=True)
    assert is_empty()
    restore_backup(file)
    assert db.session.query(Municipality.slug).all() == [("kaluga",)]
    assert content(db.session.query(SealedDocument).one()) == b"%PDF-1.7 letter"


def test_restore_refuses_when_the_house_is_not_empty(app: Flask, tmp_path: Path) -> None:
    make_municipality()
    file = tmp_path / "house.tar.zst"
    write_backup(file)
    with pytest.raises(Refusal):
        restore_backup(file)


def test_backup_refuses_when_the_file_exists(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "house.tar.zst"
    file.write_bytes(b"precious")
    with pytest.raises(Refusal):
        write_backup(file)
    assert file.read_bytes() == b"precious"


@pytest.mark.parametrize("damage", ["empty", "text", "half"])
def test_restore_refuses_and_keeps_the_house_empty_when_the_file_is_damaged(
    app: Flask, tmp_path: Path, damage: str
) -> None:
    make_municipality()
    good, file = tmp_path / "good.tar.zst", tmp_path / "bad.tar.zst"
    write_backup(good)
    whole = good.read_bytes()
    file.write_bytes({"empty": b"", "text": b"hello", "half": whole[: len(whole) // 2]}[damage])
    empty_house(app)
    with pytest.raises(Refusal):
        restore_backup(file)
    assert is_empty()
