"""The raw address of a room stands in no page, feed, mail, paper, history or log line; only in one redirect header."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pikepdf
from flask import Flask

from app.clock import now
from app.conferences.queries import get
from app.conferences.rules import Attendance
from app.database import db, transaction
from app.delegations.models import Delegate
from app.history.models import HistoryEntry
from app.logs import JsonLines
from app.mailroom.models import MailAttachment, OutgoingMail
from app.permissions import access_of
from app.programme.models import ProgrammeSession, Release
from app.video.models import MeetingRoom
from app.video.operations import open_rooms
from tests.house.test_pages import SLUG, _scene
from tests.invitations.paper import poppler

ONE_DATABASE = True  # it looks at what is written, which is the same on both

# Papers and pages that would be the first to tell them: they must have been opened.
LIKELIEST = {
    "format_switch.plan_paper", "correspondence.letter_pdf", "correspondence.run_letters", "video_rooms.recordings",
    "programme.paper", "programme_feeds.calendar", "programme.own_calendar", "video.lobby", "video_rooms.control",
}  # fmt: skip


def _pieces(content: bytes) -> Iterable[bytes]:
    """What a file holds, opened as far as it goes: the words and links of papers, the parts of tables."""
    yield content
    if content.startswith(b"%PDF"):
        yield poppler("pdftotext", content, "-raw").replace("\n", "").encode()
        with pikepdf.open(io.BytesIO(content)) as paper:
            for part in paper.objects:
                yield part.unparse()
                if isinstance(part, pikepdf.Stream):
                    with suppress(pikepdf.PdfError, NotImplementedError):  # a picture, packed its own way
                        yield part.read_bytes()
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name in file.namelist():
                yield from _pieces(file.read(name))


def _holds(content: bytes, signs: Iterable[bytes]) -> bool:
    wanted = list(signs)
    return any(sign in piece for piece in _pieces(content) for sign in wanted)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def test_holds_finds_an_address_when_a_paper_packs_it() -> None:
    paper, packed = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.Root.Kept = paper.make_stream(b"x" * 200 + b"0123456789abcdef")
    paper.save(
        packed, compress_streams=True, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
    )
    assert b"0123456789abcdef" not in packed.getvalue()
    assert _holds(packed.getvalue(), [b"0123456789abcdef"])


def test_no_raw_address_stands_anywhere_when_everything_is_opened(app: Flask, staff: Any) -> None:
    values = _scene()
    conference = get(SLUG)
    open_to_all = ProgrammeSession.conference_id == conference.id, ProgrammeSession.code == "S04"
    room = db.session.query(MeetingRoom).join(ProgrammeSession).filter(*open_to_all).one()
    with transaction():
        room.session.starts_at = now() - timedelta(minutes=5)
        room.session.ends_at = now() + timedelta(hours=1)
        for delegate in db.session.query(Delegate).filter_by(conference_id=conference.id):
            delegate.attendance = Attendance.VIDEO
    open_rooms(sessions=[room.session], at=now())
    addresses = [found.url for found in db.session.query(MeetingRoom)]
    signs = [address.rpartition("-")[2].encode() for address in addresses]
    assert addresses
    assert all(len(sign) == 16 for sign in signs)
    log, house = _Lines(), logging.getLogger("ratusha")
    house.addHandler(log)
    house.setLevel(logging.INFO)
    client, told, opened, redirected = staff("organiser"), [], set(), []
    try:
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            name = rule.endpoint
            stated = access_of(app.view_functions[name])
            if "GET" not in (rule.methods or ()) or stated is None:
                continue
            blanks = {**values["*"], **values.get(name.split(".")[0], {}), **values.get(name, {}), "language": "de"}
            if not rule.arguments <= blanks.keys():
                continue
            with app.test_request_context():
                path = rule.build({key: blanks[key] for key in rule.arguments})
            with client.get(path[1]) as answer:
                if answer.status_code == 200:
                    opened.add(name)
                if any(sign in str(answer.headers).encode() for sign in signs):
                    redirected.append((name, answer.status_code))
                if _holds(answer.data, signs):
                    told.append(rule.rule)
    finally:
        house.removeHandler(log)
    assert told == []
    assert len(opened) > 100
    assert LIKELIEST - opened == set()
    assert redirected == [("video.join", 302)]
    entered = client.post(f"/de/desk/c/{SLUG}/video/{room.id}/enter")
    assert (entered.status_code, room.url in entered.headers["Refresh"]) == (200, True)
    assert not _holds(entered.data, signs)
    assert not _holds("\n".join(log.lines).encode(), signs)
    assert any("/join/<token>" in line for line in log.lines)
    for mail in db.session.query(OutgoingMail):
        written = "\n".join((mail.subject, mail.text, mail.html, mail.calendar, json.dumps(mail.headers)))
        assert not _holds(written.encode(), signs)
    assert db.session.query(OutgoingMail).count() > 0
    for kept in (*db.session.query(HistoryEntry.details), *db.session.query(Release.content)):
        assert not _holds(json.dumps(kept[0], default=str).encode(), signs)
    kept_files = [path for path in app.config["SETTINGS"].data.rglob("*.pdf") if path.is_file()]
    assert len(kept_files) > 1
    assert [path.name for path in kept_files if _holds(path.read_bytes(), signs)] == []
    for row in db.session.query(MailAttachment):
        content = getattr(row, "content", None)
        assert not content or not _holds(content, signs)
