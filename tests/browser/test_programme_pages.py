"""The public programme in Chromium: on a phone and a desk, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

PROGRAMME = "c/xiv-krasnodar-2017/programme"
PAGES = ("", "/K08", "/people", "/mine", "/now")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_programme_is_accessible_and_fits_when_opened(
    open_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    page = open_page(f"/{language}/{PROGRAMME}", language=language, width=width, dark=dark)
    found = {}
    for name in PAGES:
        page.goto(f"/{language}/{PROGRAMME}{name}")
        found[name] = (page.locator("h1").count(), accessibility_violations(page), fits_the_width(page))
    assert found == {name: (1, [], True) for name in PAGES}


def test_star_is_set_and_taken_where_it_stands_when_scripts_run(open_page: OpenPage) -> None:
    page = open_page(f"/en/{PROGRAMME}", width=360)
    star = page.locator("#K08 [data-star]")
    star.focus()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("name", "remove")
    expect(star).to_be_focused()
    assert page.url.endswith(PROGRAMME)
    page.goto(f"/en/{PROGRAMME}/mine")
    assert page.locator(".timetable > li").evaluate_all("lines => lines.map(line => line.id)") == ["K08"]
    page.goto(f"/en/{PROGRAMME}")
    star.click()
    expect(star).to_have_attribute("name", "add")


def test_own_clock_is_proposed_and_remembered_when_it_is_not_the_hosts(open_page: OpenPage) -> None:
    page = open_page(f"/de/{PROGRAMME}", language="de")  # the browser stands in Berlin
    page.get_by_role("button", name="Auch die Zeit Ihres Geräts zeigen: Berlin, UTC+2").click()
    expect(page.locator("#K07 .timetable__elsewhere")).to_have_text("Berlin: 16:00–18:00")
    page.goto(f"/de/{PROGRAMME}/K07")
    expect(page.locator(".timetable__elsewhere")).to_have_text("Berlin: 16:00–18:00")
    expect(page.locator("[data-zone-proposal]")).to_be_hidden()


def test_everything_works_when_scripts_are_off(open_page: OpenPage) -> None:
    page = open_page(f"/ru/{PROGRAMME}", language="ru", width=360, scripts=False)
    page.locator("#K07 [data-star]").click()
    expect(page.locator("#K07 [data-star]")).to_have_attribute("name", "remove")
    page.select_option("#zone", "Asia/Yekaterinburg")
    page.locator(".programme__zone button.button").click()
    expect(page.locator("#K07 .timetable__elsewhere")).to_have_text("Екатеринбург: 19:00–21:00")
    page.fill("#q", "Philharmonie")
    page.locator(".programme__search > span button").click()
    assert page.locator(".timetable > li").count() > 0
    page.goto(f"/ru/{PROGRAMME}/mine")
    assert page.locator(".timetable > li").evaluate_all("lines => lines.map(line => line.id)") == ["K07"]


def test_days_follow_each_other_without_empty_sheets_when_printed(open_page: OpenPage) -> None:
    page = open_page(f"/de/{PROGRAMME}", language="de")
    page.emulate_media(media="print")
    breaks = page.locator(".programme__day").evaluate_all("days => days.map(day => getComputedStyle(day).breakBefore)")
    assert breaks == ["auto"] * 5
    hidden = page.locator(".programme__tools, .programme__days, .tabs, .timetable__star, .footer")
    assert hidden.evaluate_all("all => all.filter(one => one.offsetParent !== null).length") == 0
