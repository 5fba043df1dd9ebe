"""Warnings, releases and changes in Chromium: accessible, fitting, and working without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

DESK = "desk/c/xiv-krasnodar-2017/programme"
PAGES = (
    f"{DESK}/warnings", f"{DESK}/warnings?kind=room", f"{DESK}/release", f"{DESK}/releases",
    f"{DESK}/releases/compare", f"{DESK}/releases/1/restore", "c/xiv-krasnodar-2017/programme/changes",
)  # fmt: skip
STAFF = "organiser@ratusha.example"


def _press(page: Page, code: str, address: str) -> None:
    page.goto(f"/en/{DESK}")
    page.locator(f"#{code} th a").first.click()
    page.locator(f"form[action$='/{address}'] button").click()


@pytest.fixture
def _cancelled(open_page: OpenPage) -> Iterator[None]:
    """A session is off in the draft, and on again afterwards."""
    page = open_page(f"/en/{DESK}", staff=STAFF)
    _press(page, "K21", "cancel")
    yield
    _press(page, "K21", "reinstate")


@pytest.mark.usefixtures("_cancelled")
@pytest.mark.parametrize(("language", "width", "dark"), [("ru", 360, False), ("de", 1440, True), ("en", 360, True)])
def test_pages_of_changes_are_accessible_and_fit_when_opened(
    open_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    page = open_page(f"/{language}/", language=language, width=width, dark=dark, staff=STAFF)
    found = {}
    for path in PAGES:
        page.goto(f"/{language}/{path}")
        for summary in page.locator(".warnings__accept > summary").all()[:1]:
            summary.click()
        found[path] = (page.locator("h1").count(), accessibility_violations(page), fits_the_width(page))
    assert found == {path: (1, [], True) for path in PAGES}


def test_warning_is_accepted_and_told_again_when_scripts_are_off(open_page: OpenPage) -> None:
    page = open_page(f"/en/{DESK}/warnings?kind=days", staff=STAFF, scripts=False, width=360)
    rooms = page.locator(".warnings__one")
    before = rooms.count()
    rooms.first.locator("summary").click()
    page.locator("input[name=note]").first.fill("The youth forum begins before")
    rooms.first.get_by_role("button", name="Accept this warning").click()
    expect(page.locator(".warnings__one")).to_have_count(before - 1)
    page.goto(f"/en/{DESK}/warnings?accepted=1")
    expect(page.locator(".warnings__one")).to_contain_text("The youth forum begins before")
    page.get_by_role("button", name="Tell it again").click()
    page.goto(f"/en/{DESK}/warnings?kind=days")
    expect(page.locator(".warnings__one")).to_have_count(before)
