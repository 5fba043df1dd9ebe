"""Letters leave the house signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister
from app.correspondence.operations import Outcome, approve_letters, export_letters, issue_letters, prepare_letters
from app.correspondence.rules import LetterKind, LetterState
from app.database import db
from app.documents.queries import content, prove, signature_of
from app.documents.rules import Verdict
from tests.documents.signing_keys import pkcs12_file
from tests.factories import ACTOR, NOW


def issue(conference: Conference) -> Outcome:
    """Prepare, approve and issue one invitation."""
    prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection="partners-in:DE,country:RU",
                    actor=ACTOR, at=NOW)  # fmt: skip
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    return issue_letters(conference=conference, actor=ACTOR, at=NOW)


@pytest.fixture
def settings(app: Flask) -> Iterator[Any]:
    """``settings(sign_letters=False)``: the house with other settings until the test ends."""
    own = app.config["SETTINGS"]

    def use(**given: Any) -> None:
        app.config["SETTINGS"] = replace(own, **given)
        for name in ("ratusha.signing_key", "ratusha.signer"):
            app.extensions.pop(name, None)

    yield use
    use()


def test_issue_letters_signs_them_when_nothing_else_is_set(kaluga: Conference, tmp_path: Path) -> None:
    (letter,) = issue(kaluga).letters
    assert letter.document is not None
    assert letter.document.signed
    signature = signature_of(letter.document)
    assert signature is not None
    assert (signature.intact, signature.whole) == (True, True)
    assert prove(content(letter.document)).verdict is Verdict.INTACT
    export_letters(conference=kaluga, kind=None, folder=tmp_path)
    with pikepdf.open(tmp_path / "all.pdf") as whole:
        marks = [mark.Subtype for page in whole.pages for mark in page.obj.get("/Annots", [])]
        assert pikepdf.Name.Widget not in marks
        assert "/AcroForm" not in whole.Root


def test_issue_letters_leaves_them_unsigned_when_the_setting_says_so(kaluga: Conference, settings: Any) -> None:
    settings(sign_letters=False)
    (letter,) = issue(kaluga).letters
    assert letter.document is not None
    assert (letter.document.signed, signature_of(letter.document)) == (False, None)
    assert b"/ByteRange" not in content(letter.document)


def test_issue_letters_takes_no_number_when_the_certificate_has_ended(
    kaluga: Conference, settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "ended.p12"
    path.write_bytes(pkcs12_file(until=NOW - timedelta(days=1)))
    settings(signing_key=path, signing_password="secret")
    outcome = issue(kaluga)
    assert outcome.letters == []
    assert ["The certificate for signatures ended on" in str(entry.message) for entry in outcome.refused] == [True]
    assert [letter.state for letter in db.session.query(Letter)] == [LetterState.APPROVED]
    assert [register.last_number for register in db.session.query(OutgoingRegister)] in ([], [0])
