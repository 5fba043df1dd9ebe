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
# Makes the application once, then a process for each kill, which dies just before its n-th statement and at last one
# that lives.
CHILD = """
import os, random, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from app import create_app
from app.clock import now
from app.conferences.queries import get
from app.conferences.rules import ConferenceFormat
from app.format_switch.operations import switch
from app.history.rules import COMMAND
from config import load_settings
app, chance, ends = create_app(load_settings()), random.Random(7), []
for statement in [*(chance.randint(2, 60) for _ in range(10)), 10**6]:
    child = os.fork()
    if child == 0:
        left = [statement]
        @event.listens_for(Engine, "before_cursor_execute")
        def count(*rest):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        with app.app_context():
            switch(conference=get(sys.argv[1]), to=ConferenceFormat.VIDEO, plan=None, reason="Einreise",
                   actor=COMMAND, at=now())
        os._exit(0)
    ends.append(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    if ends[-1] == "-9":
        with app.app_context():
            from app.database import db
            from app.format_switch.models import FormatSwitch
            ends[-1] += f"/{db.session.query(FormatSwitch).count()}"
            db.session.remove()
            db.engine.dispose()
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
        [sys.executable, "-c", CHILD, SLUG], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["-9/0"] * 10 + ["0"], done.stderr[-2000:]
    after = everything()
    assert len(db.session.scalars(select(FormatSwitch)).all()) == 1
    assert {name: len(rows) - len(before[name]) for name, rows in after.items()} == {
        "conference": 0, "delegate": 0, "draft_step": 1, "format_switch": 1, "history_entry": 3, "job": 1, "letter": 1,
        "meeting_room": 1, "outgoing_mail": 2, "programme_session": 0, "register_entry": 1, "release": 1,
        "switch_plan": 0,
    }  # fmt: skip
