"""The lobby in Chromium: it follows without a reload, opens the room elsewhere, tries camera and microphone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.clock import now
from app.database import db, transaction
from app.delegations.models import Delegate
from app.programme.models import ProgrammeSession
from app.video.models import EquipmentTest, MeetingRoom, RoomDoor, RoomVisit
from tests.browser.checks import accessibility_violations, fits_the_width
from tests.factories import make_municipality
from tests.video.scene import by_video, hybrid, session_at

pytestmark = pytest.mark.browser
ONE_DATABASE = True

# A camera that shows a grey field and a microphone that hums.
EQUIPMENT = """
navigator.mediaDevices.getUserMedia = function (wanted) {
  var sound = new AudioContext(), source = sound.createOscillator(), out = sound.createMediaStreamDestination();
  source.connect(out); source.start();
  var canvas = document.createElement('canvas'), stream = canvas.captureStream(5);
  canvas.getContext('2d').fillRect(0, 0, 10, 10);
  out.stream.getAudioTracks().forEach(function (track) { stream.addTrack(track); });
  return Promise.resolve(stream);
};
"""
NO_EQUIPMENT = """
navigator.mediaDevices.getUserMedia = function () { return Promise.reject(new DOMException('', '%s')); };
"""


@pytest.fixture
def address_of_house(app: Flask) -> Iterator[str]:
    """The emptied house, served to browsers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


class MeetingServer(HTTPServer):
    """A room elsewhere; it keeps what it is asked for and where people say they come from."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.asked: list[tuple[str, str | None]] = []


class _Door(BaseHTTPRequestHandler):
    server: MeetingServer

    def do_GET(self) -> None:
        if self.path == "/room":
            self.server.asked.append((self.path, self.headers.get("Referer")))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def meeting_server() -> Iterator[MeetingServer]:
    server = MeetingServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def scene(app: Flask) -> tuple[ProgrammeSession, Delegate]:
    """A session that runs, its door shut by hand, and somebody in Suhl who takes part by video."""
    suhl = make_municipality("suhl", country="DE", timezone="Europe/Berlin")
    item = session_at(hybrid(contact_email="help@kaluga.example"), "K07", -5)
    session_at(item.conference, "K08", 200)
    with transaction() as unit:
        unit.add(RoomDoor(session_id=item.id, closed_at=now() - timedelta(minutes=1), changed_at=now()))
    return item, by_video(item.conference, municipality_id=suhl.id)


@pytest.fixture
def open_lobby(browser: Browser, address_of_house: str) -> Iterator[Any]:
    contexts, faults = [], []

    def make(delegate: Delegate, *, script: str = "", width: int = 360, **given: Any) -> Page:
        context = browser.new_context(
            base_url=address_of_house, viewport={"width": width, "height": 900}, reduced_motion="reduce", **given
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.clock.install()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"/join/{delegate.join_token}/lobby")
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def _later(page: Page, seconds: int = 20) -> None:
    db.session.rollback()
    page.clock.fast_forward(seconds * 1000)


def test_lobby_follows_and_lets_in_when_the_door_opens(
    scene: tuple[ProgrammeSession, Delegate], open_lobby: Any, meeting_server: MeetingServer
) -> None:
    item, delegate = scene
    room = f"http://localhost:{meeting_server.server_port}/room"
    with transaction():
        db.session.query(MeetingRoom).filter_by(session_id=item.id).one().url = room
    page = open_lobby(delegate)
    expect(page.locator(".lobby__now")).to_contain_text("Организаторы временно закрыли")
    assert accessibility_violations(page) == []
    assert fits_the_width(page)
    with transaction():
        db.session.query(RoomDoor).delete()
    _later(page)
    expect(page.get_by_role("link", name="Войти в комнату")).to_be_visible()
    expect(page.locator("[data-lobby-said]")).to_contain_text("Комната заседания «Заседание K07» открыта.")
    assert accessibility_violations(page) == []
    page.get_by_role("link", name="Войти в комнату").focus()

    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url(room)
    assert meeting_server.asked == [("/room", None)]
    assert room not in page.content()
    _later(page, 5)
    expect(page.locator(".lobby-inside")).to_contain_text("Вы вошли в комнату заседания «Заседание K07».")
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="из комнаты").click()
    expect(page.locator(".lobby-inside")).to_have_count(0)
    db.session.rollback()
    visit = db.session.query(RoomVisit).one()
    assert (visit.session_id, visit.left_by and visit.left_by.value) == (item.id, "person")


def test_equipment_is_tried_by_keys_and_told_when_it_works(
    scene: tuple[ProgrammeSession, Delegate], open_lobby: Any
) -> None:
    page = open_lobby(scene[1], script=EQUIPMENT, color_scheme="dark")
    page.locator("[data-equipment-start]").focus()
    page.keyboard.press("Enter")
    said = page.locator("[data-equipment-said]")
    expect(said).to_contain_text("Камера и микрофон включены.")
    for _ in range(40):
        page.clock.run_for(100)
        if page.locator("[data-say=heard]").is_visible():
            break
    expect(said).to_contain_text("Вас слышно.")
    assert accessibility_violations(page) == []
    assert fits_the_width(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Проверка закончена")
    db.session.rollback()
    row = db.session.query(EquipmentTest).one()
    assert (row.camera, row.microphone) == (True, True)


@pytest.mark.parametrize(
    ("fault", "words"),
    [("NotAllowedError", "Браузер не разрешает"), ("NotFoundError", "Ни камера, ни микрофон не найдены"),
     ("NotReadableError", "использует другая программа")],
)  # fmt: skip
def test_equipment_says_what_to_do_when_it_cannot_be_tried(
    scene: tuple[ProgrammeSession, Delegate], open_lobby: Any, fault: str, words: str
) -> None:
    page = open_lobby(scene[1], script=NO_EQUIPMENT % fault)
    page.locator("[data-equipment-start]").click()
    expect(page.locator("[data-equipment-said]")).to_contain_text(words)


def test_lobby_is_useful_when_scripts_are_off(scene: tuple[ProgrammeSession, Delegate], open_lobby: Any) -> None:
    page = open_lobby(scene[1], java_script_enabled=False, width=1440)
    expect(page.locator(".lobby-day__line")).to_have_count(2)
    expect(page.get_by_text("в этом браузере они отключены")).to_be_visible()
    expect(page.get_by_role("link", name="help@kaluga.example")).to_be_visible()
    assert fits_the_width(page)
