"""A served demo and a real Chromium for the tests in this folder.

``live_server`` is the product as ``script/server`` starts it, web and worker, on a free port with a data
folder of its own. The whole run shares it: a test that changes the demo must not rely on what others left.
``open_page`` makes pages; when the test ends, a script error, a failed answer of our own assets or a request
to any other host fails it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-password-for-tests-only"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class LiveServer:
    """A running product: address without a final slash, data folder, password of the demo staff."""

    url: str
    data: Path
    password: str

    def ratusha(self, *arguments: str) -> str:
        """Run a command against the same data folder; its standard output."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "ratusha"), *arguments],
            cwd=ROOT, env=_environment(self.data, self.url), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def _environment(data: Path, url: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RATUSHA_")}
    ours = {"RATUSHA_DATA": str(data), "RATUSHA_BASE_URL": url, "RATUSHA_DEMO_PASSWORD": PASSWORD}
    return {**kept, **ours, "WEB_CONCURRENCY": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The product with the demo loaded, until the last browser test has ended."""
    folder = tmp_path_factory.mktemp("live")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "script" / "serve.py"), "--port", str(port)],
            cwd=ROOT, env=_environment(folder / "data", url),
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert server.stdout is not None
    try:
        # It gives up by itself when it cannot start, which ends the lines.
        if not any(line.startswith("Ratusha is served at") for line in server.stdout):
            pytest.fail(f"script/server did not start:\n{log.read_text()[-4000:]}", pytrace=False)
        yield LiveServer(url, folder / "data", PASSWORD)
    finally:
        server.terminate()
        server.stdout.close()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system; Playwright's own builds are not used."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("Chromium is missing: run script/setup --dev", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _sign_ins(browser: Browser, live_server: LiveServer) -> Callable[[str], Any]:
    """Cookies of a signed-in member of staff, by e-mail address; the form is filled in once for each."""
    kept: dict[str, Any] = {}

    def sign_in(email: str) -> Any:
        if email not in kept:
            context = browser.new_context(base_url=live_server.url, locale="en-GB")
            context.set_default_timeout(10_000)
            page = context.new_page()
            page.goto("/en/sign-in")
            page.fill("input[name=email]", email)
            page.fill("input[name=password]", live_server.password)
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/en/desk/**")
            kept[email] = context.storage_state()
            context.close()
        return kept[email]

    return sign_in


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, _sign_ins: Callable[[str], Any]) -> Iterator[OpenPage]:
    """Make pages: ``open_page("/ru/", width=360, dark=True, scripts=False, staff="organiser@…")``."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    own = urlsplit(live_server.url).netloc

    def check_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != own:
            faults.append(f"asked another host: {request.url}")

    def check_response(response: Response) -> None:
        if "/static/" in response.url and response.status >= 400:
            faults.append(f"answered {response.status}: {response.url}")

    def make(
        path: str = "/", *, language: str = "en", width: int = 1440, height: int = 900, dark: bool = False,
        scripts: bool = True, staff: str | None = None,
    ) -> Page:  # fmt: skip
        context = browser.new_context(
            base_url=live_server.url,
            locale={"ru": "ru-RU", "de": "de-DE", "en": "en-GB"}[language],
            timezone_id="Europe/Berlin",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            storage_state=_sign_ins(staff) if staff else None,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("request", check_request)
        page.on("response", check_response)
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One English page at the front door, 1440 px wide."""
    return open_page("/")
