"""A switch killed outright (SIGKILL) in the middle: nothing of it is on disk, and the next one is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.database import db
from app.format_switch.models import FormatSwitch
from tests.format_switch.test_bad_input import SLUG, everything, kaluga
from tests.format_switch.test_switch import invited

ONE_DATABASE = True
ROOT = Path(__file__).resolve().parents[2]
SEED, POINTS = 7, 50
# Makes the application once, then a process for each kill. The first dies at the COMMIT that would write the switch and
# tells how many statements and commits there were; the others die just before one of them, all of which may be drawn,
# the last of them just after that COMMIT.
CHILD = """
import os, random, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from app import create_app
from app.clock import now
from app.conferences.queries import get
from app.conferences.rules import ConferenceFormat
from app.database import db, rehearsal
from app.format_switch.models import FormatSwitch
from app.format_switch.operations import switch
from app.history.rules import COMMAND
from config import load_settings
app = create_app(load_settings())
SEED, POINTS = int(sys.argv[2]), int(sys.argv[3])

def move():
    switch(conference=get(sys.argv[1]), to=ConferenceFormat.VIDEO, plan=None, reason="Einreise", actor=COMMAND,
           at=now())

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def run(at, after=False):
    # dies before what is the at-th; at 0 before the COMMIT with the switch, "after": after it
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        seen, writing = [0], []
        def count(statement):
            seen[0] += 1
            if seen[0] == at:
                die()
            if statement.startswith("INSERT INTO format_switch"):
                writing.append(statement)
        with app.app_context():
            dialect, known = db.engine.dialect, db.engine.dialect.do_commit
            def commit(connection):
                count("COMMIT")
                if writing and at == 0 and not after:
                    os.write(writes, str(seen[0]).encode())
                    die()
                known(connection)
                if writing and after:
                    die()
            dialect.do_commit = commit
            event.listen(Engine, "before_cursor_execute", lambda _c, _u, statement, *rest: count(statement))
            move()
        os._exit(0)
    os.close(writes)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = os.read(reads, 20).decode()
    os.close(reads)
    with app.app_context():
        found = db.session.query(FormatSwitch).count()
        db.session.remove()
        db.engine.dispose()
    return told, f"{ended}/{found}"

with app.app_context(), rehearsal():  # reads modules and pages once for all
    move()
with app.app_context():
    db.session.remove()
    db.engine.dispose()
told, end = run(0)
last, ends = int(told), [end]
points = random.Random(SEED).sample(range(1, last + 1), min(POINTS, last))
ends += [run(point)[1] for point in points]
ends += [run(0, after=True)[1], run(10**6)[1]]
print(f"seed {SEED}, of {last}: {sorted(points)}")
print(" ".join(ends))
"""


def test_switch_is_whole_or_not_at_all_when_it_is_killed(app: Flask) -> None:
    invited(kaluga())
    before = everything()
    db.session.remove()
    settings = app.config["SETTINGS"]
    environment = {
        **os.environ, "RATUSHA_DATA": str(settings.data), "RATUSHA_DATABASE_URL": settings.database_url,
        "RATUSHA_SECRET_KEY": settings.secret_key, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", CHILD, SLUG, str(SEED), str(POINTS)], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    drawn, _line, ends = done.stdout.partition("\n")
    told = f"{drawn}\n{done.stderr[-2000:]}"  # the seed and the places, wherever it fails
    assert ends.split() == ["-9/0"] * (POINTS + 1) + ["-9/1", "0/1"], told
    after = everything()
    assert len(db.session.scalars(select(FormatSwitch)).all()) == 1
    assert {name: len(rows) - len(before[name]) for name, rows in after.items()} == {
        "conference": 0, "delegate": 0, "draft_step": 1, "format_switch": 1, "history_entry": 4, "job": 1, "letter": 1,
        "meeting_room": 1, "outgoing_mail": 2, "programme_session": 0, "register_entry": 1, "release": 1,
        "switch_plan": 0,
    }  # fmt: skip
