"""A plan of a switch in Chromium: begun, decided, looked at on every tab, given up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

TOP = "desk/c/xiv-krasnodar-2017/switch/"


@pytest.mark.parametrize(("language", "width"), [("ru", 360), ("de", 1440)])
def test_plan_is_begun_decided_and_given_up_on_pages_anybody_can_use(
    open_page: OpenPage, language: str, width: int
) -> None:
    page = open_page(f"/{language}/{TOP}?to=video", staff="organiser@ratusha.example", language=language, width=width)
    page.fill("textarea[name=reason]", "Einreise")
    page.click("form.form button[type=submit]")
    plan = page.url.partition("?")[0]
    page.goto(f"{plan}?view=sessions")
    first = page.locator("select[name^=form-]").first
    first.select_option("cancelled")
    page.click(".plan-sessions button[type=submit]")
    expect(page.locator(".flashes")).to_be_visible()
    assert page.locator("select[name^=form-]").first.input_value() == "cancelled"
    wrong = {}
    for view in ("overview", "sessions", "hours", "people", "costs"):
        answer = page.goto(f"{plan}?view={view}")
        assert answer is not None
        found = (answer.status, page.locator("h1").count(), accessibility_violations(page), fits_the_width(page))
        if found != (200, 1, [], True):
            wrong[view] = found
    assert wrong == {}
    page.goto(plan)
    page.click("form[action$='/withdraw'] button")
    expect(page.locator(".flashes")).to_be_visible()
