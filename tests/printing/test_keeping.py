"""Files of the print room: nothing is logged that is not on disk, and no file is kept that belongs to no run."""

from __future__ import annotations

import errno
import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.checkin.operations import check_in_by_code
from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.printing.freshness import why_anew
from app.printing.models import PrintRun
from app.printing.operations import print_badges
from app.printing.operations.reprinting import print_one
from app.printing.operations.sweeping import KEPT, sweep_files
from app.printing.queries import badge_contents, parts_folder, path_of
from app.printing.rules import require_layout
from tests.factories import ACTOR, NOW, make_delegate

LAYOUT = require_layout(None)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "No room is left in the data folder"),
        (errno.EROFS, r"cannot be written to \(Read-only file system\)"),
    ],
)
def test_reprint_of_a_lost_badge_changes_nothing_when_its_file_cannot_be_kept(
    conference: Conference, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    person = make_delegate(conference, "D1")
    print_badges(conference=conference, layout=LAYOUT, actor=ACTOR, at=NOW)
    token = person.badge_token

    def full(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Refusal, match=rf"{words}\. Nothing was printed or logged"):
            print_one(conference=conference, delegate=person, layout=LAYOUT, reason="lost", actor=ACTOR, at=NOW)
    assert len(db.session.scalars(select(PrintRun)).all()) == 1
    assert [path.name for path in parts_folder().parent.glob(".*")] == []
    assert why_anew(conference, badge_contents(conference)) == {}
    assert person.badge_token == token
    assert check_in_by_code(conference=conference, code=token, actor=ACTOR, at=NOW).fresh

    again = print_one(conference=conference, delegate=person, layout=LAYOUT, reason="lost", actor=ACTOR, at=NOW)
    assert again.run is not None
    assert path_of(again.run.sha256).is_file()
    assert person.badge_token != token


def test_files_of_no_run_are_swept_when_they_are_a_day_old(conference: Conference) -> None:
    make_delegate(conference, "D1")
    run = print_badges(conference=conference, layout=LAYOUT, actor=ACTOR, at=NOW).run
    assert run is not None
    folder = parts_folder().parent
    strays = [folder / name for name in (f".{'a' * 64}.0011aabb", f"{'b' * 64}.pdf", f"{'c' * 64}.zip")]
    fresh = folder / f".{'d' * 64}.0011aabb"
    old = (NOW - KEPT - timedelta(hours=1)).timestamp()
    for path in (*strays, fresh):
        path.write_bytes(b"%PDF")
    for path in (*strays, path_of(run.sha256)):
        os.utime(path, (old, old))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_files(at=NOW) == 3
    assert (fresh.exists(), path_of(run.sha256).exists(), [path.exists() for path in strays]) == (
        True,
        True,
        [False] * 3,
    )
